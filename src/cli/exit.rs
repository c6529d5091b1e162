//! How the command ends: its exit codes, and what stops it before it has an answer.

use std::process::ExitCode;

use etanche::diagnostics::{Diagnostic, Severity};

/// Exit codes, for scripts: see `etanche --help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Everything is proved, or the question is answered. Warnings alone do not change that.
    Proved = 0,
    /// A theorem, a rule or the reading back fails.
    Refused = 1,
    /// What was asked, or what the policy says, makes no sense: usage, unknown names, errors of policy and network.
    Input = 2,
    /// Something outside fails: a file that cannot be read or written.
    Environment = 3,
}

impl Exit {
    /// The code that findings call for.
    pub(crate) fn of(found: &[Diagnostic]) -> Self {
        let errors = found.iter().filter(|d| d.severity == Severity::Error);
        errors.map(|d| Self::of_area(d.code.name)).max().unwrap_or(Self::Proved)
    }

    /// Before a proof starts, people's own words are at fault; after that, what was made of them.
    fn of_area(code: &str) -> Self {
        match code.split('/').next() {
            Some("policy" | "network" | "render") => Self::Input,
            _ => Self::Refused,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What stops a command before it has an answer.
#[derive(Debug)]
pub(crate) struct Stop {
    /// The code to end with.
    pub(crate) exit: Exit,
    /// What, in one lowercase phrase.
    pub(crate) message: String,
    /// A way out.
    pub(crate) help: Option<String>,
}

impl Stop {
    /// The person asked for something that does not exist.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self { exit: Exit::Input, message: message.into(), help: None }
    }

    /// The system refuses.
    pub(crate) fn environment(message: impl Into<String>) -> Self {
        Self { exit: Exit::Environment, message: message.into(), help: None }
    }

    /// Adds a way out.
    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
}
