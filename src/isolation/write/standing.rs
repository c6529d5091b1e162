//! What stands in an output directory before a write, all of it written by an earlier one.
//!
//! The manifest is looked at first: a directory without one is left alone, unread. In one that is ours, whatever the
//! manifest does not list belongs to somebody, and stops the write. Nothing but regular files is opened: a pipe would
//! wait for ever, a device may do anything, a link leads elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;

use super::error::{WriteError, at};
use super::manifest::{CERTIFICATE, MANIFEST, listed};
use crate::isolation::certificate::digest;

/// Opening neither follows a link nor waits for the other end of a pipe.
pub(super) const NO_SURPRISE: i32 = OFlags::NOFOLLOW.union(OFlags::NONBLOCK).bits().cast_signed();
/// Names of what is in the way that are told; the others are counted.
const TOLD: usize = 3;
/// Where to, when a directory cannot be taken.
const ELSEWHERE: &str = "choose a new or empty directory with -o";

/// A file of an earlier write.
pub(super) struct OldFile {
    /// Its bytes now.
    pub(super) bytes: Vec<u8>,
    /// The digest it was written with.
    pub(super) written: String,
    /// True when its bytes are no longer those.
    pub(super) is_edited: bool,
}

/// Files of an output directory by path; refuses a directory that holds anything which no earlier write left there.
pub(super) fn standing(dir: &Path) -> Result<BTreeMap<String, OldFile>, WriteError> {
    match kind(dir)? {
        None => return Ok(BTreeMap::new()),
        Some(kind) if kind.is_dir() => {}
        Some(_) => return Err(WriteError::refused(dir, "it is no directory", ELSEWHERE)),
    }
    let Some(mut known) = listed(dir)? else { return empty(dir) };
    for own in [MANIFEST, CERTIFICATE] {
        known.insert(own.to_owned(), String::new());
    }
    let found = walk(dir, &known)?;
    if let Some(why) = foreign(&found) {
        return Err(WriteError::refused(dir, why, "move it elsewhere, or choose another directory with -o"));
    }
    let mut files = BTreeMap::new();
    for path in found.into_iter().map(|entry| entry.path) {
        if let Some(bytes) = read(&dir.join(&path))? {
            let (now, written) = (digest(&bytes), &known[&path]);
            let is_edited = !written.is_empty() && now != *written;
            let written = if written.is_empty() { now } else { written.clone() };
            files.insert(path, OldFile { bytes, written, is_edited });
        }
    }
    Ok(files)
}

/// Nothing, for a directory that holds nothing.
fn empty(dir: &Path) -> Result<BTreeMap<String, OldFile>, WriteError> {
    if at("read", dir, fs::read_dir(dir))?.next().is_none() {
        return Ok(BTreeMap::new());
    }
    Err(WriteError::refused(dir, "it is not empty, and holds no manifest.json of an earlier compile", ELSEWHERE))
}

/// Something in an output directory.
struct Entry {
    path: String,
    /// What is wrong with it, unless it is a file that the manifest lists.
    wrong: Option<&'static str>,
}

/// Everything in a directory that is no way to a listed file. What nobody listed is not looked into.
fn walk(root: &Path, known: &BTreeMap<String, String>) -> Result<Vec<Entry>, WriteError> {
    let ways: BTreeSet<&Path> = known.keys().flat_map(|p| Path::new(p).ancestors().skip(1)).collect();
    let mut found = Vec::new();
    let mut left = vec![root.to_path_buf()];
    while let Some(dir) = left.pop() {
        for entry in at("read", &dir, fs::read_dir(&dir))? {
            let entry = at("read", &dir, entry)?;
            let kind = at("read", &entry.path(), entry.file_type())?;
            let path = entry.path();
            let below = path.strip_prefix(root).unwrap_or(&path);
            if kind.is_dir() && ways.contains(below) {
                left.push(path);
                continue;
            }
            let name = below.to_string_lossy().into_owned();
            let wrong = match (known.contains_key(&name), kind.is_file()) {
                (true, true) => None,
                (true, false) => Some("is no regular file any more"),
                (false, _) => Some("is not in its manifest.json"),
            };
            found.push(Entry { path: name, wrong });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// The first few entries that no write left there, in one phrase.
fn foreign(found: &[Entry]) -> Option<String> {
    let wrong: Vec<&Entry> = found.iter().filter(|e| e.wrong.is_some()).collect();
    let why = wrong.first()?.wrong?;
    let names: Vec<String> = wrong.iter().take(TOLD).map(|e| format!("`{}`", e.path)).collect();
    let rest = wrong.len() - names.len();
    Some(match (names.as_slice(), rest) {
        ([one], _) => format!("{one} {why}"),
        (names, 0) => format!("{} are not of an earlier compile", names.join(", ")),
        (names, rest) => format!("{} and {rest} more are not of an earlier compile", names.join(", ")),
    })
}

/// What stands at a path, a link for itself; None when there is nothing.
fn kind(path: &Path) -> Result<Option<fs::Metadata>, WriteError> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        found => at("read", path, found).map(Some),
    }
}

/// The bytes of a regular file; None when there is nothing.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, WriteError> {
    let Some(kind) = kind(path)? else { return Ok(None) };
    if !kind.is_file() {
        return at("read", path, Err(io::Error::other("it is no regular file")));
    }
    let mut bytes = Vec::new();
    let opened = OpenOptions::new().read(true).custom_flags(NO_SURPRISE).open(path);
    at("read", path, opened.and_then(|mut file| file.read_to_end(&mut bytes)))?;
    Ok(Some(bytes))
}
