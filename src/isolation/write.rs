//! The only way to a disk: takes what is proved and nothing else. Written beside, synced, then swapped, so that a crash
//! or a full disk leaves the old output whole; what has not changed is linked, not rewritten. One run at a time writes.

mod error;
mod lock;
mod manifest;
mod stage;
mod standing;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use error::WriteError;
use error::at;
use lock::Lock;
pub use manifest::{CERTIFICATE, MANIFEST};
use standing::{OldFile, standing};

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

impl OutDir {
    /// A path of the chosen site, or any when all sites are written.
    fn chooses(&self, path: &str) -> bool {
        self.only.as_ref().is_none_or(|site| path.starts_with(&format!("{site}/")))
    }
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
    /// Files of other sites than the chosen one that are no longer what was proved, and were left.
    pub behind: usize,
    /// Of those changed or removed, files that somebody had edited since they were written.
    pub edited: usize,
}

/// A file that must stand there afterwards.
struct Text {
    bytes: Vec<u8>,
    /// The digest of what was written at first, which the manifest keeps when others edit the file.
    written: String,
}

/// Files by path below the output directory.
type Wanted = BTreeMap<String, Text>;
/// Files that stand there, by path.
type Old = BTreeMap<String, OldFile>;

/// Writes every proved file, the manifest and the certificate.
///
/// # Errors
/// When the directory is not an output of ours, holds what we did not write, another run is writing it, or the system
/// refuses: nothing has changed then.
pub fn write(net: &Network, proven: &Proven, to: &OutDir) -> Result<Written, WriteError> {
    let lock = Lock::take(&to.path)?;
    stage::clear_leftovers(&to.path)?;
    let old = standing(&to.path)?;
    let wanted = wanted(net, proven, to, &old)?;
    let changed: BTreeSet<&str> = changed(&wanted, &old).collect();
    let gone = || old.iter().filter(|(path, _)| !wanted.contains_key(*path));
    let replaced = old.iter().filter(|(path, _)| changed.contains(path.as_str())).chain(gone());
    let behind = behind(proven, to, &old);
    let written = Written {
        changed: changed.len(),
        removed: gone().count(),
        unchanged: wanted.len() - changed.len() - behind,
        behind,
        edited: replaced.filter(|(_, file)| file.is_edited).count(),
    };
    if written.changed + written.removed > 0 {
        stage::replace(&to.path, &wanted, &changed)?;
    }
    drop(lock);
    Ok(written)
}

/// Every file that a write leaves in a directory of its own, by path, the manifest and the certificate among them.
///
/// # Errors
/// When one of these two cannot be said.
pub fn expected(net: &Network, proven: &Proven) -> Result<BTreeMap<String, Vec<u8>>, WriteError> {
    let anywhere = OutDir { path: PathBuf::new(), only: None };
    let files = wanted(net, proven, &anywhere, &Old::new())?;
    Ok(files.into_iter().map(|(path, text)| (path, text.bytes)).collect())
}

/// Standing files of other sites, which are kept as they are.
fn kept<'o>(to: &'o OutDir, old: &'o Old) -> impl Iterator<Item = (&'o String, &'o OldFile)> {
    old.iter().filter(|(path, _)| to.only.is_some() && !to.chooses(path) && *path != MANIFEST && *path != CERTIFICATE)
}

/// How many of them differ from what was proved, or are no longer made.
fn behind(proven: &Proven, to: &OutDir, old: &Old) -> usize {
    let files = proven.files();
    let is_proved = |path: &str, file: &OldFile| files.get(path).is_some_and(|text| text.as_bytes() == file.bytes);
    kept(to, old).filter(|(path, file)| !is_proved(path, file)).count()
}

fn changed<'w>(wanted: &'w Wanted, old: &'w Old) -> impl Iterator<Item = &'w str> {
    let stands = |path: &str, text: &Text| old.get(path).is_some_and(|file| file.bytes == text.bytes);
    wanted.iter().filter(move |(path, text)| !stands(path, text)).map(|(path, _)| path.as_str())
}

/// Every file that must stand there afterwards.
fn wanted(net: &Network, proven: &Proven, to: &OutDir, old: &Old) -> Result<Wanted, WriteError> {
    let ours = proven.files().into_iter().filter(|(path, _)| to.chooses(path));
    let mut files: Wanted =
        ours.map(|(path, text)| (path, Text { bytes: text.into(), written: digest(text) })).collect();
    files.extend(kept(to, old).map(|(p, f)| (p.clone(), Text { bytes: f.bytes.clone(), written: f.written.clone() })));
    let certificate = manifest::standing_of(certificate(net, proven), &files);
    for (name, value) in [(MANIFEST, manifest::manifest(net, proven, &files)), (CERTIFICATE, certificate)] {
        let text = at("write", Path::new(name), serde_json::to_string_pretty(&value).map_err(Into::into))? + "\n";
        files.insert(name.to_owned(), Text { written: digest(&text), bytes: text.into_bytes() });
    }
    Ok(files)
}
