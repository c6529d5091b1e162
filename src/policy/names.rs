//! Names: their pattern, the reserved words, and the nearest known name.

use crate::diagnostics::{Code, Diagnostic, Span, nearest};

use super::model::Name;

/// The text of a name that could not be read: outside the pattern, so that it never meets a real one.
pub(crate) const STAND_IN: &str = "?";

/// Words of the language that nothing may be called.
pub(crate) const RESERVED: &[&str] =
    &["all", "any", "ap", "gateway", "internet", "no", "none", "off", "on", "self", "supervision", "unused", "yes"];

/// True for `[A-Za-z0-9][A-Za-z0-9_-]*`.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// True for a name that could not be read, or that nothing may have: it was told where it stands.
pub(crate) fn is_told(name: &Name) -> bool {
    !is_name(name.as_str())
}

/// True for a word of the language, in any case.
pub(crate) fn is_reserved(text: &str) -> bool {
    RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Names one may use somewhere, each with the place that defines it.
#[derive(Default, Clone)]
pub(crate) struct Known<'p> {
    names: Vec<(&'p str, Option<Span>)>,
}

impl<'p> Known<'p> {
    /// Adds a name.
    pub(crate) fn add(&mut self, name: &'p Name, place: Span) {
        if is_name(name.as_str()) {
            self.names.push((name.as_str(), Some(place)));
        }
    }

    /// Adds a word of the language.
    pub(crate) fn add_word(&mut self, word: &'p str) {
        self.names.push((word, None));
    }

    /// Adds those of another scope.
    pub(crate) fn join(&mut self, other: &Self) {
        self.names.extend(&other.names);
    }

    /// The names alone.
    pub(crate) fn words(&self) -> impl Iterator<Item = &'p str> {
        self.names.iter().map(|(name, _)| *name)
    }

    /// True when the name is among them.
    pub(crate) fn has(&self, name: &Name) -> bool {
        self.names.iter().any(|(known, _)| *known == name.as_str())
    }

    /// Where a name is defined.
    pub(crate) fn place(&self, name: &Name) -> Option<Span> {
        self.names.iter().find(|(known, _)| *known == name.as_str())?.1
    }

    /// The finding for a name that is not among them. `what` is said as `no zone`, `scope` as `in profile `x``.
    pub(crate) fn unknown(&self, code: &'static Code, span: Span, word: &str, what: &str, scope: &str) -> Diagnostic {
        let scope_text = if scope.is_empty() { String::new() } else { format!(" {scope}") };
        let found = Diagnostic::new(code, span, format!("there is no {what} `{word}`{scope_text}"));
        match nearest(word, self.names.iter().map(|(name, _)| *name)) {
            Some(near) => self.point_at(found, near),
            None => found.help(self.listing(what)),
        }
    }

    /// As [`Self::unknown`] where names are codes, of which the nearest says nothing.
    pub(crate) fn unknown_code(&self, code: &'static Code, span: Span, word: &str, what: &str) -> Diagnostic {
        Diagnostic::new(code, span, format!("there is no {what} `{word}`")).help(self.listing(what))
    }

    fn point_at(&self, found: Diagnostic, near: &str) -> Diagnostic {
        let found = found.help(format!("did you mean `{near}`?"));
        match self.names.iter().find(|(name, _)| *name == near) {
            Some((_, Some(place))) => found.other(*place, format!("`{near}` is defined here")),
            _ => found,
        }
    }

    fn listing(&self, what: &str) -> String {
        const SHOWN: usize = 20;
        if self.names.is_empty() {
            return format!("no {what} is defined here: define one, or delete this");
        }
        let mut words: Vec<String> = self.names.iter().map(|(name, _)| format!("`{name}`")).collect();
        words.sort();
        words.dedup();
        let hidden = words.len().saturating_sub(SHOWN);
        words.truncate(SHOWN);
        let tail = if hidden > 0 { format!(" and {hidden} more") } else { String::new() };
        format!("known here: {}{tail}", words.join(", "))
    }
}
