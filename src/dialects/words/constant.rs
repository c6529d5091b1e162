//! A text that must be a constant one, byte for byte: a script is code, and no proof reads code.

use super::{Word, Words};
use crate::dialects::File;

/// The first line, from a byte on, by which a file is not a body to its very end; None when it is.
pub fn departure(file: &File<'_>, from: usize, body: &str) -> Option<Word> {
    let text = &file.text[from..];
    if text == body {
        return None;
    }
    let mut ours = body.split_inclusive('\n');
    let mut start = from;
    for line in text.split_inclusive('\n') {
        if ours.next() != Some(line) {
            return Some(file.word(start..start + line.trim_end_matches('\n').len()));
        }
        start += line.len();
    }
    Some(file.word(start..start))
}
