//! Whether two findings say the same: by their words and the text of the line at fault, wherever that line has moved to.

use sha2::{Digest, Sha256};

use super::{Diagnostic, Severity, Sources};

/// What a finding says, whatever numbers its lines have now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Words {
    code: &'static str,
    path: String,
    line: String,
    message: String,
}

impl Words {
    /// Those of a finding.
    pub fn of(found: &Diagnostic, sources: &Sources) -> Self {
        let (line, _) = sources.line_column(found.span);
        Self {
            code: found.code.name,
            path: sources.get(found.span.source).path.clone(),
            line: unnumbered(sources.text(sources.line_span(found.span.source, line))),
            message: unnumbered(&found.message),
        }
    }

    /// The words in 32 digits.
    pub fn fingerprint(&self) -> String {
        let all = [self.code, &self.path, &self.line, &self.message].join("\0");
        Sha256::digest(all).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A finding with everything it stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Whole {
    words: Words,
    is_error: bool,
    when: Vec<String>,
    claims: Vec<String>,
    extent: Option<Vec<String>>,
}

impl Whole {
    /// Of one finding. Notes are left out, but for the days that it holds on: they show one packet and one way of many.
    pub fn of(found: &Diagnostic, sources: &Sources) -> Self {
        let when = found.notes.iter().filter(|note| note.kind == "epoch");
        Self {
            words: Words::of(found, sources),
            is_error: found.severity == Severity::Error,
            when: when.map(|note| note.text.clone()).collect(),
            claims: found.claims.iter().cloned().collect(),
            extent: found.extent.as_ref().map(|all| all.iter().map(|part| unnumbered(part)).collect()),
        }
    }

    /// The words alone.
    pub fn words(&self) -> &Words {
        &self.words
    }
}

/// A text without the numbers of the lines of the policy that it cites: `a.yaml:41` is `a.yaml:`.
pub fn unnumbered(text: &str) -> String {
    let mut parts = text.split(CITED);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + CITED + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// Between a file of the policy and the number of a line.
const CITED: &str = ".yaml:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_policy_are_cited_without_their_numbers() {
        assert_eq!(unnumbered("p/a.yaml:41 then p/b.yaml:7:3, port 443"), "p/a.yaml: then p/b.yaml::3, port 443");
        assert_eq!(unnumbered("a.yaml"), "a.yaml");
    }
}
