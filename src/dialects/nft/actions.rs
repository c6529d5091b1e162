//! Verdicts, answers and translations (nft(8), "Verdict statement", "Reject statement", "NAT statements").

use std::net::IpAddr;

use crate::config::filter::{Action, Key, Match, Value, Values};
use crate::diagnostics::Diagnostic;

use super::Reader;
use super::codes::{SYNTAX, UNSUPPORTED, VALUE};
use super::cursor::Parsed;
use super::lexer::Token;
use super::names::REASONS;
use super::rules::{Draft, TCP};

impl<'a> Reader<'a, '_> {
    /// A verdict or a translation; `None` when the next word begins a match.
    pub(super) fn action(&mut self, draft: &mut Draft<'a>) -> Parsed<Option<Action>> {
        let action = match self.c.peek().text {
            "accept" => self.word_action(Action::Accept),
            "drop" => self.word_action(Action::Drop),
            "return" => self.word_action(Action::Return),
            "continue" => self.word_action(Action::Continue),
            "masquerade" => self.word_action(Action::Masquerade),
            "jump" => Action::Jump(self.call()?),
            "goto" => Action::Goto(self.call()?),
            "reject" => self.reject(draft)?,
            "snat" => self.snat(draft)?,
            "dnat" => self.dnat(draft)?,
            _ => return Ok(None),
        };
        Ok(Some(action))
    }

    fn word_action(&mut self, action: Action) -> Action {
        self.c.next();
        action
    }

    /// `reject [with …]`. What is answered may need a family or TCP: nft adds that match (measured, and it lists it).
    fn reject(&mut self, draft: &mut Draft<'a>) -> Parsed<Action> {
        let first = self.c.next();
        if !self.c.eat_word("with") {
            return Ok(Action::Reject);
        }
        let kind = self.c.word("what is answered")?;
        if kind.text == "tcp" {
            self.c.expect_word("reset")?;
        } else {
            self.reason(kind)?;
        }
        let possible = match kind.text {
            "tcp" => draft.protocols.may_be_transport(TCP),
            "icmp" => draft.protocols.may_be_family(4),
            "icmpv6" => draft.protocols.may_be_family(6),
            _ => true,
        };
        if !possible {
            let message = "an answer of another family or protocol than the rule matches, which nft refuses";
            let finding = Diagnostic::new(&SYNTAX, self.c.since(first), message);
            return Err(Box::new(finding.help("write `reject with icmpx …`, which answers both families")));
        }
        match kind.text {
            "tcp" => imply(draft, Key::Protocol, TCP),
            "icmp" => imply(draft, Key::Family, 4),
            "icmpv6" => imply(draft, Key::Family, 6),
            _ => {}
        }
        Ok(Action::Reject)
    }

    fn reason(&mut self, kind: Token<'a>) -> Parsed<()> {
        let Some((_, reasons)) = REASONS.iter().find(|(name, _)| *name == kind.text) else {
            return self.c.refuse(&UNSUPPORTED, kind, "an answer that is not modelled");
        };
        self.c.eat_word("type");
        let word = self.c.word("a reason")?;
        if reasons.contains(&word.text) {
            return Ok(());
        }
        self.c.refuse(&VALUE, word, format!("`{}` is no reason of `{}`", word.text, kind.text))
    }

    fn snat(&mut self, draft: &mut Draft<'a>) -> Parsed<Action> {
        let first = self.c.peek();
        match self.translation(draft)? {
            (address, None) => Ok(Action::Snat(address)),
            _ => self.c.refuse_since(&UNSUPPORTED, first, "a source translation with a port"),
        }
    }

    fn dnat(&mut self, draft: &mut Draft<'a>) -> Parsed<Action> {
        let first = self.c.peek();
        let (address, port) = self.translation(draft)?;
        if port.is_some() && !draft.protocols.has_transport() {
            let message = "a port where no match before it names a transport protocol, which nft refuses";
            return self.c.refuse_since(&SYNTAX, first, message);
        }
        Ok(Action::Dnat(address, port))
    }

    /// `snat ip to A[:p]`. In an inet table nft wants the family said.
    fn translation(&mut self, draft: &mut Draft<'a>) -> Parsed<(IpAddr, Option<u16>)> {
        let first = self.c.next();
        let family = self.c.peek();
        if !self.c.eat_word("ip") && !self.c.eat_word("ip6") {
            return self.c.unexpected("`ip` or `ip6`");
        }
        self.c.expect_word("to")?;
        let address = self.c.peek();
        let (to, port) = self.target()?;
        if (family.text == "ip6") != to.is_ipv6() {
            let message = format!("`{to}` is no address of the family `{}`", family.text);
            return self.c.refuse(&VALUE, address, message);
        }
        if !draft.protocols.may_be_family(if to.is_ipv6() { 6 } else { 4 }) {
            let message = "a translation to another family than the rule matches, which nft refuses";
            return self.c.refuse_since(&SYNTAX, first, message);
        }
        Ok((to, port))
    }
}

/// Adds the match that nft adds, unless it stands there already.
fn imply(draft: &mut Draft<'_>, key: Key, number: u64) {
    let implied = Match { keys: vec![key], values: Values::Inline(vec![vec![Value::number(number)]]), negated: false };
    if !draft.matches.contains(&implied) {
        draft.matches.push(implied);
    }
}
