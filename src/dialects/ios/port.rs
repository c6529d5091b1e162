//! The block of a port, `interface GigabitEthernet1/0/N`, or of a link of several, `interface Port-channelN`.

use std::fmt;

use super::lines::{Line, Word};
use super::{Draft, values};
use crate::config::Loc;
use crate::config::vlan::Port;
use crate::diagnostics::Span;
use crate::diagnostics::codes::readback::{READBACK_BAD_VALUE, READBACK_INCOMPLETE};

/// Whose block it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Which {
    Port(u16),
    /// Several ports that are one.
    Link(u16),
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port(number) => write!(f, "port {number}"),
            Self::Link(number) => write!(f, "Port-channel{number}"),
        }
    }
}

/// How a port comes by its VLANs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// One VLAN, without a tag.
    Access,
    /// Tagged VLANs, and one without a tag.
    Trunk,
    /// As the neighbour asks.
    Dynamic,
}

/// VLANs of one line, and where it names them.
pub(super) type List = (Vec<u16>, Span);

/// A port while its block is read.
pub(super) struct PortDraft {
    /// The port, but for its VLANs.
    pub(super) port: Port,
    /// Its header.
    pub(super) header: Span,
    pub(super) mode: Option<Mode>,
    pub(super) access: Option<(u16, Span)>,
    pub(super) voice: Option<(u16, Span)>,
    pub(super) native: Option<(u16, Span)>,
    /// Lists of VLANs that a trunk lets pass; None is all.
    pub(super) allowed: Option<Vec<List>>,
    /// DTP is off.
    pub(super) quiet: Option<Span>,
    /// Stations at most, in force once `switchport port-security` is said.
    pub(super) stations: Option<u16>,
    /// That statement.
    pub(super) limited: bool,
    /// The link that it joins, and where it says so.
    pub(super) link: Option<(u16, Span)>,
}

impl PortDraft {
    pub(super) fn new(at: Loc, header: Span) -> Self {
        Self {
            port: Port { enabled: true, at, ..Port::default() },
            header,
            mode: None,
            access: None,
            voice: None,
            native: None,
            allowed: None,
            quiet: None,
            stations: None,
            limited: false,
            link: None,
        }
    }
}

/// Sets what a statement says.
type Set = fn(&mut PortDraft, Span);

/// Statements without a value: topic, text, what they set. A topic is said once.
const FACTS: &[(&str, &str, Set)] = &[
    ("aging", "switchport port-security aging type inactivity", |_, _| {}),
    ("ARP trust", "ip arp inspection trust", |p, _| p.port.trusted = true),
    ("cdp", "no cdp enable", |_, _| {}),
    ("DHCP trust", "ip dhcp snooping trust", |p, _| p.port.trusted = true),
    ("bpduguard", "spanning-tree bpduguard enable", |p, _| {
        // A port that guards sends such units itself: one that comes back by a loop shuts it as well.
        (p.port.bpdu_protection, p.port.loop_protect) = (true, true);
    }),
    ("guard", "spanning-tree guard root", |p, _| p.port.root_guard = true),
    ("mode", "switchport mode access", |p, _| p.mode = Some(Mode::Access)),
    ("mode", "switchport mode dynamic auto", |p, _| p.mode = Some(Mode::Dynamic)),
    ("mode", "switchport mode dynamic desirable", |p, _| p.mode = Some(Mode::Dynamic)),
    ("mode", "switchport mode trunk", |p, _| p.mode = Some(Mode::Trunk)),
    ("nonegotiate", "switchport nonegotiate", |p, span| p.quiet = Some(span)),
    ("portfast", "spanning-tree portfast", |_, _| {}),
    ("portfast", "spanning-tree portfast edge", |_, _| {}),
    ("portfast", "spanning-tree portfast edge trunk", |_, _| {}),
    ("portfast", "spanning-tree portfast trunk", |_, _| {}),
    ("port security", "switchport port-security", |p, _| p.limited = true),
    ("shutdown", "no shutdown", |p, _| p.port.enabled = true),
    ("shutdown", "shutdown", |p, _| p.port.enabled = false),
    ("violation", "switchport port-security violation restrict", |_, _| {}),
];

/// Reads the words after a row's own.
type Read = fn(&mut Draft<'_, '_>, &Line<'_>, Word<'_>, Which);

/// Statements with one value: first words, reader.
const ROWS: &[(&str, Read)] = &[
    ("ip arp inspection limit rate", |d, l, w, n| {
        let read = values::between(w.text, 1, 2048);
        if d.value(w, read).is_some() {
            once(d, l, n, "the rate of ARP answers");
        }
    }),
    ("storm-control broadcast level", limit),
    ("switchport access vlan", |d, l, w, n| vlan(d, l, w, n, |p, v| p.access = Some(v))),
    ("switchport port-security aging time", |d, l, w, n| {
        let read = values::between(w.text, 1, 1440);
        if d.value(w, read).is_some() {
            once(d, l, n, "the aging");
        }
    }),
    ("switchport port-security maximum", stations),
    ("switchport trunk allowed vlan", allowed),
    ("switchport trunk allowed vlan add", allowed_too),
    ("switchport trunk native vlan", |d, l, w, n| vlan(d, l, w, n, |p, v| p.native = Some(v))),
    ("switchport voice vlan", |d, l, w, n| vlan(d, l, w, n, |p, v| p.voice = Some(v))),
];

/// Statements of a port that the model does not know.
const UNMODELLED: &[(&str, &str)] = &[
    ("authentication", "lets a login name the VLAN"),
    ("channel-group", "joins ports in another way than by `mode active` (LACP)"),
    ("channel-protocol", "says how ports are joined"),
    ("dot1x", "lets a login name the VLAN"),
    ("ip access-group", "filters packets"),
    ("ip arp inspection", "stops looking at ARP answers, or how often"),
    ("ip address", "makes the port a router's"),
    ("ip verify source", "filters packets"),
    ("lacp", "changes how ports are joined"),
    ("l2protocol-tunnel", "passes on what neighbours say to each other"),
    ("mab", "lets a login name the VLAN"),
    ("mac access-group", "filters frames"),
    ("no switchport", "makes the port a router's"),
    ("pagp", "changes how ports are joined"),
    ("service-policy", "sorts packets"),
    ("spanning-tree", "changes what spanning tree does"),
    ("switchport backup", "joins ports"),
    ("switchport block", "filters frames"),
    ("switchport mode", "carries VLANs in another way"),
    ("switchport port-security", "places stations"),
    ("switchport private-vlan", "parts VLANs"),
    ("switchport protected", "parts ports of one VLAN"),
    ("switchport trunk allowed vlan except", "names VLANs by those left out"),
    ("switchport trunk allowed vlan remove", "takes back what another line gave"),
    ("switchport voice", "takes tags in another way"),
];

/// Reads one statement of a port's block.
pub(super) fn read(draft: &mut Draft<'_, '_>, line: &Line<'_>, which: Which) {
    let text = line.text();
    if let Some((topic, _, set)) = FACTS.iter().find(|(_, fact, _)| *fact == text) {
        let span = line.span(&draft.file);
        if once(draft, line, which, topic) {
            with(draft, which, |port| set(port, span));
        }
        return;
    }
    if line.begins("description") {
        return description(draft, line, which);
    }
    let words: Vec<&str> = line.words.iter().map(|w| w.text).collect();
    if let (Which::Port(_), ["channel-group", _, "mode", "active"]) = (which, words.as_slice()) {
        return join(draft, line, line.words[1], which);
    }
    let rows = ROWS.iter().filter(|row| line.begins(row.0) && line.words.len() == row.0.split(' ').count() + 1);
    match rows.max_by_key(|row| row.0.len()) {
        Some((_, read)) => read(draft, line, line.words[line.words.len() - 1], which),
        None => draft.unknown(line, UNMODELLED, FACTS.iter().map(|f| f.1).chain(ROWS.iter().map(|r| r.0))),
    }
}

fn once(draft: &mut Draft<'_, '_>, line: &Line<'_>, which: Which, topic: &str) -> bool {
    draft.first_time(format!("{topic} of {which}"), line.span(&draft.file))
}

fn with(draft: &mut Draft<'_, '_>, which: Which, set: impl FnOnce(&mut PortDraft)) {
    if let Some(port) = draft.ports.get_mut(&which) {
        set(port);
    }
}

/// `channel-group 1 mode active`
fn join(draft: &mut Draft<'_, '_>, line: &Line<'_>, word: Word<'_>, which: Which) {
    let span = line.span(&draft.file);
    if let Some(link) = draft.value(word, values::link(word.text))
        && once(draft, line, which, "the link")
    {
        with(draft, which, |port| port.link = Some((link, span)));
    }
}

/// The rest of the line.
fn description(draft: &mut Draft<'_, '_>, line: &Line<'_>, which: Which) {
    let [_, first, ..] = line.words.as_slice() else {
        return draft.wrong_form(line, "description TEXT");
    };
    let last = line.words[line.words.len() - 1];
    let text = draft.file.text[first.start..last.start + last.text.len()].to_owned();
    if text.len() > 240 {
        let span = draft.file.span(first.start, first.start + text.len());
        draft.refuse(&READBACK_BAD_VALUE, span, "longer than 240 characters");
    } else if once(draft, line, which, "the description") {
        with(draft, which, |port| port.port.name = text);
    }
}

/// One VLAN, for one purpose.
fn vlan(
    draft: &mut Draft<'_, '_>,
    line: &Line<'_>,
    word: Word<'_>,
    which: Which,
    set: fn(&mut PortDraft, (u16, Span)),
) {
    let purpose = line.words[..line.words.len() - 1].iter().map(|w| w.text).collect::<Vec<_>>().join(" ");
    let span = word.span(&draft.file);
    if let Some(id) = draft.value(word, values::vlan(word.text))
        && once(draft, line, which, &format!("`{purpose}`"))
    {
        with(draft, which, |port| set(port, (id, span)));
    }
}

/// `10,20-22`, `none`, `all`.
fn allowed(draft: &mut Draft<'_, '_>, line: &Line<'_>, word: Word<'_>, which: Which) {
    if !once(draft, line, which, "the allowed list") || word.text == "all" {
        return;
    }
    let ids = if word.text == "none" { Some(Vec::new()) } else { draft.value(word, values::vlans(word.text)) };
    let span = word.span(&draft.file);
    // A list that was refused is told already: it must not read as all.
    with(draft, which, |port| port.allowed = Some(vec![(ids.unwrap_or_default(), span)]));
}

/// The switch prints a long list on several lines.
fn allowed_too(draft: &mut Draft<'_, '_>, line: &Line<'_>, word: Word<'_>, which: Which) {
    let span = word.span(&draft.file);
    let Some(ids) = draft.value(word, values::vlans(word.text)) else { return };
    let Some(lists) = draft.ports.get_mut(&which).and_then(|p| p.allowed.as_mut()) else {
        let span = line.span(&draft.file);
        return draft.refuse(
            &READBACK_INCOMPLETE,
            span,
            "adds to a list that no line above begins: it holds all VLANs",
        );
    };
    lists.push((ids, span));
}

fn limit(draft: &mut Draft<'_, '_>, line: &Line<'_>, word: Word<'_>, which: Which) {
    if let Some(percent) = draft.value(word, values::percent(word.text))
        && once(draft, line, which, "the broadcast limit")
    {
        with(draft, which, |port| port.port.broadcast_limit = Some(percent));
    }
}

fn stations(draft: &mut Draft<'_, '_>, line: &Line<'_>, word: Word<'_>, which: Which) {
    let read = values::between(word.text, 1, 3072);
    if let Some(most) = draft.value(word, read).and_then(|n| u16::try_from(n).ok())
        && once(draft, line, which, "the limit of stations")
    {
        with(draft, which, |port| port.stations = Some(most));
    }
}
