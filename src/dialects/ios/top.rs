//! Statements at the margin that open no block.

use super::defaults::{BEFORE_INTERFACES, FACTS, SECRETS, UNMODELLED};
use super::lines::{Line, Word};
use super::{Draft, Feature, values};
use crate::diagnostics::codes::readback::{READBACK_FAILS_OPEN, READBACK_SECRET};

/// Reads the words after a row's own.
type Read = fn(&mut Draft<'_, '_>, &Line<'_>, &[Word<'_>]);

/// Statements with values: first words, form for people, reader. The longest first words win.
const ROWS: &[(&str, &str, Read)] = &[
    ("Current configuration :", "Current configuration : NUMBER bytes", |d, l, w| match w {
        [_, bytes] if bytes.text == "bytes" => {}
        _ => misshapen(d, l),
    }),
    ("banner login", "banner login ^C", banner),
    ("hostname", "hostname NAME", hostname),
    ("ip arp inspection validate", "ip arp inspection validate src-mac dst-mac ip", |d, l, w| {
        let words: Vec<&str> = w.iter().map(|w| w.text).collect();
        match words.join(" ").as_str() {
            "src-mac dst-mac ip" | "src-mac dst-mac" | "src-mac" | "dst-mac" | "ip" => once(d, l),
            _ => misshapen(d, l),
        }
    }),
    ("ip arp inspection vlan", "ip arp inspection vlan VLANS", |d, l, w| vlans(d, l, w, Feature::ArpProtect)),
    ("ip default-gateway", "ip default-gateway ADDRESS", gateway),
    ("ip dhcp snooping vlan", "ip dhcp snooping vlan VLANS", |d, l, w| vlans(d, l, w, Feature::DhcpSnooping)),
    ("ip route 0.0.0.0 0.0.0.0", "ip route 0.0.0.0 0.0.0.0 ADDRESS", route),
    ("logging host", "logging host ADDRESS", logs),
    ("ntp server", "ntp server ADDRESS", clock),
    (
        "switch 1 provision",
        "switch 1 provision MODEL",
        |d, l, w| if w.len() == 1 { once(d, l) } else { misshapen(d, l) },
    ),
    ("vtp domain", "vtp domain NAME", |d, l, w| match w {
        [word] => {
            if d.value(*word, values::name(word.text, 32)).is_some() {
                once(d, l);
            }
        }
        _ => misshapen(d, l),
    }),
];

/// Statements that the reader refuses whole, beside those of `defaults`.
const ROUTES: &[(&str, &str)] = &[("ip route", "routes packets"), ("ip routing", "routes packets")];

/// Reads a statement at the margin that opens no block.
pub(super) fn read(draft: &mut Draft<'_, '_>, line: &Line<'_>) {
    above_interfaces(draft, line);
    let text = line.text();
    if let Some((topic, fact)) = FACTS.iter().find(|(_, fact)| *fact == text) {
        if draft.first_time(format!("`{topic}`"), line.span(&draft.file)) {
            draft.facts.insert((*fact).to_owned());
        }
        return;
    }
    if SECRETS.iter().any(|s| line.begins(s)) {
        let span = line.span(&draft.file);
        return draft.refuse(&READBACK_SECRET, span, "a statement that holds a secret");
    }
    let rows = ROWS.iter().filter(|row| line.begins(row.0));
    let Some((start, _, read)) = rows.max_by_key(|row| row.0.len()) else {
        let known = FACTS.iter().map(|f| f.1).chain(ROWS.iter().map(|r| r.0));
        let tables: Vec<_> = UNMODELLED.iter().chain(ROUTES).copied().collect();
        return draft.unknown(line, &tables, known);
    };
    read(draft, line, &line.words[start.split(' ').count()..]);
}

/// Below an interface the switch would try such a line as one of the interface's own first.
pub(super) fn above_interfaces(draft: &mut Draft<'_, '_>, line: &Line<'_>) {
    if draft.below_interface && BEFORE_INTERFACES.iter().any(|start| line.begins(start)) {
        let span = line.span(&draft.file);
        draft.refuse(
            &READBACK_FAILS_OPEN,
            span,
            "below an interface, where the switch may take it for the interface's own",
        );
    }
}

fn form(line: &Line<'_>) -> &'static str {
    let rows = ROWS.iter().filter(|row| line.begins(row.0));
    rows.max_by_key(|row| row.0.len()).map_or("", |row| row.1)
}

/// Tells that a line has not its row's form.
fn misshapen(draft: &mut Draft<'_, '_>, line: &Line<'_>) {
    draft.wrong_form(line, form(line));
}

fn once(draft: &mut Draft<'_, '_>, line: &Line<'_>) {
    draft.first_time(format!("`{}`", form(line)), line.span(&draft.file));
}

/// The lines of the banner itself were counted with the outer form.
fn banner(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    match words {
        [mark] if mark.text == "^C" => once(draft, line),
        _ => misshapen(draft, line),
    }
}

fn hostname(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    let [word] = words else {
        return misshapen(draft, line);
    };
    if let Some(name) = draft.value(*word, values::name(word.text, 63))
        && draft.first_time("`hostname`", line.span(&draft.file))
    {
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

fn route(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    let [word] = words else {
        return misshapen(draft, line);
    };
    let span = line.span(&draft.file);
    if let Some(address) = draft.value(*word, values::host(word.text))
        && draft.first_time("the default route", span)
    {
        draft.route = Some((address, span));
    }
}

fn logs(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    let [word] = words else {
        return misshapen(draft, line);
    };
    if let Some(address) = draft.value(*word, values::host(word.text))
        && draft.first_time(format!("`logging host {address}`"), line.span(&draft.file))
    {
        draft.table.logs.push(address);
    }
}

fn clock(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    let [word] = words else {
        return misshapen(draft, line);
    };
    if let Some(address) = draft.value(*word, values::host(word.text))
        && draft.first_time(format!("the clock {address}"), line.span(&draft.file))
    {
        draft.table.clocks.push(address);
    }
}

/// `10,20-22`
fn vlans(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>], feature: Feature) {
    let [word] = words else {
        return misshapen(draft, line);
    };
    let span = word.span(&draft.file);
    for id in draft.value(*word, values::vlans(word.text)).unwrap_or_default() {
        draft.pending.push((feature, id, span));
    }
}
