//! Changes that leave the meaning as it was, each kind with the reason: short, and nothing else is excused.

use crate::changes::{Kind, form};
use crate::sweep::Mutant;

/// File names and their dialects.
pub(crate) const DIALECTS: &[(&str, &str)] = &[
    ("etanche.nft", "nftables"),
    ("swanctl.conf", "swanctl"),
    ("charon.conf", "charon"),
    ("networkd.conf", "networkd.conf"),
    ("network/*.network", "network"),
    ("network/*.netdev", "netdev"),
    ("sysctl.conf", "sysctl"),
    ("etanche-firewall.service", "unit"),
    ("sysusers.conf", "sysusers"),
    ("apply.tsv", "apply.tsv"),
    ("apply.sh", "apply.sh"),
    ("squid-*.conf", "squid"),
    ("lists/*.txt", "list"),
    ("aos-s.cfg", "aos-s"),
];

/// One kind of change that changes nothing.
pub(crate) struct Harmless {
    /// Why.
    pub(crate) why: &'static str,
    dialects: &'static [&'static str],
    holds: fn(&Mutant) -> bool,
}

/// All of them.
pub(crate) const HARMLESS: &[Harmless] = &[
    Harmless { why: "a remark, or an empty line", dialects: &[], holds: is_remark },
    Harmless { why: "a title that only people read", dialects: &[], holds: is_title },
    Harmless { why: "order of keys, elements or rules that say the same of others", dialects: &[], holds: commutes },
    Harmless { why: "counters", dialects: &["nftables"], holds: |m| same(m, |l| l.replace("counter", "")) },
    Harmless { why: "rule id and source line in a comment", dialects: &["nftables"], holds: |m| same(m, code) },
    Harmless { why: "what is logged, and how often", dialects: &["nftables"], holds: logs },
    Harmless { why: "segment sizes", dialects: &["nftables"], holds: |m| m.old.contains("maxseg size") },
    Harmless {
        why: "refused by the rules below or by the policy of the chain as well",
        dialects: &["nftables"],
        holds: refused_anyway,
    },
    Harmless {
        why: "the interface carries only these sources anyway",
        dialects: &["nftables"],
        holds: |m| same(m, no_source),
    },
    Harmless { why: "a chain without a rule", dialects: &["nftables"], holds: |m| m.old.contains("priority srcnat") },
    Harmless {
        why: "a priority that leaves the order of chains",
        dialects: &["nftables"],
        holds: |m| m.old.contains("priority 110"),
    },
];

/// Why a proved change is no hole.
pub(crate) fn reason(mutant: &Mutant) -> Option<&'static str> {
    let applies = |h: &&Harmless| h.dialects.is_empty() || h.dialects.contains(&mutant.dialect);
    HARMLESS.iter().filter(applies).find(|h| (h.holds)(mutant)).map(|h| h.why)
}

/// The old line and the only new one, or an empty one, are the same but for what is taken away from both.
fn same(mutant: &Mutant, without: impl Fn(&str) -> String) -> bool {
    let words = |l: &str| without(l).split_whitespace().collect::<Vec<_>>().join(" ");
    let new = mutant.change.new.first().map_or("", String::as_str);
    mutant.change.kind != Kind::Swapped && words(&mutant.old) == words(new)
}

fn is_remark(mutant: &Mutant) -> bool {
    let is_remark = |l: &str| l.trim().is_empty() || form(l) == "remark";
    mutant.change.kind != Kind::Swapped && is_remark(&mutant.old) && mutant.change.new.iter().all(|l| is_remark(l))
}

fn is_title(mutant: &Mutant) -> bool {
    form(&mutant.old) == "title" && mutant.change.kind != Kind::Swapped
}

/// Neighbours that changed places: keys of one section, elements, or rules with the same verdict.
fn commutes(mutant: &Mutant) -> bool {
    let verdict = |l: &str| ["accept", "drop", "jump", "deny", "allow"].into_iter().find(|v| l.contains(v));
    let next = mutant.change.new.iter().rev().nth(1).map_or("", String::as_str);
    mutant.change.kind == Kind::Swapped && verdict(&mutant.old) == verdict(next)
}

/// The rule without its comment.
fn code(line: &str) -> String {
    line.split(" comment ").next().unwrap_or(line).to_owned()
}

fn logs(mutant: &Mutant) -> bool {
    let all = mutant.change.new.iter().chain([&mutant.old]);
    all.filter(|l| !l.trim().is_empty()).all(|l| l.contains("log prefix") && verdict_of(l).is_none())
        || mutant.change.kind == Kind::Swapped && mutant.change.new.iter().any(|l| l.contains("log prefix"))
}

fn verdict_of(line: &str) -> Option<&str> {
    line.split_whitespace().find(|w| ["accept", "drop", "return", "jump", "goto"].contains(w))
}

/// The noise that is not logged, the last rule, and what is neither new nor known.
fn refused_anyway(mutant: &Mutant) -> bool {
    let old = mutant.old.trim();
    let is_refusal = old == "counter drop" || old.starts_with("udp dport { 67-68") || old.starts_with("ct state { inv");
    is_refusal || old.ends_with("policy drop;")
}

/// The rule without its first source.
fn no_source(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().position(|w| ["saddr", "daddr"].contains(w));
    let kept = words.iter().enumerate().filter(|(n, _)| at.is_none_or(|at| *n != at && *n != at + 1));
    kept.map(|(_, w)| *w).collect::<Vec<_>>().join(" ")
}
