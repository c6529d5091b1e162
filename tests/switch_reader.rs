//! AOS-S text read back: the expected table, refusals, mutants, and somebody else's reading of VLAN membership; the same
//! of IOS in `ios`.

#[path = "switch_reader/ios.rs"]
mod ios;
#[path = "switch_reader/link.rs"]
mod link;
#[path = "switch_reader/mutants.rs"]
mod mutants;
#[path = "switch_reader/refusals.rs"]
mod refusals;

use etanche::config::vlan::{Hardening, VlanTable};
use etanche::config::{FileSet, Loc};
use etanche::diagnostics::{Diagnostic, Sink, Sources};
use etanche::dialects;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};

pub(crate) const SWITCH: &str = include_str!("switch_reader/aos-s.cfg");

/// Findings with the text each underlines.
pub(crate) type Told = Vec<(Diagnostic, String)>;

/// Reads one switch.
pub(crate) fn read(text: &str) -> Result<VlanTable, Told> {
    read_as("aos-s.cfg", text)
}

/// Reads one switch whose file has this name.
pub(crate) fn read_as(path: &str, text: &str) -> Result<VlanTable, Told> {
    let files: FileSet = [(path.to_owned(), text.to_owned())].into();
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let bundle = dialects::read(&files, "0000001B/sw-rdc-1", &mut sources, &mut sink);
    let found = sink.into_sorted().into_iter();
    let told = found.map(|d| (sources.text(d.span).to_owned(), d)).map(|(t, d)| (d, t)).collect();
    bundle.and_then(|b| b.lan).ok_or(told)
}

/// Code, text replaced, replacement, what is underlined.
pub(crate) type Refusal = (&'static str, &'static str, &'static str, &'static str);

/// Each replacement in a text is refused by its code, at its own words.
pub(crate) fn all_underlined(sample: &str, rows: &[Refusal], read: fn(&str) -> Result<VlanTable, Told>) {
    let mut wrong = Vec::new();
    for (code, from, to, underlined) in rows {
        assert!(sample.contains(from), "{from}");
        let found = read(&sample.replacen(from, to, 1)).err().unwrap_or_default();
        let told: Vec<_> = found.iter().map(|(d, text)| (d.code.name, text.as_str(), &d.message)).collect();
        if !told.iter().any(|t| t.0 == format!("readback/{code}") && t.1 == *underlined) {
            wrong.push(format!("{to:?} should be {code} at {underlined:?}: {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn good() -> VlanTable {
    read(SWITCH).unwrap_or_else(|found| panic!("refused: {found:#?}"))
}

/// Untagged VLAN by port, as the plan says.
fn access(port: u16) -> u16 {
    const PLAN: &[(std::ops::RangeInclusive<u16>, u16)] = &[
        (1..=20, 20),
        (21..=22, 21),
        (23..=23, 22),
        (24..=30, 10),
        (31..=31, 12),
        (32..=33, 99),
        (34..=37, 60),
        (38..=38, 61),
        (39..=39, 62),
        (40..=40, 63),
        (48..=49, 999),
        (41..=52, 998),
    ];
    PLAN.iter().find(|(ports, _)| ports.contains(&port)).expect("a planned port").1
}

fn carried(port: u16) -> Vec<u16> {
    match port {
        32..=33 => vec![40, 41, 42],
        48 => vec![10, 11, 12, 20, 21, 22, 30, 40, 41, 42, 60, 61, 62, 63, 70, 80, 81, 99],
        49 => vec![11, 30, 70, 80, 81, 99],
        _ => vec![],
    }
}

#[test]
fn every_port_stands_where_the_plan_puts_it() {
    let table = good();
    assert_eq!(table.ports.len(), 52);
    for (n, port) in &table.ports {
        assert_eq!(port.untagged, Some(access(*n)), "port {n}");
        assert_eq!(port.tagged.iter().copied().collect::<Vec<_>>(), carried(*n), "port {n}");
        assert_eq!(port.enabled, access(*n) != 998, "port {n}");
        assert_eq!(port.trusted, [48, 49].contains(n), "port {n}");
        assert_eq!(port.root_guard, *n == 49);
        let user = *n <= 40;
        assert_eq!((port.bpdu_protection, port.loop_protect), (user, user), "port {n}");
        assert_eq!((port.broadcast_limit, port.dynamic_vlans), (user.then_some(5), false), "port {n}");
    }
    assert_eq!((table.ports[&1].name.as_str(), table.ports[&2].name.as_str()), ("salle 101", ""));
}

#[test]
fn the_switch_itself_is_read() {
    use Hardening as H;
    let table = good();
    assert_eq!((table.hostname.as_str(), table.model.as_str(), table.routing), ("sw-rdc-1", "JL260A", false));
    assert_eq!(table.management_vlan, Some(99));
    let texts = |list: &[std::net::IpAddr]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(table.default_gateway.map(|a| a.to_string()).as_deref(), Some("10.128.24.1"));
    assert_eq!(texts(&table.logs), ["10.0.242.10"]);
    assert_eq!(texts(&table.clocks), ["10.0.242.11"]);
    let all = [
        H::DhcpSnooping,
        H::ArpProtect,
        H::SpanningTree,
        H::NoTelnet,
        H::NoPlainWeb,
        H::Ssh,
        H::Snmp3Only,
        H::NoGvrp,
        H::NoAutoConfig,
        H::NoFrontPanelClear,
        H::NoTftp,
    ];
    assert_eq!(table.hardening, BTreeSet::from(all));
    let vlan = &table.vlans[&99];
    assert_eq!((vlan.name.as_str(), vlan.at.line), ("Administration reseau", 144));
    assert_eq!(
        vlan.addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["10.128.24.11/24", "2001:db8:1:99::11/64"]
    );
    assert!(table.vlans[&60].voice && !table.vlans[&61].voice);
    let snooped: Vec<u16> = table.vlans.iter().filter(|(_, v)| v.dhcp_snooping).map(|(id, _)| *id).collect();
    assert_eq!(snooped, [10, 12, 20, 21, 22, 40, 41, 42, 60, 61, 62, 63]);
    let watched: Vec<u16> = table.vlans.iter().filter(|(_, v)| v.arp_protect).map(|(id, _)| *id).collect();
    assert_eq!(watched, [10, 12, 20, 21, 22]);
}

#[test]
fn a_bare_text_means_the_vendor_s_defaults() {
    let text = "; J9726A Configuration Editor; Created on release #WB.16.10.0009\nhostname \"nu\"\nvlan 1\n   no ip address\n   exit\n";
    let table = read(text).unwrap_or_else(|found| panic!("{found:#?}"));
    assert_eq!((table.ports.len(), table.vlans.len()), (24, 1));
    assert_eq!(table.vlans[&1].name, "DEFAULT_VLAN");
    let open = |p: &etanche::config::vlan::Port| p.enabled && p.untagged == Some(1) && p.tagged.is_empty();
    assert!(table.ports.values().all(|p| open(p) && p.at == Loc::MADE && !p.dynamic_vlans));
    assert_eq!(table.hardening, BTreeSet::from([Hardening::NoGvrp]));
    assert_eq!((table.routing, table.management_vlan, table.default_gateway), (false, None, None));
}

#[test]
fn an_untagged_statement_alone_moves_a_port_out_of_vlan_1() {
    let text = SWITCH.replace("   no untagged 1-52\n", "");
    let (moved, expected) = (read(&text).expect("readable"), good());
    for (n, port) in &moved.ports {
        assert_eq!(port.untagged, expected.ports[n].untagged, "port {n}");
    }
}

/// What `tests/run` prepares: `python3 -m venv target/readers && target/readers/bin/pip install hier_config==3.7.1`.
const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/readers/bin/python");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/switch_reader/hier.py");

/// The lines of a judge's answer on a text.
pub(crate) fn judged(script: &str, text: &str) -> BTreeSet<String> {
    let started = Command::new(PYTHON).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = started.unwrap_or_else(|e| {
        panic!("hier_config 3.7.1 is needed in target/readers ({e}): python3 -m venv target/readers && target/readers/bin/pip install hier_config==3.7.1")
    });
    child.stdin.take().expect("an input").write_all(text.as_bytes()).expect("written");
    let done = child.wait_with_output().expect("an output");
    assert!(done.status.success());
    String::from_utf8_lossy(&done.stdout).lines().map(str::to_owned).collect()
}

fn somebody_else(text: &str) -> BTreeMap<u16, (Option<u16>, BTreeSet<u16>)> {
    let mut table: BTreeMap<u16, (Option<u16>, BTreeSet<u16>)> = BTreeMap::new();
    for line in judged(SCRIPT, text) {
        let [port, how, vlan] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let entry = table.entry(port.parse().expect("a port")).or_default();
        let vlan = vlan.parse().expect("a VLAN");
        match how {
            "untagged" => assert_eq!(entry.0.replace(vlan), None, "{line}"),
            _ => assert!(entry.1.insert(vlan), "{line}"),
        }
    }
    table
}

#[test]
fn somebody_else_reads_the_same_memberships() {
    let moved = SWITCH.replace("untagged 24-30", "untagged 24-29").replace("untagged 31\n", "untagged 30-31\n");
    for text in [SWITCH, moved.as_str()] {
        let ours = read(text).expect("readable").ports;
        let ours = ours.into_iter().map(|(n, p)| (n, (p.untagged, p.tagged))).collect();
        assert_eq!(somebody_else(text), ours);
    }
}

/// Its title, and what it makes of what was read.
type Misreading = (&'static str, fn(&mut VlanTable));

/// What a reader that slips, the same way each time, would have understood.
const MISREADINGS: &[Misreading] = &[
    ("tagged taken for untagged", |t| {
        t.ports.values_mut().for_each(|p| {
            p.untagged = p.tagged.iter().next().copied().or(p.untagged);
        });
    }),
    ("the last port of a range overlooked", |t| {
        t.ports.get_mut(&20).expect("port 20").untagged = Some(1);
    }),
    ("one tagged VLAN overlooked", |t| {
        t.ports.values_mut().for_each(|p| {
            p.tagged.pop_last();
        });
    }),
    ("an access port read one too far", |t| {
        let next = t.ports[&24].untagged;
        t.ports.get_mut(&23).expect("port 23").untagged = next;
    }),
    ("VLAN 1 left where it was", |t| t.ports.values_mut().for_each(|p| p.untagged = Some(1))),
];

#[test]
fn somebody_else_tells_each_misreading_apart() {
    let judge = somebody_else(SWITCH);
    for (title, misread) in MISREADINGS {
        let mut table = good();
        misread(&mut table);
        let ours: BTreeMap<_, _> = table.ports.into_iter().map(|(n, p)| (n, (p.untagged, p.tagged))).collect();
        assert_ne!(judge, ours, "{title}");
    }
}
