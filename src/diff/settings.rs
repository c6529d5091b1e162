//! Everything that no packet, request, frame, selector or route tells: addresses, kernel settings, programs, how tunnels
//! prove who they are. Setting by setting, as paths with values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Change, Kind, Way};
use super::class::Class;
use super::frames::ranges_of;
use crate::config::filter::Action;
use crate::config::{Bundle, Filter};

/// Told elsewhere, or of no effect: where a thing was read, and texts for people.
const LEFT_OUT: [&str; 7] = ["at", "remark", "comment", "description", "filter", "routes", "label"];
/// Of proxies, switches, browsers and tunnels, what other kinds of change tell.
const TOLD: [(&str, &[&str]); 5] = [
    ("children", &["local", "remote", "name"]),
    ("web", &["acls", "rules", "lists"]),
    ("pac", &["direct"]),
    ("ports", &["untagged", "tagged", "enabled", "name"]),
    ("vlans", &["name"]),
];
/// What settings are to those who must approve them, by how their path begins and ends; the rest is mixed.
const WEIGHTS: [(&str, &str, Class); 4] = [
    ("tunnels.", "", Class::Architecture),
    ("host.links.", ".addresses", Class::Architecture),
    ("lan.vlans.", ".addresses", Class::Architecture),
    // Files of lists that a proxy waits for: what they mean, requests tell.
    ("services.", ".needs", Class::TextOnly),
];

/// Settings of one bundle that the other has not, or has otherwise.
pub(super) fn settings(device: &str, bundles: [&Bundle; 2]) -> Vec<Change> {
    let [before, after] = bundles.map(flat);
    let closed = closed_ports(bundles);
    let whole = whole(bundles);
    let mut paths: BTreeMap<&str, [Vec<&str>; 2]> = BTreeMap::new();
    for (side, lines) in [before.difference(&after), after.difference(&before)].into_iter().enumerate() {
        for line in lines.filter(|line| !whole.iter().any(|(_, name)| speaks_of(line, name))) {
            let (path, value) = line.split_once(' ').unwrap_or((line, ""));
            paths.entry(path).or_default()[side].push(value);
        }
    }
    let mut ports: BTreeMap<(Way, String), Vec<u16>> = BTreeMap::new();
    let mut changes = Vec::new();
    for (path, values) in paths {
        for (way, value) in said(values) {
            match port(path) {
                Some((number, _)) if closed.contains(&number) => {}
                Some((number, setting)) => ports.entry((way, format!("{setting} {value}"))).or_default().push(number),
                None => {
                    let line = format!("{path} {value}");
                    changes.push(Change::new(device, way, Kind::Settings, line).weighing(weight(path)));
                }
            }
        }
    }
    changes.extend(whole.into_iter().map(|(way, name)| {
        Change::new(device, way, Kind::Settings, format!("{name}, with all that is set of it"))
            .weighing(Class::Architecture)
    }));
    changes.extend(ports.into_iter().flat_map(|((way, setting), numbers)| {
        let said = move |range: String| Change::new(device, way, Kind::Settings, format!("{range}: {setting}"));
        ranges_of(numbers).into_iter().map(said)
    }));
    changes
}

/// Tunnels and links that one bundle has and the other has not: each is told as a whole.
fn whole(bundles: [&Bundle; 2]) -> Vec<(Way, String)> {
    let [before, after] = bundles.map(|bundle| {
        let links = bundle.host.iter().flat_map(|host| &host.links).map(|link| &link.name);
        bundle.tunnels.iter().map(|tunnel| &tunnel.name).chain(links).collect::<BTreeSet<&String>>()
    });
    let gone = before.difference(&after).map(|name| (Way::Closes, (*name).clone()));
    gone.chain(after.difference(&before).map(|name| (Way::Opens, (*name).clone()))).collect()
}

/// The line is a setting of the tunnel or link, or names it.
fn speaks_of(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + name.len()..]);
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(|c: char| c.is_alphanumeric() || c == '-')
    })
}

/// One value for another is one change.
fn said([before, after]: [Vec<&str>; 2]) -> Vec<(Way, String)> {
    if let ([old], [new]) = (before.as_slice(), after.as_slice()) {
        return vec![(Way::Alters, format!("{old} -> {new}"))];
    }
    let gone = before.into_iter().map(|value| (Way::Closes, value.to_owned()));
    gone.chain(after.into_iter().map(|value| (Way::Opens, value.to_owned()))).collect()
}

/// Ports that are shut on one side or on both: that they are, frames tell, and nothing else of them matters.
fn closed_ports(bundles: [&Bundle; 2]) -> BTreeSet<u16> {
    let ports = bundles.into_iter().filter_map(|bundle| bundle.lan.as_ref()).flat_map(|lan| &lan.ports);
    ports.filter(|(_, port)| !port.enabled).map(|(number, _)| *number).collect()
}

/// `lan.ports.3.stations` is a setting of port 3.
fn port(path: &str) -> Option<(u16, &str)> {
    let (number, setting) = path.strip_prefix("lan.ports.")?.split_once('.')?;
    Some((number.parse().ok()?, setting))
}

fn weight(path: &str) -> Class {
    let row = WEIGHTS.iter().find(|(first, last, _)| path.starts_with(first) && path.ends_with(last));
    row.map_or(Class::Mixed, |(.., class)| *class)
}

/// Arrays whose items come in no order.
const UNORDERED: [&str; 7] = ["hardening", "addresses", "vlans", "xfrms", "needs", "apply", "settings"];

/// A line a setting: `host.links.eth1.20.addresses 10.128.0.1/22`.
fn flat(bundle: &Bundle) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let value = serde_json::to_value(bundle).unwrap_or_default();
    walk(&value, "", "", &mut lines);
    lines.extend(bundle.filter.iter().flat_map(asides));
    lines
}

/// What a filter does beside letting pass and translating.
fn asides(filter: &Filter) -> Vec<String> {
    let rules = filter.chains.iter().flat_map(|chain| &chain.rules);
    let mut all = Vec::new();
    for rule in rules {
        all.extend(rule.log.iter().map(|log| {
            let rate = log.per_second.map_or_else(|| "without a limit".to_owned(), |most| format!("{most} a second"));
            format!("filter.log {} {rate}", log.prefix)
        }));
        all.extend((rule.action == Action::ClampMss).then(|| "filter.clamp_mss yes".to_owned()));
    }
    all
}

fn walk(value: &Value, path: &str, part: &str, lines: &mut BTreeSet<String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(map) => {
            let told = TOLD.iter().find(|(name, _)| *name == part).map_or(&[][..], |(_, keys)| keys);
            for (key, inner) in map {
                let is_left_out = LEFT_OUT.contains(&key.as_str()) || told.contains(&key.as_str());
                // The children of a map of ports are ports, as those of a list of proxies are proxies.
                let is_map = TOLD.iter().any(|(name, _)| *name == part) && inner.is_object();
                let inner_part = if is_map { part } else { key.as_str() };
                if !is_left_out {
                    walk(inner, &below(key), inner_part, lines);
                }
            }
        }
        Value::Array(items) if !UNORDERED.contains(&part) && items.iter().all(|item| !is_compound(item)) => {
            if !items.is_empty() {
                let words: Vec<String> = items.iter().map(said_of).collect();
                lines.insert(format!("{path} {}", words.join(", ")));
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                let name = item.get("name").and_then(Value::as_str).map(str::to_owned);
                match (name, item.is_object()) {
                    // Children of one tunnel differ in their selectors alone: another with the same manners is no setting.
                    (Some(_), _) if part == "children" => walk(item, path, part, lines),
                    (Some(name), _) => walk(item, &below(&name), part, lines),
                    (None, true) => walk(item, &below(&(number + 1).to_string()), part, lines),
                    (None, false) => drop(lines.insert(format!("{path} {}", said_of(item)))),
                }
            }
        }
        Value::Null => {}
        scalar => drop(lines.insert(format!("{path} {}", said_of(scalar)))),
    }
}

/// An object, or an array that holds one.
fn is_compound(value: &Value) -> bool {
    value.is_object() || value.as_array().is_some_and(|items| items.iter().any(is_compound))
}

fn said_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(said_of).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
