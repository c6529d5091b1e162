//! A section's keys as a table: which it takes, what each does, what an absent one means, and which are refused and why.

use super::{Read, Word};
use crate::diagnostics::codes::host;
use crate::diagnostics::{Diagnostic, Sink, nearest};
use std::collections::BTreeMap;

/// One `key = value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub key: Word,
    /// Its value, never empty.
    pub value: Word,
}

/// What a key's value does to a draft.
type Take<T> = fn(&mut T, &Word) -> Read<()>;

/// A key that a section takes.
pub struct Row<T> {
    key: &'static str,
    many: bool,
    take: Take<T>,
}

/// A key that may stand once: a second one would silently win or lose.
pub const fn one<T>(key: &'static str, take: Take<T>) -> Row<T> {
    Row { key, many: false, take }
}

/// A key that may stand several times, each adding to a list.
pub const fn many<T>(key: &'static str, take: Take<T>) -> Row<T> {
    Row { key, many: true, take }
}

/// A key that the program knows and we do not model, with the reason.
pub type Refused = (&'static str, &'static str);

/// Everything a section may hold.
pub struct Table<T: 'static> {
    /// What it is, for people: "a connection".
    pub what: &'static str,
    /// The page that says so.
    pub page: &'static str,
    /// Its keys.
    pub rows: &'static [Row<T>],
    /// What an absent key means, in the program's own words.
    pub defaults: &'static [(&'static str, &'static str)],
    /// Keys that the program knows and we do not model.
    pub refused: &'static [Refused],
}

impl<T> Table<T> {
    /// Fills a draft from the entries of a section, then from the defaults of the absent keys.
    pub fn fill(&self, draft: &mut T, section: &Word, entries: &[Entry], sink: &mut Sink) {
        let mut seen: BTreeMap<&str, &Word> = BTreeMap::new();
        for entry in entries {
            let key = entry.key.text.as_str();
            let Some(row) = self.rows.iter().find(|r| r.key == key) else {
                sink.push(self.unknown(&entry.key));
                continue;
            };
            if let Some(first) = seen.insert(key, &entry.key)
                && !row.many
            {
                sink.push(twice(&entry.key, first));
            } else if let Err(finding) = (row.take)(draft, &entry.value) {
                sink.push(*finding);
            }
        }
        for row in self.rows.iter().filter(|r| !seen.contains_key(r.key)) {
            self.take_default(row, draft, section, sink);
        }
    }

    fn take_default(&self, row: &Row<T>, draft: &mut T, section: &Word, sink: &mut Sink) {
        let Some((_, value)) = self.defaults.iter().find(|(key, _)| *key == row.key) else {
            return;
        };
        let word = Word { text: (*value).to_owned(), ..section.clone() };
        if let Err(finding) = (row.take)(draft, &word) {
            sink.push(
                finding.help(format!("`{}` is absent here, and absent means `{value}` ({})", row.key, self.page)),
            );
        }
    }

    fn unknown(&self, key: &Word) -> Diagnostic {
        let finding = key.wrong(&host::UNKNOWN_KEY, format!("`{}` is not a key that {} may hold", key.text, self.what));
        if let Some((_, why)) = self.refused.iter().find(|(k, _)| *k == key.text) {
            return finding.help(format!("the program knows it, and {why}"));
        }
        match nearest(&key.text, self.rows.iter().map(|row| row.key)) {
            Some(known) => finding.help(format!("did you mean `{known}`?")),
            None => finding.help(format!("every key read is in {}", self.page)),
        }
    }
}

fn twice(second: &Word, first: &Word) -> Diagnostic {
    second
        .wrong(&host::DUPLICATE, format!("`{}` stands twice in one section", second.text))
        .other(first.span, "first here")
        .help("the program would take one of the two without a word: write it once")
}
