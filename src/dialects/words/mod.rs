//! Words of a text that is read back: where each stands, what value it spells, and tables of the keys a section takes.
//!
//! Takes slices of a text, gives typed values or a finding at the exact bytes. Knows no syntax and no device.

mod blanks;
mod constant;
mod table;
mod value;

pub(in crate::dialects) use blanks::trimmed;
pub use constant::departure;
pub use table::{Entry, Refused, Row, Table, many, one};
pub use value::{address, among, decimal, hexadecimal, interface, interface_address, list, only, prefix};

use crate::config::Loc;
use crate::diagnostics::codes::host;
use crate::diagnostics::{Code, Diagnostic, Span};
use crate::dialects::File;
use std::ops::Range;

/// A word: what it says once quotes are gone, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What it says.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// Its line.
    pub loc: Loc,
}

/// A value, or the finding at its place.
pub type Read<T> = Result<T, Box<Diagnostic>>;

/// Words of a file, by their bytes.
pub trait Words {
    /// The word that stands at some bytes.
    fn word(&self, bytes: Range<usize>) -> Word;

    /// A word whose meaning is not its bytes: it was quoted.
    fn word_saying(&self, text: String, bytes: Range<usize>) -> Word;

    /// The first character that no text format here may hold: a control character other than tab and line feed, or,
    /// outside a comment of its own line, a blank that people take for a space and no program does.
    fn stray(&self) -> Option<Diagnostic>;

    /// The first line: the place of what a whole file lacks.
    fn head(&self) -> Word;

    /// The lines, without the blanks around them, each with its place.
    fn lines(&self) -> Vec<Word>;
}

impl Words for File<'_> {
    fn word(&self, bytes: Range<usize>) -> Word {
        self.word_saying(self.text[bytes.clone()].to_owned(), bytes)
    }

    fn word_saying(&self, text: String, bytes: Range<usize>) -> Word {
        Word { text, loc: self.loc(bytes.start), span: self.span(bytes.start, bytes.end) }
    }

    fn stray(&self) -> Option<Diagnostic> {
        let mut start = 0;
        let found = self.text.split_inclusive('\n').find_map(|line| {
            let is_comment = blanks::trimmed_start(line).starts_with(['#', ';']);
            let at = line.char_indices().find(|(_, c)| blanks::is_stray(*c, is_comment));
            start += line.len();
            at.map(|(at, c)| (start - line.len() + at, c))
        });
        let (at, c) = found?;
        let word = self.word(at..at + c.len_utf8());
        Some(match c.is_control() {
            true => word.wrong(&host::SYNTAX, "a control character stands here"),
            false => word
                .wrong(
                    &host::SYNTAX,
                    format!("a blank stands here that programs take for a letter (U+{:04X})", c as u32),
                )
                .help("write a space, or nothing"),
        })
    }

    fn head(&self) -> Word {
        self.word(0..self.text.lines().next().unwrap_or_default().len())
    }

    fn lines(&self) -> Vec<Word> {
        let mut start = 0;
        let mut place = |line: &str| {
            let bytes = blanks::trimmed(line);
            start += line.len();
            self.word(start - line.len() + bytes.start..start - line.len() + bytes.end)
        };
        self.text.split_inclusive('\n').map(&mut place).collect()
    }
}

impl Word {
    /// A finding at this word.
    pub fn wrong(&self, code: &'static Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.span, message)
    }

    /// The words between separators, without the spaces around them, as strongSwan's enumerators take them; an empty
    /// one keeps its place.
    pub fn split(&self, separator: char) -> Vec<Word> {
        let whole = self.span.end - self.span.start == self.text.len();
        let mut at = 0;
        self.text
            .split(separator)
            .map(|part| {
                let start = at + part.len() - part.trim_start_matches(' ').len();
                at += part.len() + separator.len_utf8();
                self.part(part.trim_matches(' '), start, whole)
            })
            .collect()
    }

    /// The words between spaces and tabs.
    pub fn words(&self) -> Vec<Word> {
        let whole = self.span.end - self.span.start == self.text.len();
        self.text
            .split([' ', '\t'])
            .filter(|part| !part.is_empty())
            .map(|part| {
                let start = part.as_ptr() as usize - self.text.as_ptr() as usize;
                self.part(part, start, whole)
            })
            .collect()
    }

    /// A part of this word; the whole place when the text was quoted and bytes no longer match.
    fn part(&self, part: &str, start: usize, whole: bool) -> Word {
        let mut span = self.span;
        if whole {
            span.start += start;
            span.end = span.start + part.len();
        }
        Word { text: part.to_owned(), span, loc: self.loc }
    }
}
