//! A child of a connection: its selectors and what protects them (RFC 7296 §2.9).

use super::defaults;
use super::lifetime::child_given_up;
use super::proposal::proposals;
use super::syntax::Section;
use super::value::seconds;
use crate::config::tunnel::Child;
use crate::diagnostics::Sink;
use crate::diagnostics::codes::host;
use crate::dialects::words::{Read, Refused, Row, Table, Word, among, decimal, list, one, only, prefix};
use ipnet::IpNet;
use std::net::IpAddr;

/// What a child says, before it is known to say enough.
#[derive(Default)]
struct Draft {
    local: Option<Vec<IpNet>>,
    remote: Option<Vec<IpNet>>,
    esp: Option<Vec<String>>,
    ah: Vec<String>,
    mode: String,
    start_action: String,
    dpd_action: String,
    close_action: String,
    rekey_seconds: u32,
    life_seconds: Option<u32>,
}

const ROWS: &[Row<Draft>] = &[
    one("local_ts", |d, w| {
        d.local = Some(selectors(w)?);
        Ok(())
    }),
    one("remote_ts", |d, w| {
        d.remote = Some(selectors(w)?);
        Ok(())
    }),
    one("esp_proposals", |d, w| {
        d.esp = Some(proposals(w)?);
        Ok(())
    }),
    one("ah_proposals", |d, w| {
        d.ah = proposals(w)?;
        Ok(())
    }),
    one("mode", |d, w| {
        let modes = ["tunnel", "transport", "transport_proxy", "beet", "pass", "drop"];
        d.mode = among(w, &modes.map(|m| (m, m)))?.to_owned();
        Ok(())
    }),
    one("start_action", |d, w| {
        d.start_action = action(w, "none", "start")?.to_owned();
        Ok(())
    }),
    one("dpd_action", |d, w| {
        d.dpd_action = action(w, "clear", "restart")?.to_owned();
        Ok(())
    }),
    one("close_action", |d, w| {
        d.close_action = action(w, "none", "start")?.to_owned();
        Ok(())
    }),
    one("rekey_time", |d, w| {
        d.rekey_seconds = seconds(w)?;
        Ok(())
    }),
    one("life_time", |d, w| {
        d.life_seconds = Some(seconds(w)?);
        Ok(())
    }),
    // From here on: keys that decide about no packet, held to values that keep it so.
    one("rand_time", |_, w| seconds(w).map(drop)),
    one("rekey_bytes", |_, w| decimal::<u64>(w).map(drop)),
    one("life_bytes", |_, w| decimal::<u64>(w).map(drop)),
    one("rand_bytes", |_, w| decimal::<u64>(w).map(drop)),
    one("rekey_packets", |_, w| decimal::<u64>(w).map(drop)),
    one("life_packets", |_, w| decimal::<u64>(w).map(drop)),
    one("rand_packets", |_, w| decimal::<u64>(w).map(drop)),
    one("replay_window", |_, w| match decimal::<u32>(w)? {
        32.. => Ok(()),
        _ => only(w, &["32"], "lets replayed packets in"),
    }),
    one("policies", |_, w| only(w, &["yes"], "leaves the traffic without IPsec policies")),
    one("ipcomp", |_, w| only(w, &["no"], "compresses before it encrypts")),
    one("hostaccess", |_, w| only(w, &["no"], "changes what an updown script does")),
    one("sha256_96", |_, w| only(w, &["no"], "shortens the integrity check")),
    one("hw_offload", |_, w| only(w, &["no"], "hands the packets to the card")),
    one("copy_df", |_, w| among(w, &[("yes", ()), ("no", ())])),
    one("copy_ecn", |_, w| among(w, &[("yes", ()), ("no", ())])),
    one("copy_dscp", |_, w| only(w, &["out", "no"], "lets a peer mark inner packets")),
];

const REFUSED: &[Refused] = &[
    ("updown", "a script of its own would run when the tunnel comes up"),
    ("if_id_in", "it overrides the connection's: write it on the connection"),
    ("if_id_out", "it overrides the connection's: write it on the connection"),
    ("mark_in", "packet marks are not modelled"),
    ("mark_in_sa", "packet marks are not modelled"),
    ("mark_out", "packet marks are not modelled"),
    ("set_mark_in", "packet marks are not modelled"),
    ("set_mark_out", "packet marks are not modelled"),
    ("priority", "fixed policy priorities are not modelled"),
    ("interface", "policies bound to a card are not modelled: use `if_id`"),
    ("reqid", "fixed request numbers are not modelled"),
    ("policies_fwd_out", "policies for forwarded packets are not modelled"),
    ("label", "security labels are not modelled"),
    ("label_mode", "security labels are not modelled"),
    ("inactivity", "a child that closes by itself is not modelled"),
    ("tfc_padding", "padding is not modelled"),
];

const TABLE: Table<Draft> =
    Table { what: "a child", page: "swanctl.conf(5)", rows: ROWS, defaults: defaults::CHILD, refused: REFUSED };

/// One child; None when it does not say enough, with the findings in the sink.
pub(super) fn child(section: &Section, sink: &mut Sink) -> Option<Child> {
    let mut draft = Draft::default();
    TABLE.fill(&mut draft, &section.name, &section.entries, sink);
    for inner in &section.sections {
        sink.push(super::unknown_section(&inner.name, "a child"));
    }
    let name = &section.name;
    let local = present(draft.local.take(), name, "local_ts", &section.entries, sink);
    let remote = present(draft.remote.take(), name, "remote_ts", &section.entries, sink);
    let default_esp = if draft.ah.is_empty() { vec![defaults::ESP.to_owned()] } else { Vec::new() };
    Some(Child {
        name: name.text.clone(),
        local: local?,
        remote: remote?,
        esp: draft.esp.unwrap_or(default_esp),
        ah: draft.ah,
        mode: draft.mode,
        start_action: draft.start_action,
        dpd_action: draft.dpd_action,
        close_action: draft.close_action,
        rekey_seconds: draft.rekey_seconds,
        life_seconds: child_given_up(draft.rekey_seconds, draft.life_seconds),
        at: name.loc,
    })
}

/// The selectors of one side; an absent key is a finding, a wrong value is one already.
fn present(
    nets: Option<Vec<IpNet>>,
    child: &Word,
    key: &str,
    entries: &[crate::dialects::words::Entry],
    sink: &mut Sink,
) -> Option<Vec<IpNet>> {
    if entries.iter().all(|e| e.key.text != key) {
        let finding = child.wrong(&host::MISSING, format!("child `{}` has no `{key}`", child.text));
        sink.push(finding.help("absent means `dynamic`: whatever the peers negotiate"));
    }
    nets
}

/// Prefixes between commas; a lone address is a whole one.
fn selectors(word: &Word) -> Read<Vec<IpNet>> {
    list(word)?.iter().map(selector).collect()
}

fn selector(word: &Word) -> Read<IpNet> {
    if word.text.contains('[') || word.text.starts_with("dynamic") || word.text.contains('-') {
        return Err(Box::new(
            word.wrong(&host::UNMODELLED, format!("`{}` is a selector that is not a prefix", word.text))
                .help("selectors are prefixes here; the packet filter decides about protocols and ports"),
        ));
    }
    match word.text.parse::<IpAddr>() {
        Ok(_) => Ok(crate::dialects::words::address(word)?.into()),
        Err(_) => prefix(word),
    }
}

/// What is done on an event, by the name its own manual page gives it; the daemon takes the older names too.
fn action(word: &Word, nothing: &'static str, again: &'static str) -> Read<&'static str> {
    among(
        word,
        &[
            ("none", nothing),
            ("clear", nothing),
            ("trap", "trap"),
            ("route", "trap"),
            ("start", again),
            ("restart", again),
            ("trap|start", "trap|start"),
        ],
    )
}
