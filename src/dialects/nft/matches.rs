//! Matches: what is looked at, how it is compared, with what (nft(8), "Expressions").

use crate::config::filter::{Action, Key, Match, Value, Values};
use crate::diagnostics::Diagnostic;

use super::codes::{UNSUPPORTED, VALUE};
use super::cursor::Parsed;
use super::lexer::{Kind, Token};
use super::names::{KEYS, REFUSED};
use super::{Lookup, Reader};

/// The last second whose nanoseconds fit 64 bits; nft takes later ones and loads the rest of a division (measured).
const LAST_SECOND: u64 = u64::MAX / 1_000_000_000;

/// A match, or a lookup in a verdict map with the keys it looks at.
pub(super) enum Looked {
    Match(Match),
    Dispatch(Vec<Key>, Action),
}

impl<'a> Reader<'a, '_> {
    /// `KEY [. KEY]… [!=] VALUES`, or `KEY… vmap …`.
    pub(super) fn looked(&mut self) -> Parsed<Looked> {
        let first = self.c.peek();
        let mut keys = vec![self.key()?];
        while self.c.eat_sign(".") {
            keys.push(self.key()?);
        }
        self.check_keys(first, &keys)?;
        if self.c.eat_word("vmap") {
            return self.dispatch(keys.clone()).map(|action| Looked::Dispatch(keys, action));
        }
        self.comparison(first, keys).map(Looked::Match)
    }

    /// One thing to look at.
    pub(super) fn key(&mut self) -> Parsed<Key> {
        let first = self.c.peek();
        if first.kind != Kind::Word {
            return self.c.unexpected("a match or a statement");
        }
        if let Some((words, key)) = self.among(KEYS) {
            self.take(words);
            return Ok(key);
        }
        if let Some((words, help)) = self.among(REFUSED) {
            self.take(words);
            let message = format!("`{}` is not modelled", words.join(" "));
            let finding = Diagnostic::new(&UNSUPPORTED, self.c.since(first), message);
            return Err(Box::new(finding.help(help)));
        }
        self.c.next();
        if self.c.peek().kind == Kind::Word {
            self.c.next();
        }
        let message = "a statement whose meaning is not modelled";
        self.c.refuse_since(&UNSUPPORTED, first, message)
    }

    fn among<T: Copy>(&self, table: &[(&'static [&'static str], T)]) -> Option<(&'static [&'static str], T)> {
        let here = |words: &[&str]| {
            let mut numbered = words.iter().enumerate();
            numbered.all(|(n, word)| {
                let token = self.c.ahead(n);
                token.kind == Kind::Word && token.text == *word
            })
        };
        table.iter().find(|(words, _)| here(words)).copied()
    }

    fn take(&mut self, words: &[&str]) {
        for _ in words {
            self.c.next();
        }
    }

    /// Keys that stand alone: their values are no plain set.
    fn check_keys(&self, first: Token<'a>, keys: &[Key]) -> Parsed<()> {
        let alone = |key: &Key| matches!(key, Key::Time | Key::IpsecIn | Key::IpsecOut);
        if keys.len() > 1 && keys.iter().any(alone) {
            let message = "a concatenation with an instant or an IPsec flag is not modelled";
            return self.c.refuse_since(&UNSUPPORTED, first, message);
        }
        self.fits(first, keys)
    }

    fn comparison(&mut self, first: Token<'a>, keys: Vec<Key>) -> Parsed<Match> {
        if keys == [Key::Time] {
            return self.dated(first);
        }
        if let Some(sign) = ["<", "<=", ">", ">=", "&", "|", "^"].into_iter().find(|sign| self.c.is_sign(sign)) {
            let message = format!("`{sign}` is not modelled here: write a range or a set");
            return self.c.refuse(&UNSUPPORTED, self.c.peek(), message);
        }
        let operator = self.c.peek();
        let negated = self.c.eat_sign("!=");
        if !negated {
            self.c.eat_sign("==");
        }
        if negated && matches!(keys[0], Key::IpsecIn | Key::IpsecOut) {
            return self.c.refuse(&UNSUPPORTED, operator, "write `exists` or `missing`");
        }
        let values = self.values(first, &keys, negated)?;
        Ok(Match { keys, values, negated })
    }

    /// `meta time >= A` and `meta time < B`: a packet passes at some nanosecond, and only these two bounds are whole
    /// seconds for it.
    fn dated(&mut self, first: Token<'a>) -> Parsed<Match> {
        let from = self.c.eat_sign(">=");
        if !from && !self.c.eat_sign("<") {
            let message = "an instant has a lower bound `>=` or an upper bound `<`, no other";
            return self.c.refuse(&UNSUPPORTED, first, message);
        }
        let token = self.c.peek();
        let instant = self.instant()?;
        if instant > LAST_SECOND {
            let message = "an instant after 2554: the kernel counts nanoseconds in 64 bits and begins again at 1970";
            let finding = Diagnostic::new(&VALUE, self.c.span(token), message);
            return Err(Box::new(finding.help("write an earlier instant, or no bound")));
        }
        let value = match (from, instant.checked_sub(1)) {
            (true, _) => Value::Numbers(instant, u64::MAX),
            (false, Some(last)) => Value::Numbers(0, last),
            (false, None) => return self.c.refuse(&VALUE, token, "no packet passes before 1970"),
        };
        Ok(Match { keys: vec![Key::Time], values: Values::Inline(vec![vec![value]]), negated: false })
    }

    /// What stands right of a comparison.
    fn values(&mut self, first: Token<'a>, keys: &[Key], negated: bool) -> Parsed<Values> {
        if self.c.eat_sign("@") {
            return self.set_name(first, keys, false).map(Values::Named);
        }
        if self.c.is_sign("{") {
            if matches!(keys[0], Key::IpsecIn | Key::IpsecOut) {
                return self.c.unexpected("`exists` or `missing`");
            }
            let elements = self.elements(keys, false, true)?;
            if keys.len() > 1 {
                self.disjoint(&elements, false)?;
            }
            return Ok(Values::Inline(elements.entries.into_iter().map(|e| e.values).collect()));
        }
        if keys.len() > 1 {
            return self.c.unexpected("a set: nft compares no concatenation with one value");
        }
        let mut alternatives = vec![vec![self.value(keys[0])?]];
        while keys == [Key::State] && self.c.is_sign(",") {
            if negated {
                let message = "`!=` with a list of states: write a set";
                return self.c.refuse(&UNSUPPORTED, self.c.peek(), message);
            }
            self.c.next();
            alternatives.push(vec![self.value(Key::State)?]);
        }
        Ok(Values::Inline(alternatives))
    }

    fn set_name(&mut self, first: Token<'a>, keys: &[Key], is_map: bool) -> Parsed<String> {
        let name = self.c.name("the name of a set")?.text.to_owned();
        self.places.lookups.push(Lookup { name: name.clone(), keys: keys.to_vec(), is_map, span: self.c.since(first) });
        Ok(name)
    }

    /// What stands right of `vmap`.
    fn dispatch(&mut self, keys: Vec<Key>) -> Parsed<Action> {
        let first = self.c.peek();
        if matches!(keys[0], Key::Time | Key::IpsecIn | Key::IpsecOut) {
            return self.c.unexpected("a comparison");
        }
        if self.c.eat_sign("@") {
            let map = self.set_name(first, &keys, true)?;
            return Ok(Action::Dispatch { keys, map });
        }
        let elements = self.elements(&keys, true, true)?;
        self.disjoint(&elements, true)?;
        Ok(Action::DispatchInline { keys, entries: elements.entries })
    }
}
