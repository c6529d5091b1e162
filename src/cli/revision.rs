//! A workspace as a git revision has it, without touching the work tree.

use std::collections::BTreeMap;

use etanche::pipeline::Workspace;
use gix::object::tree::EntryKind;
use gix::{Repository, Tree};

use super::exit::Stop;
use super::files::{Found, OVERRIDES};

/// The policy files, templates and targets of a revision, where the workspace stands now.
pub(crate) fn workspace(found: &Found, revision: &str) -> Result<Workspace, Stop> {
    let repository = gix::discover(&found.dir).map_err(|_| {
        Stop::input(format!("`{revision}` is no folder, and `{}` is in no git repository", found.dir.display()))
    })?;
    let tree = tree(&repository, revision)?;
    let below = found.below_top();
    let root = found.workspace.root.clone();
    let policy = texts(&repository, &tree, &below, &root)?;
    if policy.is_empty() {
        return Err(Stop::input(format!("`{revision}` has no `{below}`")).help("it may have stood elsewhere then"));
    }
    let mut overrides = BTreeMap::new();
    for name in OVERRIDES {
        let beside = match below.rsplit_once('/') {
            Some((parent, _)) => format!("{parent}/{name}"),
            None => name.to_owned(),
        };
        overrides.extend(texts(&repository, &tree, &beside, name)?);
    }
    Ok(Workspace { root, policy: policy.into_iter().collect(), overrides })
}

fn tree<'r>(repository: &'r Repository, revision: &str) -> Result<Tree<'r>, Stop> {
    let unknown = || {
        Stop::input(format!("`{revision}` is neither a folder nor a git revision"))
            .help("name a workspace, an output of `compile`, a branch, a tag or a commit")
    };
    let id = repository.rev_parse_single(revision).map_err(|_| unknown())?;
    id.object().ok().and_then(|object| object.peel_to_tree().ok()).ok_or_else(unknown)
}

/// Texts below a folder of a tree, by their path below what the folder stands in; none where it is not there.
fn texts(repository: &Repository, tree: &Tree<'_>, folder: &str, name: &str) -> Result<BTreeMap<String, String>, Stop> {
    let mut found = BTreeMap::new();
    let Some(entry) = tree.lookup_entry_by_path(folder).ok().flatten() else { return Ok(found) };
    let Some(below) = entry.object().ok().and_then(|object| object.peel_to_tree().ok()) else { return Ok(found) };
    let all = below.traverse().breadthfirst.files().map_err(|error| unreadable(folder, &error))?;
    for entry in all {
        let path = entry.filepath.to_string();
        let is_hidden = path.split('/').any(|part| part.starts_with('.'));
        if is_hidden || !matches!(entry.mode.kind(), EntryKind::Blob | EntryKind::BlobExecutable) {
            continue;
        }
        let blob = repository.find_object(entry.oid).map_err(|error| unreadable(&path, &error))?;
        let text = String::from_utf8(blob.data.clone()).map_err(|error| unreadable(&path, &error))?;
        found.insert(format!("{name}/{path}"), text);
    }
    Ok(found)
}

fn unreadable(path: &str, error: &dyn std::fmt::Display) -> Stop {
    Stop::environment(format!("cannot read `{path}` of the revision: {error}"))
}
