//! Named sets and verdict maps (nft(8), "Sets", "Maps"), and the elements of those written in place.

use crate::config::filter::{Action, Entry, Key, NamedSet, Value};

use super::Reader;
use super::codes::{SYNTAX, UNSUPPORTED, VALUE};
use super::cursor::Parsed;
use super::lexer::{Kind, Token};
use super::names::TYPES;

/// What a set block says, one clause after the other.
#[derive(Default)]
struct Block {
    keys: Vec<Key>,
    maps: bool,
    interval: bool,
    entries: Vec<Entry>,
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
        self.places.sets.push(self.c.span(name));
        Ok(NamedSet {
            name: name.text.to_owned(),
            keys: block.keys,
            entries: block.entries,
            is_map,
            remark,
            at: self.c.loc(first),
        })
    }

    fn clause(&mut self, block: &mut Block, is_map: bool) -> Parsed<()> {
        let word = self.c.word("a clause of the set")?;
        match word.text {
            "type" => self.declare(block, Self::type_name),
            "typeof" => self.declare(block, Self::key),
            "flags" => self.flags(block),
            "auto-merge" => Ok(()),
            "comment" => self.c.quoted("a comment").map(drop),
            "elements" => self.elements_clause(block, is_map, word),
            other => {
                let message = format!("`{other}` makes a set whose elements the proof does not know");
                self.c.refuse(&UNSUPPORTED, word, message)
            }
        }
    }

    /// `type a . b`, with `: verdict` behind it for a map.
    fn declare(&mut self, block: &mut Block, part: fn(&mut Self) -> Parsed<Key>) -> Parsed<()> {
        if !block.keys.is_empty() {
            return self.c.unexpected("one `type` only");
        }
        block.keys.push(part(self)?);
        while self.c.eat_sign(".") {
            block.keys.push(part(self)?);
        }
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

    fn flags(&mut self, block: &mut Block) -> Parsed<()> {
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

    fn elements_clause(&mut self, block: &mut Block, is_map: bool, word: Token<'a>) -> Parsed<()> {
        if block.keys.is_empty() || !block.entries.is_empty() {
            return self.c.refuse(&SYNTAX, word, "`elements` stands once, after the type and the flags");
        }
        self.c.expect_sign("=")?;
        let keys = block.keys.clone();
        block.entries = self.elements(&keys, is_map, block.interval)?;
        Ok(())
    }

    /// `{ a, b }`, or `{ a : verdict, … }`; intervals only where the set may hold some.
    pub(super) fn elements(&mut self, keys: &[Key], is_map: bool, interval: bool) -> Parsed<Vec<Entry>> {
        self.c.expect_sign("{")?;
        let mut entries = Vec::new();
        loop {
            self.c.inside();
            if !entries.is_empty() && self.c.eat_sign("}") {
                return Ok(entries);
            }
            entries.push(self.element(keys, is_map, interval)?);
            self.c.inside();
            if !self.c.eat_sign(",") {
                self.c.expect_sign("}")?;
                return Ok(entries);
            }
        }
    }

    fn element(&mut self, keys: &[Key], is_map: bool, interval: bool) -> Parsed<Entry> {
        let first = self.c.peek();
        let values = self.tuple(keys)?;
        if !interval && values.iter().any(is_interval) {
            let message = "a prefix or range in a set without `flags interval`";
            return self.c.refuse_since(&VALUE, first, message);
        }
        if self.c.eat_word("comment") {
            self.c.quoted("a comment")?;
        }
        let action = if is_map {
            self.c.expect_sign(":")?;
            self.verdict()?
        } else {
            Action::Continue
        };
        Ok(Entry { values, action, at: self.c.loc(first) })
    }

    /// One value a key, with `.` between them.
    pub(super) fn tuple(&mut self, keys: &[Key]) -> Parsed<Vec<Value>> {
        let mut values = Vec::with_capacity(keys.len());
        for (nth, key) in keys.iter().enumerate() {
            if nth > 0 {
                self.c.expect_sign(".")?;
            }
            values.push(self.value(*key)?);
        }
        Ok(values)
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

fn is_interval(value: &Value) -> bool {
    match value {
        Value::Interface(_) => false,
        Value::Net(net) => net.prefix_len() != net.max_prefix_len(),
        Value::Addresses(from, to) => from != to,
        Value::Numbers(from, to) => from != to,
    }
}
