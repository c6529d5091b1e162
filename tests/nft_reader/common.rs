//! Reading texts in tests, and whole meanings to compare.

use std::collections::{BTreeMap, BTreeSet};

use etanche::config::filter::Hook;
use etanche::config::meaning::{Interfaces, arriving, image as image_of, pass, pieces, time_cuts, translate};
use etanche::config::{FileSet, Filter};
use etanche::diagnostics::{Sink, Sources};
use etanche::dialects::nft::{Form, ruleset};
use etanche::dialects::{File, read};
use etanche::packets::{Field, PacketSet, Space};

/// The ruleset of a gateway.
pub(crate) const GATEWAY: &str = include_str!("gateway.nft");

pub(crate) const HOOKS: [Hook; 5] = [Hook::Prerouting, Hook::Input, Hook::Forward, Hook::Output, Hook::Postrouting];

/// A finding as tests compare it: code, text of the span, message.
pub(crate) type Found = (String, String, String);

/// Reads a script through the table of dialects.
pub(crate) fn script(text: &str) -> Result<Filter, Vec<Found>> {
    let files = FileSet::from([("etanche.nft".to_owned(), text.to_owned())]);
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let bundle = read(&files, "0000001B/gateway", &mut sources, &mut sink);
    match bundle {
        Some(bundle) if sink.is_empty() => Ok(bundle.filter.expect("a ruleset was read")),
        _ => Err(told(sink, &sources)),
    }
}

/// Reads what `nft list ruleset` printed.
pub(crate) fn listing(text: &str) -> Result<Filter, Vec<Found>> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let source = sources.add("listing", text);
    let starts = etanche::dialects::line_starts(text);
    let file = File { path: "listing", text, source, number: 0, starts: &starts };
    ruleset(file, Form::Listing, &mut sink).ok_or_else(|| told(sink, &sources))
}

fn told(sink: Sink, sources: &Sources) -> Vec<Found> {
    let found = sink.into_sorted().into_iter();
    found.map(|d| (d.code.name.to_owned(), sources.text(d.span).to_owned(), d.message)).collect()
}

/// A script around the lines of a table.
pub(crate) fn table(lines: &str) -> String {
    format!("table inet t\ndelete table inet t\ntable inet t {{\n{lines}\n}}\n")
}

/// A script whose forward chain has these lines.
pub(crate) fn forward(lines: &str) -> String {
    let chain = "type filter hook forward priority filter; policy drop;";
    table(&format!("chain forward {{\n{chain}\n{lines}\n}}"))
}

/// The interfaces of the gateway.
pub(crate) fn interfaces() -> Interfaces {
    let names = ["eth0", "eth1.10", "eth1.20", "eth1.30", "xf-csm", "xf-aca"];
    let own = ["203.0.113.30", "2001:db8:ffff::1"].map(|a| a.parse().expect("an address"));
    Interfaces::new(names).with_addresses("eth0", own.to_vec())
}

/// A part of a meaning: hook, instant, and what its packets have in common.
type Part = (Hook, u64, String);

/// Everything a filter means: at each hook and instant the packets accepted, those each translation takes, and those it
/// makes.
pub(crate) fn meaning(
    space: &mut Space,
    filter: &Filter,
    interfaces: &Interfaces,
    instants: &BTreeSet<u64>,
) -> BTreeMap<Part, PacketSet> {
    let mut all = BTreeMap::new();
    for hook in HOOKS {
        let entering = arriving(space, interfaces, hook).expect("within budget");
        for now in instants {
            let passage = pass(space, filter, interfaces, hook, entering, *now).expect("clear");
            all.insert((hook, *now, "accepted".to_owned()), passage.accepted);
            let image = translate(space, filter, interfaces, hook, entering, *now).expect("clear");
            all.insert((hook, *now, "after translation".to_owned()), image);
            for piece in pieces(space, filter, interfaces, hook, entering, *now).expect("clear") {
                let image = image_of(space, interfaces, &piece).expect("clear");
                for (what, set) in [("before", piece.before), ("after", image)] {
                    let part = (hook, *now, format!("{what} {:?}", piece.action));
                    let earlier = *all.get(&part).unwrap_or(&Space::EMPTY);
                    let set = space.union(earlier, set).expect("within budget");
                    all.insert(part, set);
                }
            }
        }
    }
    all
}

/// Instants before, at and after every change of two filters.
pub(crate) fn instants(a: &Filter, b: &Filter) -> BTreeSet<u64> {
    let cuts = time_cuts(a).into_iter().chain(time_cuts(b));
    cuts.flat_map(|cut| [cut.saturating_sub(1), cut]).chain([0]).collect()
}

/// Where two filters differ: hook, instant, what, and a packet that only one of them has there.
pub(crate) fn difference(a: &Filter, b: &Filter) -> Option<String> {
    let mut space = Space::default();
    let interfaces = interfaces().covering(a).covering(b);
    let instants = instants(a, b);
    let ours = meaning(&mut space, a, &interfaces, &instants);
    let theirs = meaning(&mut space, b, &interfaces, &instants);
    let parts: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
    for part in parts {
        let of = |all: &BTreeMap<_, _>| *all.get(part).unwrap_or(&Space::EMPTY);
        let (one, two) = (of(&ours), of(&theirs));
        for (one, two, which) in [(one, two, "lost"), (two, one, "gained")] {
            let only = space.minus(one, two).expect("within budget");
            if let Some(packet) = space.witness(only) {
                let (hook, now, what) = part;
                let name = |field| interfaces.name(packet.get(field)).unwrap_or("-");
                let (from, to) = (name(Field::In), name(Field::Out));
                let way = format!("{from} > {to}");
                return Some(format!("{hook:?} at {now}, {what}, {which}: {way}: {packet}"));
            }
        }
    }
    None
}
