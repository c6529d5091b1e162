//! The single namespace of a site: zones, hosts, proxies and resolvers.

use std::collections::BTreeMap;

use crate::diagnostics::Span;
use crate::policy::model::{Name, Parts, ProxyPlace};
use crate::policy::names::Known;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Zone,
    Host,
    Proxy,
    /// A proxy that is a process of the gateway.
    Process,
    Resolver,
}

impl What {
    pub(super) fn said(self) -> &'static str {
        match self {
            Self::Zone => "zone",
            Self::Host => "host",
            Self::Proxy | Self::Process => "proxy",
            Self::Resolver => "resolver",
        }
    }
}

/// Something that has a name.
#[derive(Clone, Debug)]
pub(super) struct Item<'d> {
    pub(super) what: What,
    pub(super) place: Span,
    /// The zone itself, the zones a machine is in, or the zone a process serves.
    pub(super) zones: Vec<&'d Name>,
}

/// Every name of a site.
#[derive(Clone, Debug)]
pub(super) struct Scope<'d> {
    /// As one says it: `in profile `lycee-cible2``.
    pub(super) said: String,
    /// True when a part of it could not be read: nothing is unknown in it.
    pub(super) is_open: bool,
    items: BTreeMap<&'d Name, Item<'d>>,
    /// The zone marked `devices: true`.
    devices: Option<&'d Name>,
}

impl<'d> Scope<'d> {
    pub(super) fn new(said: String) -> Self {
        Self { said, is_open: false, items: BTreeMap::new(), devices: None }
    }

    pub(super) fn open(said: String) -> Self {
        Self { is_open: true, ..Self::new(said) }
    }

    /// The same with the names of these parts; who came first stays.
    pub(super) fn with(mut self, parts: &'d Parts) -> Self {
        for (name, item) in named(parts) {
            self.items.entry(name).or_insert(item);
        }
        let marked = parts.zones.iter().find(|(_, zone)| zone.devices).map(|(name, _)| name);
        self.devices = self.devices.or(marked);
        self
    }

    pub(super) fn get(&self, name: &Name) -> Option<&Item<'d>> {
        self.items.get(name)
    }

    /// True when it has a name of one of these sorts.
    pub(super) fn has(&self, name: &Name, wanted: &[What]) -> bool {
        self.get(name).is_some_and(|item| wanted.contains(&item.what))
    }

    /// Its names of some sorts.
    pub(super) fn known(&self, wanted: &[What]) -> Known<'d> {
        let mut known = Known::default();
        for (name, item) in &self.items {
            if wanted.contains(&item.what) {
                known.add(name, item.place);
            }
        }
        known
    }

    /// The zone that its gateway and switches are managed in.
    pub(super) fn devices(&self) -> Option<&'d Name> {
        self.devices
    }

    /// Its zones.
    pub(super) fn zones(&self) -> Known<'d> {
        self.known(&[What::Zone])
    }
}

/// Everything that has a name, in the order of the kinds.
pub(super) fn named(parts: &Parts) -> Vec<(&Name, Item<'_>)> {
    let mut found = Vec::new();
    let mut add = |name, what, place, zones| found.push((name, Item { what, place, zones }));
    for (name, zone) in &parts.zones {
        add(name, What::Zone, zone.name.span, vec![name]);
    }
    for (name, host) in &parts.hosts {
        let zones = host.zones.iter().map(|z| &z.value).collect();
        add(name, What::Host, host.name.span, zones);
    }
    for (name, proxy) in &parts.proxies {
        match &proxy.place {
            ProxyPlace::Host { zone, .. } => {
                add(name, What::Proxy, proxy.name.span, vec![&zone.value]);
            }
            ProxyPlace::Gateway { listen, .. } => {
                add(name, What::Process, proxy.name.span, vec![&listen.value]);
            }
        }
    }
    for (name, resolver) in &parts.resolvers {
        add(name, What::Resolver, resolver.name.span, Vec::new());
    }
    found
}
