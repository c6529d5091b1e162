//! The syntax of strongSwan's settings files: nested sections and `key = value` (strongswan.conf(5), SYNTAX).
//!
//! Takes a text, gives a tree of sections with every word's place. References (`name : other`) and `include` draw
//! in what stands elsewhere, so both are errors. Knows no key.

use crate::diagnostics::codes::host;
use crate::diagnostics::{Code, Diagnostic};
use crate::dialects::File;
use crate::dialects::words::Words;
use crate::dialects::words::{Entry, Read, Word};
use nom::IResult;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{is_a, is_not, tag, take_while1};
use nom::combinator::{opt, recognize, value};
use nom::multi::{fold_many0, many0_count};
use nom::sequence::{delimited, preceded};
use std::collections::BTreeMap;

/// Sections nest no deeper than this in anything written for a gateway.
const DEEPEST: usize = 8;

/// A section: its name, its settings, the sections in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::dialects) struct Section {
    /// Its name.
    pub(in crate::dialects) name: Word,
    /// Its settings, in order.
    pub(in crate::dialects) entries: Vec<Entry>,
    /// Sections in it, in order.
    pub(in crate::dialects) sections: Vec<Section>,
}

/// A whole text as a section without a name; the first thing that is not in the syntax is the finding.
pub(in crate::dialects) fn parse(text: &File<'_>) -> Read<Section> {
    if let Some(stray) = text.stray() {
        return Err(Box::new(stray));
    }
    let mut cursor = Cursor { text, rest: text.text };
    cursor.body(text.word(0..0), 0)
}

struct Cursor<'a> {
    text: &'a File<'a>,
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn at(&self) -> usize {
        self.text.text.len() - self.rest.len()
    }

    /// Takes what a parser recognizes, if it does, and gives its value and its bytes.
    fn take<O>(
        &mut self,
        mut parser: impl FnMut(&'a str) -> IResult<&'a str, O>,
    ) -> Option<(O, std::ops::Range<usize>)> {
        let start = self.at();
        let (rest, found) = parser(self.rest).ok()?;
        self.rest = rest;
        Some((found, start..self.at()))
    }

    fn skip(&mut self, mut gap: impl FnMut(&'a str) -> IResult<&'a str, &'a str>) {
        self.take(&mut gap);
    }

    /// What stands here, as far as the line or the word goes.
    fn here(&self, code: &'static Code, message: &str) -> Diagnostic {
        let length = match self.rest.find([' ', '\t', '\n']) {
            Some(0) | None => self.rest.chars().next().map_or(0, char::len_utf8),
            Some(n) => n,
        };
        let span = self.text.span(self.at(), self.at() + length);
        Diagnostic::new(code, span, message)
    }

    /// Statements up to the closing brace of a section, or to the end of the text.
    fn body(&mut self, name: Word, depth: usize) -> Read<Section> {
        let mut section = Section { name, entries: Vec::new(), sections: Vec::new() };
        loop {
            self.skip(gap);
            if self.rest.is_empty() && depth == 0 {
                return distinct(section);
            }
            if self.rest.is_empty() {
                let message = format!("`{}` is never closed", section.name.text);
                return Err(Box::new(section.name.wrong(&host::SYNTAX, message)));
            }
            if depth > 0 && self.take(tag("}")).is_some() {
                return distinct(section);
            }
            self.statement(&mut section, depth)?;
        }
    }

    fn statement(&mut self, section: &mut Section, depth: usize) -> Read<()> {
        let Some((_, bytes)) = self.take(name) else {
            return Err(Box::new(self.here(&host::SYNTAX, "neither a setting nor a section begins like this")));
        };
        let name = self.text.word(bytes);
        self.skip(blanks);
        if self.take(tag("=")).is_some() {
            let value = self.value(&name)?;
            section.entries.push(Entry { key: name, value });
            return Ok(());
        }
        if name.text == "include" || self.rest.starts_with(':') {
            return Err(Box::new(drawn_in(&name)));
        }
        self.skip(line_end);
        if self.take(tag("{")).is_none() {
            return Err(Box::new(name.wrong(&host::SYNTAX, format!("neither `=` nor `{{` follows `{}`", name.text))));
        }
        if depth == DEEPEST {
            return Err(Box::new(name.wrong(&host::SYNTAX, "sections nest too deep here")));
        }
        let inner = self.body(name, depth + 1)?;
        section.sections.push(inner);
        Ok(())
    }

    /// The words up to the end of the line, a comment or a closing brace, joined by one space as the daemon does.
    fn value(&mut self, key: &Word) -> Read<Word> {
        let mut parts: Vec<String> = Vec::new();
        let mut place: Option<std::ops::Range<usize>> = None;
        loop {
            self.skip(blanks);
            let Some((part, bytes)) = self.take(value_part) else {
                break;
            };
            parts.push(part);
            place = Some(place.map_or(bytes.clone(), |p| p.start..bytes.end));
        }
        if self.rest.starts_with('"') {
            return Err(Box::new(self.here(
                &host::SYNTAX,
                "a quoted value ends on its own line and holds no escape but `\\\"` and `\\\\`",
            )));
        }
        let joined = parts.join(" ");
        match place {
            Some(bytes) if !joined.is_empty() => Ok(self.text.word_saying(joined, bytes)),
            _ => Err(Box::new(
                key.wrong(&host::VALUE, format!("`{}` has no value", key.text))
                    .help("an empty assignment clears a setting: leave the key out"),
            )),
        }
    }
}

fn drawn_in(name: &Word) -> Diagnostic {
    name.wrong(&host::INCLUDE, "this draws in what stands elsewhere").help("write every setting where it applies")
}

/// The section, if no two sections in it have one name: the daemon would merge them.
fn distinct(section: Section) -> Read<Section> {
    let mut seen: BTreeMap<&str, &Word> = BTreeMap::new();
    for inner in &section.sections {
        if let Some(first) = seen.insert(&inner.name.text, &inner.name) {
            return Err(Box::new(
                inner
                    .name
                    .wrong(&host::DUPLICATE, format!("section `{}` stands twice", inner.name.text))
                    .other(first.span, "first here")
                    .help("the daemon would merge the two: write one"),
            ));
        }
    }
    Ok(section)
}

fn name(input: &str) -> IResult<&str, &str> {
    take_while1(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).parse(input)
}

fn blanks(input: &str) -> IResult<&str, &str> {
    recognize(opt(is_a(" \t"))).parse(input)
}

fn comment(input: &str) -> IResult<&str, &str> {
    recognize(preceded(tag("#"), opt(is_not("\n")))).parse(input)
}

/// White space, line ends and comments.
fn gap(input: &str) -> IResult<&str, &str> {
    recognize(many0_count(alt((is_a(" \t\n"), comment)))).parse(input)
}

/// At most one line end: a section's brace may stand on the next line.
fn line_end(input: &str) -> IResult<&str, &str> {
    recognize((opt(comment), opt(tag("\n")), blanks)).parse(input)
}

fn value_part(input: &str) -> IResult<&str, String> {
    let bare = is_not("#}\" \t\n").map(str::to_owned);
    alt((quoted, bare)).parse(input)
}

fn quoted(input: &str) -> IResult<&str, String> {
    let escape = alt((value("\"", tag("\\\"")), value("\\", tag("\\\\"))));
    let inside = alt((is_not("\"\\\n"), escape));
    let text = fold_many0(inside, String::new, |mut all, part: &str| {
        all.push_str(part);
        all
    });
    delimited(tag("\""), text, tag("\"")).parse(input)
}
