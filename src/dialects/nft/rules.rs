//! Rules: statements in their order, and what that order means (nft(8), "Statements").
//!
//! A match after a verdict is never reached; a limit is a match that depends on time, so a rule with one may log and
//! nothing else; counters and logs may stand anywhere before the verdict.

use crate::config::filter::{Action, Key, Log, Match, Rule, Value, Values};
use crate::diagnostics::{Diagnostic, Span};

use super::Reader;
use super::codes::{ORDER, UNSUPPORTED, VALUE};
use super::cursor::Parsed;
use super::lexer::{Kind, Token};
use super::matches::Looked;

/// What is read of a rule so far.
#[derive(Default)]
struct Draft<'a> {
    matches: Vec<Match>,
    log: Option<Log>,
    counter: bool,
    /// Events a second, and where the limit stands.
    limit: Option<(u32, Span)>,
    /// `tcp flags syn`: no field of a packet here, so good before the MSS clamp only.
    syn: Option<Span>,
    action: Option<(Action, Token<'a>)>,
    comment: Option<String>,
}

impl<'a> Reader<'a, '_> {
    /// One rule and its end.
    pub(super) fn rule(&mut self, remark: Option<String>) -> Parsed<(Rule, Span)> {
        let first = self.c.peek();
        let mut draft = Draft::default();
        loop {
            self.statement(&mut draft)?;
            if self.c.at_end() {
                break;
            }
        }
        let span = self.c.since(first);
        self.c.end()?;
        let rule = self.finish(draft, remark, first)?;
        Ok((rule, span))
    }

    fn finish(&self, draft: Draft<'a>, remark: Option<String>, first: Token<'a>) -> Parsed<Rule> {
        let action = draft.action.map_or(Action::Continue, |(action, _)| action);
        if let (Some(span), false) = (draft.syn, action == Action::ClampMss) {
            let message = "`tcp flags` decides nothing here but which segments are clamped";
            return Err(Box::new(Diagnostic::new(&UNSUPPORTED, span, message)));
        }
        Ok(Rule {
            matches: draft.matches,
            log: draft.log,
            counter: draft.counter,
            action,
            comment: draft.comment,
            remark,
            at: self.c.loc(first),
        })
    }

    fn statement(&mut self, draft: &mut Draft<'a>) -> Parsed<()> {
        let token = self.c.peek();
        if token.kind != Kind::Word {
            return self.c.unexpected("a match or a statement");
        }
        if draft.comment.is_some() {
            return self.c.unexpected("the end of the rule after its comment");
        }
        match token.text {
            "comment" => self.comment(draft),
            _ if draft.action.is_some() => self.after_verdict(draft),
            "counter" => self.counter(draft),
            "log" => self.log(draft),
            "limit" => self.limit(draft),
            "tcp" if self.c.ahead(1).text == "flags" => self.syn(draft),
            "tcp" if self.c.ahead(1).text == "option" => self.clamp(draft),
            _ => match self.action(draft)? {
                Some(action) => self.decide(draft, action, token),
                None => self.look(draft, token),
            },
        }
    }

    fn after_verdict<T>(&mut self, draft: &Draft<'a>) -> Parsed<T> {
        let first = self.c.peek();
        while !self.c.at_end() && !self.c.is_sign("}") {
            self.c.next();
        }
        let message = "nothing but a comment can follow what ends a rule";
        let mut finding = Diagnostic::new(&ORDER, self.c.since(first), message);
        if let Some((_, verdict)) = &draft.action {
            finding = finding.other(self.c.span(*verdict), "the rule ends here");
        }
        Err(Box::new(finding))
    }

    /// A comment of 128 bytes at most, all that the kernel keeps.
    fn comment(&mut self, draft: &mut Draft<'a>) -> Parsed<()> {
        self.c.next();
        let text = self.c.quoted("a comment")?;
        if text.text.len() > 128 {
            return self.c.refuse(&VALUE, text, "a comment of more than 128 bytes");
        }
        draft.comment = Some(text.text.to_owned());
        Ok(())
    }

    /// `counter`, or as listed `counter packets N bytes N`. Named counters have a quoted name.
    fn counter(&mut self, draft: &mut Draft<'a>) -> Parsed<()> {
        self.c.next();
        if self.c.eat_word("packets") {
            self.c.number("a number of packets")?;
            self.c.expect_word("bytes")?;
            self.c.number("a number of bytes")?;
        }
        draft.counter = true;
        Ok(())
    }

    /// `log [prefix "…"] [level …]`.
    fn log(&mut self, draft: &mut Draft<'a>) -> Parsed<()> {
        let first = self.c.next();
        if draft.log.is_some() {
            return self.c.refuse(&UNSUPPORTED, first, "one rule logs once");
        }
        let mut log = Log { prefix: String::new(), per_second: draft.limit.map(|(rate, _)| rate) };
        loop {
            if self.c.eat_word("prefix") {
                log.prefix = self.c.quoted("a prefix")?.text.to_owned();
            } else if self.c.eat_word("level") {
                self.level()?;
            } else {
                break;
            }
        }
        draft.log = Some(log);
        Ok(())
    }

    fn level(&mut self) -> Parsed<()> {
        const LEVELS: [&str; 8] = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"];
        let word = self.c.word("a log level")?;
        if LEVELS.contains(&word.text) {
            return Ok(());
        }
        self.c.refuse(&UNSUPPORTED, word, format!("`{}` is no plain log level", word.text))
    }

    /// `limit rate N/second [burst M packets]`.
    fn limit(&mut self, draft: &mut Draft<'a>) -> Parsed<()> {
        let first = self.c.next();
        self.c.expect_word("rate")?;
        let rate = self.c.word("a rate")?;
        let count = rate.text.strip_suffix("/second").map(str::parse::<u32>);
        let Some(Ok(count)) = count else {
            let message = format!("`{}` is no rate `N/second`", rate.text);
            return self.c.refuse(&UNSUPPORTED, rate, message);
        };
        if self.c.eat_word("burst") {
            self.c.number("a number of packets")?;
            self.c.expect_word("packets")?;
        }
        if draft.limit.is_some() || draft.log.is_some() {
            let message = "a limit stands once, before the log it limits";
            return self.c.refuse_since(&ORDER, first, message);
        }
        draft.limit = Some((count, self.c.since(first)));
        Ok(())
    }

    /// `tcp flags syn`, before the clamp.
    fn syn(&mut self, draft: &mut Draft<'a>) -> Parsed<()> {
        let first = self.c.next();
        self.c.next();
        if self.c.is_word("syn") && self.c.ahead(1).text == "tcp" {
            self.c.next();
            draft.syn = Some(self.c.since(first));
            return Ok(());
        }
        let message = "`tcp flags` is read as `tcp flags syn` before the MSS clamp only";
        self.c.refuse_since(&UNSUPPORTED, first, message)
    }

    /// `tcp option maxseg size set rt mtu` (nft(8), "Extension header statement").
    fn clamp(&mut self, draft: &mut Draft<'a>) -> Parsed<()> {
        let first = self.c.peek();
        for word in ["tcp", "option", "maxseg", "size", "set", "rt", "mtu"] {
            if !self.c.eat_word(word) {
                let message = "a change of TCP options other than `maxseg size set rt mtu`";
                return self.c.refuse_since(&UNSUPPORTED, first, message);
            }
        }
        if let Some((_, span)) = draft.limit {
            return Err(limited(span, self.c.since(first)));
        }
        draft.action = Some((Action::ClampMss, first));
        Ok(())
    }

    /// A verdict or a translation; `None` when the next word begins a match.
    fn action(&mut self, draft: &mut Draft<'a>) -> Parsed<Option<Action>> {
        let action = match self.c.peek().text {
            "accept" => self.word_action(Action::Accept),
            "drop" => self.word_action(Action::Drop),
            "return" => self.word_action(Action::Return),
            "continue" => self.word_action(Action::Continue),
            "masquerade" => self.word_action(Action::Masquerade),
            "jump" => Action::Jump(self.call()?),
            "goto" => Action::Goto(self.call()?),
            "reject" => self.reject(draft)?,
            "snat" => self.snat()?,
            "dnat" => self.dnat()?,
            _ => return Ok(None),
        };
        Ok(Some(action))
    }

    fn word_action(&mut self, action: Action) -> Action {
        self.c.next();
        action
    }

    fn decide(&mut self, draft: &mut Draft<'a>, action: Action, first: Token<'a>) -> Parsed<()> {
        if let (Some((_, span)), false) = (draft.limit, action == Action::Continue) {
            return Err(limited(span, self.c.since(first)));
        }
        draft.action = Some((action, first));
        Ok(())
    }

    fn look(&mut self, draft: &mut Draft<'a>, first: Token<'a>) -> Parsed<()> {
        match self.looked()? {
            Looked::Match(found) => draft.matches.push(found),
            Looked::Dispatch(action) => self.decide(draft, action, first)?,
        }
        Ok(())
    }

    /// `reject [with …]`. What is answered may need a family or TCP: nft adds that match (measured, and it lists it).
    fn reject(&mut self, draft: &mut Draft<'a>) -> Parsed<Action> {
        self.c.next();
        if !self.c.eat_word("with") {
            return Ok(Action::Reject);
        }
        let kind = self.c.word("what is answered")?;
        let implied = match kind.text {
            "tcp" => Some((Key::Protocol, 6_u64)),
            "icmp" => Some((Key::Family, 4)),
            "icmpv6" => Some((Key::Family, 6)),
            "icmpx" => None,
            _ => {
                return self.c.refuse(&UNSUPPORTED, kind, "an answer that is not modelled");
            }
        };
        if kind.text == "tcp" {
            self.c.expect_word("reset")?;
        } else {
            self.c.eat_word("type");
            self.reason()?;
        }
        if let Some((key, number)) = implied {
            imply(draft, key, number);
        }
        Ok(Action::Reject)
    }

    fn reason(&mut self) -> Parsed<()> {
        const REASONS: [&str; 14] = [
            "net-unreachable",
            "host-unreachable",
            "prot-unreachable",
            "port-unreachable",
            "net-prohibited",
            "host-prohibited",
            "admin-prohibited",
            "no-route",
            "addr-unreachable",
            "policy-fail",
            "reject-route",
            "frag-needed",
            "net-unknown",
            "host-unknown",
        ];
        let word = self.c.word("a reason")?;
        if REASONS.contains(&word.text) {
            return Ok(());
        }
        self.c.refuse(&VALUE, word, format!("`{}` is no reason of a rejection", word.text))
    }

    fn snat(&mut self) -> Parsed<Action> {
        let first = self.c.peek();
        match self.translation()? {
            (address, None) => Ok(Action::Snat(address)),
            _ => self.c.refuse_since(&UNSUPPORTED, first, "a source translation with a port"),
        }
    }

    fn dnat(&mut self) -> Parsed<Action> {
        let (address, port) = self.translation()?;
        Ok(Action::Dnat(address, port))
    }

    /// `snat ip to A[:p]`. In an inet table nft wants the family said.
    fn translation(&mut self) -> Parsed<(std::net::IpAddr, Option<u16>)> {
        self.c.next();
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

fn limited(limit: Span, action: Span) -> Box<Diagnostic> {
    let message = "what a limited rule decides depends on time";
    let finding = Diagnostic::new(&ORDER, action, message).other(limit, "the limit");
    Box::new(finding.help("write two rules: one that logs under the limit, one that decides"))
}
