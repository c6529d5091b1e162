//! Public addresses: of their WAN, each with one use, and the supervision address with no other (T4).

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};

use super::{Facts, Written};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink};
use crate::network::model::Site;
use crate::network::scope::parts_of;
use crate::policy::{Name, Parts, ProxyPlace, Uai};

/// A public address, and what it is for.
pub(super) struct Public {
    pub(super) address: At<Ipv4Addr>,
    pub(super) what: String,
    /// It ends tunnels and answers supervision.
    pub(super) is_kept: bool,
}

/// Every public address of every site.
pub(super) fn check(facts: &Facts, sink: &mut Sink) {
    let mut owners = Owners::new();
    for site in &facts.net.sites {
        for public in of_site(facts, site) {
            in_range(facts, site, &public, sink);
            once(&mut owners, public, &site.name, sink);
        }
    }
    for (uai, public) in reserved(facts) {
        in_some_range(facts, &public, sink);
        once(&mut owners, public, uai.name(), sink);
    }
}

/// Who has an address, and what for.
type Owners<'a> = BTreeMap<Ipv4Addr, (Public, &'a Name)>;

fn once<'a>(owners: &mut Owners<'a>, public: Public, whose: &'a Name, sink: &mut Sink) {
    match owners.get(&public.address.value) {
        Some((first, owner)) => sink.push(second_use(first, &public, *owner == whose)),
        None => {
            owners.insert(public.address.value, (public, whose));
        }
    }
}

/// Public addresses of establishments that are not managed, which stay theirs.
pub(super) fn reserved<'a>(facts: &Facts<'a>) -> impl Iterator<Item = (&'a Uai, Public)> {
    facts.policy.unmanaged.values().flat_map(|school| {
        let uai = &school.uai.value;
        let kept = Public { address: school.supervision, what: format!("supervision of `{uai}`"), is_kept: true };
        let exit = school.exit.map(|e| Public { address: e, what: format!("the exit of `{uai}`"), is_kept: false });
        std::iter::once(kept).chain(exit).map(move |public| (uai, public))
    })
}

/// Nobody says which WAN such an establishment is on.
fn in_some_range(facts: &Facts, public: &Public, sink: &mut Sink) {
    let ranges = || facts.policy.region.wans.values().filter_map(|w| v4(w.public));
    let why = match ranges().find(|r| r.value.contains(&public.address.value)) {
        Some(range) => no_machines(range.value, public.address.value),
        None => Some("is in the range of no WAN".to_owned()),
    };
    let Some(why) = why else { return };
    let all: Vec<String> = ranges().map(|r| r.value.to_string()).collect();
    let says = format!("public address {} for {} {why}", public.address.value, public.what);
    sink.push(
        Diagnostic::new(&codes::PUBLIC_ADDRESS, public.address.span, says)
            .help(format!("choose a free address of {}", all.join(" or "))),
    );
}

/// Public addresses of a site, the kept one first.
pub(super) fn of_site(facts: &Facts, site: &Site) -> Vec<Public> {
    let name = &site.name;
    let mut all = Vec::new();
    let mut add = |address: At<Ipv4Addr>, what: String, is_kept| all.push(Public { address, what, is_kept });
    match facts.written(site) {
        Some(Written::Centre(centre)) => add(centre.gateway.public, format!("the gateway of `{name}`"), true),
        Some(Written::School(school)) => {
            add(school.supervision, format!("supervision of `{name}`"), true);
            if let Some(exit) = school.exit {
                add(exit, format!("the exit of `{name}`"), false);
            }
        }
        None => {}
    }
    for (what, exit) in parts_of(facts.policy, name).into_iter().flat_map(exits) {
        add(exit, format!("the exit of `{name}.{what}`"), false);
    }
    for at in published(&parts_of(facts.policy, name)) {
        add(at, format!("what `{name}` publishes"), false);
    }
    all
}

fn exits(parts: &Parts) -> Vec<(String, At<Ipv4Addr>)> {
    let zones = parts.zones.values().map(|z| (&z.name, z.exit));
    let hosts = parts.hosts.values().map(|h| (&h.name, h.exit));
    let proxies = parts.proxies.values().map(|p| match &p.place {
        ProxyPlace::Host { exit, .. } => (&p.name, *exit),
        ProxyPlace::Gateway { .. } => (&p.name, None),
    });
    zones.chain(hosts).chain(proxies).filter_map(|(name, exit)| Some((name.value.to_string(), exit?))).collect()
}

/// Addresses at which a site publishes services, each once: several services may share one.
fn published(parts: &[&Parts]) -> Vec<At<Ipv4Addr>> {
    let flows = parts.iter().flat_map(|p| &p.flows);
    let all: BTreeMap<Ipv4Addr, At<Ipv4Addr>> =
        flows.rev().filter_map(|flow| flow.at).map(|at| (at.value, at)).collect();
    all.into_values().collect()
}

/// The public range of a site's WAN.
pub(super) fn range(facts: &Facts, site: &Site) -> Option<At<Ipv4Net>> {
    v4(facts.wan(site)?.public)
}

fn v4(public: At<IpNet>) -> Option<At<Ipv4Net>> {
    match public.value {
        IpNet::V4(net) => Some(At::new(net, public.span)),
        IpNet::V6(_) => None,
    }
}

/// Why an address of a range is no machine's.
pub(super) fn no_machines(range: Ipv4Net, address: Ipv4Addr) -> Option<String> {
    match address {
        _ if !range.contains(&address) => Some(format!("is not in its WAN's range {range}")),
        _ if range.prefix_len() > 30 => None,
        _ if address == range.network() => Some(format!("is that of the whole range {range}")),
        _ if address == range.broadcast() => Some(format!("is the one that everybody in {range} hears")),
        _ => None,
    }
}

fn in_range(facts: &Facts, site: &Site, public: &Public, sink: &mut Sink) {
    let Some(range) = range(facts, site) else { return };
    let Some(why) = no_machines(range.value, public.address.value) else { return };
    let says = format!("public address {} for {} {why}", public.address.value, public.what);
    sink.push(
        Diagnostic::new(&codes::PUBLIC_ADDRESS, public.address.span, says)
            .other(range.span, "the range of its WAN")
            .help(format!("choose a free address of {range}", range = range.value)),
    );
}

fn second_use(first: &Public, second: &Public, is_one_site: bool) -> Diagnostic {
    let address = second.address.value;
    if is_one_site && first.is_kept {
        let says = format!("{address} is kept for supervision and tunnels, and is also {}", second.what);
        return Diagnostic::new(&codes::EXIT_IS_SUPERVISION, second.address.span, says)
            .other(first.address.span, format!("kept as {}", first.what))
            .help("give it another public address");
    }
    let says = format!("public address {address} is for {} and for {}", first.what, second.what);
    Diagnostic::new(&codes::PUBLIC_ADDRESS, second.address.span, says)
        .other(first.address.span, format!("for {}", first.what))
        .help("a public address speaks for one sender, or answers for what is published: give each its own")
}
