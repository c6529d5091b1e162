//! Which characters are blanks to the programs whose files are read: the space, the tab, the end of a line.
//!
//! systemd strips `" \t\n\r"` (`WHITESPACE` in its basic/string-util.h), strongSwan's settings the same. Rust's own
//! `trim` also takes what Unicode calls white space: a no-break space before a key would be forgiven here, and make
//! the program skip the line. A carriage return is one of the control characters that are refused wherever they stand.

use std::ops::Range;

/// The blanks of these programs.
const BLANKS: [char; 3] = [' ', '\t', '\n'];

/// The bytes of a text without the blanks around it.
pub(in crate::dialects) fn trimmed(text: &str) -> Range<usize> {
    let from = text.len() - trimmed_start(text).len();
    from..text.trim_end_matches(BLANKS).len().max(from)
}

/// A text without the blanks before it.
pub(super) fn trimmed_start(text: &str) -> &str {
    text.trim_start_matches(BLANKS)
}

/// True of a character that may not stand: in a comment any blank may, a control character never.
pub(super) fn is_stray(c: char, in_comment: bool) -> bool {
    !BLANKS.contains(&c) && (c.is_control() || (c.is_whitespace() && !in_comment))
}
