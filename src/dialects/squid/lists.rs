//! List files: the establishment's own domains, one `.domain` a line; and the slots of categories.

use std::collections::BTreeSet;

use super::defaults::{CATEGORY_ROOT, LISTS_ROOT};
use super::lines::{Word, lines};
use super::{Draft, acl, values};
use crate::config::web::DomainList;
use crate::diagnostics::codes::readback::{
    READBACK_BAD_VALUE, READBACK_FAILS_OPEN, READBACK_MISSING_FILE, READBACK_STRAY_BYTE, READBACK_UNUSED_FILE,
};
use crate::diagnostics::{Diagnostic, Sink};
use crate::dialects::File;

/// No domain needs more, and Squid's reader of lists has a buffer of its own: a longer line is not worth finding out.
const LONGEST_LINE: usize = 2000;

impl Draft<'_, '_> {
    /// Makes sure that the list behind a path is known; false when it is not.
    pub(super) fn use_list(&mut self, path: &str, word: Word<'_>) -> bool {
        if self.filter.lists.iter().any(|l| l.path == path) {
            return true;
        }
        let list = match category(path) {
            Some(category) => {
                Some(DomainList { path: path.to_owned(), category: Some(category.to_owned()), domains: Vec::new() })
            }
            None => self.own_list(path, word),
        };
        list.map(|l| self.filter.lists.push(l)).is_some()
    }

    fn own_list(&mut self, path: &str, word: Word<'_>) -> Option<DomainList> {
        let local = path.strip_prefix(LISTS_ROOT).unwrap_or("");
        let Some(file) = self.lists.iter().find(|f| f.path == local).copied() else {
            let what = format!("`{path}` is neither a category nor among the device's files");
            let span = word.span(&self.file);
            self.refuse(&READBACK_MISSING_FILE, span, what);
            return None;
        };
        let domains = self.domains(&file);
        Some(DomainList { path: path.to_owned(), category: None, domains })
    }

    fn domains(&mut self, file: &File<'_>) -> Vec<String> {
        let mut found = Vec::new();
        for (start, line) in lines(file.text) {
            let span = file.span(start, start + line.len());
            if line.len() > LONGEST_LINE || line.chars().any(char::is_control) {
                self.refuse(&READBACK_STRAY_BYTE, span, "a control character, or a line too long for Squid");
            } else if !line.is_empty() && !line.starts_with('#') {
                match values::domain(line) {
                    Ok(domain) => found.push(domain),
                    Err(why) => self.refuse(&READBACK_BAD_VALUE, span, why),
                }
            }
        }
        let whole = file.span(0, file.text.trim_end().len());
        if found.is_empty() {
            self.refuse(&READBACK_FAILS_OPEN, whole, "an empty list: what it refuses would pass");
        }
        acl::check_domains(self, &found, whole);
        found
    }
}

/// `adult` from `/etc/squid/ut1/adult/domains`.
fn category(path: &str) -> Option<&str> {
    let name = path.strip_prefix(CATEGORY_ROOT)?.strip_suffix("/domains")?;
    let ok = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    (!name.is_empty() && name.chars().all(ok)).then_some(name)
}

/// Every list file that no proxy of the device names.
pub(super) fn check_used(lists: &[File<'_>], used: &BTreeSet<String>, sink: &mut Sink) {
    for file in lists {
        if !used.contains(&format!("{LISTS_ROOT}{}", file.path)) {
            let what = format!("no proxy reads `{}`", file.path);
            sink.push(Diagnostic::new(&READBACK_UNUSED_FILE, file.span(0, 0), what));
        }
    }
}
