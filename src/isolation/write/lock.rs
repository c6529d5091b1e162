//! One run at a time writes an output: a lock that the system gives back when its holder ends, however it ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::error::{WriteError, at};
use super::stage;
use super::standing::NO_SURPRISE;

/// Held while an output is written; dropping it removes the file it stands on.
pub(super) struct Lock {
    path: PathBuf,
    /// The system holds the lock as long as this is open.
    _file: File,
}

impl Lock {
    /// Takes the lock of an output, which is the file `.OUT.lock` beside it.
    pub(super) fn take(dir: &Path) -> Result<Self, WriteError> {
        let path = stage::beside(dir, ".lock")?;
        let folder = path.parent().unwrap_or(dir);
        at("make", folder, fs::create_dir_all(folder))?;
        loop {
            let open =
                OpenOptions::new().create(true).truncate(false).write(true).custom_flags(NO_SURPRISE).open(&path);
            let file = at("lock", &path, open)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(busy(dir)),
                Err(TryLockError::Error(error)) => return Err(at::<()>("lock", &path, Err(error)).unwrap_err()),
            }
            if stands_there(&file, &path) {
                return Ok(Self { path, _file: file });
            }
        }
    }
}

/// False when the holder before removed the file between its being opened here and locked: another one is next.
fn stands_there(file: &File, path: &Path) -> bool {
    let (Ok(held), Ok(there)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
    (held.dev(), held.ino()) == (there.dev(), there.ino())
}

fn busy(dir: &Path) -> WriteError {
    WriteError::refused(dir, "another run is writing it", "wait until it has ended, then run this again")
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Still locked here: whoever opened it meanwhile sees that it is gone. One that cannot go is taken again.
        let _ = fs::remove_file(&self.path);
    }
}
