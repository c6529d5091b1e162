//! Chains: where the kernel calls them, their policy, their rules (nft(8), "Chains").

use crate::config::filter::{Base, Chain, Hook, Kind as BaseKind, Policy, Rule};
use crate::diagnostics::Span;

use super::Reader;
use super::codes::{UNSUPPORTED, VALUE};
use super::cursor::{Parsed, decimal};
use super::lexer::Kind;
use super::names::{HOOKS, PRIORITIES};

impl Reader<'_, '_> {
    /// `chain NAME { … }`.
    pub(super) fn chain(&mut self, remark: Option<String>) -> Parsed<Chain> {
        let first = self.c.next();
        let name = self.c.name("the name of a chain")?;
        self.c.expect_sign("{")?;
        let above = self.c.between();
        let base = if self.c.is_word("type") { self.base_or_told() } else { None };
        let (rules, spans) = self.rules(above.filter(|_| base.is_none()))?;
        self.places.chains.push(self.c.span(name));
        self.places.rules.push(spans);
        Ok(Chain { name: name.text.to_owned(), base, rules, remark, at: self.c.loc(first) })
    }

    /// All rules up to the closing brace, which is taken.
    fn rules(&mut self, above: Option<String>) -> Parsed<(Vec<Rule>, Vec<Span>)> {
        let (mut rules, mut spans, mut above, mut commented) = (Vec::new(), Vec::new(), above, false);
        loop {
            let remark = self.c.between().or(above.take());
            let first = self.c.peek();
            if self.c.eat_sign("}") {
                return Ok((rules, spans));
            }
            if first.kind == Kind::End {
                return self.c.unexpected("`}`");
            }
            if self.c.is_word("comment") {
                self.own_comment(&mut commented)?;
                continue;
            }
            match self.rule(remark) {
                Ok((rule, span)) => {
                    rules.push(rule);
                    spans.push(span);
                }
                Err(finding) => {
                    self.c.report(*finding);
                    self.c.recover();
                }
            }
        }
    }

    /// A base that cannot be read is told once, and its rules are read all the same.
    fn base_or_told(&mut self) -> Option<Base> {
        let finding = match self.base() {
            Ok(base) => return Some(base),
            Err(finding) => finding,
        };
        self.c.report(*finding);
        self.c.recover();
        self.c.eat_sign(";");
        self.c.between();
        if self.c.is_word("policy") {
            self.c.recover();
            self.c.eat_sign(";");
        }
        None
    }

    /// `type filter hook forward priority filter; policy drop;`
    fn base(&mut self) -> Parsed<Base> {
        self.c.expect_word("type")?;
        let kind = self.base_kind()?;
        self.c.expect_word("hook")?;
        let hook = self.hook()?;
        self.c.expect_word("priority")?;
        let priority = self.priority(hook)?;
        self.c.end()?;
        self.c.between();
        let policy = if self.c.eat_word("policy") { self.policy()? } else { Policy::Accept };
        Ok(Base { kind, hook, priority, policy })
    }

    fn base_kind(&mut self) -> Parsed<BaseKind> {
        let word = self.c.word("`filter` or `nat`")?;
        match word.text {
            "filter" => Ok(BaseKind::Filter),
            "nat" => Ok(BaseKind::Nat),
            _ => self.c.refuse(&UNSUPPORTED, word, "a chain that neither filters nor translates"),
        }
    }

    fn hook(&mut self) -> Parsed<Hook> {
        let word = self.c.word("a hook")?;
        match HOOKS.iter().find(|(name, _)| *name == word.text) {
            Some((_, hook)) => Ok(*hook),
            None => self.c.refuse(&UNSUPPORTED, word, format!("no hook `{}` is modelled", word.text)),
        }
    }

    /// A number, a name, or a name `+` or `-` a number.
    fn priority(&mut self, hook: Hook) -> Parsed<i32> {
        let word = self.c.word("a priority")?;
        let named = PRIORITIES.iter().find(|(name, ..)| *name == word.text);
        let Some((name, base, hooks)) = named else {
            return match signed(word.text) {
                Some(number) => Ok(number),
                None => self.c.refuse(&VALUE, word, format!("`{}` is no priority", word.text)),
            };
        };
        if !hooks.contains(&hook) {
            let message = format!("`{name}` is no priority of this hook");
            return self.c.refuse(&VALUE, word, message);
        }
        let sign = match () {
            () if self.c.eat_sign("+") => 1,
            () if self.c.eat_word("-") => -1,
            () => return Ok(*base),
        };
        let token = self.c.peek();
        let offset = self.c.number("a number")?;
        match i32::try_from(offset) {
            Ok(offset) if offset <= 1_000_000 => Ok(base + sign * offset),
            _ => self.c.refuse(&VALUE, token, "a priority out of range"),
        }
    }

    fn policy(&mut self) -> Parsed<Policy> {
        let word = self.c.word("`accept` or `drop`")?;
        let policy = match word.text {
            "accept" => Policy::Accept,
            "drop" => Policy::Drop,
            _ => {
                return self.c.refuse(&VALUE, word, "a policy is `accept` or `drop`");
            }
        };
        self.c.end()?;
        Ok(policy)
    }
}

fn signed(text: &str) -> Option<i32> {
    let number = i64::try_from(decimal(text.strip_prefix('-').unwrap_or(text))?).ok()?;
    i32::try_from(if text.starts_with('-') { -number } else { number }).ok()
}
