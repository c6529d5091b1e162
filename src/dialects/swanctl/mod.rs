//! `swanctl.conf` back into tunnels: what charon 5.9.8 does with each connection and child.
//!
//! Takes the text, gives [`Tunnel`]s. `pools` hands addresses out and is refused; `secrets` may name key files and
//! hold no secret; `authorities` may say where certificates of an authority that connections name are revoked. Shares
//! nothing with the template.

mod auth;
mod child;
mod connection;
mod defaults;
mod lifetime;
mod proposal;
pub(in crate::dialects) mod syntax;
pub(in crate::dialects) mod value;

use self::syntax::Section;
use super::words::Word;
use crate::config::Tunnel;
use crate::diagnostics::codes::host;
use crate::diagnostics::{Diagnostic, Sink};
use crate::dialects::{Dialect, File, Reading};

/// The row of this dialect.
pub static DIALECT: Dialect = Dialect {
    id: "swanctl",
    name: "IPsec connections (swanctl.conf)",
    claims: |path| path == "swanctl.conf",
    read: read_files,
    codes: &[],
};

fn read_files(reading: &mut Reading<'_>) {
    for file in &reading.files {
        reading.bundle.tunnels = read(file, reading.sink).unwrap_or_default();
    }
}

/// The tunnels that the text makes; None when it has an error, with every finding in the sink.
pub fn read(text: &File<'_>, sink: &mut Sink) -> Option<Vec<Tunnel>> {
    let mut found = Sink::default();
    let tunnels = match syntax::parse(text) {
        Ok(root) => whole(&root, &mut found),
        Err(finding) => {
            found.push(*finding);
            Vec::new()
        }
    };
    let clean = !found.has_errors();
    sink.append(found);
    clean.then_some(tunnels)
}

fn whole(root: &Section, sink: &mut Sink) -> Vec<Tunnel> {
    for entry in &root.entries {
        sink.push(entry.key.wrong(&host::UNKNOWN_KEY, format!("`{}` stands in no section", entry.key.text)));
    }
    let mut tunnels = Vec::new();
    let mut named = Vec::new();
    for section in &root.sections {
        match section.name.text.as_str() {
            "connections" => tunnels = connections(section, sink),
            "secrets" => secrets(section, sink),
            "authorities" => named.extend(authorities(section, sink)),
            _ => sink.push(unknown_section(&section.name, "the file")),
        }
    }
    believed(&named, &tunnels, sink);
    tunnels
}

/// Naming an authority loads it: one that no connection believes is a second one, which the policy does not have.
fn believed(authorities: &[&Word], tunnels: &[Tunnel], sink: &mut Sink) {
    let named = |word: &Word| tunnels.iter().any(|t| t.remote_auth.cacerts.contains(&word.text));
    for word in authorities.iter().filter(|w| !named(w)) {
        let message = format!("`{}` is an authority that no connection believes", word.text);
        let help = "authorities are those of `cacerts`: leave this one out";
        sink.push(word.wrong(&host::UNMODELLED, message).help(help));
    }
}

fn connections(section: &Section, sink: &mut Sink) -> Vec<Tunnel> {
    for entry in &section.entries {
        sink.push(
            entry.key.wrong(&host::UNKNOWN_KEY, format!("`{}` stands beside the connections, in none", entry.key.text)),
        );
    }
    section.sections.iter().filter_map(|s| connection::connection(s, sink)).collect()
}

/// `secrets`: a section may name the file of a private key; anything that could be a secret is an error.
fn secrets(section: &Section, sink: &mut Sink) {
    let keys = ["private", "rsa", "ecdsa", "pkcs8"];
    for slot in &section.sections {
        let named = keys.iter().any(|k| slot.name.text.starts_with(k));
        for entry in &slot.entries {
            if !named || entry.key.text != "file" {
                let message = format!("`{}` may hold a secret", entry.key.text);
                let finding = entry.key.wrong(&host::SECRET, message);
                sink.push(finding.help("a key is a file in a named slot on the device"));
            }
        }
        for inner in &slot.sections {
            sink.push(unknown_section(&inner.name, "a secret"));
        }
    }
    for entry in &section.entries {
        let message = format!("`{}` may hold a secret", entry.key.text);
        sink.push(entry.key.wrong(&host::SECRET, message));
    }
}

/// `authorities`: names of certificates, which it gives, and where their revocations are.
fn authorities<'s>(section: &'s Section, sink: &mut Sink) -> Vec<&'s Word> {
    let known = ["cacert", "file", "crl_uris", "ocsp_uris"];
    let inner = section.sections.iter().flat_map(|s| &s.entries);
    for entry in section.entries.iter().chain(inner) {
        let stray = section.entries.contains(entry);
        if stray || !known.contains(&entry.key.text.as_str()) {
            let message = format!("`{}` is not a key that an authority may hold", entry.key.text);
            sink.push(entry.key.wrong(&host::UNKNOWN_KEY, message));
        }
    }
    for deeper in section.sections.iter().flat_map(|s| &s.sections) {
        sink.push(unknown_section(&deeper.name, "an authority"));
    }
    let entries = section.sections.iter().flat_map(|s| &s.entries);
    entries.filter(|e| ["cacert", "file"].contains(&e.key.text.as_str())).map(|e| &e.value).collect()
}

fn unknown_section(name: &Word, within: &str) -> Diagnostic {
    name.wrong(&host::UNKNOWN_SECTION, format!("`{}` is not a section that {within} may hold", name.text))
}
