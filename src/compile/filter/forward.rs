//! Through the gateway: one verdict map of (in, out) pairs, and a chain for each kind of pair.

use std::collections::{BTreeMap, BTreeSet};

use super::super::permits::Permit;
use super::super::rules::{address_keys, interface as named, is, net as prefix, number, rule, set};
use super::ended::Stage;
use super::guards::{NEW, final_deny, noise, states};
use super::shared::Sets;
use super::{Gate, base, called, closed, is_family};
use crate::config::filter::{Action, Chain, Hook, Key, NamedSet, Rule};
use crate::network::{Leg, Name, Port};

/// What stands behind interfaces whose flows share a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// One zone.
    Zone(Name),
    /// The WAN, without a tunnel.
    Wan,
    /// The tunnel to a centre.
    Site(Name),
    /// All tunnels to establishments.
    Schools,
}

/// Flows of one kind of pair.
pub(super) struct Group<'p> {
    /// Kind of the interface in.
    pub(super) enters: Kind,
    /// Kind of the interface out.
    pub(super) leaves: Kind,
    /// In the order of the policy.
    pub(super) permits: Vec<&'p Permit<'p>>,
}

/// What the flows of a gateway need.
pub(super) struct Flows {
    /// Which chain decides for a pair.
    pub(super) map: NamedSet,
    /// Sets that chains look up.
    pub(super) sets: Vec<NamedSet>,
    /// One chain a kind of pair.
    pub(super) chains: Vec<Chain>,
}

impl Kind {
    /// Its part of a chain's name.
    fn word(&self) -> String {
        match self {
            Self::Zone(name) => name.to_string(),
            Self::Wan => "wan".to_owned(),
            Self::Site(name) => format!("site_{name}"),
            Self::Schools => "schools".to_owned(),
        }
    }
}

/// `a_to_b`; with a number where the names of other zones read the same (`a` to `b_to_c`, `a_to_b` to `c`).
fn chain_name(group: &Group, taken: &mut BTreeSet<String>) -> String {
    let plain = format!("{}_to_{}", group.enters.word(), group.leaves.word());
    let mut names = std::iter::once(plain.clone()).chain((2..).map(|n| format!("{plain}_{n}")));
    let name = names.find(|name| !taken.contains(name)).expect("numbers have no end");
    taken.insert(name.clone());
    name
}

impl Gate<'_> {
    pub(super) fn forward(&self) -> Chain {
        let mut rules = Vec::new();
        let tunnels = self.tunnel_interfaces();
        if !tunnels.is_empty() {
            let out = is(Key::Out, tunnels.iter().map(|t| named(t)));
            rules.push(rule(vec![out], Action::ClampMss).remark("segments fit the tunnel (RFC 4459 §3.2)"));
        }
        rules.extend(self.guard_in());
        rules.extend(self.guard_out());
        rules.push(self.check_source());
        rules.extend(self.old_tunnels());
        rules.extend(self.connection_state(Stage::Forward));
        let pair = Action::Dispatch { keys: vec![Key::In, Key::Out], map: "flows".into() };
        rules.push(rule(vec![states(&[NEW])], pair).remark("4. business flows, by (in, out) pair"));
        rules.push(noise());
        rules.push(final_deny("etanche forward "));
        base("forward", closed(Hook::Forward), rules, "3 to 6. through the firewall")
    }

    /// Brownfield: what the selectors cover is let through, both ways, protected by IPsec.
    fn old_tunnels(&self) -> Vec<Rule> {
        let mut rules = Vec::new();
        for old in &self.net.site(self.site).old_tunnels {
            let origin = self.net.origin(old.origin);
            for (local, remote) in old.selectors.iter().map(|s| s.value) {
                let (src, dst) = address_keys(if is_family(&local, 4) { 4 } else { 6 });
                let line = |side, flag, from, to| {
                    let ends =
                        vec![self.on_wan(side), is(src, [prefix(from)]), is(dst, [prefix(to)]), is(flag, [number(1)])];
                    rule(ends, Action::Accept).counted().comment(format!("{} {}", origin.id, origin.cite))
                };
                rules
                    .push(line(Key::Out, Key::IpsecOut, local, remote).remark(format!("existing tunnel {}", old.name)));
                rules.push(line(Key::In, Key::IpsecIn, remote, local));
            }
        }
        rules
    }

    /// The verdict map, the sets it needs, and one chain for each kind of pair.
    pub(super) fn flows(&self) -> Flows {
        let mut sets = Sets::default();
        let mut chains: Vec<Chain> = Vec::new();
        let mut pairs: BTreeMap<(String, String), String> = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for group in self.groups(self.permits.iter().filter(|p| p.leg.is_forwarded())) {
            let name = chain_name(&group, &mut taken);
            for permit in &group.permits {
                pairs.insert((self.interface(permit.leg.enters), self.interface(permit.leg.leaves)), name.clone());
            }
            let remark = format!("4. {} to {}", self.title(&group, 0), self.title(&group, 1));
            chains.push(called(&name, self.group_rules(&group, &mut sets), &remark));
        }
        chains.extend(self.ended(&mut sets));
        let rows = pairs.into_iter().map(|((a, b), chain)| (vec![named(&a), named(&b)], Action::Jump(chain)));
        let mut map = set("flows", &[Key::In, Key::Out], rows, "which chain decides for a pair of interfaces");
        map.is_map = true;
        Flows { map, sets: sets.made, chains }
    }

    /// Flows by kind of pair, in the order of the policy.
    pub(super) fn groups<'p>(&self, forwarded: impl IntoIterator<Item = &'p Permit<'p>>) -> Vec<Group<'p>> {
        let mut groups: Vec<Group> = Vec::new();
        for permit in forwarded {
            let (enters, leaves) = (self.kind(permit.leg.enters), self.kind(permit.leg.leaves));
            match groups.iter_mut().find(|g| g.enters == enters && g.leaves == leaves) {
                Some(group) => group.permits.push(permit),
                None => groups.push(Group { enters, leaves, permits: vec![permit] }),
            }
        }
        groups
    }

    fn kind(&self, port: Port) -> Kind {
        match port {
            Port::Zone(z) => Kind::Zone(self.net.zone(z).name.clone()),
            Port::Wan | Port::Local(_) => Kind::Wan,
            Port::Tunnel(t) => {
                let ends = self.net.tunnel(t).ends;
                let peer = self.net.site(if ends[0] == self.site { ends[1] } else { ends[0] });
                if peer.is_establishment { Kind::Schools } else { Kind::Site(peer.name.clone()) }
            }
        }
    }

    /// A side of a group in words: the zone's title, or the peer's name.
    fn title(&self, group: &Group, side: usize) -> String {
        let leg = group.permits[0].leg;
        match [leg.enters, leg.leaves][side] {
            Port::Zone(z) => self.net.zone(z).title.clone(),
            Port::Wan | Port::Local(_) => "the Internet".to_owned(),
            Port::Tunnel(_) => match [&group.enters, &group.leaves][side] {
                Kind::Site(name) => name.to_string(),
                other => other.word(),
            },
        }
    }

    pub(super) fn group_rules(&self, group: &Group, sets: &mut Sets) -> Vec<Rule> {
        if [&group.enters, &group.leaves].contains(&&Kind::Schools) {
            return self.shared_rules(group, sets);
        }
        let mut rules = Vec::new();
        for (permit, leg) in joined(&group.permits) {
            rules.extend(self.lines(&Permit { leg: &leg, ..permit.clone() }, &[]));
        }
        rules
    }
}

/// Flows that differ in their destination only, as one.
fn joined<'p>(permits: &[&'p Permit<'p>]) -> Vec<(&'p Permit<'p>, Leg)> {
    let mut rows: Vec<(&Permit, Leg)> = Vec::new();
    for permit in permits {
        let same = |(known, leg): &&mut (&Permit, Leg)| {
            known.origin == permit.origin
                && known.services == permit.services
                && known.window == permit.window
                && leg.source == permit.leg.source
                && leg.from_internet == permit.leg.from_internet
                && !leg.internet
                && !permit.leg.internet
        };
        match rows.iter_mut().find(same) {
            Some((_, leg)) => {
                leg.destination.extend(&permit.leg.destination);
                leg.destination = ipnet::IpNet::aggregate(&leg.destination);
                leg.destination.sort();
            }
            None => rows.push((permit, permit.leg.clone())),
        }
    }
    rows
}
