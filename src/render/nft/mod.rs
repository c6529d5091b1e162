//! The packet filter as the words of an nft table: what the template lays out.
//!
//! Takes a [`Filter`]; gives names, types and rule texts already spelled. Chain and comment texts are left to the
//! template's quoting filters. Must not know why a rule is there.

mod matches;
mod words;

use serde::Serialize;

use super::error::Problem;
use super::quote;
use crate::config::filter::{Action, Base, Chain, Entry, Filter, Hook, Key, Kind, Log, NamedSet, Policy, Rule, Value};

/// A ruleset ready to be laid out.
#[derive(Serialize)]
pub(super) struct Ruleset<'a> {
    sets: Vec<SetText<'a>>,
    chains: Vec<ChainText<'a>>,
}

#[derive(Serialize)]
struct SetText<'a> {
    word: &'static str,
    name: &'a str,
    remark: Option<&'a str>,
    of: String,
    interval: bool,
    elements: Vec<String>,
}

#[derive(Serialize)]
struct ChainText<'a> {
    name: &'a str,
    remark: Option<&'a str>,
    base: Option<String>,
    rules: Vec<RuleText<'a>>,
}

#[derive(Serialize)]
struct RuleText<'a> {
    remark: Option<&'a str>,
    /// The line above the rule that logs, when the log is limited.
    log: Option<String>,
    text: String,
    comment: Option<&'a str>,
}

/// Spells a whole filter.
pub(super) fn ruleset(filter: &Filter) -> Result<Ruleset<'_>, Problem> {
    Ok(Ruleset {
        sets: filter.sets.iter().map(set).collect::<Result<_, _>>()?,
        chains: filter.chains.iter().map(chain).collect::<Result<_, _>>()?,
    })
}

fn set(set: &NamedSet) -> Result<SetText<'_>, Problem> {
    let types: Result<Vec<_>, _> = set.keys.iter().map(|k| words::set_type(*k)).collect();
    let of = types?.join(" . ");
    Ok(SetText {
        word: if set.is_map { "map" } else { "set" },
        name: &set.name,
        remark: set.remark.as_deref(),
        of: if set.is_map { format!("{of} : verdict") } else { of },
        interval: set.entries.iter().flat_map(|e| &e.values).any(words::is_interval),
        elements: set.entries.iter().map(|e| element(&set.keys, e, set.is_map)).collect::<Result<_, _>>()?,
    })
}

fn element(keys: &[Key], entry: &Entry, is_map: bool) -> Result<String, Problem> {
    let values = matches::tuple(keys, &entry.values)?;
    if is_map { Ok(format!("{values} : {}", verdict(&entry.action)?)) } else { Ok(values) }
}

fn chain(chain: &Chain) -> Result<ChainText<'_>, Problem> {
    Ok(ChainText {
        name: &chain.name,
        remark: chain.remark.as_deref(),
        base: chain.base.map(base),
        rules: chain.rules.iter().map(rule).collect::<Result<_, _>>()?,
    })
}

fn base(base: Base) -> String {
    let kind = match base.kind {
        Kind::Filter => "filter",
        Kind::Nat => "nat",
    };
    let hook = match base.hook {
        Hook::Prerouting => "prerouting",
        Hook::Input => "input",
        Hook::Forward => "forward",
        Hook::Output => "output",
        Hook::Postrouting => "postrouting",
    };
    let policy = match base.policy {
        Policy::Accept => "accept",
        Policy::Drop => "drop",
    };
    format!("type {kind} hook {hook} priority {}; policy {policy};", priority(base))
}

/// The names that nft lists for a family of IP (nft(8), "Standard priority names").
fn priority(base: Base) -> String {
    match (base.priority, base.hook) {
        (-300, _) => "raw".to_owned(),
        (-150, _) => "mangle".to_owned(),
        (-100, Hook::Prerouting) => "dstnat".to_owned(),
        (0, _) => "filter".to_owned(),
        (50, _) => "security".to_owned(),
        (100, Hook::Postrouting) => "srcnat".to_owned(),
        (number, _) => number.to_string(),
    }
}

fn rule(rule: &Rule) -> Result<RuleText<'_>, Problem> {
    let conditions: Vec<String> = rule.matches.iter().map(matches::condition).collect::<Result<_, _>>()?;
    let (above, own) = logs(rule)?;
    let log = above.map(|log| line(&conditions, [log]));
    let statements: Vec<String> = own.into_iter().chain(action(&rule.action, rule.counter)?).collect();
    if statements.is_empty() {
        return Err(Problem::unsupported("a rule that does nothing: no counter, log or action"));
    }
    Ok(RuleText {
        remark: rule.remark.as_deref(),
        log,
        text: line(&conditions, statements),
        comment: rule.comment.as_deref(),
    })
}

/// The log above the rule and the log in it. A limited log stands above, so that the limit does not hold the verdict
/// back; a rule that only logs is that log.
fn logs(rule: &Rule) -> Result<(Option<String>, Option<String>), Problem> {
    let Some(said) = &rule.log else { return Ok((None, None)) };
    let text = log(said)?;
    let only_logs = rule.action == Action::Continue && !rule.counter;
    Ok(if said.per_second.is_some() && !only_logs { (Some(text), None) } else { (None, Some(text)) })
}

fn line(conditions: &[String], statements: impl IntoIterator<Item = String>) -> String {
    conditions.iter().cloned().chain(statements).collect::<Vec<_>>().join(" ")
}

fn log_once(log: &Log) -> Result<String, Problem> {
    Ok(format!("log prefix \"{}\"", quote::nft_log(&log.prefix)?))
}

/// A burst of twice the rate lets a short scan be seen whole.
fn log(log: &Log) -> Result<String, Problem> {
    match log.per_second {
        Some(0) => Err(Problem::unsupported("a log of 0 lines a second")),
        Some(rate) => {
            Ok(format!("limit rate {rate}/second burst {} packets {}", rate.saturating_mul(2), log_once(log)?))
        }
        None => log_once(log),
    }
}

/// Counter, then verdict. The segment size is lowered in SYN packets, where it is negotiated.
fn action(action: &Action, counter: bool) -> Result<Vec<String>, Problem> {
    let counter = counter.then(|| "counter".to_owned());
    let spelled = match action {
        Action::Continue => None,
        Action::ClampMss => {
            let clamp = "tcp option maxseg size set rt mtu".to_owned();
            return Ok(["tcp flags syn".to_owned()].into_iter().chain(counter).chain([clamp]).collect());
        }
        other => Some(verdict(other)?),
    };
    Ok(counter.into_iter().chain(spelled).collect())
}

fn verdict(action: &Action) -> Result<String, Problem> {
    Ok(match action {
        Action::Accept => "accept".to_owned(),
        Action::Drop => "drop".to_owned(),
        Action::Reject => "reject with icmpx admin-prohibited".to_owned(),
        Action::Return => "return".to_owned(),
        Action::Continue => "continue".to_owned(),
        Action::Jump(chain) => format!("jump {}", quote::nft_name(chain)?),
        Action::Goto(chain) => format!("goto {}", quote::nft_name(chain)?),
        Action::Dispatch { keys, map } => format!("{} vmap @{}", words::keys(keys), quote::nft_name(map)?),
        Action::DispatchInline { keys, entries } => dispatch(keys, entries)?,
        Action::Snat(to) if to.is_ipv4() => format!("snat ip to {to}"),
        Action::Snat(to) => format!("snat ip6 to {to}"),
        Action::Masquerade => "masquerade".to_owned(),
        Action::Dnat(to, port) => dnat(*to, *port),
        Action::ClampMss => return Err(Problem::unsupported("a segment size as the verdict of a map")),
    })
}

fn dnat(to: std::net::IpAddr, port: Option<u16>) -> String {
    let family = if to.is_ipv4() { "ip" } else { "ip6" };
    match port {
        Some(port) => format!("dnat {family} to {}", std::net::SocketAddr::new(to, port)),
        None => format!("dnat {family} to {to}"),
    }
}

fn dispatch(keys: &[Key], entries: &[Entry]) -> Result<String, Problem> {
    if entries.is_empty() {
        return Err(Problem::unsupported("a verdict map without entries"));
    }
    let elements: Vec<String> = entries.iter().map(|e| element(keys, e, true)).collect::<Result<_, _>>()?;
    Ok(format!("{} vmap {}", words::keys(keys), matches::braces(&elements)))
}

/// Used by both halves: a single number of a value, when it is one.
fn single(value: &Value) -> Option<u64> {
    match value {
        Value::Numbers(first, last) if first == last => Some(*first),
        _ => None,
    }
}
