//! The tables of a whole `nft list ruleset`: whose they are, and what each hooks into.
//!
//! Takes the text; gives the place of every table, so that one of them can be read alone, and of each the hooks, the
//! flowtables and the flags. Nothing else of a table is looked at, and nothing outside one is let by.

use std::ops::Range;

use crate::diagnostics::{Diagnostic, Sink};
use crate::dialects::{File, line_starts};

use super::codes::SYNTAX;
use super::lexer::{Kind, Token, tokens};
use super::{Form, ruleset};
use crate::config::filter::Kind as BaseKind;

/// A table of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// `inet`, `ip`, `ip6`, `arp`, `bridge`, `netdev`.
    pub family: String,
    /// Its name.
    pub name: String,
    /// Its flags: `dormant`, `owner`, `persist`.
    pub flags: Vec<String>,
    /// Its base chains.
    pub hooks: Vec<Hooked>,
    /// Its flowtables.
    pub flowtables: Vec<String>,
    /// First byte, opening brace, and one past the closing one.
    at: (usize, usize, usize),
}

/// A base chain of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hooked {
    /// `filter`, `nat`, `route`.
    pub kind: String,
    /// Where the kernel calls it.
    pub hook: String,
    /// When, as the listing says it.
    pub priority: String,
}

impl Table {
    /// `inet f2b-table`, as people name it.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} {}", self.family, self.name)
    }

    /// The whole text with all but this table blank: every place in it stays where it was.
    #[must_use]
    pub fn alone(&self, text: &str) -> String {
        let inside: Range<usize> = self.at.0..self.at.2;
        let blank = |(at, byte): (usize, u8)| if inside.contains(&at) || byte == b'\n' { byte } else { b' ' };
        String::from_utf8(text.bytes().enumerate().map(blank).collect()).unwrap_or_default()
    }

    /// Whether all it can do is drop packets that it sees: every statement of it was read, and every base chain filters.
    /// Read as a table of both families, which holds more packets, and says no less of what is done to them.
    #[must_use]
    pub fn only_drops(&self, text: &str) -> bool {
        let text = format!("table inet {} {}\n", self.name, &text[self.at.1..self.at.2]);
        let starts = line_starts(&text);
        let source = crate::diagnostics::Sources::default().add("table", text.as_str());
        let file = File { path: "table", text: &text, source, number: 0, starts: &starts };
        let is_ip = matches!(self.family.as_str(), "ip" | "ip6" | "inet");
        let read = ruleset(file, Form::Listing, &mut Sink::default()).filter(|_| is_ip && self.flowtables.is_empty());
        read.is_some_and(|filter| {
            let mut bases = filter.chains.iter().filter_map(|chain| chain.base);
            bases.all(|base| base.kind == BaseKind::Filter)
        })
    }
}

/// The table that a script replaces: its family and its name.
#[must_use]
pub fn replaced(script: &str) -> Option<(String, String)> {
    let words: Vec<Token<'_>> = tokens(script).into_iter().filter(|t| t.kind == Kind::Word).take(3).collect();
    match words.as_slice() {
        [table, family, name] if table.text == "table" => Some((family.text.to_owned(), name.text.to_owned())),
        _ => None,
    }
}

/// Every table of a listing; `None` when the text is anything else, and told.
pub fn tables(file: &File<'_>, sink: &mut Sink) -> Option<Vec<Table>> {
    let mut walk = Walk { tokens: tokens(file.text), at: 0, found: Vec::new() };
    match walk.all() {
        Ok(()) => Some(walk.found),
        Err((token, says)) => {
            sink.push(Diagnostic::new(&SYNTAX, file.span(token.start, token.end), says));
            None
        }
    }
}

/// Where the walk stopped, and why.
type Stopped<'a> = (Token<'a>, &'static str);

struct Walk<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    found: Vec<Table>,
}

impl<'a> Walk<'a> {
    fn next(&mut self) -> Token<'a> {
        let token = self.tokens[self.at];
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn all(&mut self) -> Result<(), Stopped<'a>> {
        loop {
            let first = self.next();
            match first.kind {
                Kind::Newline | Kind::Comment => {}
                Kind::End => return Ok(()),
                Kind::Word if first.text == "table" => self.table(first)?,
                _ => return Err((first, "a listing holds tables, and nothing else outside them")),
            }
        }
    }

    fn table(&mut self, first: Token<'a>) -> Result<(), Stopped<'a>> {
        let (family, name, brace) = (self.next(), self.next(), self.next());
        let is_named = family.kind == Kind::Word && matches!(name.kind, Kind::Word | Kind::Quoted);
        if !is_named || brace.text != "{" || brace.kind != Kind::Sign {
            return Err((first, "not the beginning of a table: `table FAMILY NAME {`"));
        }
        self.found.push(Table {
            family: family.text.to_owned(),
            name: name.text.to_owned(),
            flags: Vec::new(),
            hooks: Vec::new(),
            flowtables: Vec::new(),
            at: (first.start, brace.start, brace.end),
        });
        let end = self.inside()?;
        self.table_now().at.2 = end;
        Ok(())
    }

    fn table_now(&mut self) -> &mut Table {
        self.found.last_mut().expect("a table is open")
    }

    /// Up to the brace that closes the table; its end.
    fn inside(&mut self) -> Result<usize, Stopped<'a>> {
        let (mut depth, mut begins) = (1, true);
        loop {
            let token = self.next();
            match (token.kind, token.text) {
                (Kind::End, _) => return Err((token, "the listing ends inside a table: it was cut short")),
                (Kind::Bad, "\"" | "#") => return Err((token, "a text or a remark that does not end on its line")),
                (Kind::Sign, "{") => depth += 1,
                (Kind::Sign, "}") => depth -= 1,
                (Kind::Word, "flags") if begins && depth == 1 => self.flags(),
                (Kind::Word, "flowtable") if begins && depth == 1 => {
                    let name = self.tokens[self.at].text.to_owned();
                    self.table_now().flowtables.push(name);
                }
                (Kind::Word, "type") if begins && depth == 2 => self.hooked(),
                _ => {}
            }
            if depth == 0 {
                return Ok(token.end);
            }
            begins = match token.kind {
                Kind::Newline | Kind::Comment => true,
                Kind::Sign => matches!(token.text, "{" | "}" | ";"),
                _ => false,
            };
        }
    }

    /// Words up to the end of the statement, which is left.
    fn statement(&mut self) -> Vec<&'a str> {
        let mut words = Vec::new();
        loop {
            let token = self.tokens[self.at];
            let ends = matches!(token.kind, Kind::Newline | Kind::End | Kind::Comment);
            if ends || (token.kind == Kind::Sign && matches!(token.text, ";" | "{" | "}")) {
                return words;
            }
            words.push(token.text);
            self.at += 1;
        }
    }

    fn flags(&mut self) {
        let words = self.statement().into_iter().filter(|word| *word != ",").map(str::to_owned).collect();
        self.table_now().flags = words;
    }

    /// `filter hook input priority filter - 1`; a set has a type and no hook.
    fn hooked(&mut self) {
        let words = self.statement();
        let after = |word: &str| words.iter().position(|w| *w == word).map(|at| words[at + 1..].join(" "));
        if let (Some(kind), Some(hook)) = (words.first(), after("hook")) {
            let hook = hook.split(' ').next().unwrap_or_default().to_owned();
            let priority = after("priority").unwrap_or_default();
            let hooked = Hooked { kind: (*kind).to_owned(), hook, priority };
            self.table_now().hooks.push(hooked);
        }
    }
}
