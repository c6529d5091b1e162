//! The host's files: what the templates of interfaces, settings, boot and apply are given.
//!
//! Takes [`HostFacts`]; gives contexts, one for the device, one a link, or one a link that is made. Must not know the
//! packet filter.

use ipnet::IpNet;
use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::IpAddr;

use super::error::Problem;
use super::files::named;
use super::target::ForEach;
use crate::config::host::{Boot, HostFacts, Link, LinkKind, Route, ServeLink, file_numbers};

/// What is said once.
#[derive(Serialize)]
struct DeviceText<'a> {
    sysctl: &'a BTreeMap<String, String>,
    manager: BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>,
    ike: Vec<TreeLine>,
    boot: &'a Boot,
    apply: &'a [(String, String)],
}

#[derive(Serialize)]
struct LinkText<'a> {
    /// Number that opens its file's name.
    order: usize,
    name: &'a str,
    /// `Kind=` of what the device makes; None for a card.
    kind: Option<&'static str>,
    /// VLAN number or XFRM interface number.
    id: Option<String>,
    description: Option<&'a str>,
    mtu: Option<u32>,
    addresses: &'a [IpNet],
    routes: Vec<RouteText<'a>>,
    vlans: &'a [String],
    xfrms: &'a [String],
    link_local6: bool,
    accept_ra: bool,
    dhcp_client: bool,
    serve: Option<ServeText>,
}

#[derive(Serialize)]
struct RouteText<'a> {
    to: IpNet,
    via: Option<IpAddr>,
    on_link: bool,
    unreachable: bool,
    metric: Option<u32>,
    preferred_source: &'a Option<IpAddr>,
}

#[derive(Serialize)]
struct ServeText {
    dhcp4: bool,
    ra: bool,
    pool_offset: u32,
    pool_size: u32,
    dns4: Vec<IpAddr>,
    dns6: Vec<IpAddr>,
    ntp4: Vec<IpAddr>,
    prefixes6: Vec<IpNet>,
}

/// One line of a tree of settings between braces.
#[derive(Serialize)]
struct TreeLine {
    indent: String,
    key: String,
    /// None opens a section.
    value: Option<String>,
    /// True closes one.
    end: bool,
}

/// The contexts of a rule of the descriptor.
pub(super) fn contexts(host: &HostFacts, each: ForEach) -> Result<Vec<Value>, Problem> {
    let links = || file_numbers(&host.links).zip(&host.links).map(|(number, link)| (link, link_text(link, number)));
    match each {
        ForEach::Device => Ok(vec![device(host)?]),
        ForEach::Link => links().map(|(_, text)| Ok(named("link", text?))).collect(),
        ForEach::VirtualLink => links()
            .filter(|(link, _)| link.kind != LinkKind::Physical)
            .map(|(_, text)| Ok(named("link", text?)))
            .collect(),
        ForEach::Proxy | ForEach::List | ForEach::Service | ForEach::Zone => {
            Err(Problem::Source(format!("the host cannot be written once for each {each:?}")))
        }
    }
}

fn device(host: &HostFacts) -> Result<Value, Problem> {
    Ok(Value::from(Serde(DeviceText {
        sysctl: &host.sysctl,
        manager: sections(&host.manager)?,
        ike: tree(&host.ike)?,
        boot: &host.boot,
        apply: &host.apply,
    })))
}

fn link_text(link: &Link, order: usize) -> Result<LinkText<'_>, Problem> {
    let (kind, id) = match link.kind {
        LinkKind::Physical => (None, None),
        LinkKind::Vlan { id } => (Some("vlan"), Some(id.to_string())),
        LinkKind::Xfrm { if_id } => (Some("xfrm"), Some(format!("{if_id:#x}"))),
    };
    Ok(LinkText {
        order,
        name: &link.name,
        kind,
        id,
        description: link.description.as_deref(),
        mtu: link.mtu,
        addresses: &link.addresses,
        routes: link.routes.iter().map(route_text).collect::<Result<_, _>>()?,
        vlans: &link.vlans,
        xfrms: &link.xfrms,
        link_local6: link.link_local6,
        accept_ra: link.accept_ra,
        dhcp_client: link.dhcp_client,
        serve: link.serve.as_ref().map(|serve| serve_text(serve, link)).transpose()?,
    })
}

fn route_text(route: &Route) -> Result<RouteText<'_>, Problem> {
    if route.unreachable && (route.via.is_some() || route.on_link || route.preferred_source.is_some()) {
        return Err(Problem::unsupported(format!("an unreachable route to {} with a next hop or a source", route.to)));
    }
    if route.on_link && route.via.is_none() {
        return Err(Problem::unsupported(format!("a next hop on the link towards {}, without the next hop", route.to)));
    }
    Ok(RouteText {
        to: route.to,
        via: route.via,
        on_link: route.on_link,
        unreachable: route.unreachable,
        metric: route.metric,
        preferred_source: &route.preferred_source,
    })
}

/// What is told to clients, by address family: DHCPv4 tells the old addresses, advertisements the new.
fn serve_text(serve: &ServeLink, link: &Link) -> Result<ServeText, Problem> {
    let of = |all: &[IpAddr], v4: bool| all.iter().copied().filter(|a| a.is_ipv4() == v4).collect::<Vec<_>>();
    let lost = |what: &str| Err(Problem::unsupported(format!("{what} told on `{}` by nobody", link.name)));
    let (dns4, dns6, ntp4) = (of(&serve.dns, true), of(&serve.dns, false), of(&serve.ntp, true));
    if !(serve.dhcp4 || dns4.is_empty() && ntp4.is_empty()) {
        return lost("IPv4 resolvers or time sources");
    }
    if !serve.ra && !dns6.is_empty() {
        return lost("IPv6 resolvers");
    }
    if ntp4.len() != serve.ntp.len() {
        return lost("IPv6 time sources");
    }
    let prefixes6 = link.addresses.iter().filter(|a| a.addr().is_ipv6()).map(IpNet::trunc).collect();
    Ok(ServeText {
        dhcp4: serve.dhcp4,
        ra: serve.ra,
        pool_offset: serve.pool_offset,
        pool_size: serve.pool_size,
        dns4,
        dns6,
        ntp4,
        prefixes6,
    })
}

/// `Section.Key` to value, by section.
fn sections(flat: &BTreeMap<String, String>) -> Result<BTreeMap<&str, BTreeMap<&str, &str>>, Problem> {
    let mut found: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for (path, value) in flat {
        let (section, key) = path.split_once('.').ok_or_else(|| Problem::text("Section.Key", path, "it has no dot"))?;
        found.entry(section).or_default().insert(key, value);
    }
    Ok(found)
}

/// `a.b.c` to value, as nested sections: values before sections, each in the order of names.
fn tree(flat: &BTreeMap<String, String>) -> Result<Vec<TreeLine>, Problem> {
    let split: Vec<(Vec<&str>, &str)> =
        flat.iter().map(|(path, value)| (path.split('.').collect(), value.as_str())).collect();
    let mut lines = Vec::new();
    branch(&split, 0, &mut lines)?;
    Ok(lines)
}

fn branch(settings: &[(Vec<&str>, &str)], depth: usize, lines: &mut Vec<TreeLine>) -> Result<(), Problem> {
    let indent = "\t".repeat(depth);
    let line = |key: &str, value: Option<&str>, end| TreeLine {
        indent: indent.clone(),
        key: key.to_owned(),
        value: value.map(str::to_owned),
        end,
    };
    let mut below: BTreeMap<&str, Vec<(Vec<&str>, &str)>> = BTreeMap::new();
    for (path, value) in settings {
        match path.len() - depth {
            1 if depth > 0 => lines.push(line(path[depth], Some(value), false)),
            0 | 1 => return Err(Problem::text("a dotted path", &path.join("."), "it is a section itself, or in none")),
            _ => below.entry(path[depth]).or_default().push((path.clone(), value)),
        }
    }
    for (section, settings) in below {
        lines.push(line(section, None, false));
        branch(&settings, depth + 1, lines)?;
        lines.push(line(section, None, true));
    }
    Ok(())
}
