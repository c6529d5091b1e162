//! Why nothing was written.

use std::io;
use std::path::Path;

/// Why nothing was written.
#[derive(Debug)]
pub struct WriteError {
    /// What was attempted, on which path.
    pub doing: String,
    /// Why it failed.
    pub why: String,
    /// A way out, where there is one.
    pub help: Option<&'static str>,
}

impl WriteError {
    /// The directory cannot be written to.
    pub(super) fn refused(dir: &Path, why: impl Into<String>, help: &'static str) -> Self {
        Self { doing: format!("write to {}", dir.display()), why: why.into(), help: Some(help) }
    }
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.doing, self.why)
    }
}

impl std::error::Error for WriteError {}

/// Says what was attempted when the system refuses.
pub(super) fn at<T>(what: &str, path: &Path, result: io::Result<T>) -> Result<T, WriteError> {
    result.map_err(|error| WriteError {
        doing: format!("{what} {}", path.display()),
        why: error.to_string(),
        help: None,
    })
}
