//! Rules: statements in their order, and what that order means (nft(8), "Statements").
//!
//! A match after a verdict is never reached; a limit is a match that depends on time, so a rule with one may log and
//! nothing else; counters and logs may stand anywhere before the verdict.

use crate::config::filter::{Action, Log, Match, Rule};
use crate::diagnostics::{Diagnostic, Span};

use super::codes::{ORDER, SYNTAX, UNSUPPORTED, VALUE};
use super::cursor::{Parsed, decimal};
use super::lexer::{Kind, Token};
use super::matches::Looked;
use super::protocols::Protocols;
use super::{Form, Reader};

/// TCP (IANA).
pub(super) const TCP: u64 = 6;

/// Bytes of the longest log prefix that the kernel takes (`NF_LOG_PREFIXLEN` less its end).
const LONGEST_PREFIX: usize = 127;

/// What is read of a rule so far.
#[derive(Default)]
pub(super) struct Draft<'a> {
    pub(super) matches: Vec<Match>,
    /// What the matches so far leave of families and transports.
    pub(super) protocols: Protocols,
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

    fn comment(&mut self, draft: &mut Draft<'a>) -> Parsed<()> {
        self.c.next();
        draft.comment = Some(self.c.comment()?.text.to_owned());
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
                log.prefix = self.prefix()?;
            } else if self.c.eat_word("level") {
                self.level()?;
            } else {
                break;
            }
        }
        draft.log = Some(log);
        Ok(())
    }

    /// nft puts the value of a variable in place of `$name` there.
    fn prefix(&mut self) -> Parsed<String> {
        let text = self.c.quoted("a prefix")?;
        if text.text.len() > LONGEST_PREFIX {
            let message = format!("a log prefix of more than {LONGEST_PREFIX} bytes");
            return self.c.refuse(&VALUE, text, message);
        }
        if text.text.contains('$') {
            return self.c.refuse(&VALUE, text, "a log prefix with a variable");
        }
        Ok(text.text.to_owned())
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
        let count = rate.text.strip_suffix("/second").and_then(decimal);
        let Some(count) = count.and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0) else {
            let message = format!("`{}` is no rate `N/second`", rate.text);
            return self.c.refuse(&UNSUPPORTED, rate, message);
        };
        if self.c.eat_word("burst") {
            self.burst()?;
        }
        if draft.limit.is_some() || draft.log.is_some() {
            let message = "a limit stands once, before the log it limits";
            return self.c.refuse_since(&ORDER, first, message);
        }
        draft.limit = Some((count, self.c.since(first)));
        Ok(())
    }

    fn burst(&mut self) -> Parsed<()> {
        let token = self.c.peek();
        let packets = self.c.number("a number of packets")?;
        if packets == 0 || u32::try_from(packets).is_err() {
            return self.c.refuse(&VALUE, token, "a burst of no packet, or of more than the kernel counts");
        }
        self.c.expect_word("packets").map(drop)
    }

    /// `tcp flags syn`, before the clamp.
    fn syn(&mut self, draft: &mut Draft<'a>) -> Parsed<()> {
        let first = self.c.next();
        self.c.next();
        if self.c.is_word("syn") && self.c.ahead(1).text == "tcp" {
            self.c.next();
            draft.syn = Some(self.c.since(first));
            return self.only_tcp(draft, first);
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
        self.only_tcp(draft, first)
    }

    fn only_tcp(&self, draft: &mut Draft<'a>, first: Token<'a>) -> Parsed<()> {
        if draft.protocols.may_be_transport(TCP) { Ok(()) } else { self.contradiction(first) }
    }

    fn contradiction<T>(&self, first: Token<'a>) -> Parsed<T> {
        let message = "no packet has this and what stands before it in the rule, which nft refuses";
        let finding = Diagnostic::new(&SYNTAX, self.c.since(first), message);
        Err(Box::new(finding.help("take one of the two away, or write a rule for each")))
    }

    fn decide(&mut self, draft: &mut Draft<'a>, action: Action, first: Token<'a>) -> Parsed<()> {
        if let (Some((_, span)), false) = (draft.limit, action == Action::Continue) {
            return Err(limited(span, self.c.since(first)));
        }
        draft.action = Some((action, first));
        Ok(())
    }

    fn look(&mut self, draft: &mut Draft<'a>, first: Token<'a>) -> Parsed<()> {
        let looked = self.looked()?;
        let possible = match &looked {
            Looked::Match(found) => draft.protocols.after(found),
            Looked::Dispatch(keys, _) => draft.protocols.looked_at(keys),
        };
        // The kernel lists `th dport` as `tcp dport` where it knows, and no contradiction: what it lists, it has.
        if !possible && self.form == Form::Script {
            return self.contradiction(first);
        }
        match looked {
            Looked::Match(found) => draft.matches.push(found),
            Looked::Dispatch(_, action) => self.decide(draft, action, first)?,
        }
        Ok(())
    }
}

fn limited(limit: Span, action: Span) -> Box<Diagnostic> {
    let message = "what a limited rule decides depends on time";
    let finding = Diagnostic::new(&ORDER, action, message).other(limit, "the limit");
    Box::new(finding.help("write two rules: one that logs under the limit, one that decides"))
}
