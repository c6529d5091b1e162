//! Names of a site: one namespace for zones, hosts, proxies and resolvers.

use std::collections::BTreeMap;

use ipnet::IpNet;

use super::model::{End, HostId, Network, ProcessId, SiteId};
use crate::policy::{self, Name, Parts, Policy};

/// What the names of one site stand for.
pub(super) type Scope = BTreeMap<Name, End>;

/// The names of every site.
pub(super) struct Scopes {
    sites: BTreeMap<Name, SiteId>,
    names: Vec<Scope>,
}

impl Scopes {
    /// The site of that name.
    pub(super) fn site(&self, name: &Name) -> Option<SiteId> {
        self.sites.get(name).copied()
    }

    /// What an end written at `here` stands for.
    pub(super) fn end(&self, here: SiteId, end: &policy::End) -> Option<End> {
        match end {
            policy::End::Here(name) => self.names[here.index()].get(name).cloned(),
            policy::End::There(far) => self.names[self.site(&far.site)?.index()].get(&far.name).cloned(),
            policy::End::Waived(zone, uai) => self.names[self.site(uai.name())?.index()].get(zone).cloned(),
            policy::End::Internet(nets) => Some(End::Internet(nets.clone())),
            policy::End::Gateway => Some(End::Gateway(here)),
            policy::End::Process(name) => self.names[here.index()].get(name).cloned(),
            policy::End::Supervision => Some(End::Supervision(here)),
        }
    }
}

/// The names of every site of the network.
pub(super) fn scopes(policy: &Policy, net: &Network) -> Scopes {
    let mut names: Vec<Scope> = vec![Scope::new(); net.sites.len()];
    for (id, zone) in net.zone_ids() {
        names[zone.site.index()].insert(zone.name.clone(), End::Zone(id));
    }
    for (id, host) in (0u32..).map(HostId).zip(&net.hosts) {
        names[host.site.index()].insert(host.name.clone(), End::Host(id));
    }
    for (id, process) in (0u32..).map(ProcessId).zip(&net.processes) {
        names[process.site.index()].insert(process.name.clone(), End::Process(id));
    }
    for (id, site) in net.site_ids() {
        for resolver in parts_of(policy, &site.name).into_iter().flat_map(|p| p.resolvers.values()) {
            let nets: Vec<IpNet> = resolver.addresses.iter().map(|a| a.value).collect();
            names[id.index()].insert(resolver.name.value.clone(), End::Internet(nets));
        }
    }
    let sites = net.site_ids().map(|(id, s)| (s.name.clone(), id)).collect();
    Scopes { sites, names }
}

/// The parts a site is made of: a centre's own, or a profile's and then the establishment's.
pub(super) fn parts_of<'p>(policy: &'p Policy, site: &Name) -> Vec<&'p Parts> {
    if let Some(centre) = policy.centres.get(site) {
        return vec![&centre.parts];
    }
    policy
        .establishment(site)
        .map(|s| policy.profiles.get(&s.profile.value).map(|p| &p.parts).into_iter().chain([&s.parts]).collect())
        .unwrap_or_default()
}
