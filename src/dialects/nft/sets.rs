//! Named sets and verdict maps (nft(8), "Sets", "Maps"), and the elements of those written in place.

use crate::config::filter::{Action, Entry, Key, NamedSet};
use crate::diagnostics::{Diagnostic, Span};

use super::Reader;
use super::codes::{MEANING, SYNTAX, UNSUPPORTED, VALUE};
use super::cursor::Parsed;
use super::lexer::{Kind, Token};
use super::names::{TYPES, type_of, width};
use super::overlap::overlap;

/// Bytes of the registers that hold the keys of a concatenation (`NFT_REG32_COUNT` times 4).
const REGISTERS: usize = 64;

/// What a set block says, one clause after the other.
#[derive(Default)]
struct Block<'a> {
    keys: Vec<Key>,
    maps: bool,
    /// `flags`, which a second clause would replace.
    flags: Option<Token<'a>>,
    interval: bool,
    /// `auto-merge`.
    merge: Option<Token<'a>>,
    commented: bool,
    elements: Elements,
}

/// Elements, and where each stands.
#[derive(Default)]
pub(super) struct Elements {
    pub(super) entries: Vec<Entry>,
    spans: Vec<Span>,
}

impl<'a> Reader<'a, '_> {
    /// `set NAME { … }` or `map NAME { … }`.
    pub(super) fn set(&mut self, remark: Option<String>) -> Parsed<NamedSet> {
        let first = self.c.next();
        let is_map = first.text == "map";
        let name = self.c.name("the name of a set")?;
        self.c.expect_sign("{")?;
        let mut block = Block::default();
        loop {
            self.c.between();
            if self.c.eat_sign("}") {
                break;
            }
            self.clause(&mut block, is_map)?;
            self.c.end()?;
        }
        if block.keys.is_empty() || block.maps != is_map {
            let wanted = if is_map { "`type … : verdict`" } else { "`type …`" };
            let message = format!("`{}` needs {wanted}", name.text);
            return self.c.refuse(&SYNTAX, name, message);
        }
        self.merged(&block)?;
        self.places.sets.push(self.c.span(name));
        Ok(NamedSet {
            name: name.text.to_owned(),
            keys: block.keys,
            entries: block.elements.entries,
            is_map,
            remark,
            at: self.c.loc(first),
        })
    }

    fn clause(&mut self, block: &mut Block<'a>, is_map: bool) -> Parsed<()> {
        if self.c.is_word("comment") {
            return self.own_comment(&mut block.commented);
        }
        let word = self.c.word("a clause of the set")?;
        match word.text {
            "type" => self.declare(block, Self::type_name),
            "typeof" => self.declare(block, Self::key),
            "flags" => self.flags(block, word),
            "auto-merge" if !is_map => {
                block.merge = Some(word);
                Ok(())
            }
            "elements" => self.elements_clause(block, is_map, word),
            other => {
                let message = format!("`{other}` makes a set whose elements the proof does not know");
                self.c.refuse(&UNSUPPORTED, word, message)
            }
        }
    }

    /// `type a . b`, with `: verdict` behind it for a map.
    fn declare(&mut self, block: &mut Block<'a>, part: fn(&mut Self) -> Parsed<Key>) -> Parsed<()> {
        let first = self.c.peek();
        if !block.keys.is_empty() {
            return self.c.unexpected("one `type` only");
        }
        block.keys.push(part(self)?);
        while self.c.eat_sign(".") {
            block.keys.push(part(self)?);
        }
        self.fits(first, &block.keys)?;
        block.maps = self.c.eat_sign(":");
        if block.maps {
            self.c.expect_word("verdict")?;
        }
        Ok(())
    }

    fn type_name(&mut self) -> Parsed<Key> {
        let word = self.c.word("a type")?;
        let known = TYPES.iter().find(|(name, _)| *name == word.text);
        match known {
            Some((_, key)) => Ok(*key),
            None => {
                let message = format!("no set of `{}` is known", word.text);
                self.c.refuse(&UNSUPPORTED, word, message)
            }
        }
    }

    fn flags(&mut self, block: &mut Block<'a>, word: Token<'a>) -> Parsed<()> {
        if block.flags.replace(word).is_some() {
            return self.c.refuse(&SYNTAX, word, "`flags` a second time, which replaces the first");
        }
        loop {
            let flag = self.c.word("a flag")?;
            match flag.text {
                "interval" => block.interval = true,
                "constant" => {}
                other => {
                    let message = format!("elements of a set with the flag `{other}` change while it is used");
                    return self.c.refuse(&UNSUPPORTED, flag, message);
                }
            }
            if !self.c.eat_sign(",") {
                return Ok(());
            }
        }
    }

    /// Whether the keys of a concatenation fit the kernel's registers.
    pub(super) fn fits(&self, first: Token<'a>, keys: &[Key]) -> Parsed<()> {
        if keys.iter().map(|key| width(*key)).sum::<usize>() > REGISTERS {
            let message = format!("a concatenation of more than {REGISTERS} bytes, which the kernel refuses");
            return self.c.refuse_since(&SYNTAX, first, message);
        }
        Ok(())
    }

    /// What `auto-merge` is good for: plain intervals. Without it elements share nothing.
    fn merged(&self, block: &Block<'a>) -> Parsed<()> {
        match block.merge {
            Some(word) if !block.interval => {
                self.c.refuse(&SYNTAX, word, "`auto-merge` without `flags interval`, which nft refuses")
            }
            Some(_) if block.keys.len() == 1 => Ok(()),
            _ => self.disjoint(&block.elements, block.maps),
        }
    }

    /// Refuses elements that share a packet: see `overlap`.
    pub(super) fn disjoint(&self, elements: &Elements, is_map: bool) -> Parsed<()> {
        let Some((at, earlier)) = overlap(&elements.entries, !is_map) else {
            return Ok(());
        };
        let (code, message) = if is_map {
            (&MEANING, "two entries of the map match one packet")
        } else {
            (&SYNTAX, "an element that overlaps another one, which nft refuses in one order or both")
        };
        let finding = Diagnostic::new(code, elements.spans[at], message);
        let finding = finding.other(elements.spans[earlier], "the other element");
        Err(Box::new(finding.help("write elements that share nothing")))
    }

    fn elements_clause(&mut self, block: &mut Block<'a>, is_map: bool, word: Token<'a>) -> Parsed<()> {
        if block.keys.is_empty() || !block.elements.entries.is_empty() {
            return self.c.refuse(&SYNTAX, word, "`elements` stands once, after the type and the flags");
        }
        self.c.expect_sign("=")?;
        let keys = block.keys.clone();
        block.elements = self.elements(&keys, is_map, block.interval)?;
        Ok(())
    }

    /// `{ a, b }`, or `{ a : verdict, … }`; intervals only where the set may hold some.
    pub(super) fn elements(&mut self, keys: &[Key], is_map: bool, interval: bool) -> Parsed<Elements> {
        self.c.expect_sign("{")?;
        let mut all = Elements::default();
        loop {
            self.c.inside();
            if !all.entries.is_empty() && self.c.eat_sign("}") {
                return Ok(all);
            }
            let first = self.c.peek();
            all.entries.push(self.element(keys, is_map, interval)?);
            all.spans.push(self.c.since(first));
            self.c.inside();
            if !self.c.eat_sign(",") {
                self.c.expect_sign("}")?;
                return Ok(all);
            }
        }
    }

    fn element(&mut self, keys: &[Key], is_map: bool, interval: bool) -> Parsed<Entry> {
        let first = self.c.peek();
        let mut values = Vec::with_capacity(keys.len());
        for (nth, key) in keys.iter().enumerate() {
            if nth > 0 {
                self.c.expect_sign(".")?;
            }
            let token = self.c.peek();
            values.push(self.value(*key)?);
            if !interval && is_interval(*key, token.text) {
                let message = "a prefix or range in a set without `flags interval`";
                return self.c.refuse_since(&VALUE, first, message);
            }
        }
        if self.c.eat_word("comment") {
            self.c.comment()?;
        }
        let action = if is_map {
            self.c.expect_sign(":")?;
            self.verdict()?
        } else {
            Action::Continue
        };
        Ok(Entry { values, action, at: self.c.loc(first) })
    }

    /// A verdict that a map can hold (nft(8), "Verdict maps").
    fn verdict(&mut self) -> Parsed<Action> {
        let word = self.c.peek();
        match word.text {
            _ if word.kind != Kind::Word => self.c.unexpected("a verdict"),
            "accept" => self.plain(Action::Accept),
            "drop" => self.plain(Action::Drop),
            "return" => self.plain(Action::Return),
            "continue" => self.plain(Action::Continue),
            "jump" => self.call().map(Action::Jump),
            "goto" => self.call().map(Action::Goto),
            _ => self.c.unexpected("a verdict"),
        }
    }

    fn plain(&mut self, action: Action) -> Parsed<Action> {
        self.c.next();
        Ok(action)
    }

    /// `jump NAME` or `goto NAME`.
    pub(super) fn call(&mut self) -> Parsed<String> {
        let first = self.c.next();
        let name = self.c.name("the name of a chain")?.text.to_owned();
        self.places.jumps.push((name.clone(), self.c.since(first)));
        Ok(name)
    }
}

/// Whether a value is written as a prefix or a range: to nft `10.0.0.1/32` and `22-22` are some too.
fn is_interval(key: Key, text: &str) -> bool {
    match type_of(key) {
        Key::In => false,
        Key::Source4 | Key::Source6 => text.contains(['/', '-']),
        _ => text.contains('-') && text.starts_with(|c: char| c.is_ascii_digit()),
    }
}
