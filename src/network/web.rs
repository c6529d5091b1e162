//! Proxies: who asks them, what stands between, and what gateways tell clients on their links.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::listening;
use super::model::{End, Network, OwnLists, Proxy, SiteId, WebClients, ZoneId};
use super::scope::{Scopes, parts_of};
use super::security::names;
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Diagnostic, Sink};
use crate::policy::{self, L4, Name, Policy, ProxyPlace, WebRule};

const DNS: u16 = 53;
const NTP: u16 = 123;

/// Places every proxy, and resolves `serve:` and `devices:`.
pub(super) fn place_proxies(policy: &Policy, scopes: &Scopes, net: &mut Network, sink: &mut Sink) {
    for index in 0..net.sites.len() {
        let site = SiteId(u32::try_from(index).expect("fewer than 2^32 sites"));
        let name = net.site(site).name.clone();
        for parts in parts_of(policy, &name) {
            for proxy in parts.proxies.values() {
                if let Some(placed) = place(policy, scopes, net, site, proxy, sink) {
                    net.proxies.push(placed);
                }
            }
        }
        serve(policy, scopes, net, site);
    }
    listening::apart(net, sink);
}

fn place(
    policy: &Policy,
    scopes: &Scopes,
    net: &Network,
    site: SiteId,
    proxy: &policy::Proxy,
    sink: &mut Sink,
) -> Option<Proxy> {
    let end = scopes.end(site, &policy::End::Here(proxy.name.value.clone()))?;
    let asking: Vec<&super::Flow> = net.flows.at(site).map(|(_, f)| f).filter(|f| f.to == end).collect();
    let clients = clients(policy, net, proxy, &asking, sink);
    let (listen, outgoing, user) = match (&proxy.place, &end) {
        (ProxyPlace::Gateway { .. }, End::Process(p)) => {
            let process = &net.processes[p.index()];
            let zone = net.zone(process.listen);
            let listen = std::iter::once(IpAddr::V4(zone.gateway4())).chain(zone.gateway6().map(IpAddr::V6));
            (listen.collect(), vec![IpAddr::V4(process.exit)], super::account(&process.name))
        }
        (_, End::Host(h)) => (net.hosts[h.index()].addresses.clone(), Vec::new(), "proxy".to_owned()),
        _ => return None,
    };
    Some(Proxy {
        name: proxy.name.value.clone(),
        site,
        target: proxy.target.clone(),
        resolvers: addresses(net, site, &scopes.end(site, &policy::End::Here(proxy.resolver.value.clone()))?),
        place: end,
        listen,
        port: listening::port(net, proxy, &asking, sink),
        outgoing,
        user,
        clients,
        span: proxy.name.span,
    })
}

/// Asking zones by the filter that covers their class.
fn clients(
    policy: &Policy,
    net: &Network,
    proxy: &policy::Proxy,
    asking: &[&super::Flow],
    sink: &mut Sink,
) -> Vec<WebClients> {
    let mut by_filter: BTreeMap<Name, Vec<ZoneId>> = BTreeMap::new();
    for flow in asking {
        let End::Zone(zone) = flow.from else { continue };
        let covers =
            |rule: &&WebRule| net.zone(zone).class.as_ref().is_some_and(|c| rule.classes.iter().any(|k| k.value == *c));
        let rule = proxy.filters.iter().filter_map(|f| policy.security.web.get(&f.value)).find(covers);
        match rule {
            Some(rule) => by_filter.entry(rule.name.value.clone()).or_default().push(zone),
            None => sink.push(
                Diagnostic::new(
                    &codes::PROXY_UNFILTERED,
                    net.origin(flow.origin).span,
                    format!("no filter of proxy `{}` covers `{}`", proxy.name.value, net.zone_label(zone)),
                )
                .other(proxy.name.span, "the proxy")
                .help("add to its `filters:` one of security.yaml whose `for:` names the zone's class"),
            ),
        }
    }
    let filters = proxy.filters.iter().filter_map(|f| policy.security.web.get(&f.value));
    filters.filter_map(|rule| Some(web_clients(policy, net, rule, by_filter.remove(&rule.name.value)?))).collect()
}

fn web_clients(policy: &Policy, net: &Network, rule: &WebRule, mut zones: Vec<ZoneId>) -> WebClients {
    zones.sort();
    zones.dedup();
    WebClients {
        filter: rule.name.value.clone(),
        deny: names(&rule.deny),
        optional: names(&rule.filter),
        only: names(&rule.only),
        otherwise_allow: rule.otherwise_allow,
        own: own_lists(policy, net, &rule.name.value, &zones),
        zones,
        span: rule.span,
    }
}

fn own_lists(policy: &Policy, net: &Network, filter: &Name, zones: &[ZoneId]) -> Vec<OwnLists> {
    let texts = |list: &[crate::diagnostics::At<String>]| list.iter().map(|d| d.value.clone()).collect();
    // Sites are in the order of their names, as the policy's files are.
    let sites: BTreeSet<SiteId> = zones.iter().map(|zone| net.zone(*zone).site).collect();
    let own = sites.into_iter().filter_map(|site| {
        let list = policy.delegated_to(&net.site(site).name)?.web.get(filter)?;
        Some(OwnLists { site, allow: texts(&list.allow), deny: texts(&list.deny) })
    });
    own.collect()
}

/// Addresses by which a site meets an end.
fn addresses(net: &Network, here: SiteId, end: &End) -> Vec<IpAddr> {
    match end {
        End::Host(h) => net.met_from(here, *h),
        End::Internet(nets) => nets.iter().map(ipnet::IpNet::addr).collect(),
        End::Zone(_) | End::Process(_) | End::Gateway(_) | End::Supervision(_) => Vec::new(),
    }
}

/// What a gateway tells clients on its links; a resolver or clock is told only where a flow lets the zone reach it.
fn serve(policy: &Policy, scopes: &Scopes, net: &mut Network, site: SiteId) {
    let name = net.site(site).name.clone();
    let parts = parts_of(policy, &name);
    let resolve = |end: Option<&crate::diagnostics::At<policy::End>>| end.and_then(|e| scopes.end(site, &e.value));
    if let Some(serve) = parts.iter().rev().find_map(|p| p.serve.as_ref()) {
        let zones: Vec<ZoneId> = serve
            .dhcp
            .iter()
            .filter_map(|z| match scopes.end(site, &policy::End::Here(z.value.clone())) {
                Some(End::Zone(z)) => Some(z),
                _ => None,
            })
            .collect();
        // Router advertisements name resolvers (RFC 8106) and no time source: of that, only IPv4 addresses are told.
        let told = |end: Option<End>, port: u16| -> BTreeMap<ZoneId, Vec<IpAddr>> {
            let Some(end) = end else { return BTreeMap::new() };
            let spoken = |zone: ZoneId| {
                addresses(net, site, &end)
                    .into_iter()
                    .filter(|a| a.is_ipv4() || (port == DNS && net.zone(zone).v6.is_some()))
                    .collect()
            };
            zones.iter().filter(|z| reaches(net, **z, &end, port)).map(|z| (*z, spoken(*z))).collect()
        };
        let names = told(resolve(serve.names.as_ref()), DNS);
        let clock = told(resolve(serve.clock.as_ref()), NTP);
        let target = &mut net.sites[site.index()];
        target.served = zones;
        target.served_names = names;
        target.served_clock = clock;
    }
    if let Some(devices) = parts.iter().rev().find_map(|p| p.devices.as_ref()) {
        let (logs, clocks) = (resolve(devices.logs.as_ref()), resolve(devices.clock.as_ref()));
        let (logs, clocks) = (logs.map(|e| addresses(net, site, &e)), clocks.map(|e| addresses(net, site, &e)));
        let target = &mut net.sites[site.index()];
        target.logs = logs.unwrap_or_default();
        target.clocks = clocks.unwrap_or_default();
    }
}

/// A flow lets the zone open to the host, or to its whole zone, on that UDP port.
fn reaches(net: &Network, zone: ZoneId, end: &End, port: u16) -> bool {
    let host_zone = match end {
        End::Host(h) => net.hosts[h.index()].zones.first().copied().map(End::Zone),
        _ => None,
    };
    net.flows.at(net.zone(zone).site).any(|(_, f)| {
        f.from == End::Zone(zone)
            && (f.to == *end || Some(&f.to) == host_zone.as_ref())
            && f.services.iter().any(|s| matches!(s, L4::Udp(a, b) if (*a..=*b).contains(&port)))
    })
}
