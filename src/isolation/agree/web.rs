//! Web proxies: exactly those intended, each deciding every request as the policy does.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::differences::{Differences, apart};
use crate::config::WebFilter;
use crate::config::web_meaning::{
    ClientPolicy, ListKey, Request, WebPolicy, WebStep, decide, differ_from_policy, reaches,
};
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Code, Sink, Sources, Span};
use crate::intent::{ClientIntent, ListIntent, WebIntent};
use crate::isolation::ReadDevice;
use crate::network::{Network, Proxy};

/// Every difference between the proxies of a device and those that must run there.
pub(in crate::isolation) fn web(
    net: &Network,
    device: &ReadDevice,
    intent: &[WebIntent],
    sources: &Sources,
    sink: &mut Sink,
) {
    let mut told = Differences::new(net, device, sources, sink);
    for wanted in intent {
        match device.bundle.web.iter().find(|w| w.name == wanted.name) {
            Some(read) => compare(&mut told, read, wanted),
            None => {
                let span = declared(&told, &wanted.name).map_or(told.site().span, |p| p.span);
                told.tell(&codes::WEB_DIFFERS, span, format!("no file makes proxy `{}`", wanted.name));
            }
        }
    }
    for read in device.bundle.web.iter().filter(|w| intent.iter().all(|i| i.name != w.name)) {
        let span = told.line(&file(read), "");
        told.tell(&codes::WEB_DIFFERS, span, format!("proxy `{}` is not one of the policy", read.name));
    }
}

fn file(read: &WebFilter) -> String {
    format!("squid-{}.conf", read.name)
}

fn declared<'n>(told: &Differences<'n>, name: &str) -> Option<&'n Proxy> {
    let net: &'n Network = told.net;
    net.proxies_of(told.device.site).map(|(_, p)| p).find(|p| p.name.as_str() == name)
}

fn compare(told: &mut Differences<'_>, read: &WebFilter, wanted: &WebIntent) {
    let policy = declared(told, &wanted.name).map(|p| p.span);
    let file = file(read);
    for (begins, says) in place(read, wanted) {
        let span = told.line(&file, begins);
        told.tell_beside(&codes::WEB_DIFFERS, span, format!("proxy `{}` {says}", read.name), policy);
    }
    let lists = lists(read, wanted);
    for (path, says) in &lists {
        let local = path.rsplit_once("/lists/").map_or(path.as_str(), |(_, name)| name);
        let span = told.line(&format!("lists/{local}"), ".");
        told.tell_beside(&codes::WEB_DIFFERS, span, format!("proxy `{}` {says}", read.name), policy);
    }
    decisions(told, read, wanted);
}

/// Where it listens and asks, and as whom; each with the directive that says so.
fn place(read: &WebFilter, wanted: &WebIntent) -> Vec<(&'static str, String)> {
    let listens: BTreeSet<_> = read.listen.iter().map(|(a, p)| std::net::SocketAddr::new(*a, *p)).collect();
    let should: BTreeSet<_> = wanted.listen.iter().map(|(a, p)| std::net::SocketAddr::new(*a, *p)).collect();
    let mut problems = vec![
        ("http_port", apart("listens on", &listens, &should)),
        ("tcp_outgoing_address", apart("sends from", &set(&read.outgoing), &set(&wanted.outgoing))),
        ("dns_nameservers", apart("asks resolver", &set(&read.resolvers), &set(&wanted.resolvers))),
    ];
    let user = (read.user != wanted.user).then(|| format!("runs as `{}`, not as `{}`", read.user, wanted.user));
    problems.push(("cache_effective_user", user));
    problems.into_iter().filter_map(|(begins, says)| Some((begins, says?))).collect()
}

fn set<T: Ord + Copy>(all: &[T]) -> BTreeSet<T> {
    all.iter().copied().collect()
}

/// What the lists written here hold; the first domain that only one side has.
fn lists(read: &WebFilter, wanted: &WebIntent) -> Vec<(String, String)> {
    let intended: Vec<&BTreeSet<String>> = wanted.clients.iter().flat_map(|c| &c.steps).flat_map(domains).collect();
    let mut problems = Vec::new();
    for list in read.lists.iter().filter(|l| l.category.is_none()) {
        let holds: BTreeSet<String> = list.domains.iter().cloned().collect();
        if intended.contains(&&holds) {
            continue;
        }
        let nearest = intended.iter().max_by_key(|i| i.intersection(&holds).count());
        let none = BTreeSet::new();
        let nearest = nearest.map_or(&none, |n| *n);
        let extra = holds.difference(nearest).next().map(|d| format!("lists .{d}, which the policy does not"));
        let missing = nearest.difference(&holds).next().map(|d| format!("does not list .{d}"));
        problems.extend(extra.or(missing).map(|says| (list.path.clone(), format!("{says} (in {})", list.path))));
    }
    problems
}

fn domains(step: &crate::intent::StepIntent) -> impl Iterator<Item = &BTreeSet<String>> {
    step.lists.iter().filter_map(|list| match list {
        ListIntent::Domains(names) => Some(names),
        ListIntent::Category(_) => None,
    })
}

/// Every request, decided by both sides.
fn decisions(told: &mut Differences<'_>, read: &WebFilter, wanted: &WebIntent) {
    let policy = meant(wanted);
    let reached = reaches(read, &policy.inside);
    if let Some(request) = &reached {
        tell_request(told, read, &codes::PROXY_REACHES_INSIDE, request, "the way to an address inside");
    }
    if let Some(request) = differ_from_policy(read, &policy).filter(|r| Some(r) != reached.as_ref()) {
        let (allowed, _) = decide(read, &request);
        let should = if allowed { "which the policy refuses" } else { "which the policy lets through" };
        tell_request(told, read, &codes::WEB_DIFFERS, &request, should);
    }
}

fn tell_request(told: &mut Differences<'_>, read: &WebFilter, code: &'static Code, request: &Request, why: &str) {
    let (allowed, at) = decide(read, request);
    let does = if allowed { "lets through" } else { "refuses" };
    let span = at.map_or_else(|| told.line(&file(read), "http_access"), |at| told.at(at));
    let policy = filter_of(told, read, request);
    told.tell_beside(code, span, format!("proxy `{}` {does} {request}: {why}", read.name), policy);
}

/// The filter that covers the client, or the proxy.
fn filter_of(told: &Differences<'_>, read: &WebFilter, request: &Request) -> Option<Span> {
    let proxy = declared(told, &read.name)?;
    let covers = |net: &IpNet| net.contains(&request.client);
    let clients = proxy.clients.iter().find(|c| c.zones.iter().any(|z| told.net.zone(*z).nets().iter().any(covers)));
    Some(clients.map_or(proxy.span, |c| c.span))
}

/// The intent in the words of the meaning.
///
/// To Squid ::ffff:0:0/96 is IPv4 and has no addresses of its own (its reader refuses the prefix): what is inside by
/// its IPv4 address is inside by the mapped one.
fn meant(wanted: &WebIntent) -> WebPolicy {
    let is_mapped =
        |net: &IpNet| matches!(net, IpNet::V6(n) if n.prefix_len() >= 96 && n.addr().to_ipv4_mapped().is_some());
    WebPolicy {
        inside: wanted.inside.iter().copied().filter(|n| !is_mapped(n)).collect(),
        plain_ports: wanted.plain_ports.clone(),
        connect_ports: wanted.connect_ports.clone(),
        clients: wanted.clients.iter().map(client).collect(),
    }
}

fn client(wanted: &ClientIntent) -> ClientPolicy {
    let key = |list: &ListIntent| match list {
        ListIntent::Category(name) => ListKey::Category(name.clone()),
        ListIntent::Domains(names) => ListKey::Domains(names.clone()),
    };
    let step = |s: &crate::intent::StepIntent| WebStep { lists: s.lists.iter().map(key).collect(), allow: s.allow };
    ClientPolicy {
        from: wanted.from.clone(),
        literals: false,
        steps: wanted.steps.iter().map(step).collect(),
        otherwise: wanted.otherwise,
    }
}

#[cfg(test)]
mod tests;
