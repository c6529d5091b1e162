//! One `.netdev` file: an interface that the network manager makes (systemd.netdev(5)).

use super::defaults;
use super::syntax::{Section, parse};
use super::value::{boolean, mtu};
use crate::config::host::LinkKind;
use crate::diagnostics::Sink;
use crate::diagnostics::codes::host;
use crate::dialects::File;
use crate::dialects::words::Words;
use crate::dialects::words::{Read, Refused, Table, Word, among, decimal, hexadecimal, interface, one, only};

/// What a .netdev file makes.
pub(super) struct NetDev {
    pub(super) name: String,
    pub(super) place: Word,
    pub(super) kind: LinkKind,
    /// An XFRM interface on no parent.
    pub(super) independent: bool,
    pub(super) mtu: Option<u32>,
}

/// What the sections say, before they are known to say enough.
#[derive(Default)]
struct Draft {
    name: Option<(String, Word)>,
    kind: Option<&'static str>,
    mtu: Option<u32>,
    id: Option<u16>,
    if_id: Option<u32>,
    independent: bool,
}

const NETDEV_REFUSED: &[Refused] = &[("MACAddress", "another card address is not modelled")];

const NETDEV: Table<Draft> = Table {
    what: "`[NetDev]`",
    page: "systemd.netdev(5)",
    rows: &[
        one("Name", |d, w| {
            d.name = Some((interface(w)?, w.clone()));
            Ok(())
        }),
        one("Kind", |d, w| {
            d.kind = Some(among(w, &["vlan", "xfrm"].map(|k| (k, k)))?);
            Ok(())
        }),
        one("MTUBytes", |d, w| {
            d.mtu = Some(mtu(w)?);
            Ok(())
        }),
        one("Description", |_, _| Ok(())),
    ],
    defaults: &[],
    refused: NETDEV_REFUSED,
};

const VLAN: Table<Draft> = Table {
    what: "`[VLAN]`",
    page: "systemd.netdev(5)",
    rows: &[
        one("Id", |d, w| {
            d.id = Some(vlan_id(w)?);
            Ok(())
        }),
        one("Protocol", |_, w| only(w, &["802.1q"], "tags twice")),
        one("GVRP", |_, w| only(w, &["no"], "asks switches for VLANs")),
        one("MVRP", |_, w| only(w, &["no"], "asks switches for VLANs")),
        one("LooseBinding", |_, w| only(w, &["no"], "keeps the VLAN up when its card is down")),
        one("ReorderHeader", |_, w| only(w, &["yes"], "leaves tags in frames")),
    ],
    defaults: &[],
    refused: &[("EgressQOSMaps", "priorities are not modelled"), ("IngressQOSMaps", "priorities are not modelled")],
};

const XFRM: Table<Draft> = Table {
    what: "`[Xfrm]`",
    page: "systemd.netdev(5)",
    rows: &[
        one("InterfaceId", |d, w| {
            d.if_id = Some(interface_id(w)?);
            Ok(())
        }),
        one("Independent", |d, w| {
            d.independent = boolean(w)?;
            Ok(())
        }),
    ],
    defaults: defaults::XFRM,
    refused: &[],
};

fn vlan_id(word: &Word) -> Read<u16> {
    match decimal::<u16>(word) {
        Ok(id @ 1..=4094) => Ok(id),
        _ => Err(Box::new(word.wrong(&host::VALUE, format!("`{}` is not a VLAN number from 1 to 4094", word.text)))),
    }
}

fn interface_id(word: &Word) -> Read<u32> {
    match hexadecimal(word)? {
        0 => Err(Box::new(word.wrong(&host::VALUE, "`0` is not the number of an XFRM interface"))),
        id => Ok(id),
    }
}

/// Reads one .netdev file; None when it does not say what it makes, with the findings in the sink.
pub(super) fn read(text: &File<'_>, sink: &mut Sink) -> Option<NetDev> {
    let mut draft = Draft::default();
    let mut seen: Vec<Section> = Vec::new();
    for section in parse(text, sink) {
        let name = section.name.text.as_str();
        if seen.iter().any(|s| s.name.text == name) {
            let message = format!("section `{name}` stands twice");
            sink.push(section.name.wrong(&host::DUPLICATE, message));
            continue;
        }
        match name {
            "NetDev" => NETDEV.fill(&mut draft, &section.name, &section.entries, sink),
            "VLAN" => VLAN.fill(&mut draft, &section.name, &section.entries, sink),
            "Xfrm" => XFRM.fill(&mut draft, &section.name, &section.entries, sink),
            _ => sink.push(
                section
                    .name
                    .wrong(&host::UNKNOWN_SECTION, format!("`{name}` is not a section that a .netdev may hold")),
            ),
        }
        seen.push(section);
    }
    made(draft, &seen, &text.head(), sink)
}

/// The interface, if the sections fit together.
fn made(draft: Draft, sections: &[Section], head: &Word, sink: &mut Sink) -> Option<NetDev> {
    let has = |name: &str| sections.iter().any(|s| s.name.text == name);
    let kind = match (draft.kind, draft.id, draft.if_id) {
        (Some("vlan"), Some(id), None) if !has("Xfrm") => LinkKind::Vlan { id },
        (Some("xfrm"), None, Some(if_id)) if !has("VLAN") => LinkKind::Xfrm { if_id },
        _ => {
            let message = "the sections do not say one kind of interface and its number";
            sink.push(head.wrong(&host::MISSING, message));
            return None;
        }
    };
    let Some((name, place)) = draft.name else {
        sink.push(head.wrong(&host::MISSING, "no `Name` says what this makes"));
        return None;
    };
    Some(NetDev { name, place, kind, independent: draft.independent, mtu: draft.mtu })
}
