//! IOS's outer form, as `show running-config` prints it: statements at the margin, those of a block one space in; `!`
//! begins a line for people; a banner runs to its `^C`; `end` is the last line. Knows no statement.
//!
//! The switch itself looks at no indentation: it tries a line in the mode it is in, then at the margin's. Only the
//! printed form is read, so that one text has one meaning.

use crate::diagnostics::codes::readback::{READBACK_INCOMPLETE, READBACK_STRAY_BYTE};
use crate::diagnostics::{Code, Diagnostic, Sink, Span};
use crate::dialects::File;

/// What opens and closes the text of a banner: the two characters that stand for one on the device.
const MARK: &str = "^C";

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

    /// Whether it begins with these words.
    pub(super) fn begins(&self, start: &str) -> bool {
        let mut words = self.words.iter().map(|w| w.text);
        start.split(' ').all(|part| words.next() == Some(part))
    }
}

/// What is read so far.
struct Text<'f, 's, 'a> {
    file: &'f File<'a>,
    sink: &'s mut Sink,
    lines: Vec<Line<'a>>,
    /// The line that opened a banner.
    banner: Option<Span>,
    /// `end` was read.
    ended: bool,
}

/// Every statement of a file, `end` not among them.
pub(super) fn read<'a>(file: &File<'a>, sink: &mut Sink) -> Vec<Line<'a>> {
    let mut text = Text { file, sink, lines: Vec::new(), banner: None, ended: false };
    let mut start = 0;
    for raw in file.text.split_inclusive('\n') {
        text.line(start, raw.strip_suffix('\n').unwrap_or(raw));
        start += raw.len();
    }
    let end = file.span(file.text.len(), file.text.len());
    if let Some(opened) = text.banner {
        text.refuse(&READBACK_INCOMPLETE, opened, "a banner that no `^C` closes");
    } else if !text.ended {
        let finding = Diagnostic::new(&READBACK_INCOMPLETE, end, "no `end`: the text may have been cut short");
        text.sink.push(finding.help("copy the whole text again: `end` is its last line"));
    }
    text.lines
}

impl<'a> Text<'_, '_, 'a> {
    fn refuse(&mut self, code: &'static Code, span: Span, what: &str) {
        self.sink.push(Diagnostic::new(code, span, what));
    }

    fn line(&mut self, start: usize, line: &'a str) {
        if let Some((at, bad)) = line.char_indices().find(|(_, c)| !c.is_ascii_graphic() && *c != ' ') {
            let span = self.file.span(start + at, start + at + bad.len_utf8());
            return self.refuse(&READBACK_STRAY_BYTE, span, "a character that has no meaning here");
        }
        let body = line.trim_matches(' ');
        let span = self.file.span(start, start + line.len());
        if self.banner.is_some() {
            self.in_banner(span, line);
        } else if body.is_empty() || line.starts_with('!') || (start == 0 && body == "Building configuration...") {
            // For people.
        } else if self.ended {
            self.refuse(&READBACK_STRAY_BYTE, span, "a statement below `end`, which the switch never reads");
        } else if line == "end" {
            self.ended = true;
        } else {
            self.statement(start, line);
        }
    }

    fn in_banner(&mut self, span: Span, line: &str) {
        if line == MARK {
            self.banner = None;
        } else if line.contains('^') {
            self.refuse(
                &READBACK_STRAY_BYTE,
                span,
                "`^` may close the banner, by itself or with `C`: what stands below would be statements",
            );
        }
    }

    fn statement(&mut self, start: usize, line: &'a str) {
        let body = line.trim_start_matches(' ');
        let indent = line.len() - body.len();
        if indent > 1 {
            let span = self.file.span(start, start + indent);
            return self.refuse(&READBACK_STRAY_BYTE, span, "neither at the margin nor one space in");
        }
        let words = words(start + indent, body);
        if words[0].text == "banner" {
            self.banner = Some(self.file.span(start, start + line.len()));
        }
        self.lines.push(Line { words, inner: indent == 1 });
    }
}

fn words(start: usize, body: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut at = start;
    for text in body.split(' ') {
        if !text.is_empty() {
            found.push(Word { text, start: at });
        }
        at += text.len() + 1;
    }
    found
}
