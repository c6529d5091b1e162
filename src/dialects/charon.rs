//! `charon.conf`, a drop-in of strongswan.d, back into settings of the IKE daemon (strongswan.conf(5), 5.9.8).
//!
//! Takes the text, gives a map from dotted path to value, booleans as `yes` or `no`. Defaults that a proof leans on
//! are filled in; a setting that would change who is believed or where packets go has one value it may take.

use super::swanctl::syntax::{self, Section};
use super::swanctl::value::{boolean, seconds};
use super::words::{Entry, Read, Word, among, decimal, only};
use crate::diagnostics::Sink;
use crate::diagnostics::codes::host;
use crate::dialects::{Dialect, File, Reading};
use std::collections::BTreeMap;

/// Settings by dotted path.
pub type Settings = BTreeMap<String, String>;

/// How a setting's value is read: its one spelling in the map.
type Spell = fn(&Word) -> Read<String>;

/// What an absent setting means: strongswan.conf(5), the value in brackets after each key. Settings that may take only
/// their default value need no row.
pub const DEFAULTS: &[(&str, &str)] =
    &[("charon.follow_redirects", "yes"), ("charon.install_routes", "yes"), ("charon.install_virtual_ip", "yes")];

/// Every setting read; `*` stands for one name.
const SETTINGS: &[(&str, Spell)] = &[
    ("charon.install_routes", yes_no),
    ("charon.install_virtual_ip", yes_no),
    ("charon.port", |w| fixed(w, "500", "speaks IKE on a port the filter does not know")),
    ("charon.port_nat_t", |w| fixed(w, "4500", "speaks IKE on a port the filter does not know")),
    ("charon.accept_private_algs", |w| fixed(w, "no", "accepts algorithms that nobody named")),
    ("charon.accept_unencrypted_mainmode_messages", |w| fixed(w, "no", "accepts identities in clear")),
    ("charon.follow_redirects", |w| fixed(w, "no", "lets a peer send this gateway to another (RFC 5685)")),
    ("charon.rdn_matching", |w| fixed(w, "strict", "takes an identity for another that only resembles it")),
    ("charon.signature_authentication", |w| fixed(w, "yes", "turns RFC 7427 off")),
    ("charon.signature_authentication_constraints", |w| fixed(w, "yes", "turns constraints on signatures off")),
    ("charon.cisco_unity", |w| fixed(w, "no", "lets a peer split its selectors")),
    ("charon.cisco_flexvpn", |w| fixed(w, "no", "keeps selectors from being narrowed")),
    ("charon.process_route", yes_no),
    ("charon.make_before_break", yes_no),
    ("charon.delete_rekeyed", yes_no),
    ("charon.delete_rekeyed_delay", whole),
    ("charon.close_ike_on_child_failure", yes_no),
    ("charon.prefer_best_path", yes_no),
    ("charon.prefer_configured_proposals", yes_no),
    ("charon.check_current_path", yes_no),
    ("charon.cache_crls", yes_no),
    ("charon.cert_cache", yes_no),
    ("charon.dos_protection", yes_no),
    ("charon.flush_auth_cfg", yes_no),
    ("charon.send_vendor_id", yes_no),
    ("charon.rsa_pss", yes_no),
    ("charon.keep_alive", duration),
    ("charon.retransmit_tries", whole),
    ("charon.retransmit_timeout", fraction),
    ("charon.retransmit_base", fraction),
    ("charon.retransmit_jitter", whole),
    ("charon.retransmit_limit", whole),
    ("charon.retry_initiate_interval", whole),
    ("charon.half_open_timeout", whole),
    ("charon.block_threshold", whole),
    ("charon.cookie_threshold", whole),
    ("charon.cookie_threshold_ip", whole),
    ("charon.init_limit_half_open", whole),
    ("charon.init_limit_job_load", whole),
    ("charon.ikesa_limit", whole),
    ("charon.ikesa_table_size", whole),
    ("charon.ikesa_table_segments", whole),
    ("charon.fragment_size", whole),
    ("charon.max_packet", whole),
    ("charon.threads", whole),
    ("charon.interfaces_use", text),
    ("charon.interfaces_ignore", text),
    ("charon.plugins.*.load", yes_no),
    ("charon.syslog.identifier", text),
    ("charon.syslog.daemon.*", level),
    ("charon.syslog.auth.*", level),
    ("charon.filelog.*.path", text),
    ("charon.filelog.*.time_format", text),
    ("charon.filelog.*.append", yes_no),
    ("charon.filelog.*.flush_line", yes_no),
    ("charon.filelog.*.ike_name", yes_no),
    ("charon.filelog.*.*", level),
];

/// The row of this dialect.
pub static DIALECT: Dialect = Dialect {
    id: "charon",
    name: "IKE daemon settings (strongswan.d)",
    claims: |path| path == "charon.conf",
    read: read_files,
    codes: &[],
};

fn read_files(reading: &mut Reading<'_>) {
    for file in &reading.files {
        reading.bundle.host.get_or_insert_default().ike = read(file, reading.sink).unwrap_or_default();
    }
}

/// The settings that the text makes; None when it has an error, with every finding in the sink.
pub fn read(text: &File<'_>, sink: &mut Sink) -> Option<Settings> {
    let mut found = Sink::default();
    let mut settings = Settings::new();
    match syntax::parse(text) {
        Ok(root) => collect(&root, "", &mut settings, &mut found),
        Err(finding) => found.push(*finding),
    }
    for (path, value) in DEFAULTS {
        settings.entry((*path).to_owned()).or_insert_with(|| (*value).to_owned());
    }
    let clean = !found.has_errors();
    sink.append(found);
    clean.then_some(settings)
}

fn collect(section: &Section, path: &str, settings: &mut Settings, sink: &mut Sink) {
    for entry in &section.entries {
        if let Err(finding) = setting(entry, path, settings) {
            sink.push(*finding);
        }
    }
    for inner in &section.sections {
        let name = &inner.name.text;
        let deeper = joined(path, name);
        if SETTINGS.iter().any(|(known, _)| leads_to(known, &deeper)) {
            collect(inner, &deeper, settings, sink);
        } else {
            sink.push(inner.name.wrong(&host::UNKNOWN_SECTION, format!("`{deeper}` is not a section that is read")));
        }
    }
}

fn setting(entry: &Entry, path: &str, settings: &mut Settings) -> Read<()> {
    let full = joined(path, &entry.key.text);
    let Some((_, spell)) = SETTINGS.iter().find(|(known, _)| matches(known, &full)) else {
        return Err(Box::new(
            entry
                .key
                .wrong(&host::UNKNOWN_KEY, format!("`{full}` is not a setting that is read"))
                .help("settings are those of strongswan.conf(5) for charon"),
        ));
    };
    let value = spell(&entry.value)?;
    if settings.insert(full, value).is_none() {
        return Ok(());
    }
    Err(Box::new(
        entry
            .key
            .wrong(&host::DUPLICATE, format!("`{}` stands twice in one section", entry.key.text))
            .help("the daemon would take the last one"),
    ))
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() {
        return name.to_owned();
    }
    format!("{path}.{name}")
}

fn matches(known: &str, path: &str) -> bool {
    known.split('.').count() == path.split('.').count() && leads_to(known, path)
}

/// True when `path` is `known` or the beginning of it, `*` standing for one name.
fn leads_to(known: &str, path: &str) -> bool {
    let mut names = known.split('.');
    path.split('.').all(|part| names.next().is_some_and(|n| n == "*" || n == part))
}

fn yes_no(word: &Word) -> Read<String> {
    Ok(if boolean(word)? { "yes" } else { "no" }.to_owned())
}

fn whole(word: &Word) -> Read<String> {
    decimal::<u32>(word)?;
    Ok(word.text.clone())
}

fn duration(word: &Word) -> Read<String> {
    Ok(seconds(word)?.to_string())
}

fn fraction(word: &Word) -> Read<String> {
    for part in word.text.split('.') {
        decimal::<u32>(&Word { text: part.to_owned(), ..word.clone() })?;
    }
    Ok(word.text.clone())
}

fn text(word: &Word) -> Read<String> {
    Ok(word.text.clone())
}

fn level(word: &Word) -> Read<String> {
    let levels = ["-1", "0", "1", "2", "3"];
    let word = among(word, &levels.map(|l| (l, l)))?;
    Ok(word.to_owned())
}

/// A setting with one value only. Level 4 of a log is not among its values: it would write keys down.
fn fixed(word: &Word, value: &'static str, why: &str) -> Read<String> {
    only(word, &[value], why)?;
    Ok(value.to_owned())
}
