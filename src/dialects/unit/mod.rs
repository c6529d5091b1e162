//! Units of systemd 252: `etanche-firewall.service` back into the boot order, `etanche-proxy-NAME.service` into a program
//! that the boot starts.
//!
//! Two kinds of unit, a file each; what they share is how a section is found and how a command line is read. Whatever
//! could skip, reorder, excuse or replace a command is an error.

mod firewall;
mod line;
mod service;

use super::networkd::syntax::{Section, parse};
use super::words::{Table, Words};
use crate::config::host::{Boot, Service};
use crate::diagnostics::Sink;
use crate::diagnostics::codes::host;
use crate::dialects::{Dialect, File, Reading};

/// The unit that loads the rules.
const FIREWALL: &str = "etanche-firewall.service";

/// The row of this dialect.
pub static DIALECT: Dialect = Dialect {
    id: "unit",
    name: "units of systemd",
    claims: |path| path == FIREWALL || service::name(path).is_some(),
    read: read_files,
    codes: &[],
};

fn read_files(reading: &mut Reading<'_>) {
    for file in &reading.files {
        if file.path == FIREWALL {
            reading.bundle.host.get_or_insert_default().boot = boot(file, reading.sink).unwrap_or_default();
        } else {
            reading.bundle.services.extend(program(file, reading.sink));
        }
    }
}

/// The boot order; None when the text has an error, with every finding in the sink.
pub fn boot(text: &File<'_>, sink: &mut Sink) -> Option<Boot> {
    checked(sink, |found| {
        let mut draft = firewall::Draft::default();
        fill(text, &firewall::TABLES, &mut draft, found);
        firewall::judge(&draft, &text.head(), found);
        draft.boot
    })
}

/// A program that the boot starts; None when the text has an error, with every finding in the sink.
pub fn program(text: &File<'_>, sink: &mut Sink) -> Option<Service> {
    checked(sink, |found| {
        let name = service::name(text.path).unwrap_or(text.path).to_owned();
        let mut draft = Service { name, ..Service::default() };
        fill(text, &service::TABLES, &mut draft, found);
        service::judge(&draft, &text.head(), found);
        draft
    })
}

/// What a reader gives, unless it found an error.
fn checked<T>(sink: &mut Sink, read: impl FnOnce(&mut Sink) -> T) -> Option<T> {
    let mut found = Sink::default();
    let draft = read(&mut found);
    let clean = !found.has_errors();
    sink.append(found);
    clean.then_some(draft)
}

/// Fills a draft from each section that its kind of unit may hold, once each.
fn fill<T>(text: &File<'_>, tables: &[(&str, Table<T>)], draft: &mut T, found: &mut Sink) {
    let sections = parse(text, found);
    for section in sections.iter().filter(|s| tables.iter().all(|(name, _)| *name != s.name.text)) {
        let message = format!("`{}` is not a section that the unit may hold", section.name.text);
        found.push(section.name.wrong(&host::UNKNOWN_SECTION, message));
    }
    let head = text.head();
    for (name, table) in tables {
        let own: Vec<&Section> = sections.iter().filter(|s| s.name.text == *name).collect();
        for again in own.iter().skip(1) {
            let message = format!("section `{name}` stands twice");
            found.push(again.name.wrong(&host::DUPLICATE, message));
        }
        let (place, entries) = own.first().map_or((&head, &[][..]), |s| (&s.name, &s.entries[..]));
        table.fill(draft, place, entries, found);
    }
}
