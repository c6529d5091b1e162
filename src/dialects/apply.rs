//! `apply.sh` and `apply.tsv`: the script must be the constant one, and its table says what it installs where.
//!
//! A script is code, and no proof reads code: its one body is `templates/gateway/apply.sh`, and everything that varies
//! stands in the table beside it.

use super::words::Word;
use crate::diagnostics::codes::host;
use crate::diagnostics::{Diagnostic, Sink};
use crate::dialects::words::{Read, Words, departure};
use crate::dialects::{Dialect, File, Reading};
use std::collections::BTreeMap;

/// The one body that `apply.sh` may have.
pub const BODY: &str = include_str!("../../templates/gateway/apply.sh");

/// Where each program reads what its reader has read; elsewhere it would not, and the reading would mean nothing.
const DESTINATIONS: &[(&str, &[&str])] = &[
    ("network/", &["/etc/systemd/network/"]),
    ("networkd.conf", &["/etc/systemd/networkd.conf.d/"]),
    ("swanctl.conf", &["/etc/swanctl/swanctl.conf", "/etc/swanctl/conf.d/"]),
    ("charon.conf", &["/etc/strongswan.d/"]),
    ("sysctl.conf", &["/etc/sysctl.d/"]),
    ("sysusers.conf", &["/etc/sysusers.d/"]),
    ("etanche-firewall.service", &["/etc/systemd/system/etanche-firewall.service"]),
    ("etanche-proxy-", &["/etc/systemd/system/"]),
];

/// Modes that an installed file may have: nobody but root writes it.
const MODES: [&str; 5] = ["0600", "0640", "0644", "0400", "0444"];

/// The row of this dialect.
pub static DIALECT: Dialect = Dialect {
    id: "apply",
    name: "apply script and its table",
    claims: |path| path == "apply.sh" || path == "apply.tsv",
    read: read_files,
    codes: &[],
};

fn read_files(reading: &mut Reading<'_>) {
    let is_there = |name: &str| reading.files.iter().any(|f| f.path == name);
    if !(is_there("apply.sh") && is_there("apply.tsv")) {
        let message = "the apply script and its table go together, and one is not here";
        reading.sink.push(reading.files[0].head().wrong(&host::MISSING, message));
    }
    for file in &reading.files {
        if file.path == "apply.sh" {
            is_constant(file, reading.sink);
        } else {
            reading.bundle.host.get_or_insert_default().apply = read_table(file, reading.sink).unwrap_or_default();
        }
    }
}

/// True when the script is the constant one; else one finding at the first line that differs.
pub fn is_constant(text: &File<'_>, sink: &mut Sink) -> bool {
    let Some(place) = departure(text, 0, BODY) else { return true };
    let finding = place.wrong(&host::SCRIPT, "from here on the script is not the constant one");
    sink.push(finding.help("its body is one for all gateways: what varies stands in `apply.tsv`"));
    false
}

/// Pairs of source and destination; None when the table has an error, with every finding in the sink.
pub fn read_table(text: &File<'_>, sink: &mut Sink) -> Option<Vec<(String, String)>> {
    let mut found = Sink::default();
    let mut pairs = Vec::new();
    let mut seen: [BTreeMap<String, Word>; 2] = Default::default();
    let mut start = 0;
    for line in text.text.split_inclusive('\n') {
        let row = text.word(start..start + line.trim_end_matches('\n').len());
        start += line.len();
        match installs(&row, line) {
            Ok([source, destination]) => {
                for (names, word) in seen.iter_mut().zip([&source, &destination]) {
                    if names.insert(word.text.clone(), word.clone()).is_some() {
                        let message = format!("`{}` stands twice", word.text);
                        found.push(word.wrong(&host::DUPLICATE, message));
                    }
                }
                pairs.push((source.text, destination.text));
            }
            Err(finding) => found.push(*finding),
        }
    }
    let clean = !found.has_errors();
    sink.append(found);
    clean.then_some(pairs)
}

/// Source and destination of a row `source TAB destination TAB mode`.
fn installs(row: &Word, line: &str) -> Read<[Word; 2]> {
    let cells = row.split('\t');
    let whole = line.ends_with('\n') && cells.iter().all(|c| !c.text.is_empty());
    let [source, destination, mode] = cells.as_slice() else {
        return Err(Box::new(not_a_row(row)));
    };
    if !whole || row.text.len() != source.text.len() + destination.text.len() + mode.text.len() + 2 {
        return Err(Box::new(not_a_row(row)));
    }
    path(source, &source.text)?;
    path(destination, destination.text.strip_prefix("/etc/").unwrap_or("/"))?;
    place(source, destination)?;
    if !MODES.contains(&mode.text.as_str()) {
        let message = format!("`{}` is not a mode that leaves writing to root alone", mode.text);
        return Err(Box::new(mode.wrong(&host::VALUE, message)));
    }
    Ok([source.clone(), destination.clone()])
}

fn not_a_row(row: &Word) -> Diagnostic {
    row.wrong(&host::SYNTAX, "this line is not `source`, `destination` and `mode` between tabs")
}

/// Plain names between slashes, none of them a way up.
fn path(word: &Word, relative: &str) -> Read<()> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let clean = relative.split('/').all(|n| n.bytes().all(plain) && !n.is_empty() && !n.starts_with(['.', '-']));
    if clean {
        return Ok(());
    }
    Err(Box::new(
        word.wrong(&host::VALUE, format!("`{}` is not a path of plain names", word.text))
            .help("sources stand beside the table, destinations under /etc"),
    ))
}

/// A file goes where its program reads it, under a name that it reads.
fn place(source: &Word, destination: &Word) -> Read<()> {
    let to = destination.text.as_str();
    let file = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    for (own, places) in DESTINATIONS {
        let is_folder = own.ends_with(['/', '-']);
        let is_it = if is_folder { source.text.starts_with(own) } else { source.text == *own };
        let there = places.iter().any(|p| {
            to == *p
                || (p.ends_with('/')
                    && to.strip_prefix(p) == Some(file(to).as_str())
                    && if is_folder { file(to) == file(&source.text) } else { to.ends_with(".conf") })
        });
        if is_it && !there {
            let message = format!("`{to}` is not where the program reads `{}`", source.text);
            let finding = destination.wrong(&host::VALUE, message);
            return Err(Box::new(finding.help(format!("it reads {}", places.join(" and ")))));
        }
    }
    Ok(())
}
