//! Reader of Aruba AOS-S 16.10 (`aos-s.cfg`): the text of `show running-config` as a [`VlanTable`].
//!
//! Takes one file; its first line names the model, hence the ports. Every statement is a row of a table
//! (`top`, `blocks`, `defaults`); anything else is refused. Where the switch keeps the last of several
//! statements, or quietly keeps a port where it was, the reader refuses. Secrets are refused: they are named slots, in
//! comments. What a missing line means is in `defaults`.

mod blocks;
mod defaults;
mod finish;
mod lines;
mod link;
mod top;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use defaults::{MODELS, Model, RELEASE};
use lines::{Line, Word};

use super::{Dialect, File, Reading};
use crate::config::VlanTable;
use crate::config::vlan::Port;
use crate::diagnostics::codes::readback::{
    READBACK_BAD_VALUE, READBACK_FAILS_OPEN, READBACK_INCOMPLETE, READBACK_REPEATED, READBACK_SECRET,
    READBACK_STRAY_BYTE, READBACK_UNKNOWN_NAME, READBACK_UNKNOWN_STATEMENT, READBACK_UNMODELLED,
};
use crate::diagnostics::{Code, Diagnostic, Sink, Span};

/// The row of this dialect.
pub static DIALECT: Dialect = Dialect {
    id: "aos-s",
    name: "Aruba AOS-S 16.10",
    claims: |path| path == "aos-s.cfg",
    read: |reading: &mut Reading<'_>| {
        for file in reading.files.clone() {
            let table = read(file, reading.sink);
            reading.keep_lan(&file, table);
        }
    },
    codes: &[
        &READBACK_BAD_VALUE,
        &READBACK_FAILS_OPEN,
        &READBACK_INCOMPLETE,
        &READBACK_REPEATED,
        &READBACK_SECRET,
        &READBACK_STRAY_BYTE,
        &READBACK_UNKNOWN_NAME,
        &READBACK_UNKNOWN_STATEMENT,
        &READBACK_UNMODELLED,
    ],
};

/// Reads one switch. `None` when anything was refused: the findings say what.
pub fn read(file: File<'_>, sink: &mut Sink) -> Option<VlanTable> {
    let mut own = Sink::default();
    let (header, lines) = lines::read(&file, &mut own);
    let table = match model(header) {
        Ok(model) => {
            let mut draft = Draft::new(file, model, &mut own);
            blocks::read_all(&mut draft, &lines);
            Some(finish::table(draft))
        }
        Err(why) => {
            own.push(Diagnostic::new(&READBACK_INCOMPLETE, file.span(0, header.len()), why));
            None
        }
    };
    let ok = !own.has_errors();
    sink.append(own);
    table.filter(|_| ok)
}

/// `; JL260A Configuration Editor; Created on release #WC.16.10.0021`
fn model(header: &str) -> Result<&'static Model, String> {
    let parts = header.strip_prefix("; ").and_then(|h| h.split_once(" Configuration Editor; Created on release #"));
    let (number, release) = parts.ok_or_else(|| {
        "the first line does not say `; MODEL Configuration Editor; Created on release #RELEASE`".to_owned()
    })?;
    let model = MODELS.iter().find(|m| m.number == number);
    let model = model.ok_or_else(|| format!("no switch model `{number}` is described"))?;
    let build = release.strip_prefix(&format!("{}.{RELEASE}", model.train));
    match build {
        Some(build) if build.len() == 4 && build.chars().all(|c| c.is_ascii_digit()) => Ok(model),
        _ => Err(format!("the defaults of `{number}` are described for {}.{RELEASE}xxxx", model.train)),
    }
}

/// What a VLAN list was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Feature {
    DhcpSnooping,
    ArpProtect,
    Management,
    Primary,
}

/// A switch while its text is read.
struct Draft<'f, 's> {
    file: File<'f>,
    model: &'static Model,
    sink: &'s mut Sink,
    table: VlanTable,
    /// Statements without a value, as written.
    facts: BTreeSet<String>,
    /// What was said once already, and where.
    once: BTreeMap<String, Span>,
    /// Where a port was made untagged, and in which VLAN.
    untagged: BTreeMap<u16, (u16, Span)>,
    /// Ports taken out of VLAN 1, and where.
    left: BTreeMap<u16, Span>,
    /// Ports whose VLANs GVRP must not change.
    fixed: BTreeSet<u16>,
    /// VLANs named before or after their own block.
    pending: Vec<(Feature, u16, Span)>,
    /// VLAN 1 says whether it has an address.
    first_vlan_addressed: bool,
    /// Links of several ports, by number, with their members.
    links: BTreeMap<u16, Vec<u16>>,
    /// Ports that a statement named so far.
    named: BTreeSet<u16>,
}

impl<'f, 's> Draft<'f, 's> {
    fn new(file: File<'f>, model: &'static Model, sink: &'s mut Sink) -> Self {
        let port = || Port { enabled: true, ..Port::default() };
        let table = VlanTable {
            model: model.number.to_owned(),
            ports: (1..=model.ports).map(|n| (n, port())).collect(),
            ..VlanTable::default()
        };
        Self {
            file,
            model,
            sink,
            table,
            facts: BTreeSet::new(),
            once: BTreeMap::new(),
            untagged: BTreeMap::new(),
            left: BTreeMap::new(),
            fixed: BTreeSet::new(),
            pending: Vec::new(),
            first_vlan_addressed: false,
            links: BTreeMap::new(),
            named: BTreeSet::new(),
        }
    }

    fn refuse(&mut self, code: &'static Code, span: Span, what: impl Into<String>) {
        self.sink.push(Diagnostic::new(code, span, what));
    }

    /// A value, or its refusal told.
    fn value<T>(&mut self, word: Word<'_>, read: Result<T, values::Refused>) -> Option<T> {
        let span = word.span(&self.file);
        read.map_err(|why| self.refuse(&READBACK_BAD_VALUE, span, why)).ok()
    }

    /// Ports of a list such as `1-20,48,Trk1`: a link stands for its members, which are named through it alone.
    fn ports(&mut self, word: Word<'_>) -> Vec<u16> {
        let (names, plain): (Vec<&str>, Vec<&str>) = word.text.split(',').partition(|part| part.starts_with("Trk"));
        let mut found = match plain.as_slice() {
            [] => Vec::new(),
            plain => self.single_ports(word, &plain.join(",")),
        };
        if let Some((port, link)) = found.iter().find_map(|n| Some((n, self.table.ports[n].link?))) {
            let says = format!("port {port} is a member of Trk{link}, which has it in its place: the switch refuses");
            self.refuse(&READBACK_FAILS_OPEN, word.span(&self.file), says);
            return Vec::new();
        }
        for name in names {
            found.extend(link::members(self, word, name));
        }
        if found.iter().collect::<BTreeSet<_>>().len() < found.len() {
            self.refuse(&READBACK_BAD_VALUE, word.span(&self.file), "a link twice in one list");
        }
        found
    }

    /// Physical ports, members of links or not.
    fn single_ports(&mut self, word: Word<'_>, list: &str) -> Vec<u16> {
        let read = values::numbers(list, self.model.ports, "port");
        let found = self.value(word, read).unwrap_or_default();
        self.named.extend(&found);
        found
    }

    /// False, and told with both places, when the same was said before.
    fn first_time(&mut self, key: impl Into<String>, span: Span) -> bool {
        let key = key.into();
        if let Some(before) = self.once.get(&key) {
            let finding = Diagnostic::new(&READBACK_REPEATED, span, format!("{key} a second time"));
            self.sink.push(finding.other(*before, "said here already"));
            return false;
        }
        self.once.insert(key, span);
        true
    }

    fn wrong_form(&mut self, line: &Line<'_>, form: &str) {
        let span = line.span(&self.file);
        self.refuse(&READBACK_BAD_VALUE, span, format!("not of the form `{form}`"));
    }
}

/// Whether a line begins with these words.
fn begins(line: &Line<'_>, start: &str) -> bool {
    let mut words = line.words.iter().map(|w| w.text);
    start.split(' ').all(|part| words.next() == Some(part))
}
