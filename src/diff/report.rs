//! What is told: each site and device that is not the same, with its class.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Options;
use super::change::{Change, Kind, Way};
use super::class::Class;
use super::device;
use super::facts::{self, Fact};
use super::names::Names;
use super::side::{Side, Unread};
use super::text::FileReport;
use super::told::{Told, told};

/// Whether a device was there before, and is there after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is not the same.
    Changed,
}

/// A device that is not the same on both sides.
#[derive(Debug, Clone)]
pub struct DeviceReport {
    /// Its directory: `0000001B/gateway`.
    pub path: String,
    /// Whether it was there before, and is there after.
    pub state: State,
    /// Files that differ.
    pub files: Vec<FileReport>,
    /// What its meaning gained and lost; empty when texts alone differ.
    pub changes: Vec<Change>,
}

/// A site that is not the same on both sides.
#[derive(Debug, Clone)]
pub struct SiteReport {
    /// A UAI code, or a site of the centre.
    pub name: String,
    /// What the change is to those who must approve it.
    pub class: Class,
    /// Changes that open something.
    pub opens: usize,
    /// Changes that close something.
    pub closes: usize,
    /// Settings and routes that are there now, or were.
    pub settings: usize,
    /// Lines of its topology and addressing that came or went.
    pub facts: usize,
    /// Files that differ.
    pub files: usize,
}

/// Everything that is not the same.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Each change once.
    pub told: Vec<Told>,
    /// Lines of topology and addressing that came or went.
    pub facts: Vec<Fact>,
    /// Sites that are not the same.
    pub sites: Vec<SiteReport>,
    /// Devices that are not the same.
    pub devices: Vec<DeviceReport>,
    /// Devices of whose meaning nothing can be said.
    pub unread: Vec<Unread>,
}

impl Report {
    /// The class of the whole.
    pub fn class(&self) -> Class {
        self.sites.iter().map(|site| site.class).fold(Class::None, Class::and)
    }
}

/// Compares two states of a region.
pub fn compare(old: &Side, new: &Side, options: &Options) -> Report {
    let names = Names::of([&new.facts, &old.facts]);
    let paths: BTreeSet<&String> = old.devices.keys().chain(new.devices.keys()).collect();
    let paths: Vec<&String> = paths.into_iter().collect();
    let one = |path: &&String| device::compare(path, [old, new], &names, options);
    let compared: Vec<Result<Option<DeviceReport>, Unread>> = paths.par_iter().map(one).collect();
    let mut report = Report { facts: facts::apart(&old.facts, &new.facts), ..Report::default() };
    for device in compared {
        match device {
            Ok(device) => report.devices.extend(device),
            Err(unread) => report.unread.push(unread),
        }
    }
    report.told = told(&report.devices, &schools([old, new]));
    report.sites = sites(&report);
    report
}

/// Establishments of both sides.
fn schools(sides: [&Side; 2]) -> BTreeSet<String> {
    let lines = sides.into_iter().flat_map(|side| side.facts["sites"].as_array().into_iter().flatten());
    let words = lines.filter_map(|line| line.as_str()?.split_once(" establishment "));
    words.map(|(name, _)| name.to_owned()).collect()
}

/// The site of a device's directory.
pub(super) fn site_of(device: &str) -> &str {
    device.split('/').next().unwrap_or(device)
}

fn sites(report: &Report) -> Vec<SiteReport> {
    let mut all: BTreeMap<String, SiteReport> = BTreeMap::new();
    for device in &report.devices {
        let site = entry(&mut all, site_of(&device.path));
        site.files += device.files.len();
        site.class = site.class.and(Class::TextOnly);
    }
    for told in &report.told {
        let class = told.class();
        let homes = told.devices.iter().map(|device| site_of(device).to_owned());
        for name in told.sites.iter().cloned().chain(homes).collect::<BTreeSet<String>>() {
            let site = entry(&mut all, &name);
            match (told.kind, told.way) {
                (Kind::Settings | Kind::Routes, _) => site.settings += 1,
                (_, Way::Opens) => site.opens += 1,
                (_, Way::Closes | Way::Alters) => site.closes += 1,
            }
            site.class = site.class.and(class);
        }
    }
    for fact in &report.facts {
        let site = entry(&mut all, &fact.site);
        site.facts += 1;
        site.class = site.class.and(fact.class);
    }
    all.into_values().collect()
}

fn entry<'a>(all: &'a mut BTreeMap<String, SiteReport>, name: &str) -> &'a mut SiteReport {
    let name = name.to_owned();
    let new =
        SiteReport { name: name.clone(), class: Class::None, opens: 0, closes: 0, settings: 0, facts: 0, files: 0 };
    all.entry(name).or_insert(new)
}
