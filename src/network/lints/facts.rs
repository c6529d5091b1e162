//! What rules look at: every flow as people wrote it, beside what its words mean.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{At, Span};
use crate::network::model::{End, Network, Proxy, SiteId};
use crate::network::paths::site_of;
use crate::network::scope::{Scopes, parts_of};
use crate::network::withdrawals::items;
use crate::policy::{Flow, Kind, L4, Name, Parts, Policy};

/// The policy, its network, and its flows.
pub(super) struct Facts<'a> {
    pub(super) policy: &'a Policy,
    pub(super) net: &'a Network,
    pub(super) scopes: &'a Scopes,
    /// Every pair of ends of every flow, at every site that has it.
    pub(super) openings: Vec<Opening<'a>>,
    kinds: BTreeMap<Kind, BTreeSet<End>>,
    proxies: BTreeSet<&'a End>,
    /// Classes of zones of devices.
    of_devices: BTreeSet<&'a Name>,
}

/// One pair of ends of a flow at one site.
pub(super) struct Opening<'a> {
    pub(super) flow: &'a Flow,
    pub(super) from: At<End>,
    pub(super) to: At<End>,
    /// Each service as it is written, with what it is on the wire.
    pub(super) services: Vec<At<Vec<L4>>>,
}

impl<'a> Facts<'a> {
    /// Resolves every flow and every kind.
    pub(super) fn of(policy: &'a Policy, net: &'a Network, scopes: &'a Scopes) -> Self {
        let mut openings = Vec::new();
        for (site, facts) in net.site_ids() {
            let flows = parts_of(policy, &facts.name).into_iter().flat_map(|p| &p.flows);
            flows.for_each(|flow| openings.extend(pairs(policy, scopes, site, flow)));
        }
        let everywhere = |end: &crate::policy::End| net.site_ids().filter_map(|(s, _)| scopes.end(s, end)).collect();
        let kinds = policy.security.kinds.iter();
        let kinds = kinds.map(|(kind, ends)| (*kind, ends.iter().flat_map(|e| -> Vec<End> { everywhere(&e.value) })));
        Self {
            policy,
            net,
            scopes,
            openings,
            kinds: kinds.map(|(kind, ends)| (kind, ends.collect())).collect(),
            proxies: net.proxies.iter().map(|p| &p.place).collect(),
            of_devices: net.zones.iter().filter(|z| z.devices).filter_map(|z| z.class.as_ref()).collect(),
        }
    }

    /// True of what the security officer says is of a kind, and of machines in such a zone.
    pub(super) fn is(&self, kind: Kind, end: &End) -> bool {
        let Some(all) = self.kinds.get(&kind) else { return false };
        all.contains(end) || self.zones(end).iter().any(|z| all.contains(z))
    }

    /// The zones of an end, as ends.
    fn zones(&self, end: &End) -> Vec<End> {
        match end {
            End::Host(host) => self.net.hosts[host.index()].zones.iter().map(|z| End::Zone(*z)).collect(),
            End::Process(process) => vec![End::Zone(self.net.processes[process.index()].listen)],
            End::Zone(_) | End::Gateway(_) | End::Supervision(_) | End::Internet(_) => Vec::new(),
        }
    }

    /// A web proxy, on its machine or on a gateway.
    pub(super) fn is_proxy(&self, end: &End) -> bool {
        self.proxies.contains(end)
    }

    /// A machine that proxies ask for names: it must reach any name server.
    pub(super) fn is_resolver(&self, end: &End) -> bool {
        let End::Host(host) = end else { return false };
        let asks = |p: &Proxy| self.net.met_from(p.site, *host).iter().any(|address| p.resolvers.contains(address));
        self.net.proxies.iter().any(asks)
    }

    /// Both ends are at one site.
    pub(super) fn stays(&self, opening: &Opening) -> bool {
        site_of(self.net, &opening.from.value).is_some_and(|site| site_of(self.net, &opening.to.value) == Some(site))
    }

    /// Gateways' own systems, zones of devices, and zones of the same class.
    pub(super) fn is_managed(&self, end: &End) -> bool {
        let of_devices = |class: &Option<Name>| class.as_ref().is_some_and(|class| self.of_devices.contains(class));
        match end {
            End::Gateway(_) => true,
            End::Zone(z) => self.net.zone(*z).devices || of_devices(&self.net.zone(*z).class),
            End::Host(_) => self.zones(end).iter().any(|zone| self.is_managed(zone)),
            End::Process(_) | End::Supervision(_) | End::Internet(_) => false,
        }
    }

    /// Files that hold flows, each once.
    pub(super) fn files(&self) -> impl Iterator<Item = &'a Parts> {
        let centres = self.policy.centres.values().map(|c| &c.parts);
        let profiles = self.policy.profiles.values().map(|p| &p.parts);
        centres.chain(profiles).chain(self.policy.establishments.values().map(|e| &e.parts))
    }

    /// Every flow line, each once.
    pub(super) fn lines(&self) -> impl Iterator<Item = &'a Flow> {
        self.files().flat_map(|parts| &parts.flows)
    }
}

impl Opening<'_> {
    /// Where the first service is written that is one of those asked for.
    pub(super) fn on(&self, wanted: &[L4]) -> Option<Span> {
        let holds = |items: &[L4]| items.iter().any(|item| wanted.iter().any(|w| item.meets(*w)));
        self.services.iter().find(|s| holds(&s.value)).map(|s| s.span)
    }

    /// All that it opens.
    pub(super) fn all(&self) -> Vec<L4> {
        self.services.iter().flat_map(|s| s.value.iter().copied()).collect()
    }
}

fn pairs<'a>(policy: &Policy, scopes: &Scopes, site: SiteId, flow: &'a Flow) -> Vec<Opening<'a>> {
    let expr = &flow.allow.value;
    let resolved = |ends: &[At<crate::policy::End>]| -> Vec<At<End>> {
        ends.iter().filter_map(|e| Some(At::new(scopes.end(site, &e.value)?, e.span))).collect()
    };
    let services: Vec<At<Vec<L4>>> = expr.services.iter().map(|s| At::new(items(policy, &s.value), s.span)).collect();
    let (from, to) = (resolved(&expr.from), resolved(&expr.to));
    let pairs = from.iter().flat_map(|a| to.iter().map(move |b| (a.clone(), b.clone())));
    pairs.map(|(from, to)| Opening { flow, from, to, services: services.clone() }).collect()
}
