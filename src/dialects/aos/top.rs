//! Statements at the margin.

use super::defaults::{FACTS, SECRETS, UNMODELLED};
use super::lines::{Line, Word};
use super::{Draft, Feature, begins, link, values};
use crate::config::vlan::Port;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::readback::{
    READBACK_BAD_VALUE, READBACK_SECRET, READBACK_UNKNOWN_STATEMENT, READBACK_UNMODELLED,
};

/// Reads the words after a row's own.
type Read = fn(&mut Draft<'_, '_>, &Line<'_>, &[Word<'_>]);

/// Statements with values: first words, form for people, reader. The longest first words win.
const ROWS: &[(&str, &str, Read)] = &[
    ("aaa port-access authenticator", "aaa port-access authenticator PORTS", assigned),
    ("aaa port-access mac-based", "aaa port-access mac-based PORTS", assigned),
    ("aaa port-access web-based", "aaa port-access web-based PORTS", assigned),
    ("arp-protect trust", "arp-protect trust PORTS", trust),
    ("arp-protect validate", "arp-protect validate dest-mac ip src-mac", checks),
    ("arp-protect vlan", "arp-protect vlan VLANS", |d, l, w| vlans(d, l, w, Feature::ArpProtect)),
    ("console idle-timeout", "console idle-timeout SECONDS", |d, l, w| bounded(d, l, w, 0, 7200)),
    ("console inactivity-timer", "console inactivity-timer MINUTES", |d, l, w| bounded(d, l, w, 0, 120)),
    ("dhcp-snooping trust", "dhcp-snooping trust PORTS", trust),
    ("dhcp-snooping vlan", "dhcp-snooping vlan VLANS", |d, l, w| vlans(d, l, w, Feature::DhcpSnooping)),
    ("hostname", "hostname \"NAME\"", hostname),
    ("ip default-gateway", "ip default-gateway ADDRESS", gateway),
    ("logging", "logging ADDRESS", logs),
    ("loop-protect", "loop-protect PORTS", loop_protect),
    ("loop-protect disable-timer", "loop-protect disable-timer SECONDS", |d, l, w| bounded(d, l, w, 0, 604_800)),
    ("loop-protect transmit-interval", "loop-protect transmit-interval SECONDS", |d, l, w| bounded(d, l, w, 1, 10)),
    ("management-vlan", "management-vlan VLAN", |d, l, w| one_vlan(d, l, w, Feature::Management)),
    ("max-vlans", "max-vlans NUMBER", |d, l, w| bounded(d, l, w, 16, 2048)),
    ("module", "module 1 type MODEL", module),
    ("ntp server", "ntp server ADDRESS iburst", clock),
    ("primary-vlan", "primary-vlan VLAN", |d, l, w| one_vlan(d, l, w, Feature::Primary)),
    ("snmp-server contact", "snmp-server contact \"TEXT\"", note),
    ("snmp-server location", "snmp-server location \"TEXT\"", note),
    ("sntp server priority", "sntp server priority NUMBER ADDRESS", clock),
    ("spanning-tree", "spanning-tree PORTS admin-edge-port|bpdu-protection|root-guard|priority NUMBER", edge),
    ("spanning-tree bpdu-protection-timeout", "spanning-tree bpdu-protection-timeout SECONDS", |d, l, w| {
        bounded(d, l, w, 0, 65535)
    }),
    ("spanning-tree config-name", "spanning-tree config-name \"NAME\"", note),
    ("spanning-tree config-revision", "spanning-tree config-revision NUMBER", |d, l, w| bounded(d, l, w, 0, 65535)),
    ("spanning-tree force-version", "spanning-tree force-version mstp-operation|rstp-operation", version),
    ("spanning-tree priority", "spanning-tree priority NUMBER", |d, l, w| bounded(d, l, w, 0, 15)),
    ("time daylight-time-rule", "time daylight-time-rule western-europe", daylight),
    ("time timezone", "time timezone MINUTES", |d, l, w| bounded(d, l, w, 0, 840)),
    ("trunk", "trunk PORTS trkNUMBER lacp", link::trunk),
];

/// Reads a statement at the margin that opens no block.
pub(super) fn read(draft: &mut Draft<'_, '_>, line: &Line<'_>) {
    let text = line.text();
    if let Some((topic, fact)) = FACTS.iter().find(|(_, fact)| *fact == text) {
        if draft.first_time(*topic, line.span(&draft.file)) {
            draft.facts.insert((*fact).to_owned());
        }
        return;
    }
    if SECRETS.iter().any(|s| begins(line, s)) {
        let span = line.span(&draft.file);
        draft.refuse(&READBACK_SECRET, span, "a statement that holds a secret");
        return;
    }
    let rows = ROWS.iter().filter(|row| begins(line, row.0));
    let Some((start, _, read)) = rows.max_by_key(|row| row.0.len()) else {
        return unknown(draft, line);
    };
    let taken = start.split(' ').count();
    read(draft, line, &line.words[taken..]);
}

fn form(line: &Line<'_>) -> &'static str {
    let rows = ROWS.iter().filter(|row| begins(line, row.0));
    rows.max_by_key(|row| row.0.len()).map_or("", |row| row.1)
}

fn unknown(draft: &mut Draft<'_, '_>, line: &Line<'_>) {
    let span = line.span(&draft.file);
    if let Some((start, does)) = UNMODELLED.iter().find(|(start, _)| begins(line, start)) {
        draft.refuse(&READBACK_UNMODELLED, span, format!("`{start}` {does}, which the model does not know"));
        return;
    }
    let text = line.text();
    let finding = Diagnostic::new(&READBACK_UNKNOWN_STATEMENT, span, format!("unknown statement `{text}`"));
    let known = FACTS.iter().map(|f| f.1).chain(ROWS.iter().map(|r| r.0));
    let near = known.max_by(|a, b| strsim::jaro(a, &text).total_cmp(&strsim::jaro(b, &text)));
    let near = near.filter(|n| strsim::jaro(n, &text) > 0.85);
    draft.sink.push(match near {
        Some(near) => finding.help(format!("the nearest known one is `{near}`")),
        None => finding,
    });
}

/// Tells that a line has not its row's form.
pub(super) fn misshapen(draft: &mut Draft<'_, '_>, line: &Line<'_>) {
    draft.wrong_form(line, form(line));
}

/// A number whose value decides nothing that the model knows; said once.
fn bounded(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>], from: u32, to: u32) {
    let [word] = words else {
        return misshapen(draft, line);
    };
    let read = values::between(word.text, from, to);
    if draft.value(*word, read).is_some() {
        draft.first_time(form(line), line.span(&draft.file));
    }
}

/// A text for people; said once.
fn note(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    let [word] = words else {
        return misshapen(draft, line);
    };
    if draft.value(*word, values::name(word.text)).is_some() {
        draft.first_time(form(line), line.span(&draft.file));
    }
}

fn one_of(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>], texts: &[&str]) {
    let text: Vec<&str> = words.iter().map(|w| w.text).collect();
    if !texts.contains(&text.join(" ").as_str()) {
        return misshapen(draft, line);
    }
    draft.first_time(form(line), line.span(&draft.file));
}

fn version(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    one_of(draft, line, words, &["mstp-operation", "rstp-operation"]);
}

fn daylight(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    one_of(draft, line, words, &["western-europe", "none"]);
}

fn checks(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    one_of(draft, line, words, &["dest-mac ip src-mac", "src-mac dest-mac ip", "src-mac", "dest-mac", "ip"]);
}

fn module(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    let model = format!("1 type {}", draft.model.number.to_ascii_lowercase());
    one_of(draft, line, words, &[&model]);
}

fn hostname(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    let [word] = words else {
        return misshapen(draft, line);
    };
    let Some(name) = draft.value(*word, values::name(word.text)) else {
        return;
    };
    if name.len() > 32 {
        draft.refuse(&READBACK_BAD_VALUE, word.span(&draft.file), "longer than 32 characters");
    } else if draft.first_time("`hostname`", line.span(&draft.file)) {
        draft.table.hostname = name;
    }
}

fn gateway(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    let [word] = words else {
        return misshapen(draft, line);
    };
    if let Some(address) = draft.value(*word, values::host(word.text))
        && draft.first_time("`ip default-gateway`", line.span(&draft.file))
    {
        draft.table.default_gateway = Some(address);
    }
}

fn logs(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    let [word] = words else {
        return misshapen(draft, line);
    };
    if let Some(address) = draft.value(*word, values::host(word.text))
        && draft.first_time(format!("`logging {address}`"), line.span(&draft.file))
    {
        draft.table.logs.push(address);
    }
}

fn clock(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    let word = match words {
        [priority, word] if line.words[0].text == "sntp" => {
            let read = values::between(priority.text, 1, 3);
            draft.value(*priority, read);
            word
        }
        [word] if line.words[0].text == "ntp" => word,
        [word, iburst] if line.words[0].text == "ntp" && iburst.text == "iburst" => word,
        _ => return misshapen(draft, line),
    };
    if let Some(address) = draft.value(*word, values::host(word.text))
        && draft.first_time(format!("the clock {address}"), line.span(&draft.file))
    {
        draft.table.clocks.push(address);
    }
}

fn one_vlan(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>], feature: Feature) {
    let [word] = words else {
        return misshapen(draft, line);
    };
    if let Some(id) = draft.value(*word, values::vlan(word.text))
        && draft.first_time(form(line), line.span(&draft.file))
    {
        draft.pending.push((feature, id, word.span(&draft.file)));
    }
}

/// `10 20-22` or `10,20-22`.
fn vlans(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>], feature: Feature) {
    if words.is_empty() {
        return misshapen(draft, line);
    }
    for word in words {
        let read = values::numbers(word.text, 4094, "VLAN");
        for id in draft.value(*word, read).unwrap_or_default() {
            let span = word.span(&draft.file);
            draft.pending.push((feature, id, span));
        }
    }
}

/// Sets something on each port of a list.
fn each_port(draft: &mut Draft<'_, '_>, line: &Line<'_>, word: Word<'_>, set: fn(&mut Port)) {
    let at = draft.file.loc(line.words[0].start);
    for n in draft.ports(word) {
        if let Some(port) = draft.table.ports.get_mut(&n) {
            set(port);
            if port.at.line == 0 {
                port.at = at;
            }
        }
    }
}

fn trust(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    match words {
        [word] => each_port(draft, line, *word, |port| port.trusted = true),
        _ => misshapen(draft, line),
    }
}

fn loop_protect(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    match words {
        [word] => each_port(draft, line, *word, |port| port.loop_protect = true),
        _ => misshapen(draft, line),
    }
}

/// 802.1X and its kin: the server answers with a VLAN. `active` turns it on, and is read as always on.
fn assigned(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    match words {
        [word] if word.text == "active" => {}
        [word] => each_port(draft, line, *word, |port| port.dynamic_vlans = true),
        _ => misshapen(draft, line),
    }
}

fn edge(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    match words {
        // Which of several ways is kept: printed of every link.
        [ports, what, number] if what.text == "priority" => {
            draft.value(*number, values::between(number.text, 0, 15));
            each_port(draft, line, *ports, |_| {});
        }
        [ports, what] => match what.text {
            "admin-edge-port" => each_port(draft, line, *ports, |_| {}),
            "bpdu-protection" => each_port(draft, line, *ports, |port| port.bpdu_protection = true),
            "root-guard" => each_port(draft, line, *ports, |port| port.root_guard = true),
            _ => misshapen(draft, line),
        },
        _ => misshapen(draft, line),
    }
}
