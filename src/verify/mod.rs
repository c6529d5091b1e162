//! What stands on a disk or on a device, against what the workspace gives, which is proved.
//!
//! Takes the proof, and the files of an output or a dump of one device; gives a report. Texts are compared byte by byte
//! first; where they differ, both are read back and compared by meaning. Whatever a reader does not know is told with its
//! place, and is no equality. Reads no file and knows no terminal.
//!
//! - `disk` an output: files that are missing, added, edited, or behind the workspace; `record` its manifest and certificate
//! - `live` a dump of a device; `gateway` a ruleset as the kernel lists it, other people's tables among it; `switch` a
//!   running configuration
//! - `meaning` two readings of one device; `filters` two packet filters at every hook, exactly
//! - `human`, `json` the report's words

mod disk;
mod filters;
mod gateway;
mod human;
mod json;
mod live;
mod meaning;
mod record;
mod switch;

pub use disk::{DeviceState, Disk, FileState, State, Wanted, disk};
pub use filters::Apart;
pub use gateway::{Foreign, Touch};
pub use human::{human_disk, human_live};
pub use json::{json_disk, json_live};
pub use live::{Aside, Dump, Live, Reference, live};
pub use meaning::{Meaning, Unread};

use std::collections::BTreeMap;

/// What was found in a directory.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Regular files, by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Everything else but folders, with what it is.
    pub odd: BTreeMap<String, &'static str>,
}
