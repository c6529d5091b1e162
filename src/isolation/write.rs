//! The only way to a disk: takes what is proved and nothing else. Written beside, synced, then swapped, so that a crash
//! or a full disk leaves the old output whole; what has not changed is linked, not rewritten.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use serde_json::{Value, json};

use super::certificate::{certificate, digest};
use super::proven::Proven;
use crate::network::Network;

/// Where outputs go.
#[derive(Debug, Clone)]
pub struct OutDir {
    /// The directory.
    pub path: PathBuf,
    /// Only the devices of this site are written; the others keep their files.
    pub only: Option<String>,
}

/// What a write did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that were made or changed.
    pub changed: usize,
    /// Files that are no longer made, and were removed.
    pub removed: usize,
    /// Files that stood there already, byte for byte.
    pub unchanged: usize,
}

/// Why nothing was written.
#[derive(Debug)]
pub struct WriteError {
    /// What was attempted, on which path.
    pub doing: String,
    /// What the system said.
    pub error: io::Error,
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.doing, self.error)
    }
}

impl std::error::Error for WriteError {}

/// The record of what stands in an output directory; without it a directory is not ours to replace.
const MANIFEST: &str = "manifest.json";
/// The certificate beside it.
const CERTIFICATE: &str = "certificate.json";

fn at<T>(what: &str, path: &Path, result: io::Result<T>) -> Result<T, WriteError> {
    result.map_err(|error| WriteError { doing: format!("{what} {}", path.display()), error })
}

/// Writes every proved file, the manifest and the certificate.
///
/// # Errors
/// When the directory is not an output of ours, or the system refuses: nothing has changed then.
pub fn write(net: &Network, proven: &Proven, to: &OutDir) -> Result<Written, WriteError> {
    let old = standing(&to.path)?;
    let wanted = wanted(net, proven, to, &old)?;
    let changed: BTreeSet<&String> = wanted.iter().filter(|(p, t)| old.get(*p) != Some(*t)).map(|(p, _)| p).collect();
    let removed = old.keys().filter(|p| !wanted.contains_key(*p)).count();
    let written = Written { changed: changed.len(), removed, unchanged: wanted.len() - changed.len() };
    if changed.is_empty() && removed == 0 && to.path.exists() {
        return Ok(written);
    }
    let beside = beside(&to.path);
    let done = lay(&wanted, &changed, &to.path, &beside).and_then(|()| swap(&to.path, &beside));
    if done.is_err() {
        let _ = fs::remove_dir_all(&beside);
    }
    done.map(|()| written)
}

/// Files of an output directory by path; refuses a directory that holds something and no manifest.
fn standing(dir: &Path) -> Result<BTreeMap<String, String>, WriteError> {
    let mut files = BTreeMap::new();
    if !dir.exists() {
        return Ok(files);
    }
    collect(dir, dir, &mut files)?;
    if !files.is_empty() && !files.contains_key(MANIFEST) {
        let error = io::Error::new(
            io::ErrorKind::AlreadyExists,
            "the directory holds files and no manifest.json, so it is not an output of etanche; choose another with -o",
        );
        return Err(WriteError { doing: format!("write to {}", dir.display()), error });
    }
    Ok(files)
}

fn collect(root: &Path, dir: &Path, files: &mut BTreeMap<String, String>) -> Result<(), WriteError> {
    for entry in at("read", dir, fs::read_dir(dir))? {
        let path = at("read", dir, entry)?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else {
            let bytes = at("read", &path, fs::read(&path))?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            files.insert(name, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    Ok(())
}

/// Every file that must stand there afterwards.
fn wanted(
    net: &Network,
    proven: &Proven,
    to: &OutDir,
    old: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, WriteError> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let chosen = |path: &str| to.only.as_ref().is_none_or(|site| path.starts_with(&format!("{site}/")));
    for (path, text) in proven.files() {
        if chosen(&path) {
            files.insert(path, text.to_owned());
        }
    }
    if to.only.is_some() {
        let kept = old.iter().filter(|(p, _)| !chosen(p) && *p != MANIFEST && *p != CERTIFICATE);
        files.extend(kept.map(|(p, t)| (p.clone(), t.clone())));
    }
    let manifest = manifest(net, proven, &files);
    let certificate = restricted(certificate(net, proven), &files);
    for (name, value) in [(MANIFEST, manifest), (CERTIFICATE, certificate)] {
        let text = serde_json::to_string_pretty(&value)
            .map_err(|e| WriteError { doing: format!("write {name}"), error: io::Error::other(e) })?;
        files.insert(name.to_owned(), text + "\n");
    }
    Ok(files)
}

/// Path, digest, target and source files of everything that stands there, schema `etanche.manifest/1`.
fn manifest(net: &Network, proven: &Proven, files: &BTreeMap<String, String>) -> Value {
    let target = |path: &str| proven.outputs().iter().find(|o| path.starts_with(&format!("{}/", o.path)));
    let rows: Vec<Value> = files
        .iter()
        .map(|(path, text)| {
            let output = target(path);
            json!({
                "path": path,
                "sha256": digest(text),
                "target": output.map(|o| o.target.clone()),
                "sources": output.map(|o| sources_of(net, o.site)).unwrap_or_default(),
                "valid_until": Value::Null,
            })
        })
        .collect();
    json!({ "schema": "etanche.manifest/1", "files": rows })
}

/// Policy files whose flows a site's devices carry.
fn sources_of(net: &Network, site: crate::network::SiteId) -> Vec<String> {
    let flows = net.flows.iter().filter(|f| f.legs.iter().any(|l| l.site == site));
    let files: BTreeSet<String> =
        flows.filter_map(|f| net.origin(f.origin).cite.rsplit_once(':').map(|(file, _)| file.to_owned())).collect();
    files.into_iter().collect()
}

/// The certificate speaks of files that stand there with the bytes that were proved, and of no other.
fn restricted(mut certificate: Value, files: &BTreeMap<String, String>) -> Value {
    if let Some(rows) = certificate["files"].as_array_mut() {
        rows.retain(|row| {
            let text = row["path"].as_str().and_then(|p| files.get(p));
            text.is_some_and(|t| row["sha256"] == digest(t))
        });
    }
    certificate
}

/// `out` is made in `.out.new` beside it.
fn beside(dir: &Path) -> PathBuf {
    let name = dir.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_else(|| "out".to_owned());
    dir.with_file_name(format!(".{name}.new"))
}

fn lay(
    wanted: &BTreeMap<String, String>,
    changed: &BTreeSet<&String>,
    old: &Path,
    new: &Path,
) -> Result<(), WriteError> {
    if new.exists() {
        at("remove", new, fs::remove_dir_all(new))?;
    }
    for (name, text) in wanted {
        let path = new.join(name);
        let folder = path.parent().unwrap_or(new);
        at("make", folder, fs::create_dir_all(folder))?;
        let same = old.join(name);
        if !changed.contains(name) && fs::hard_link(&same, &path).is_ok() {
            continue;
        }
        let mut file = at("make", &path, fs::File::create_new(&path))?;
        at("write", &path, file.write_all(text.as_bytes()))?;
        at("sync", &path, file.sync_all())?;
    }
    let folder = at("open", new, fs::File::open(new))?;
    at("sync", new, folder.sync_all())
}

/// One system call exchanges the two directories; where none stood, a plain rename.
fn swap(old: &Path, new: &Path) -> Result<(), WriteError> {
    if !old.exists() {
        return at("rename", new, fs::rename(new, old));
    }
    let exchanged = renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE).map_err(io::Error::from);
    at("exchange", old, exchanged)?;
    at("remove", new, fs::remove_dir_all(new))
}
