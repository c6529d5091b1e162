//! The syntax of systemd's files: `[Section]` and `Key=Value` lines (systemd.syntax(7)).
//!
//! Takes a text, gives sections in order with every word's place. Continued lines and empty values (which clear what
//! came before) are errors. Knows no key.

use crate::diagnostics::Sink;
use crate::diagnostics::codes::host;
use crate::dialects::File;
use crate::dialects::words::Words;
use crate::dialects::words::{Entry, Read, Word, trimmed};

/// A section: its name and its settings, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::dialects) struct Section {
    /// Its name, without the brackets.
    pub(in crate::dialects) name: Word,
    /// Its settings.
    pub(in crate::dialects) entries: Vec<Entry>,
}

/// The sections of a text, in order; what is no section, setting, comment or empty line goes to the sink.
pub(in crate::dialects) fn parse(text: &File<'_>, sink: &mut Sink) -> Vec<Section> {
    if let Some(stray) = text.stray() {
        sink.push(stray);
        return Vec::new();
    }
    let mut sections: Vec<Section> = Vec::new();
    for word in text.lines() {
        if word.text.is_empty() || word.text.starts_with(['#', ';']) {
            continue;
        }
        if let Err(finding) = take_line(text, &word, &mut sections) {
            sink.push(*finding);
        }
    }
    sections
}

/// A part of a line without the blanks around it.
fn part(text: &File<'_>, start: usize, part: &str) -> Word {
    let bytes = trimmed(part);
    text.word(start + bytes.start..start + bytes.end)
}

fn take_line(text: &File<'_>, line: &Word, sections: &mut Vec<Section>) -> Read<()> {
    if line.text.ends_with('\\') {
        return Err(Box::new(line.wrong(&host::SYNTAX, "this line goes on in the next")));
    }
    if let Some(name) = line.text.strip_prefix('[') {
        sections.push(Section { name: header(text, line, name)?, entries: Vec::new() });
        return Ok(());
    }
    let entry = setting(text, line)?;
    let section =
        sections.last_mut().ok_or_else(|| Box::new(line.wrong(&host::SYNTAX, "this stands before any section")))?;
    section.entries.push(entry);
    Ok(())
}

fn header(text: &File<'_>, line: &Word, name: &str) -> Read<Word> {
    let clean = |n: &&str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_alphanumeric());
    match name.strip_suffix(']').filter(clean) {
        Some(_) => Ok(text.word(line.span.start + 1..line.span.end - 1)),
        None => Err(Box::new(line.wrong(&host::SYNTAX, "this is no section header"))),
    }
}

fn setting(text: &File<'_>, line: &Word) -> Read<Entry> {
    let Some(equals) = line.text.find('=') else {
        return Err(Box::new(line.wrong(&host::SYNTAX, "this line is no setting")));
    };
    let at = line.span.start + equals;
    let key = part(text, line.span.start, &line.text[..equals]);
    let value = part(text, at + 1, &line.text[equals + 1..]);
    if key.text.is_empty() || !key.text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Box::new(line.wrong(&host::SYNTAX, "this line is no setting")));
    }
    if value.text.is_empty() {
        return Err(Box::new(
            key.wrong(&host::VALUE, format!("`{}` has no value", key.text))
                .help("an empty assignment clears a setting: leave the key out"),
        ));
    }
    Ok(Entry { key, value })
}
