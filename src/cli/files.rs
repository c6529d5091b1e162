//! The workspace on disk: where it is, and every text in it. The only place that reads what people wrote.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use etanche::pipeline::Workspace;
use etanche::verify::Standing;

use super::exit::Stop;

/// Name of a workspace that nobody named.
const USUAL: &str = "policies";
/// Folders beside a workspace whose files replace those in the program.
pub(crate) const OVERRIDES: [&str; 2] = ["templates", "targets"];

/// A workspace and where it stands.
#[derive(Debug)]
pub(crate) struct Found {
    /// Its directory.
    pub(crate) dir: PathBuf,
    /// Its texts.
    pub(crate) workspace: Workspace,
}

impl Found {
    /// The directory it stands in.
    pub(crate) fn beside(&self) -> &Path {
        self.dir.parent().unwrap_or(&self.dir)
    }

    /// Where it stands below the top of its repository, with `/` between; by its own name alone where there is none.
    pub(crate) fn below_top(&self) -> String {
        let top = self.dir.ancestors().find(|folder| folder.join(".git").exists());
        let below = top.or(self.dir.parent()).and_then(|top| self.dir.strip_prefix(top).ok()).unwrap_or(&self.dir);
        let names: Vec<_> = below.iter().map(|name| name.to_string_lossy()).collect();
        names.join("/")
    }
}

/// Reads the workspace that was named, or the `policies/` found here or in the nearest folder above.
///
/// # Errors
/// When there is none, or something in it cannot be read or is no UTF-8 text.
pub(crate) fn open(named: Option<&Path>) -> Result<Found, Stop> {
    let dir = match named {
        Some(path) => whole(path)?,
        None => search()?,
    };
    let root = dir.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let policy = texts(&dir, &root)?.into_iter().collect();
    let mut overrides = BTreeMap::new();
    for name in OVERRIDES {
        let folder = dir.with_file_name(name);
        if folder.is_dir() && folder != dir {
            overrides.extend(texts(&folder, name)?);
        }
    }
    Ok(Found { dir, workspace: Workspace { root, policy, overrides } })
}

/// A path from the root of the file system, as the person named it: `.` alone has no name of its own.
fn whole(path: &Path) -> Result<PathBuf, Stop> {
    let whole = match path.file_name() {
        Some(_) => std::path::absolute(path),
        None => fs::canonicalize(path),
    };
    whole.map_err(|error| cannot_read(path, &error))
}

fn search() -> Result<PathBuf, Stop> {
    let here = std::env::current_dir().map_err(|e| Stop::environment(format!("cannot tell where this is: {e}")))?;
    let found = here.ancestors().map(|folder| folder.join(USUAL)).find(|dir| dir.is_dir());
    found.ok_or_else(|| {
        Stop::input(format!("there is no `{USUAL}/` here or in a folder above"))
            .help("go to where it is, or name the workspace: `etanche check path/to/policies`")
    })
}

/// Every file below a directory, by its path below what the directory stands in. Names that begin with a dot are
/// no part of a workspace.
fn texts(dir: &Path, name: &str) -> Result<BTreeMap<String, String>, Stop> {
    let mut found = BTreeMap::new();
    let root = dir.canonicalize().map_err(|e| cannot_read(dir, &e))?;
    collect(dir, name, &root, &mut found)?;
    Ok(found)
}

fn collect(dir: &Path, name: &str, root: &Path, found: &mut BTreeMap<String, String>) -> Result<(), Stop> {
    for entry in fs::read_dir(dir).map_err(|e| cannot_read(dir, &e))? {
        let path = entry.map_err(|e| cannot_read(dir, &e))?.path();
        let Some(last) = path.file_name().and_then(|n| n.to_str()) else {
            return Err(Stop::input(format!("the name of `{}` is no UTF-8 text", path.display())));
        };
        if last.starts_with('.') {
            continue;
        }
        let name = format!("{name}/{last}");
        if path.is_symlink() {
            follow(&path, root)?;
        }
        let kind = fs::metadata(&path).map_err(|e| cannot_read(&path, &e))?;
        if kind.is_dir() {
            collect(&path, &name, root, found)?;
        } else if kind.is_file() {
            found.insert(name, text(&path)?);
        } else {
            return Err(Stop::environment(format!("cannot read `{}`: neither a file nor a folder", path.display()))
                .help("move it out of the workspace"));
        }
    }
    Ok(())
}

/// A link may stand for a file of the same workspace. Elsewhere, what it leads to is not ours to read and to show; a
/// folder would be read twice, or without end.
fn follow(link: &Path, root: &Path) -> Result<(), Stop> {
    let target = link.canonicalize().map_err(|e| cannot_read(link, &e))?;
    let why = match (target.starts_with(root), target.is_dir()) {
        (true, false) => return Ok(()),
        (true, true) => "it is a link to a folder",
        (false, _) => "it is a link out of the workspace",
    };
    Err(Stop::environment(format!("cannot read `{}`: {why}", link.display()))
        .help("put the file itself there, or move the link out of the workspace"))
}

/// Everything below an output: the bytes of its regular files, and what else stands there. Nothing but regular files is
/// opened.
///
/// # Errors
/// When the directory or a file in it cannot be read.
pub(crate) fn standing(dir: &Path) -> Result<Standing, Stop> {
    let mut found = Standing::default();
    let mut left = vec![dir.to_path_buf()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(&folder).map_err(|e| cannot_read(&folder, &e))? {
            let path = entry.map_err(|e| cannot_read(&folder, &e))?.path();
            let name = path.strip_prefix(dir).unwrap_or(&path).to_string_lossy().into_owned();
            let kind = fs::symlink_metadata(&path).map_err(|e| cannot_read(&path, &e))?.file_type();
            match () {
                () if kind.is_dir() => left.push(path),
                () if kind.is_file() => {
                    found.files.insert(name, fs::read(&path).map_err(|e| cannot_read(&path, &e))?);
                }
                () if kind.is_symlink() => drop(found.odd.insert(name, "a link")),
                () => drop(found.odd.insert(name, "neither a file nor a folder")),
            }
        }
    }
    Ok(found)
}

/// One text that the person names, beside the workspace or in it.
///
/// # Errors
/// When it cannot be read or is no UTF-8 text.
#[expect(clippy::disallowed_methods, reason = "what people wrote is read here, once, before anything else happens")]
pub(crate) fn text(path: &Path) -> Result<String, Stop> {
    fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => {
            Stop::environment(format!("cannot read `{}`: it is no UTF-8 text", path.display()))
                .help("save it as UTF-8, or move it out of the workspace")
        }
        _ => cannot_read(path, &error),
    })
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Stop {
    Stop::environment(format!("cannot read `{}`: {error}", path.display()))
}
