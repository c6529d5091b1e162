//! The new output is made in `.OUT.new.N` beside the old one, synced, then exchanged with it in one system call.
//!
//! Whoever holds the lock is alone: what a killed run left beside is nobody's, and is cleared before anything is made.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::Wanted;
use super::error::{WriteError, at};

/// What a staging directory is called after its output; the number of its process follows.
const NEW: &str = ".new.";

/// `.OUT` and an ending, beside the output.
pub(super) fn beside(dir: &Path, ending: &str) -> Result<PathBuf, WriteError> {
    let Some(name) = dir.file_name() else {
        return Err(WriteError::refused(dir, "nothing can stand beside it", "choose a directory of its own with -o"));
    };
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(ending);
    Ok(dir.with_file_name(hidden))
}

/// Removes what runs left that were killed while they wrote.
pub(super) fn clear_leftovers(dir: &Path) -> Result<(), WriteError> {
    let start = beside(dir, NEW)?;
    let (Some(folder), Some(start)) = (start.parent(), start.file_name().map(|n| n.as_encoded_bytes())) else {
        return Ok(());
    };
    for entry in at("read", folder, fs::read_dir(folder))? {
        let entry = at("read", folder, entry)?;
        let number = entry.file_name().as_encoded_bytes().strip_prefix(start).map(<[u8]>::to_vec);
        let is_ours = number.is_some_and(|n| !n.is_empty() && n.iter().all(u8::is_ascii_digit));
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            at("remove", &entry.path(), fs::remove_dir_all(entry.path()))?;
        }
    }
    Ok(())
}

/// Puts the wanted files in the place of those that stand there.
pub(super) fn replace(dir: &Path, wanted: &Wanted, changed: &BTreeSet<&str>) -> Result<(), WriteError> {
    let new = beside(dir, &format!("{NEW}{}", std::process::id()))?;
    let done = lay(wanted, changed, dir, &new).and_then(|()| swap(dir, &new));
    // Partly made, or the old output: nobody needs either. What cannot go now is cleared by the next run.
    let _ = fs::remove_dir_all(&new);
    done
}

fn lay(wanted: &Wanted, changed: &BTreeSet<&str>, old: &Path, new: &Path) -> Result<(), WriteError> {
    at("make", new, fs::create_dir(new))?;
    if let Ok(stands) = fs::metadata(old) {
        at("make", new, fs::set_permissions(new, stands.permissions()))?;
    }
    let mut folders = BTreeSet::from([new.to_path_buf()]);
    for (name, text) in wanted {
        let path = new.join(name);
        let folder = path.parent().unwrap_or(new);
        at("make", folder, fs::create_dir_all(folder))?;
        folders.extend(folder.ancestors().take_while(|f| *f != new).map(Path::to_path_buf));
        if !changed.contains(name.as_str()) && fs::hard_link(old.join(name), &path).is_ok() {
            continue;
        }
        let mut file = at("make", &path, fs::File::create_new(&path))?;
        at("write", &path, file.write_all(&text.bytes))?;
        at("sync", &path, file.sync_all())?;
    }
    folders.iter().try_for_each(|folder| sync(folder))
}

/// One system call exchanges the two directories; where none stood, a rename that replaces nothing.
fn swap(old: &Path, new: &Path) -> Result<(), WriteError> {
    let (doing, flags) =
        if old.exists() { ("exchange", RenameFlags::EXCHANGE) } else { ("make", RenameFlags::NOREPLACE) };
    at(doing, old, renameat_with(CWD, new, CWD, old, flags).map_err(io::Error::from))?;
    // The exchange is done: a folder that cannot be synced now only delays it.
    let _ = old.parent().map(sync);
    Ok(())
}

fn sync(folder: &Path) -> Result<(), WriteError> {
    at("sync", folder, fs::File::open(folder).and_then(|f| f.sync_all()))
}
