//! A diagnostic's code: one row of a table, with its page.

/// How bad a finding is. An error stops the next phase and makes the command exit with 1 or 2; a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Told, and the run goes on.
    Warning,
    /// Nothing is written.
    Error,
}

/// A code such as `policy/unknown-zone`: never a number, and always with a page.
///
/// Every code is a row of [`codes::AREAS`](super::codes::AREAS); tests walk that table and fail when a part is missing.
#[derive(Debug)]
pub struct Code {
    /// `area/name`, lower case.
    pub name: &'static str,
    /// Default severity.
    pub severity: Severity,
    /// One sentence: what it means and why it matters.
    pub says: &'static str,
    /// The shortest wrong example, in the language it is about.
    pub wrong: &'static str,
    /// The same example, mended.
    pub right: &'static str,
    /// Where the rule comes from (article of the convention, RFC, ANSSI or PSSIE identifier), or "" when it is the language's own.
    pub basis: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Code {}
