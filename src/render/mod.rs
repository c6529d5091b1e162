//! `Config -> text`: every file of a device, written as its vendor's programs accept and list it.
//!
//! Takes a [`Bundle`], a target's descriptor and the templates; gives a [`FileSet`] or the first thing that cannot be
//! said. Templates lay lines out; small functions of this module spell the words between; text that people wrote goes
//! through a quoting filter of the target. Nothing here need be trusted: what is written is read back and proved.
//! Must not know the readers (`dialects`), nor any school, zone or policy.

mod error;
mod files;
mod host;
mod nft;
mod pac;
mod proxy;
mod quote;
mod switch;
mod target;
mod templates;
mod tunnel;

pub use error::{Problem, RenderError};
pub use target::{Capability, FileRule, ForEach, Kind, Layout, Model, Part, Target, Targets, VendorDefault};
pub use templates::Templates;

use crate::config::{Bundle, FileSet};

/// Writes all files of one device.
///
/// # Errors
/// The first part that the target has no file for, text that it cannot represent, or notion that it lacks.
pub fn device(bundle: &Bundle, target: &Target, templates: &Templates) -> Result<FileSet, RenderError> {
    files::every_part_has_a_file(bundle, target)?;
    let mut written = FileSet::new();
    for rule in &target.files {
        for page in files::pages(bundle, target, rule)? {
            let (path, text) = files::write(&page, target, rule, templates)?;
            files::insert(&mut written, path, text, target)?;
        }
    }
    Ok(written)
}
