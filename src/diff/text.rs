//! Files of a device before and after: which came, went or changed, and the lines that differ.

use std::collections::BTreeSet;

use similar::{ChangeTag, TextDiff};

use crate::config::FileSet;

/// Lines of context around a change.
const AROUND: usize = 2;

/// A file that is not the same on both sides.
#[derive(Debug, Clone)]
pub struct FileReport {
    /// Its path below the device's directory.
    pub path: String,
    /// It was there before.
    pub before: bool,
    /// It is there after.
    pub after: bool,
    /// Stretches of lines that differ.
    pub hunks: Vec<Hunk>,
}

/// A stretch of lines that differ, with some around.
#[derive(Debug, Clone)]
pub struct Hunk {
    /// `@@ -3,7 +3,8 @@`.
    pub header: String,
    /// Lines with `-`, `+` or a space before them.
    pub lines: Vec<String>,
}

/// Every file that is not the same on both sides.
pub(super) fn files(old: Option<&FileSet>, new: Option<&FileSet>) -> Vec<FileReport> {
    let none = FileSet::new();
    let [old, new] = [old, new].map(|files| files.unwrap_or(&none));
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differing = paths.into_iter().filter(|path| old.get(*path) != new.get(*path));
    differing
        .map(|path| {
            let (before, after) = (old.get(path), new.get(path));
            let hunks = hunks(before.map_or("", String::as_str), after.map_or("", String::as_str));
            FileReport { path: path.clone(), before: before.is_some(), after: after.is_some(), hunks }
        })
        .collect()
}

fn hunks(old: &str, new: &str) -> Vec<Hunk> {
    let diff = TextDiff::from_lines(old, new);
    let mut unified = diff.unified_diff();
    let hunks = unified.context_radius(AROUND).iter_hunks().map(|hunk| Hunk {
        header: hunk.header().to_string(),
        lines: hunk
            .iter_changes()
            .map(|change| {
                let sign = match change.tag() {
                    ChangeTag::Delete => '-',
                    ChangeTag::Insert => '+',
                    ChangeTag::Equal => ' ',
                };
                format!("{sign}{}", change.value().trim_end_matches('\n'))
            })
            .collect(),
    });
    hunks.collect()
}
