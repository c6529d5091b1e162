//! The ruleset of a gateway as its kernel lists it: our table by meaning, and what else hooks into the way of packets.
//!
//! The proof is of a device with exactly its files (DESIGN §2 (3)). In nft an accept ends its own base chain alone, so that
//! a foreign filter can only drop more; whatever else another table does may make the proof speak of another device.

use super::live::{Dump, Live, Reference};
use super::meaning::{self, Meaning, Unread};
use crate::config::meaning::time_cuts;
use crate::config::{Bundle, Filter};
use crate::diagnostics::{Sink, Sources};
use crate::dialects::nft::{Form, Table, listing_of_json, replaced, ruleset, tables};
use crate::dialects::{File, line_starts};
use crate::diff;

/// What another table can do to packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touch {
    /// Nothing: no base chain, no flowtable.
    Nothing,
    /// It was read: it can only drop some.
    OnlyDrops,
    /// More, or nobody knows.
    More(Vec<String>),
}

/// A table of somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// `inet f2b-table`.
    pub table: String,
    /// Its base chains: `filter at input`.
    pub hooks: Vec<String>,
    /// What it can do.
    pub touch: Touch,
    /// Somebody named it: it is known to be there.
    pub named: bool,
}

impl Foreign {
    /// Whether it may be there.
    pub fn is_tolerated(&self) -> bool {
        self.named || self.touch == Touch::Nothing
    }
}

/// What no listing of nft holds.
const UNSEEN: &str = "what nft does not list: rules of iptables-legacy, tc, XDP; addresses, routes, kernel settings";
/// What is no part of a meaning.
const NO_MEANING: &str = "counters, logs, TCP segment sizes, how a refusal is answered";

/// Compares a listing with the script that ought to be loaded.
pub(super) fn live(
    reference: Reference<'_>,
    (path, script): (&str, &str),
    dump: &Dump,
    named: &[String],
    options: &diff::Options,
) -> Live {
    let mut found = Live { not_compared: not_compared(reference, path), ..Live::default() };
    let is_json = dump.text.trim_start().starts_with('{');
    found.form = if is_json { "nft -j list ruleset" } else { "nft list ruleset" };
    let (name, text) = match is_json.then(|| listing_of_json(&dump.text)) {
        None => (dump.name.clone(), dump.text.clone()),
        Some(Ok(text)) => (format!("{} (as text)", dump.name), text),
        Some(Err(why)) => {
            found.problems.push(format!("the dump is no listing: {why}"));
            return found;
        }
    };
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let source = sources.add(name, text.as_str());
    let starts = line_starts(&text);
    let file = File { path, text: &text, source, number: 0, starts: &starts };
    let Some(all) = tables(&file, &mut sink) else {
        found.meaning = Some(Meaning::Unread(Unread::new(sink, sources)));
        return found;
    };
    let own = replaced(script).map(|(family, name)| format!("{family} {name}")).unwrap_or_default();
    let others = all.iter().filter(|table| table.title() != own);
    found.foreign = others.map(|table| foreign(table, &text, named)).collect();
    let mut ours = all.iter().filter(|table| table.title() == own);
    let (Some(table), None) = (ours.next(), ours.next()) else {
        found.problems.push(absent(&own, &all));
        return found;
    };
    if !table.flags.is_empty() {
        found.problems.push(flagged(&own, &table.flags));
        return found;
    }
    let alone = table.alone(&text);
    found.meaning = Some(match ruleset(File { text: &alone, ..file }, Form::Listing, &mut sink) {
        Some(filter) => {
            found.compared = compared(&filter);
            of_filter(reference, filter, options)
        }
        None => Meaning::Unread(Unread::new(sink, sources)),
    });
    found
}

/// The listed filter on the same host, against the written one.
fn of_filter(reference: Reference<'_>, filter: Filter, options: &diff::Options) -> Meaning {
    let own = match meaning::read(reference.device, reference.files) {
        Ok(own) => Bundle { host: own.host, filter: own.filter, ..Bundle::default() },
        Err(unread) => return Meaning::Unread(unread),
    };
    let here = Bundle { filter: Some(filter), ..own.clone() };
    meaning::compare(reference.device, [&own, &here], reference.facts, options)
}

fn absent(own: &str, all: &[Table]) -> String {
    match (all.is_empty(), all.iter().any(|table| table.title() == own)) {
        (true, _) => {
            format!("the dump holds no table at all, so nothing is filtered: no `{own}` (was it taken as root?)")
        }
        (false, false) => {
            format!("the dump holds no table `{own}`: what this device ought to filter with is not loaded")
        }
        (false, true) => format!("the dump holds the table `{own}` more than once: it is no single listing"),
    }
}

fn flagged(own: &str, flags: &[String]) -> String {
    let word = flags.join(", ");
    match flags.iter().any(|flag| flag == "dormant") {
        true => format!("the table `{own}` is dormant: it is loaded, and filters nothing"),
        false => format!("the table `{own}` has the flag {word}: it may filter nothing, or vanish with a program"),
    }
}

fn compared(filter: &Filter) -> Vec<String> {
    let mut all = vec!["what passes and what is translated, at every hook, for every state of a connection".to_owned()];
    let cuts = time_cuts(filter).len();
    if cuts > 0 {
        all.push(format!("{} spans of time, instants read as UTC (take the dump with TZ=UTC)", cuts + 1));
    }
    all
}

fn not_compared(reference: Reference<'_>, path: &str) -> Vec<String> {
    let others = reference.files.keys().filter(|other| *other != path);
    let mut names: Vec<&str> = others.map(|other| other.split('/').next().unwrap_or(other)).collect();
    let number = names.len();
    names.dedup();
    vec![format!("{number} other files of this device: {}", names.join(", ")), UNSEEN.to_owned(), NO_MEANING.to_owned()]
}

fn foreign(table: &Table, text: &str, named: &[String]) -> Foreign {
    let words = |title: &str| title.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let hooks: Vec<String> = table.hooks.iter().map(|h| format!("{} at {}", h.kind, h.hook)).collect();
    let touch = match () {
        () if hooks.is_empty() && table.flowtables.is_empty() => Touch::Nothing,
        () if table.only_drops(text) => Touch::OnlyDrops,
        () => Touch::More(more(table)),
    };
    let named = named.iter().any(|name| words(name) == words(&table.title()));
    Foreign { table: table.title(), hooks, touch, named }
}

/// What a table may do beside dropping packets, by its hooks.
fn more(table: &Table) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    if !table.flags.is_empty() {
        all.push(format!("has the flag {}", table.flags.join(", ")));
    }
    for hooked in &table.hooks {
        let hook = &hooked.hook;
        all.push(match (table.family.as_str(), hooked.kind.as_str()) {
            ("netdev", _) => format!("acts on frames before any filter ({hook})"),
            ("bridge", _) => format!("acts on frames between bridged links ({hook})"),
            ("arp", _) => format!("acts on ARP ({hook})"),
            (_, "nat") => format!("translates addresses ({hook})"),
            (_, "route") => format!("sends packets another way ({hook})"),
            _ if hook == "ingress" || hook == "egress" => format!("acts on frames before any filter ({hook})"),
            _ if is_raw(&hooked.priority) => format!("acts before connections are tracked ({hook})"),
            _ => format!("filters by statements that are not read ({hook})"),
        });
    }
    all.extend(table.flowtables.iter().map(|name| format!("hands connections past the filter (flowtable {name})")));
    all
}

/// Before connection tracking (`NF_IP_PRI_CONNTRACK`, -200).
fn is_raw(priority: &str) -> bool {
    priority.starts_with("raw") || priority.parse::<i32>().is_ok_and(|number| number <= -200)
}
