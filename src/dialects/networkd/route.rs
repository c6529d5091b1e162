//! `[Address]` and `[Route]` of a .network (systemd.network(5)).

use super::defaults;
use super::syntax::Section;
use super::value::boolean;
use crate::config::host::Route;
use crate::diagnostics::Sink;
use crate::diagnostics::codes::host;
use crate::dialects::words::{
    Read, Refused, Row, Table, address, among, decimal, interface_address, one, only, prefix,
};
use ipnet::IpNet;
use std::net::IpAddr;

const ADDRESS: Table<Option<IpNet>> = Table {
    what: "`[Address]`",
    page: "systemd.network(5)",
    rows: &[
        one("Address", |a, w| {
            *a = Some(interface_address(w)?);
            Ok(())
        }),
        one("AddPrefixRoute", |_, w| only(w, &["yes"], "leaves the link without the route to its own prefix")),
        one("DuplicateAddressDetection", |_, w| among(w, &[("ipv4", ()), ("ipv6", ()), ("both", ()), ("none", ())])),
    ],
    defaults: defaults::ADDRESS,
    refused: &[
        ("Peer", "point-to-point addresses are not modelled"),
        ("Label", "labelled addresses are not modelled"),
        ("Scope", "scoped addresses are not modelled"),
        ("RouteMetric", "the metric of a prefix is not modelled"),
    ],
};

/// The address of an `[Address]` section.
pub(super) fn read_address(section: &Section, sink: &mut Sink) -> Option<IpNet> {
    let mut found = None;
    ADDRESS.fill(&mut found, &section.name, &section.entries, sink);
    if section.entries.iter().all(|e| e.key.text != "Address") {
        sink.push(section.name.wrong(&host::MISSING, "this `[Address]` has no `Address`"));
    }
    found
}

/// What a `[Route]` says, before it is known to say enough.
#[derive(Default)]
struct Draft {
    to: Option<IpNet>,
    via: Option<IpAddr>,
    on_link: bool,
    unreachable: bool,
    metric: Option<u32>,
    preferred_source: Option<IpAddr>,
}

const ROWS: &[Row<Draft>] = &[
    one("Destination", |d, w| {
        d.to = Some(prefix(w)?);
        Ok(())
    }),
    one("Gateway", |d, w| {
        d.via = Some(address(w)?);
        Ok(())
    }),
    one("GatewayOnLink", |d, w| {
        d.on_link = boolean(w)?;
        Ok(())
    }),
    one("Type", |d, w| {
        d.unreachable = among(w, &[("unicast", false), ("unreachable", true)])?;
        Ok(())
    }),
    one("Metric", |d, w| {
        d.metric = Some(decimal(w)?);
        Ok(())
    }),
    one("PreferredSource", |d, w| {
        d.preferred_source = Some(address(w)?);
        Ok(())
    }),
    one("Table", |_, w| only(w, &["main", "254"], "stands in a table that no rule of the model looks up")),
    one("Protocol", |_, w| only(w, &["static"], "marks the route as somebody else's")),
];

const REFUSED: &[Refused] = &[
    ("Scope", "scoped routes are not modelled"),
    ("Source", "routes by source are not modelled"),
    ("MultiPathRoute", "several next hops are not modelled"),
    ("NextHop", "next hops by number are not modelled"),
];

const TABLE: Table<Draft> =
    Table { what: "`[Route]`", page: "systemd.network(5)", rows: ROWS, defaults: defaults::ROUTE, refused: REFUSED };

/// The route of a `[Route]` section. Without `Destination` it is the default route of its next hop's family.
pub(super) fn read_route(section: &Section, sink: &mut Sink) -> Option<Route> {
    let mut found = Sink::default();
    let mut draft = Draft::default();
    TABLE.fill(&mut draft, &section.name, &section.entries, &mut found);
    let clean = !found.has_errors();
    sink.append(found);
    if !clean {
        return None;
    }
    match coherent(&draft, section) {
        Ok(to) => Some(Route {
            to,
            via: draft.via,
            on_link: draft.on_link,
            unreachable: draft.unreachable,
            metric: draft.metric,
            preferred_source: draft.preferred_source,
            at: section.name.loc,
        }),
        Err(finding) => {
            sink.push(*finding);
            None
        }
    }
}

/// The destination, if the parts of the route fit together: systemd-networkd ignores one that does not.
fn coherent(draft: &Draft, section: &Section) -> Read<IpNet> {
    let to = draft.to.or_else(|| draft.via.map(everything)).ok_or_else(|| {
        Box::new(section.name.wrong(&host::MISSING, "this `[Route]` has neither `Destination` nor `Gateway`"))
    })?;
    let four = matches!(to, IpNet::V4(_));
    let other = [draft.via, draft.preferred_source];
    if other.iter().flatten().any(|a| a.is_ipv4() != four) {
        return Err(Box::new(section.name.wrong(&host::VALUE, "this `[Route]` mixes IPv4 and IPv6")));
    }
    if draft.unreachable && (draft.via.is_some() || draft.preferred_source.is_some()) {
        return Err(Box::new(section.name.wrong(&host::VALUE, "this `[Route]` is unreachable and leads somewhere")));
    }
    if draft.on_link && draft.via.is_none() {
        return Err(Box::new(
            section.name.wrong(&host::VALUE, "this `[Route]` puts on the link a gateway that it does not name"),
        ));
    }
    Ok(to)
}

/// The default route of an address's family.
pub(super) fn everything(address: IpAddr) -> IpNet {
    match address {
        IpAddr::V4(_) => IpNet::V4(ipnet::Ipv4Net::default()),
        IpAddr::V6(_) => IpNet::V6(ipnet::Ipv6Net::default()),
    }
}
