//! One `.network` file: which link it is for, its addresses and routes, what it answers (systemd.network(5)).

use super::defaults;
use super::route::{everything, read_address, read_route};
use super::serve;
use super::syntax::{Section, parse};
use super::value::{boolean, mtu};
use crate::config::host::{Route, ServeLink};
use crate::diagnostics::codes::host;
use crate::diagnostics::{Diagnostic, Sink};
use crate::dialects::File;
use crate::dialects::words::Words;
use crate::dialects::words::{
    Refused, Row, Table, Word, address, among, interface, interface_address, many, one, only,
};
use ipnet::IpNet;

/// What a .network file says of its link.
#[derive(Default)]
pub(super) struct Network {
    pub(super) name: Option<(String, Word)>,
    pub(super) mtu: Option<u32>,
    pub(super) description: Option<String>,
    pub(super) vlans: Vec<Word>,
    pub(super) xfrms: Vec<Word>,
    pub(super) link_local6: bool,
    pub(super) accept_ra: Option<bool>,
    pub(super) dhcp_client: bool,
    pub(super) without_carrier: bool,
    pub(super) addresses: Vec<(IpNet, Word)>,
    pub(super) routes: Vec<Route>,
    pub(super) serve: Option<ServeLink>,
    dhcp: bool,
    ra: bool,
    prefixes: Vec<(IpNet, Word)>,
}

const MATCH: Table<Network> = Table {
    what: "`[Match]`",
    page: "systemd.network(5)",
    rows: &[one("Name", |n, w| {
        n.name = Some((interface(w)?, w.clone()));
        Ok(())
    })],
    defaults: &[],
    refused: &[
        ("Type", "a link is matched by its name alone"),
        ("Kind", "a link is matched by its name alone"),
        ("Driver", "a link is matched by its name alone"),
        ("MACAddress", "a link is matched by its name alone"),
        ("Host", "every file is for this host"),
    ],
};

const LINK: Table<Network> = Table {
    what: "`[Link]`",
    page: "systemd.network(5)",
    rows: &[
        one("MTUBytes", |n, w| {
            n.mtu = Some(mtu(w)?);
            Ok(())
        }),
        one("RequiredForOnline", |_, w| {
            among(w, &[("yes", ()), ("no", ()), ("routable", ()), ("carrier", ()), ("degraded", ())])
        }),
        one("RequiredFamilyForOnline", |_, w| among(w, &[("ipv4", ()), ("ipv6", ()), ("both", ()), ("any", ())])),
        one("ActivationPolicy", |_, w| only(w, &["up", "always-up"], "leaves the link down")),
        one("Unmanaged", |_, w| only(w, &["no"], "leaves the link as it is found")),
        one("ARP", |_, w| only(w, &["yes"], "leaves the link without ARP")),
        one("Multicast", |_, w| only(w, &["yes"], "leaves the link without neighbour discovery")),
        one("Promiscuous", |_, w| only(w, &["no"], "takes in others' frames")),
        one("AllMulticast", |_, w| only(w, &["no"], "takes in others' frames")),
    ],
    defaults: defaults::LINK,
    refused: &[("MACAddress", "another card address is not modelled")],
};

const NETWORK_ROWS: &[Row<Network>] = &[
    one("Description", |n, w| {
        n.description = Some(w.text.clone());
        Ok(())
    }),
    many("Address", |n, w| {
        n.addresses.push((interface_address(w)?, w.clone()));
        Ok(())
    }),
    many("Gateway", |n, w| {
        let via = address(w)?;
        n.routes.push(Route {
            to: everything(via),
            via: Some(via),
            on_link: false,
            unreachable: false,
            metric: None,
            preferred_source: None,
            at: w.loc,
        });
        Ok(())
    }),
    many("VLAN", |n, w| {
        n.vlans.extend(w.words());
        Ok(())
    }),
    many("Xfrm", |n, w| {
        n.xfrms.extend(w.words());
        Ok(())
    }),
    one("LinkLocalAddressing", |n, w| {
        let four = "gives the link IPv4 addresses that stand in no file";
        only(w, &["no", "ipv6", "false", "off", "0"], four)?;
        n.link_local6 = w.text == "ipv6";
        Ok(())
    }),
    one("IPv6AcceptRA", |n, w| {
        n.accept_ra = Some(boolean(w)?);
        Ok(())
    }),
    one("DHCP", |n, w| {
        n.dhcp_client = among(w, &[("no", false), ("yes", true), ("ipv4", true), ("ipv6", true)])?;
        Ok(())
    }),
    one("DHCPServer", |n, w| {
        n.dhcp = boolean(w)?;
        Ok(())
    }),
    one("IPv6SendRA", |n, w| {
        n.ra = boolean(w)?;
        Ok(())
    }),
    one("ConfigureWithoutCarrier", |n, w| {
        n.without_carrier = boolean(w)?;
        Ok(())
    }),
    one("IgnoreCarrierLoss", |_, w| boolean(w).map(drop)),
    one("LLMNR", |_, w| only(w, &["no"], "answers names on the link")),
    one("MulticastDNS", |_, w| only(w, &["no"], "answers names on the link")),
    one("LLDP", |_, w| only(w, &["no"], "reads neighbours' frames before any packet filter")),
    one("EmitLLDP", |_, w| only(w, &["no"], "tells the link who this gateway is")),
    one("KeepConfiguration", |_, w| only(w, &["no"], "keeps addresses and routes that stand in no file")),
    one("IPForward", |_, w| only(w, &["no"], "forwards before the packet filter is loaded")),
    one("IPMasquerade", |_, w| only(w, &["no"], "forwards, and translates addresses")),
    one("IPv6PrivacyExtensions", |_, w| only(w, &["no"], "gives the link addresses that stand in no file")),
    one("IPv6ProxyNDP", |_, w| only(w, &["no"], "answers for others' addresses")),
    one("IPv4ProxyARP", |_, w| only(w, &["no"], "answers for others' addresses")),
    one("IPv4AcceptLocal", |_, w| only(w, &["no"], "accepts its own addresses from outside")),
    one("IPv4RouteLocalnet", |_, w| only(w, &["no"], "routes 127.0.0.0/8")),
    one("DefaultRouteOnDevice", |_, w| only(w, &["no"], "makes the whole world a neighbour")),
    one("IPv6DuplicateAddressDetection", |_, w| crate::dialects::words::decimal::<u32>(w).map(drop)),
];

const NETWORK_REFUSED: &[Refused] = &[
    ("Bridge", "bridges are not modelled"),
    ("Bond", "bonds are not modelled"),
    ("VRF", "further routing tables are not modelled"),
    ("Tunnel", "tunnels other than XFRM are not modelled"),
    ("VXLAN", "tunnels other than XFRM are not modelled"),
    ("MACVLAN", "further interfaces on the link are not modelled"),
    ("DNS", "the host's own resolvers are not modelled"),
    ("DHCPPrefixDelegation", "delegated prefixes are not modelled"),
];

const NETWORK: Table<Network> = Table {
    what: "`[Network]`",
    page: "systemd.network(5)",
    rows: NETWORK_ROWS,
    defaults: defaults::NETWORK,
    refused: NETWORK_REFUSED,
};

/// Reads one .network file.
pub(super) fn read(text: &File<'_>, sink: &mut Sink) -> Network {
    let mut network = Network::default();
    let sections = parse(text, sink);
    for (name, table) in [("Match", &MATCH), ("Link", &LINK), ("Network", &NETWORK)] {
        let section = single(&sections, name, text, sink);
        table.fill(&mut network, &section.name, &section.entries, sink);
    }
    for section in &sections {
        listed(section, &mut network, sink);
    }
    served(&sections, &mut network, text, sink);
    judge(&network, text, sink);
    network
}

/// The one section of a name; an empty one, at the head of the file, when it is absent.
fn single(sections: &[Section], name: &str, text: &File<'_>, sink: &mut Sink) -> Section {
    let mut all = sections.iter().filter(|s| s.name.text == name);
    let first = all.next();
    for again in all {
        let finding = again.name.wrong(&host::DUPLICATE, format!("section `{name}` stands twice"));
        sink.push(finding.help("the program would merge the two: write one"));
    }
    first.cloned().unwrap_or_else(|| Section { name: text.head(), entries: Vec::new() })
}

/// A section that may stand several times, each a thing of its own.
fn listed(section: &Section, network: &mut Network, sink: &mut Sink) {
    match section.name.text.as_str() {
        "Address" => {
            let found = read_address(section, sink);
            network.addresses.extend(found.map(|a| (a, section.name.clone())));
        }
        "Route" => network.routes.extend(read_route(section, sink)),
        "IPv6Prefix" => {
            let mut prefix = None;
            serve::PREFIX.fill(&mut prefix, &section.name, &section.entries, sink);
            network.prefixes.extend(prefix.map(|p| (p, section.name.clone())));
        }
        "Match" | "Link" | "Network" | "DHCPServer" | "IPv6SendRA" => {}
        other => sink.push(
            section.name.wrong(&host::UNKNOWN_SECTION, format!("`{other}` is not a section that a .network may hold")),
        ),
    }
}

/// What the link answers, from the two servers that are on.
fn served(sections: &[Section], network: &mut Network, text: &File<'_>, sink: &mut Sink) {
    let mut told = serve::Draft::default();
    for (name, table, on) in [("DHCPServer", &serve::DHCP, network.dhcp), ("IPv6SendRA", &serve::SEND_RA, network.ra)] {
        let section = single(sections, name, text, sink);
        if on {
            let mut draft = serve::Draft { serve: std::mem::take(&mut told.serve), ..serve::Draft::default() };
            let before = draft.serve.dns.len();
            table.fill(&mut draft, &section.name, &section.entries, sink);
            let none = [
                ("DNS", draft.emit_dns, draft.serve.dns.len() == before),
                ("NTP", draft.emit_ntp, draft.serve.ntp.is_empty()),
            ];
            for (what, emits, empty) in none {
                if emits && empty {
                    sink.push(left_to_host(&section.name, what));
                }
            }
            told = draft;
        } else if sections.iter().any(|s| s.name.text == name) {
            let message = format!("`[{name}]` stands, and the server is off");
            sink.push(section.name.wrong(&host::LINKS, message));
        }
    }
    told.serve.dhcp4 = network.dhcp;
    told.serve.ra = network.ra;
    network.serve = (network.dhcp || network.ra).then_some(told.serve);
}

fn left_to_host(section: &Word, what: &str) -> Diagnostic {
    section
        .wrong(&host::UNMODELLED, format!("`[{}]` tells the servers of the host's own `{what}`", section.text))
        .help(format!("name them with `{what}`, or write `Emit{what}=no`"))
}

/// What no single key shows.
fn judge(network: &Network, text: &File<'_>, sink: &mut Sink) {
    let place = network.name.as_ref().map_or_else(|| text.head(), |(_, w)| w.clone());
    if network.name.is_none() && !sink.has_errors() {
        sink.push(place.wrong(&host::MISSING, "no `Name` says which link this is for"));
    }
    if network.accept_ra.is_none() {
        let missing = place.wrong(&host::MISSING, "`IPv6AcceptRA` is not written");
        sink.push(missing.help("absent, it follows forwarding (systemd.network(5)): write `IPv6AcceptRA=no`"));
    }
    if network.serve.as_ref().is_some_and(|s| s.dhcp4) {
        pool(network, &place, sink);
    }
    prefixes(network, &place, sink);
}

/// The DHCP pool must be written and lie inside the prefix of the link's one IPv4 address.
fn pool(network: &Network, place: &Word, sink: &mut Sink) {
    let serve = network.serve.clone().unwrap_or_default();
    let nets: Vec<ipnet::Ipv4Net> = network
        .addresses
        .iter()
        .filter_map(|(net, _)| match net {
            IpNet::V4(four) => Some(*four),
            IpNet::V6(_) => None,
        })
        .collect();
    let [net] = nets.as_slice() else {
        let message = "a DHCP server needs exactly one IPv4 address on its link";
        sink.push(place.wrong(&host::LINKS, message));
        return;
    };
    let last = u64::from(serve.pool_offset) + u64::from(serve.pool_size);
    let size = 1_u64 << (32 - net.prefix_len());
    if serve.pool_offset == 0 || serve.pool_size == 0 {
        let missing = place.wrong(&host::MISSING, "`PoolOffset` or `PoolSize` is not written");
        sink.push(missing.help("absent or 0, the pool is the whole prefix"));
    } else if last >= size {
        let message = format!("the DHCP pool leaves {}", net.trunc());
        sink.push(place.wrong(&host::LINKS, message));
    }
}

/// Advertised prefixes are those of the link's own addresses, each, and no other.
fn prefixes(network: &Network, place: &Word, sink: &mut Sink) {
    let own: Vec<IpNet> =
        network.addresses.iter().map(|(net, _)| net.trunc()).filter(|net| matches!(net, IpNet::V6(_))).collect();
    for (prefix, section) in &network.prefixes {
        if !network.ra || !own.contains(prefix) {
            let message = format!("`{prefix}` is advertised, and is not what this link serves");
            sink.push(section.wrong(&host::LINKS, message));
        }
    }
    let told: Vec<IpNet> = network.prefixes.iter().map(|(net, _)| *net).collect();
    if network.ra && (own.is_empty() || own.iter().any(|net| !told.contains(net))) {
        let message = "router advertisements are on, and a prefix of the link is not advertised";
        sink.push(place.wrong(&host::LINKS, message));
    }
}
