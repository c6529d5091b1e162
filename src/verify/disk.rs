//! An output on disk against what the workspace would write now.
//!
//! Its own manifest tells two cases apart that look the same: a file that is as it was written, while the workspace has
//! moved on, and a file that somebody edited since.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rayon::prelude::*;
use serde_json::Value;

use super::Standing;
use super::meaning::{self, Meaning};
use super::record::{self, Row};
use crate::config::FileSet;
use crate::dialects::DIALECTS;
use crate::diff;
use crate::isolation::{CERTIFICATE, MANIFEST, Output, digest};

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It was written, and is gone.
    Missing,
    /// No write left it there.
    Added,
    /// It is not what was written.
    Edited,
    /// It is what was written, and the workspace gives another text now.
    Stale,
    /// Both: it is not what was written, and the workspace gives another text now.
    EditedAndStale,
    /// It is what was written, and the workspace makes no such file now.
    NoLonger,
    /// The workspace makes it now, and did not when the output was written.
    NotYet,
    /// It is what the workspace gives, and the manifest says that something else was written.
    OtherRecord,
    /// The day until which it may stand there is over, or is no day.
    Over,
    /// It is no regular file.
    Odd,
}

impl State {
    /// The word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Added => "added",
            Self::Edited => "edited",
            Self::Stale => "stale",
            Self::EditedAndStale => "edited-and-stale",
            Self::NoLonger => "no-longer-made",
            Self::NotYet => "not-yet-written",
            Self::OtherRecord => "other-record",
            Self::Over => "over",
            Self::Odd => "no-regular-file",
        }
    }

    /// The workspace has moved on since the output was written, and nothing else.
    pub fn is_stale(self) -> bool {
        matches!(self, Self::Stale | Self::NoLonger | Self::NotYet)
    }
}

/// A file that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileState {
    /// Its path below the output.
    pub path: String,
    /// What is wrong.
    pub state: State,
    /// More of it.
    pub detail: String,
}

/// A device whose files somebody touched.
#[derive(Debug, Clone)]
pub struct DeviceState {
    /// Its directory.
    pub path: String,
    /// Files in it that no reader knows.
    pub unknown: Vec<String>,
    /// The workspace's meaning against that of the files that readers know.
    pub meaning: Meaning,
    /// The same without the files that were added, where these cannot be read.
    pub without_added: Option<Meaning>,
}

/// Everything that is not as the workspace gives it.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    /// How many files were looked at or looked for.
    pub looked_at: usize,
    /// Files that are not as they should be.
    pub files: Vec<FileState>,
    /// Devices of which a file was edited, added or removed.
    pub devices: Vec<DeviceState>,
}

impl Disk {
    /// Whether everything is as the workspace gives it.
    pub fn is_same(&self) -> bool {
        self.files.is_empty()
    }
}

/// What an output is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Every file that a write would leave.
    pub files: &'a BTreeMap<String, Vec<u8>>,
    /// The devices they are of.
    pub outputs: &'a [Output],
    /// What the proof speaks of.
    pub facts: &'a Value,
    /// The devices of this site alone are looked at, as `compile --only` writes them.
    pub only: Option<&'a str>,
}

impl Wanted<'_> {
    /// A path of the chosen site, or any when all are looked at.
    fn chooses(&self, path: &str) -> bool {
        self.only.is_none_or(|site| path.strip_prefix(site).is_some_and(|rest| rest.starts_with('/')))
    }
}

/// Compares an output with what the workspace would write.
pub fn disk(wanted: Wanted<'_>, standing: &Standing, today: Date, options: &diff::Options) -> Disk {
    let rows = standing.files.get(MANIFEST).and_then(|bytes| record::rows(bytes));
    let written = rows.clone().unwrap_or_default();
    let is_record = |path: &str| path == MANIFEST || path == CERTIFICATE;
    let names: BTreeSet<&String> =
        wanted.files.keys().chain(standing.files.keys()).chain(standing.odd.keys()).chain(written.keys()).collect();
    let names: Vec<&String> = names.into_iter().filter(|path| is_record(path) || wanted.chooses(path)).collect();
    let devices = names.iter().copied().filter(|path| !is_record(path));
    let mut files: Vec<FileState> =
        devices.flat_map(|path| of_file(path, wanted.files, standing, &written, today)).collect();
    files.extend(of_manifest(wanted, standing, rows.as_ref(), &files));
    files.extend(of_certificate(wanted, standing, rows.as_ref(), &files));
    let devices = touched(&files, wanted, standing, options);
    Disk { looked_at: names.len(), files, devices }
}

fn of_file(
    path: &str,
    wanted: &BTreeMap<String, Vec<u8>>,
    standing: &Standing,
    written: &BTreeMap<String, Row>,
    today: Date,
) -> Vec<FileState> {
    let tell = |state, detail: &str| FileState { path: path.to_owned(), state, detail: detail.to_owned() };
    if let Some(kind) = standing.odd.get(path) {
        return vec![tell(State::Odd, kind)];
    }
    let row = written.get(path);
    let mut found = Vec::new();
    match row.and_then(|row| row.until.as_ref()) {
        Some(Ok(day)) if *day < today => found.push(tell(State::Over, &format!("valid until {day}"))),
        Some(Err(text)) => found.push(tell(State::Over, &format!("{text} is no day"))),
        _ => {}
    }
    let state = standing_of(wanted.get(path), standing.files.get(path), row);
    found.extend(state.map(|state| tell(state, "")));
    found
}

/// What the workspace gives, what stands there, and what was written.
fn standing_of(wanted: Option<&Vec<u8>>, here: Option<&Vec<u8>>, row: Option<&Row>) -> Option<State> {
    let is_as = |bytes: &Vec<u8>| row.is_some_and(|row| row.sha256 == digest(bytes));
    match (wanted, here) {
        (None, None) => Some(State::Missing),
        (Some(_), None) => Some(if row.is_some() { State::Missing } else { State::NotYet }),
        (None, Some(bytes)) if is_as(bytes) => Some(State::NoLonger),
        (None, Some(_)) => Some(if row.is_some() { State::EditedAndStale } else { State::Added }),
        (Some(wanted), Some(here)) if wanted == here => (!is_as(here)).then_some(State::OtherRecord),
        (Some(_), Some(here)) if is_as(here) => Some(State::Stale),
        (Some(wanted), Some(_)) if is_as(wanted) => Some(State::Edited),
        (Some(_), Some(_)) => Some(State::EditedAndStale),
    }
}

/// The manifest is the workspace's, or the one that goes with files that the workspace has moved on from.
fn of_manifest(
    wanted: Wanted<'_>,
    standing: &Standing,
    rows: Option<&BTreeMap<String, Row>>,
    files: &[FileState],
) -> Option<FileState> {
    let tell = |state, detail: String| Some(FileState { path: MANIFEST.to_owned(), state, detail });
    let new = wanted.files.get(MANIFEST)?;
    let Some(here) = standing.files.get(MANIFEST) else { return tell(State::Missing, String::new()) };
    if here == new {
        return None;
    }
    let (Some(rows), Some(own)) = (rows, record::rows(new)) else {
        return tell(State::Edited, "it is no manifest of ours".to_owned());
    };
    let moved: BTreeSet<&str> = files.iter().filter(|f| f.state.is_stale()).map(|f| f.path.as_str()).collect();
    let paths: BTreeSet<&String> = rows.keys().chain(own.keys()).collect();
    let other: Vec<&str> = paths
        .into_iter()
        .filter(|path| wanted.chooses(path) && rows.get(*path) != own.get(*path) && !moved.contains(path.as_str()))
        .map(String::as_str)
        .collect();
    match (other.first(), moved.is_empty()) {
        (Some(first), _) => tell(State::Edited, format!("its row of {first} is not the workspace's")),
        (None, true) if wanted.only.is_some() => None,
        (None, true) => tell(State::Edited, places(new, here)),
        (None, false) => tell(State::Stale, String::new()),
    }
}

/// The certificate likewise: one whose digests are not those of the manifest beside it goes with no output.
fn of_certificate(
    wanted: Wanted<'_>,
    standing: &Standing,
    rows: Option<&BTreeMap<String, Row>>,
    files: &[FileState],
) -> Option<FileState> {
    let tell = |state, detail: String| Some(FileState { path: CERTIFICATE.to_owned(), state, detail });
    let new = wanted.files.get(CERTIFICATE)?;
    let Some(here) = standing.files.get(CERTIFICATE) else { return tell(State::Missing, String::new()) };
    let certificate: Value = serde_json::from_slice(here).unwrap_or_default();
    if here == new || (wanted.only.is_some() && certificate == of_one_site(new, &certificate, wanted)) {
        return None;
    }
    let goes_with = |row: &Value| {
        let known = row["path"].as_str().and_then(|path| rows?.get(path));
        row["written"] != Value::Bool(true) || known.is_some_and(|known| row["sha256"] == known.sha256.as_str())
    };
    let is_whole = certificate["files"].as_array().is_some_and(|all| all.iter().all(goes_with));
    match (is_whole, files.iter().any(|file| file.state.is_stale())) {
        (true, true) => tell(State::Stale, String::new()),
        (true, false) => tell(State::Stale, places(new, here)),
        (false, _) => tell(State::Edited, places(new, here)),
    }
}

/// The workspace's certificate, which leaves open whether files of other sites stand there.
fn of_one_site(new: &[u8], here: &Value, wanted: Wanted<'_>) -> Value {
    let mut certificate: Value = serde_json::from_slice(new).unwrap_or_default();
    let rows = certificate["files"].as_array_mut().into_iter().flatten();
    for (row, other) in rows.zip(here["files"].as_array().into_iter().flatten()) {
        if !row["path"].as_str().is_some_and(|path| wanted.chooses(path)) && other["written"].is_boolean() {
            row["written"] = other["written"].clone();
        }
    }
    certificate
}

fn places(new: &[u8], here: &[u8]) -> String {
    match record::places(new, here).as_slice() {
        [] => "the same, written otherwise".to_owned(),
        places => format!("at {}", places.join(", ")),
    }
}

/// Devices of which somebody edited, added or removed a file, by meaning. Of one that is whole or not there at all, its
/// files say all.
fn touched(files: &[FileState], wanted: Wanted<'_>, standing: &Standing, options: &diff::Options) -> Vec<DeviceState> {
    let by_hand = files.iter().filter(|file| !file.state.is_stale() && file.state != State::OtherRecord);
    let devices: BTreeSet<String> = by_hand.filter_map(|file| Some(split(&file.path)?.0)).collect();
    let devices: Vec<String> = devices.into_iter().collect();
    devices.into_par_iter().filter_map(|path| device(path, wanted, standing, options)).collect()
}

/// `0000001B/gateway` and `network/10-eth0.network`.
fn split(path: &str) -> Option<(String, String)> {
    let mut parts = path.splitn(3, '/');
    let (site, name, file) = (parts.next()?, parts.next()?, parts.next()?);
    Some((format!("{site}/{name}"), file.to_owned()))
}

fn device(path: String, wanted: Wanted<'_>, standing: &Standing, options: &diff::Options) -> Option<DeviceState> {
    let output = wanted.outputs.iter().find(|output| output.path == path)?;
    let own = |name: &String| split(name).filter(|(device, _)| *device == path).map(|(_, file)| file);
    let (mut files, mut unknown) = (FileSet::new(), Vec::new());
    for (name, bytes) in &standing.files {
        let Some(file) = own(name) else { continue };
        let is_known = DIALECTS.iter().any(|dialect| (dialect.claims)(&file));
        match String::from_utf8(bytes.clone()) {
            Ok(text) if is_known => drop(files.insert(file, text)),
            _ => unknown.push(file),
        }
    }
    unknown.extend(standing.odd.keys().filter_map(own));
    if files.is_empty() {
        return None;
    }
    let meaning = of_files(output, &files, wanted.facts, options);
    let written = files.iter().filter(|(file, _)| output.files.contains_key(*file));
    let written: FileSet = written.map(|(file, text)| (file.clone(), text.clone())).collect();
    let has_more = matches!(meaning, Meaning::Unread(_)) && written.len() < files.len();
    let without_added = has_more.then(|| of_files(output, &written, wanted.facts, options));
    Some(DeviceState { path, unknown, meaning, without_added })
}

/// What files do, against what a device's own do.
fn of_files(output: &Output, files: &FileSet, facts: &Value, options: &diff::Options) -> Meaning {
    let read = |files: &FileSet| meaning::read(&output.path, files);
    match read(&output.files).and_then(|own| Ok((own, read(files)?))) {
        Ok((own, here)) => meaning::compare(&output.path, [&own, &here], facts, options),
        Err(unread) => Meaning::Unread(unread),
    }
}
