//! What proxies newly let through or no longer: requests by client, list and manner, with one of each.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Kind, Way};
use super::names::{Names, number};
use super::report::site_of;
use crate::config::web::WebFilter;
use crate::config::web_meaning::{Apart, Host, ListKey, Request, apart};
use crate::config::{Bundle, web_meaning};
use crate::packets::{Interval, IntervalSet};

/// More or less, who asks, and for what.
type Key = (Way, String, String);

/// Everything that the proxies of one bundle let through and those of the other do not.
pub(super) fn requests(device: &str, [old, new]: [&Bundle; 2], names: &Names) -> Vec<Change> {
    let all: BTreeMap<&str, [Option<&WebFilter>; 2]> = paired(&old.web, &new.web);
    let closed = WebFilter::default();
    let pairs = all.into_iter().map(|(name, pair)| (name, pair.map(|filter| filter.unwrap_or(&closed))));
    pairs.flat_map(|(name, [a, b])| changes(device, name, a, b, names)).collect()
}

fn paired<'b>(old: &'b [WebFilter], new: &'b [WebFilter]) -> BTreeMap<&'b str, [Option<&'b WebFilter>; 2]> {
    let mut all: BTreeMap<&str, [Option<&WebFilter>; 2]> = BTreeMap::new();
    for (side, filters) in [old, new].into_iter().enumerate() {
        for filter in filters {
            all.entry(&filter.name).or_default()[side] = Some(filter);
        }
    }
    all
}

fn changes(device: &str, proxy: &str, a: &WebFilter, b: &WebFilter, names: &Names) -> Vec<Change> {
    if web_meaning::differ(a, b).is_none() {
        return Vec::new();
    }
    let mut all: Vec<(Manner, bool, Key, Option<String>, String)> = Vec::new();
    for apart in apart(a, b) {
        let way = if apart.second { Way::Opens } else { Way::Closes };
        let (asked, category) = asked(&apart.request);
        for client in clients(&apart, device, names) {
            let example = apart.request.to_string();
            let key = (way, client, asked.clone());
            all.push((Manner::of(&apart), apart.request.connect, key, category.clone(), example));
        }
    }
    // Plain requests first: what is so by the usual ports needs no word of them.
    all.sort();
    let mut told: BTreeMap<Key, (Manner, BTreeSet<String>, String)> = BTreeMap::new();
    for (manner, _, key, category, example) in all {
        let known = told.entry(key).or_insert_with(|| (manner, BTreeSet::new(), example));
        known.1.extend(category);
    }
    let change = |((way, client, asked), (manner, categories, example)): (Key, (Manner, BTreeSet<String>, String))| {
        let categories = categories.into_iter().collect::<Vec<_>>().join(", ");
        let to = asked.replace(CATEGORIES, &categories);
        let what = format!("by proxy {proxy}{}", manner.word());
        Change::new(device, way, Kind::Requests, what).between(client, to).such_as(example)
    };
    told.into_iter().map(change).collect()
}

/// How ordinary a request is: a change that is so of ordinary ones is told of them alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Manner {
    /// By HTTP on port 80, or by CONNECT on port 443.
    Usual,
    /// Of names that resolve to particular addresses.
    Resolving,
    /// On another port.
    Port(u16, u16),
    /// By CONNECT on another port.
    Connect(u16, u16),
    /// For the proxy's own management page.
    Manager,
}

impl Manner {
    fn of(apart: &Apart) -> Self {
        let request = &apart.request;
        let usual = if request.connect { 443 } else { 80 };
        let is_usual = apart.ports.iter().any(|(first, last)| (*first..=*last).contains(&usual));
        let (first, last) = apart.ports.first().copied().unwrap_or_default();
        match (&request.host, request.connect) {
            _ if request.manager => Self::Manager,
            (_, false) if !is_usual => Self::Port(first, last),
            (_, true) if !is_usual => Self::Connect(first, last),
            (Host::Name(_, addresses), _) if !addresses.is_empty() => Self::Resolving,
            _ => Self::Usual,
        }
    }

    fn word(self) -> String {
        let ports = |first: u16, last: u16| {
            if first == last { format!("port {first}") } else { format!("ports {first}-{last}") }
        };
        match self {
            Self::Usual => String::new(),
            Self::Resolving => ", by what their names resolve to".to_owned(),
            Self::Port(first, last) => format!(", on {}", ports(first, last)),
            Self::Connect(first, last) => format!(", by CONNECT on {}", ports(first, last)),
            Self::Manager => ", the management page".to_owned(),
        }
    }
}

/// Zones and machines that ask, each a word.
fn clients(apart: &Apart, device: &str, names: &Names) -> Vec<String> {
    let of = |v6: bool| -> IntervalSet {
        let own = apart.clients.iter().filter(|(first, _)| first.is_ipv6() == v6);
        own.map(|(first, last)| Interval::new(number(*first), number(*last))).collect()
    };
    let parts = [false, true].into_iter().flat_map(|v6| names.parts(&of(v6), v6, site_of(device), None));
    let words: BTreeSet<String> = parts.map(|(word, _)| word).collect();
    words.into_iter().collect()
}

/// Where the categories of several requests come.
const CATEGORIES: &str = "\u{0}";

/// What is asked for, and the category where it takes one: `musee.example`, `sites in no list`, `hosts written as
/// addresses`.
fn asked(request: &Request) -> (String, Option<String>) {
    let category = |key: &ListKey| match key {
        ListKey::Category(name) => Some(name.clone()),
        ListKey::Domains(_) => None,
    };
    let categories: Vec<String> = request.lists.iter().filter_map(category).collect();
    let domains: Vec<String> = request.lists.iter().filter_map(domains).collect();
    let (domains, categories) = (domains.join(" and "), categories.join(" and "));
    match (&request.host, domains.is_empty(), categories.is_empty()) {
        (Host::Literal(_), ..) => ("hosts written as addresses".to_owned(), None),
        (_, true, true) => ("sites in no list".to_owned(), None),
        (_, true, false) => (format!("sites of {CATEGORIES}"), Some(categories)),
        (_, false, true) => (domains, None),
        (_, false, false) => (format!("{domains} (even when in {CATEGORIES})"), Some(categories)),
    }
}

/// Domains of an establishment's own, the first of them when they are many.
fn domains(key: &ListKey) -> Option<String> {
    const NAMED: usize = 4;
    let ListKey::Domains(domains) = key else { return None };
    let named: Vec<&str> = domains.iter().take(NAMED).map(String::as_str).collect();
    Some(match domains.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} domains more", named.join(", ")),
    })
}
