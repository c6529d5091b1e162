//! One connection: peers, version, identities, interface numbers, children (RFC 7296).

use super::auth::{LOCAL, NOBODY, REMOTE};
use super::child::child;
use super::defaults;
use super::lifetime::Times;
use super::proposal::proposals;
use super::syntax::Section;
use super::value::{boolean, interface_number, seconds};
use crate::config::Tunnel;
use crate::config::tunnel::Auth;
use crate::diagnostics::codes::host;
use crate::diagnostics::{Diagnostic, Sink};
use crate::dialects::words::{Read, Refused, Row, Table, Word, address, among, decimal, list, one, only};
use std::net::IpAddr;

/// What a connection says, before it is known to say enough.
#[derive(Default)]
struct Draft {
    version: u8,
    local: Option<IpAddr>,
    remote: Option<IpAddr>,
    proposals: Vec<String>,
    mobike: bool,
    unique: String,
    dpd_seconds: u32,
    times: Times,
    if_id_in: Option<u32>,
    if_id_out: Option<u32>,
}

const ROWS: &[Row<Draft>] = &[
    one("version", |d, w| {
        d.version = among(w, &[("0", 0), ("1", 1), ("2", 2)])?;
        Ok(())
    }),
    one("local_addrs", |d, w| {
        d.local = Some(address(&single(w)?)?);
        Ok(())
    }),
    one("remote_addrs", |d, w| {
        let peer = single(w)?;
        d.remote = match peer.text.as_str() {
            "%any" => None,
            _ => Some(address(&peer)?),
        };
        Ok(())
    }),
    one("proposals", |d, w| {
        d.proposals = proposals(w)?;
        Ok(())
    }),
    one("mobike", |d, w| {
        d.mobike = boolean(w)?;
        Ok(())
    }),
    one("unique", |d, w| {
        let policies = ["never", "no", "keep", "replace"];
        d.unique = among(w, &policies.map(|p| (p, p)))?.to_owned();
        Ok(())
    }),
    one("dpd_delay", |d, w| {
        d.dpd_seconds = seconds(w)?;
        Ok(())
    }),
    one("if_id_in", |d, w| {
        d.if_id_in = interface_number(w)?;
        Ok(())
    }),
    one("if_id_out", |d, w| {
        d.if_id_out = interface_number(w)?;
        Ok(())
    }),
    one("rekey_time", |d, w| {
        d.times.rekey = Some(seconds(w)?);
        Ok(())
    }),
    one("reauth_time", |d, w| {
        d.times.reauth = Some(seconds(w)?);
        Ok(())
    }),
    one("over_time", |d, w| {
        d.times.over = Some(seconds(w)?);
        Ok(())
    }),
    one("rand_time", |d, w| {
        d.times.rand = Some(seconds(w)?);
        Ok(())
    }),
    // From here on: keys that decide about no packet, held to values that keep it so.
    one("encap", |_, w| boolean(w).map(drop)),
    one("aggressive", |_, w| only(w, &["no"], "shows identities and hashes to whoever listens")),
    one("fragmentation", |_, w| among(w, &[("yes", ()), ("accept", ()), ("force", ()), ("no", ())])),
    one("childless", |_, w| among(w, &[("allow", ()), ("force", ()), ("never", ())])),
    one("send_certreq", |_, w| boolean(w).map(drop)),
    one("send_cert", |_, w| among(w, &[("always", ()), ("ifasked", ()), ("never", ())])),
    one("keyingtries", |_, w| decimal::<u32>(w).map(drop)),
    one("dpd_timeout", |_, w| seconds(w).map(drop)),
    one("local_port", |_, w| only(w, &["500"], "speaks IKE on a port the filter does not know")),
    one("remote_port", |_, w| only(w, &["500"], "speaks IKE on a port the filter does not know")),
];

const REFUSED: &[Refused] = &[
    ("vips", "virtual addresses are not modelled"),
    ("pools", "virtual addresses are not modelled"),
    ("pull", "Mode Config is not modelled"),
    ("dscp", "packet marks are not modelled"),
    ("ppk_id", "pre-shared keys are not modelled"),
    ("ppk_required", "pre-shared keys are not modelled"),
    ("mediation", "mediated connections are not modelled"),
    ("mediated_by", "mediated connections are not modelled"),
    ("mediation_peer", "mediated connections are not modelled"),
];

const TABLE: Table<Draft> = Table {
    what: "a connection",
    page: "swanctl.conf(5)",
    rows: ROWS,
    defaults: defaults::CONNECTION,
    refused: REFUSED,
};

/// One connection; None when it does not say enough, with the findings in the sink.
pub(super) fn connection(section: &Section, sink: &mut Sink) -> Option<Tunnel> {
    let mut draft = Draft::default();
    TABLE.fill(&mut draft, &section.name, &section.entries, sink);
    let local_auth = auth(section, "local", &LOCAL, sink);
    let remote_auth = auth(section, "remote", &REMOTE, sink);
    let children = children(section, sink);
    for inner in &section.sections {
        if !["local", "remote", "children"].contains(&inner.name.text.as_str()) {
            sink.push(unknown(&inner.name));
        }
    }
    if section.entries.iter().all(|e| e.key.text != "local_addrs") {
        let missing = absent(&section.name, "local_addrs");
        sink.push(missing.help("absent means `%any`: whichever address routing picks"));
    }
    Some(Tunnel {
        name: section.name.text.clone(),
        version: draft.version,
        local: draft.local?,
        remote: draft.remote,
        proposals: draft.proposals,
        mobike: draft.mobike,
        local_auth: local_auth?,
        remote_auth: remote_auth?,
        if_id_in: draft.if_id_in,
        if_id_out: draft.if_id_out,
        dpd_seconds: draft.dpd_seconds,
        life_seconds: draft.times.given_up(),
        unique: draft.unique,
        children,
        at: section.name.loc,
    })
}

fn absent(connection: &Word, what: &str) -> Diagnostic {
    connection.wrong(&host::MISSING, format!("connection `{}` has no `{what}`", connection.text))
}

/// The one authentication round of a side. Without the section, the daemon asks the peer for nothing definite.
fn auth(section: &Section, side: &str, table: &Table<Auth>, sink: &mut Sink) -> Option<Auth> {
    let Some(found) = section.sections.iter().find(|s| s.name.text == side) else {
        sink.push(absent(&section.name, side));
        return None;
    };
    if found.entries.iter().all(|e| e.key.text != "auth") {
        let message = format!("`{side}` does not say how an identity is proved");
        let finding = found.name.wrong(&host::MISSING, message);
        sink.push(
            finding.help("without `auth`, charon 5.9.8 takes any proof, a shared secret too: write `auth = pubkey`"),
        );
    }
    let mut auth = NOBODY;
    table.fill(&mut auth, &found.name, &found.entries, sink);
    for inner in &found.sections {
        sink.push(super::unknown_section(&inner.name, table.what));
    }
    Some(auth)
}

fn children(section: &Section, sink: &mut Sink) -> Vec<crate::config::tunnel::Child> {
    let Some(all) = section.sections.iter().find(|s| s.name.text == "children") else {
        return Vec::new();
    };
    for entry in &all.entries {
        sink.push(
            entry.key.wrong(&host::UNKNOWN_KEY, format!("`{}` stands beside the children, in none", entry.key.text)),
        );
    }
    all.sections.iter().filter_map(|s| child(s, sink)).collect()
}

fn unknown(name: &Word) -> Diagnostic {
    let finding = super::unknown_section(name, "a connection");
    if name.text.starts_with("local") || name.text.starts_with("remote") {
        return finding.help("one round of authentication a side is modelled: `local`, `remote`");
    }
    finding
}

/// The one value of a list: several peers or own addresses make several paths.
fn single(word: &Word) -> Read<Word> {
    let mut all = list(word)?;
    match (all.pop(), all.pop()) {
        (Some(only), None) => Ok(only),
        _ => Err(Box::new(word.wrong(&host::UNMODELLED, format!("`{}` is more than one address", word.text)))),
    }
}
