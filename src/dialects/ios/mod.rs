//! Reader of Cisco IOS 15.2(7)E on Catalyst 2960-X (`ios.cfg`): the text of `show running-config` as a [`VlanTable`].
//!
//! Takes one file; its line `switch 1 provision MODEL` names the model, hence the ports. Every statement is a row of a
//! table (`top`, `port`, `svi`, `session`, `defaults`); anything else is refused, abbreviations and ranges among it.
//! Where the switch keeps the last of several statements, or takes back what it cannot do, the reader refuses. Secrets
//! are refused: they are named slots, in remarks. What a missing line means is in `defaults`.

mod blocks;
mod defaults;
mod finish;
mod lines;
mod link;
mod port;
mod session;
mod svi;
mod top;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use defaults::{MODELS, Model};
use lines::{Line, Word};
use port::{PortDraft, Which};

use super::{Dialect, File, Reading};
use crate::config::VlanTable;
use crate::diagnostics::codes::readback::{
    READBACK_BAD_VALUE, READBACK_FAILS_OPEN, READBACK_INCOMPLETE, READBACK_REPEATED, READBACK_SECRET,
    READBACK_STRAY_BYTE, READBACK_UNKNOWN_NAME, READBACK_UNKNOWN_STATEMENT, READBACK_UNMODELLED,
};
use crate::diagnostics::{Code, Diagnostic, Sink, Span};

/// The row of this dialect.
pub static DIALECT: Dialect = Dialect {
    id: "ios",
    name: "Cisco IOS 15.2 (Catalyst 2960-X)",
    claims: |path| path == "ios.cfg",
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
    let lines = lines::read(&file, &mut own);
    let table = match model(&file, &lines) {
        Ok(model) => {
            let mut draft = Draft::new(file, model, &mut own);
            blocks::read_all(&mut draft, &lines);
            Some(finish::table(draft))
        }
        Err(refused) => {
            let models: Vec<String> = MODELS.iter().map(|m| format!("`{}`", m.number.to_ascii_lowercase())).collect();
            own.push(refused.help(format!("described are {}", models.join(", "))));
            None
        }
    };
    let ok = !own.has_errors();
    sink.append(own);
    table.filter(|_| ok)
}

/// `switch 1 provision ws-c2960x-48ts-l`
fn model(file: &File<'_>, lines: &[Line<'_>]) -> Result<&'static Model, Box<Diagnostic>> {
    let refused = |span, says: String| Box::new(Diagnostic::new(&READBACK_INCOMPLETE, span, says));
    let said = lines.iter().find(|line| !line.inner && line.begins("switch 1 provision") && line.words.len() == 4);
    let word = said.map(|line| line.words[3]);
    let word = word.ok_or_else(|| refused(file.span(0, 0), "no `switch 1 provision MODEL`".to_owned()))?;
    let model = MODELS.iter().find(|m| m.number.to_ascii_lowercase() == word.text);
    model.ok_or_else(|| refused(word.span(file), format!("no switch model `{}` is described", word.text)))
}

/// What a VLAN was named for, which must exist once all is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Feature {
    DhcpSnooping,
    ArpProtect,
    Interface,
}

/// A switch while its text is read.
struct Draft<'f, 's> {
    file: File<'f>,
    model: &'static Model,
    sink: &'s mut Sink,
    table: VlanTable,
    /// Ports, and links of several, that have a block.
    ports: BTreeMap<Which, PortDraft>,
    /// Statements without a value, as written.
    facts: BTreeSet<String>,
    /// What was said once already, and where.
    once: BTreeMap<String, Span>,
    /// VLANs named for a feature.
    pending: Vec<(Feature, u16, Span)>,
    /// Blocks of the switch's own interfaces, by VLAN.
    own: BTreeMap<u16, svi::Svi>,
    /// The management port beside the others.
    beside: Option<svi::Svi>,
    /// What each line of remote sessions takes.
    sessions: BTreeMap<u16, session::Transport>,
    /// The next hop of a default route.
    route: Option<(IpAddr, Span)>,
    /// An interface was read: see [`defaults::BEFORE_INTERFACES`].
    below_interface: bool,
}

impl<'f, 's> Draft<'f, 's> {
    fn new(file: File<'f>, model: &'static Model, sink: &'s mut Sink) -> Self {
        let table = VlanTable { model: model.number.to_owned(), ..VlanTable::default() };
        Self {
            file,
            model,
            sink,
            table,
            ports: BTreeMap::new(),
            facts: BTreeSet::new(),
            once: BTreeMap::new(),
            pending: Vec::new(),
            own: BTreeMap::new(),
            beside: None,
            sessions: BTreeMap::new(),
            route: None,
            below_interface: false,
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

    /// A statement that no table reads: one that the switch knows, or one that nobody does.
    fn unknown(&mut self, line: &Line<'_>, unmodelled: &[(&str, &str)], known: impl Iterator<Item = &'static str>) {
        let span = line.span(&self.file);
        if let Some((start, does)) = unmodelled.iter().find(|(start, _)| line.begins(start)) {
            return self.refuse(&READBACK_UNMODELLED, span, format!("`{start}` {does}, which the model does not know"));
        }
        let text = line.text();
        let finding = Diagnostic::new(&READBACK_UNKNOWN_STATEMENT, span, format!("unknown statement `{text}`"));
        let near = known.max_by(|a, b| strsim::jaro(a, &text).total_cmp(&strsim::jaro(b, &text)));
        self.sink.push(match near.filter(|n| strsim::jaro(n, &text) > 0.85) {
            Some(near) => finding.help(format!("the nearest known one is `{near}`")),
            None => finding,
        });
    }
}
