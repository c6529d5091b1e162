//! AOS-S's outer form, as `show running-config` prints it: statements at the margin, blocks three spaces in, closed by
//! `exit`; `;` begins a line for people. Knows no statement.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::combinator::recognize;
use nom::sequence::delimited;
use nom::{IResult, Parser};

use crate::diagnostics::codes::readback::READBACK_STRAY_BYTE;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::dialects::File;

/// How far blocks stand in.
const INDENT: usize = 3;

/// One word and its first byte; a quoted text keeps its quotes.
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

/// One statement: at least one word.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    pub(super) words: Vec<Word<'a>>,
    /// It stands in a block.
    pub(super) inner: bool,
}

impl Line<'_> {
    pub(super) fn span(&self, file: &File<'_>) -> Span {
        let last = self.words[self.words.len() - 1];
        file.span(self.words[0].start, last.start + last.text.len())
    }

    /// The words with one space between them.
    pub(super) fn text(&self) -> String {
        self.words.iter().map(|w| w.text).collect::<Vec<_>>().join(" ")
    }
}

/// The text of the first line that is not empty, and every statement after it.
pub(super) fn read<'a>(file: &File<'a>, sink: &mut Sink) -> (&'a str, Vec<Line<'a>>) {
    let header = file.text.lines().find(|line| !line.trim_end_matches(' ').is_empty()).unwrap_or("");
    let mut found = Vec::new();
    let mut start = 0;
    for raw in file.text.split_inclusive('\n') {
        let line = raw.strip_suffix('\n').unwrap_or(raw);
        if !line.starts_with(';') && !line.trim_end_matches(' ').is_empty() {
            found.extend(statement(file, start, line, sink));
        } else if line.chars().any(char::is_control) {
            stray(file.span(start, start + line.len()), "a control character", sink);
        }
        start += raw.len();
    }
    (header, found)
}

fn stray(span: Span, what: &str, sink: &mut Sink) {
    sink.push(Diagnostic::new(&READBACK_STRAY_BYTE, span, what));
}

fn statement<'a>(file: &File<'_>, start: usize, line: &'a str, sink: &mut Sink) -> Option<Line<'a>> {
    let body = line.trim_start_matches(' ');
    let indent = line.len() - body.len();
    if indent != 0 && indent != INDENT {
        stray(file.span(start, start + indent), "neither at the margin nor three spaces in", sink);
        return None;
    }
    let mut words = Vec::new();
    let mut rest = body.trim_end_matches(' ');
    while !rest.is_empty() {
        let at = start + indent + (body.trim_end_matches(' ').len() - rest.len());
        let Some((after, text)) = word(rest).ok().filter(|(after, _)| after.is_empty() || after.starts_with(' '))
        else {
            let bad = rest.find(|c| !is_bare(c)).unwrap_or(0);
            let width = rest[bad..].chars().next().map_or(1, char::len_utf8);
            stray(file.span(at + bad, at + bad + width), "a character that has no meaning here", sink);
            return None;
        };
        words.push(Word { text, start: at });
        rest = after.trim_start_matches(' ');
    }
    Some(Line { words, inner: indent == INDENT })
}

fn word(input: &str) -> IResult<&str, &str> {
    let quoted = recognize(delimited(tag("\""), take_while(is_quoted), tag("\"")));
    alt((quoted, take_while1(is_bare))).parse(input)
}

fn is_bare(c: char) -> bool {
    c.is_ascii_graphic() && c != '"' && c != ';' && c != '\\'
}

fn is_quoted(c: char) -> bool {
    (c.is_ascii_graphic() || c == ' ') && c != '"' && c != '\\'
}
