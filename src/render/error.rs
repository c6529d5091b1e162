//! What can go wrong while writing: always with the target, the file and the text at fault.

use std::fmt;

/// Why a device could not be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderError {
    /// Name of the target.
    pub target: String,
    /// Output path (or template) that was being written.
    pub file: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong, without the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A text that the target's syntax cannot hold.
    Text {
        /// What the text was to become: a name of a quoting filter.
        quoting: &'static str,
        /// The text.
        text: String,
        /// Why it does not fit.
        why: &'static str,
    },
    /// A notion that the target's syntax cannot say.
    Unsupported(String),
    /// A descriptor or template that does not parse or render.
    Source(String),
    /// Two rules of the descriptor write different texts to one path.
    WrittenTwice,
}

impl RenderError {
    /// No descriptor has this name.
    pub fn unknown_target(name: &str) -> Self {
        Problem::Source("no such target: descriptors are `targets/NAME.yaml`".to_owned()).at(name, "")
    }
}

impl Problem {
    pub(super) fn text(quoting: &'static str, text: &str, why: &'static str) -> Self {
        Self::Text { quoting, text: text.to_owned(), why }
    }

    pub(super) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported(what.into())
    }

    /// Adds the place.
    pub(super) fn at(self, target: &str, file: &str) -> RenderError {
        RenderError { target: target.to_owned(), file: file.to_owned(), problem: self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { quoting, text, why } => {
                write!(f, "`{}` cannot be written as {quoting}: {why}", text.escape_debug())
            }
            Self::Unsupported(what) => write!(f, "cannot say {what}"),
            Self::Source(message) => f.write_str(message),
            Self::WrittenTwice => f.write_str("two different texts for one path"),
        }
    }
}

impl std::error::Error for Problem {}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "target `{}`, file `{}`: {}", self.target, self.file, self.problem)
    }
}

impl std::error::Error for RenderError {}
