//! Squid's outer form: lines, comments, words. Knows no directive.
//!
//! Stricter than Squid on purpose: no continuation, no tab, no leading space, no quoting but a whole quoted path, no
//! `#` after a word, no macro. What is left has one meaning whatever Squid's parser does with the rest.

use nom::bytes::complete::{tag, take_while1};
use nom::sequence::delimited;
use nom::{IResult, Parser, branch::alt, combinator::recognize};

use crate::diagnostics::codes::readback::READBACK_STRAY_BYTE;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::dialects::File;

/// Squid 5.7 reads lines into 8192 bytes: the rest of a longer one, even of a comment, is a line of its own (measured:
/// a comment can so hold a directive). An acl with more networks is written as several lines of the same name.
const LONGEST_LINE: usize = 8000;

/// One word and its first byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl Word<'_> {
    pub(super) fn span(&self, file: &File<'_>) -> Span {
        file.span(self.start, self.start + self.text.len())
    }
}

/// One directive line: its words, at least one, and the comment line directly above it.
#[derive(Debug)]
pub(super) struct Statement<'a> {
    pub(super) words: Vec<Word<'a>>,
    pub(super) remark: Option<&'a str>,
}

impl<'a> Statement<'a> {
    /// The directive's name.
    pub(super) fn name(&self) -> Word<'a> {
        self.words[0]
    }

    /// Everything after the name.
    pub(super) fn values(&self) -> &[Word<'a>] {
        &self.words[1..]
    }

    pub(super) fn span(&self, file: &File<'_>) -> Span {
        self.from(0, file)
    }

    /// From the given word to the end of the line; the name itself when there is nothing there.
    pub(super) fn from(&self, word: usize, file: &File<'_>) -> Span {
        let first = self.words.get(word).unwrap_or(&self.words[0]);
        let last = self.words[self.words.len() - 1];
        file.span(first.start, last.start + last.text.len())
    }
}

/// The lines of a text with the byte each starts at, without their ends.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        (at, line.strip_suffix('\n').unwrap_or(line))
    })
}

/// All directive lines.
pub(super) fn statements<'a>(file: &File<'a>, sink: &mut Sink) -> Vec<Statement<'a>> {
    let mut found = Vec::new();
    let mut remark = None;
    for (start, line) in lines(file.text) {
        if let Some(why) = refused_line(line) {
            stray(file.span(start, start + line.len().max(1)), why, sink);
        } else if let Some(comment) = line.strip_prefix('#') {
            remark = Some(comment.trim());
        } else if line.is_empty() {
            remark = None;
        } else if let Some(words) = words(file, start, line, sink) {
            found.push(Statement { words, remark: remark.take() });
        }
    }
    found
}

/// Why a whole line cannot stand, if so; comments included.
fn refused_line(line: &str) -> Option<&'static str> {
    if line.len() > LONGEST_LINE {
        return Some("a line longer than 8000 bytes, whose end Squid takes for another line");
    }
    if line.chars().any(char::is_control) {
        return Some("a control character");
    }
    if line.starts_with("#line ") {
        return Some("`#line` changes where Squid believes to be");
    }
    None
}

fn stray(span: Span, why: &str, sink: &mut Sink) {
    sink.push(Diagnostic::new(&READBACK_STRAY_BYTE, span, why));
}

/// Words separated by single or several spaces; None when a character is refused.
fn words<'a>(file: &File<'_>, start: usize, line: &'a str, sink: &mut Sink) -> Option<Vec<Word<'a>>> {
    let mut found = Vec::new();
    let mut rest = line;
    loop {
        let at = start + (line.len() - rest.len());
        let Ok((after, text)) = word(rest) else {
            let bad = rest.chars().next().map_or(1, char::len_utf8);
            let end = (at + bad).min(file.text.len());
            stray(file.span(at, end), "a character that the reader does not accept here", sink);
            return None;
        };
        found.push(Word { text, start: at });
        rest = after.trim_start_matches(' ');
        if rest.is_empty() {
            return Some(found);
        }
        if rest.len() == after.len() {
            let at = start + (line.len() - rest.len());
            let bad = rest.chars().next().map_or(1, char::len_utf8);
            stray(file.span(at, at + bad), "a character that ends no word", sink);
            return None;
        }
    }
}

fn word(input: &str) -> IResult<&str, &str> {
    alt((quoted, take_while1(is_word))).parse(input)
}

fn quoted(input: &str) -> IResult<&str, &str> {
    recognize(delimited(tag("\""), take_while1(is_path), tag("\""))).parse(input)
}

fn is_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/._-".contains(c)
}

/// What a bare word may hold: no quote, no backslash, no macro, no comment sign.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/._-:!^$()[]|+*?@=,".contains(c)
}
