//! Changes told once: what both gateways do for one flow, and what one line of a profile does in many establishments.

use std::collections::{BTreeMap, BTreeSet};

use super::boxes::is_consequence;
use super::change::{Change, Kind, Way, in_words};
use super::class::Class;
use super::report::{DeviceReport, State, site_of};

/// One change, wherever it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// More, or less.
    pub way: Way,
    /// What it is about.
    pub kind: Kind,
    /// Who; without the sites' names when it is in several.
    pub from: BTreeSet<String>,
    /// To whom, in the same words.
    pub to: BTreeSet<String>,
    /// What.
    pub what: String,
    /// A packet or a request of it.
    pub example: Option<String>,
    /// When; None from the day that counts on.
    pub during: Option<String>,
    /// What a setting is to those who must approve it.
    pub(super) weight: Class,
    /// Nothing but lists of domains differs where it was read.
    pub(super) by_lists: bool,
    /// Sites that it is in.
    pub sites: BTreeSet<String>,
    /// Devices that it was read in.
    pub devices: BTreeSet<String>,
}

impl Told {
    /// What it is to those who must approve it.
    pub fn class(&self) -> Class {
        match (self.kind, self.way) {
            (Kind::Requests, _) if self.by_lists => Class::DelegatedList,
            (Kind::Devices, _) => Class::Architecture,
            (Kind::Settings | Kind::Routes, _) => self.weight,
            (_, Way::Opens) => Class::Wider,
            (_, Way::Closes) => Class::Narrower,
            (_, Way::Alters) => Class::Mixed,
        }
    }

    /// `pedago, byod -> csm.pupils on proxy`.
    pub fn rule(&self) -> String {
        in_words(self.kind, &joined(&self.from), &joined(&self.to), &self.what)
    }
}

/// `pedago, byod`; several of one site as `0000001B.{byod, pedago}`.
fn joined(words: &BTreeSet<String>) -> String {
    let mut by_site: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for word in words {
        // A range of addresses has dots too, and no site.
        let (site, name) = match word.split_once('.') {
            Some((site, name)) if name.starts_with(|c: char| c.is_ascii_lowercase()) => (Some(site), name),
            _ => (None, word.as_str()),
        };
        by_site.entry(site).or_default().push(name);
    }
    let said = |(site, names): (Option<&str>, Vec<&str>)| match (site, names.as_slice()) {
        (None, names) => names.join(", "),
        (Some(site), [name]) => format!("{site}.{name}"),
        (Some(site), names) => format!("{site}.{{{}}}", names.join(", ")),
    };
    by_site.into_iter().map(said).collect::<Vec<_>>().join(", ")
}

/// What makes two changes one, and their words: `from`, `to` and `what`.
type Key = (Kind, Way, [String; 3], Option<String>, Class);

/// Changes of one device, those that differ in one end alone as one.
pub fn gathered(device: &str, changes: Vec<Change>) -> Vec<Told> {
    let device = DeviceReport { path: device.to_owned(), state: State::Changed, files: Vec::new(), changes };
    told(&[device], &BTreeSet::new())
}

/// Each change once. Of a device that is new or gone, what it opens is told, and nothing of how.
pub(super) fn told(devices: &[DeviceReport], schools: &BTreeSet<String>) -> Vec<Told> {
    let lists = only_lists(devices);
    let mut groups: BTreeMap<Key, Vec<&Change>> = BTreeMap::new();
    for device in devices {
        for change in device.changes.iter().filter(|change| is_told(change, device.state)) {
            let words = [&change.from, &change.to, &change.what].map(|word| anonymous(word, change, schools));
            let key = (change.kind, change.way, words, change.during.clone(), change.weight);
            groups.entry(key).or_default().push(change);
        }
    }
    let all = groups.into_iter().map(|(key, changes)| group(key, &changes, schools, &lists)).collect();
    let all = merged(all, |told| &told.to, |told| &mut told.from);
    merged(all, |told| &told.from, |told| &mut told.to)
}

fn is_told(change: &Change, state: State) -> bool {
    let is_seen = matches!(change.kind, Kind::Devices | Kind::Packets | Kind::Requests);
    state == State::Changed || is_seen && !is_consequence(&change.what)
}

/// Devices of which nothing but lists of domains differs.
fn only_lists(devices: &[DeviceReport]) -> BTreeSet<&str> {
    let only = |device: &&DeviceReport| device.files.iter().all(|file| file.path.starts_with("lists/"));
    devices.iter().filter(only).map(|device| device.path.as_str()).collect()
}

fn group(
    (kind, way, words, during, weight): Key,
    changes: &[&Change],
    schools: &BTreeSet<String>,
    lists: &BTreeSet<&str>,
) -> Told {
    let sites: BTreeSet<String> = changes.iter().flat_map(|change| sites_of(change, schools)).collect();
    let first = changes[0];
    let whole = [&first.from, &first.to, &first.what].map(String::clone);
    let is_same = changes.iter().all(|c| [&c.from, &c.to, &c.what] == whole.each_ref());
    let [from, to, what] = if is_same { whole } else { words };
    let set = |word: String| (!word.is_empty()).then_some(word).into_iter().collect();
    let devices: BTreeSet<String> = changes.iter().map(|change| change.device.clone()).collect();
    let by_lists = devices.iter().all(|device| lists.contains(device.as_str()));
    let example = first.example.clone();
    Told { way, kind, from: set(from), to: set(to), what, example, during, weight, by_lists, sites, devices }
}

/// Joins those that differ in one side alone.
fn merged(
    all: Vec<Told>,
    other: impl Fn(&Told) -> &BTreeSet<String>,
    side: impl Fn(&mut Told) -> &mut BTreeSet<String>,
) -> Vec<Told> {
    let mut joined: Vec<Told> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for mut told in all {
        let key = format!(
            "{:?}",
            (told.kind, told.way, other(&told), &told.what, &told.during, told.weight, &told.sites, &told.devices)
        );
        match places.get(&key) {
            Some(place) => {
                let words = std::mem::take(side(&mut told));
                side(&mut joined[*place]).extend(words);
            }
            None => {
                places.insert(key, joined.len());
                joined.push(told);
            }
        }
    }
    joined
}

/// Establishments that a change names or stands in; the centre's site when there is none.
fn sites_of(change: &Change, schools: &BTreeSet<String>) -> BTreeSet<String> {
    let home = site_of(&change.device);
    let named: BTreeSet<String> = named(change, schools).chain(schools.get(home)).cloned().collect();
    if named.is_empty() { BTreeSet::from([home.to_owned()]) } else { named }
}

fn named<'s>(change: &'s Change, schools: &'s BTreeSet<String>) -> impl Iterator<Item = &'s String> {
    let words = [&change.from, &change.to, &change.what].into_iter().flat_map(|word| parts(word));
    words.filter_map(|part| schools.get(part))
}

fn parts(word: &str) -> impl Iterator<Item = &str> {
    word.split(|c: char| !c.is_alphanumeric())
}

/// The words without the name of the establishment, where it is the only one they speak of: two would be taken for one.
fn anonymous(word: &str, change: &Change, schools: &BTreeSet<String>) -> String {
    let [Some(name), None] = ({
        let mut sites = sites_of(change, schools).into_iter();
        [sites.next(), sites.next()]
    }) else {
        return word.to_owned();
    };
    if !schools.contains(&name) || !parts(word).any(|part| part == name) {
        return word.to_owned();
    }
    without(word, &name)
}

/// `0000001B.pedago` becomes `pedago`, and `xf-0000001B` becomes `xf-UAI`.
fn without(word: &str, name: &str) -> String {
    let (mut out, mut rest) = (String::new(), word);
    while let Some(at) = rest.find(name) {
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        out.push_str(before);
        let begins = out.chars().next_back().is_none_or(|last| last == ' ');
        match after.strip_prefix('.').filter(|_| begins) {
            Some(own) => rest = own,
            None => {
                out.push_str("UAI");
                rest = after;
            }
        }
    }
    out + rest
}
