//! Readers: the text of a device's files, back into what the device does.
//!
//! Takes all files of one device ([`FileSet`]); gives a [`Bundle`], or findings whose spans lie in these files.
//! Every file is claimed by exactly one row of [`DIALECTS`], and its reader accounts for every byte: what it does not
//! know is an error, never skipped. A reader must know neither the templates (`render`) nor what was intended.
//!
//! A new dialect is one folder that exports a [`Dialect`], and one line of [`DIALECTS`].

pub mod aos;
pub mod apply;
pub mod charon;
mod helps;
pub mod ios;
pub mod networkd;
pub mod nft;
pub mod pac;
pub mod squid;
pub mod swanctl;
pub mod sysctl;
pub mod sysusers;
pub mod unit;
pub mod words;

use crate::config::{Bundle, FileSet, Loc, VlanTable};
use crate::diagnostics::codes::readback::READBACK_REPEATED;
use crate::diagnostics::{Code, Diagnostic, Severity, Sink, SourceId, Sources, Span};

/// Every dialect, sorted by id.
pub static DIALECTS: &[&Dialect] = &[
    &aos::DIALECT,
    &apply::DIALECT,
    &charon::DIALECT,
    &ios::DIALECT,
    &networkd::DIALECT,
    &nft::DIALECT,
    &pac::DIALECT,
    &squid::DIALECT,
    &swanctl::DIALECT,
    &sysctl::DIALECT,
    &sysusers::DIALECT,
    &unit::DIALECT,
];

/// Those of switches: a switch has a text in one of them.
static SWITCHES: &[&Dialect] = &[&aos::DIALECT, &ios::DIALECT];

/// One way of writing what a device does.
pub struct Dialect {
    /// Short name, as in `etanche audit --dialect`.
    pub id: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Whether the file at this path (relative to the device's directory) is written in it.
    pub claims: fn(path: &str) -> bool,
    /// Reads all files it claims into the bundle, and collects what it cannot read.
    pub read: fn(&mut Reading<'_>),
    /// The codes of its findings.
    pub codes: &'static [&'static Code],
}

/// What a reader is given: its files, where to put what they say, where to tell what is wrong.
pub struct Reading<'a> {
    /// The files this dialect claims, in path order; never empty.
    pub files: Vec<File<'a>>,
    /// All files of the device, for readers that must know what else is there.
    pub device: &'a FileSet,
    /// What the device does, as far as it was read.
    pub bundle: &'a mut Bundle,
    /// Findings.
    pub sink: &'a mut Sink,
}

impl Reading<'_> {
    /// Keeps what a switch does; a second text of one switch is refused, for nobody knows which of them it runs.
    fn keep_lan(&mut self, file: &File<'_>, table: Option<VlanTable>) {
        if self.device.keys().filter(|path| SWITCHES.iter().any(|d| (d.claims)(path))).count() > 1 {
            let says = format!("`{}` is not the only text of this switch", file.path);
            self.sink.push(Diagnostic::new(&READBACK_REPEATED, file.span(0, 0), says));
        }
        self.bundle.lan = table;
    }
}

/// One file while it is read.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Path relative to the device's directory.
    pub path: &'a str,
    /// Whole text.
    pub text: &'a str,
    /// Its number among the sources of this run.
    pub source: SourceId,
    /// Its number in the device's file set, in path order.
    pub number: u32,
    /// First byte of each of its lines: see [`line_starts`].
    pub starts: &'a [usize],
}

/// First byte of each line of a text.
#[must_use]
pub fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

impl File<'_> {
    /// The span of a byte range.
    #[must_use]
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span { source: self.source, start, end }
    }

    /// The place of a byte, as what was read carries it.
    #[must_use]
    pub fn loc(&self, byte: usize) -> Loc {
        let line = self.starts.partition_point(|start| *start <= byte);
        Loc { file: self.number, line: u32::try_from(line).unwrap_or(u32::MAX) }
    }
}

/// Reads all files of one device, whose output directory is `under` (such as `0000001B/gateway`).
///
/// Each file is added to `sources` as `under/path`. `None` when anything could not be read: the findings say what.
pub fn read(files: &FileSet, under: &str, sources: &mut Sources, sink: &mut Sink) -> Option<Bundle> {
    let starts: Vec<Vec<usize>> = files.values().map(|text| line_starts(text)).collect();
    let opened = open(files, &starts, under, sources);
    let mut found = Sink::default();
    let mut bundle = Bundle::default();
    for file in &opened {
        check_claimed(file, &mut found);
    }
    for dialect in DIALECTS {
        read_with(dialect, &opened, files, &mut bundle, &mut found);
    }
    let readable = !found.has_errors();
    sink.append(found.map(helps::helped));
    readable.then_some(bundle)
}

/// The codes of all readers, for the catalogue.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    let own = [&UNKNOWN_FILE, &CLAIMED_TWICE].into_iter();
    own.chain(DIALECTS.iter().flat_map(|d| d.codes.iter().copied()))
}

fn open<'a>(files: &'a FileSet, starts: &'a [Vec<usize>], under: &str, sources: &mut Sources) -> Vec<File<'a>> {
    let numbered = (0u32..).zip(files).zip(starts);
    numbered
        .map(|((number, (path, text)), starts)| File {
            path,
            text,
            source: sources.add(format!("{under}/{path}"), text.as_str()),
            number,
            starts,
        })
        .collect()
}

fn check_claimed(file: &File<'_>, sink: &mut Sink) {
    let claims: Vec<_> = DIALECTS.iter().filter(|d| (d.claims)(file.path)).collect();
    let finding = match claims.as_slice() {
        [_] => return,
        [] => Diagnostic::new(&UNKNOWN_FILE, file.span(0, 0), format!("no reader knows `{}`", file.path)),
        [first, second, ..] => Diagnostic::new(
            &CLAIMED_TWICE,
            file.span(0, 0),
            format!("`{}` is claimed by both `{}` and `{}`", file.path, first.id, second.id),
        ),
    };
    sink.push(finding);
}

fn read_with(dialect: &Dialect, opened: &[File<'_>], device: &FileSet, bundle: &mut Bundle, sink: &mut Sink) {
    let claimed = opened.iter().filter(|file| (dialect.claims)(file.path));
    let files: Vec<_> = claimed.copied().collect();
    if !files.is_empty() {
        (dialect.read)(&mut Reading { files, device, bundle, sink });
    }
}

/// A file that no reader claims.
pub static UNKNOWN_FILE: Code = Code {
    name: "readback/unknown-file",
    severity: Severity::Error,
    says: "a file that no reader knows: what it does to the device would stay outside the proof",
    wrong: "0000001B/gateway/rc.local",
    right: "0000001B/gateway/etanche.nft",
    basis: "",
};

/// A file that two readers claim.
pub static CLAIMED_TWICE: Code = Code {
    name: "readback/claimed-twice",
    severity: Severity::Error,
    says: "a file that two readers claim: the table of dialects must give each file one meaning",
    wrong: "two rows of the table that claim `*.conf`",
    right: "one row that claims `swanctl.conf`, one that claims `sysctl.d/*.conf`",
    basis: "",
};
