//! Places, joined by cables: the broadcast domains of one site.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::unionfind::UnionFind;

use crate::config::host::LinkKind;
use crate::config::vlan::{Port, VlanTable};
use crate::intent::{LanIntent, Member};
use crate::isolation::ReadDevice;
use crate::network::{CableEnd, Network, Role, SiteId, ZoneId};

/// A device of the LAN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::isolation) enum Place {
    /// The site's gateway.
    Gateway,
    /// A switch, by its place in the site's table.
    Switch(usize),
}

impl From<&CableEnd> for Place {
    fn from(end: &CableEnd) -> Self {
        match end {
            CableEnd::Gateway => Self::Gateway,
            CableEnd::Switch(switch, _) => Self::Switch(*switch),
        }
    }
}

/// A VLAN of a device.
pub(in crate::isolation) type Spot = (Place, u16);

/// One broadcast domain.
#[derive(Debug, Clone, Default)]
pub(in crate::isolation) struct Domain {
    /// Where it stands.
    pub(in crate::isolation) spots: BTreeSet<Spot>,
    /// Who is in it.
    pub(in crate::isolation) members: BTreeSet<Member>,
    /// Zones that have somebody in it.
    pub(in crate::isolation) zones: BTreeSet<ZoneId>,
}

/// What a cable end takes and gives: nothing when its port is shut.
#[derive(Debug, Clone, Default)]
pub(in crate::isolation) struct Carried {
    /// VLAN of untagged frames.
    pub(in crate::isolation) untagged: Option<u16>,
    /// VLANs of tagged frames.
    pub(in crate::isolation) tagged: BTreeSet<u16>,
}

impl Carried {
    /// A frame tagged with it is taken.
    pub(in crate::isolation) fn takes(&self, vlan: u16) -> bool {
        self.untagged == Some(vlan) || self.tagged.contains(&vlan)
    }
}

/// The broadcast domains of one site.
pub(in crate::isolation) struct Segments<'a> {
    /// The site.
    pub(in crate::isolation) site: SiteId,
    /// What each member was declared to be of.
    pub(in crate::isolation) intent: LanIntent,
    gateway: Option<&'a ReadDevice>,
    switches: BTreeMap<usize, (&'a ReadDevice, &'a VlanTable)>,
    lan: String,
    domains: Vec<Domain>,
    numbers: BTreeMap<Spot, usize>,
}

impl<'a> Segments<'a> {
    /// Domains from the devices of a site as they were read back.
    pub(in crate::isolation) fn of(net: &Network, site: SiteId, devices: &'a [ReadDevice], intent: &LanIntent) -> Self {
        let own = || devices.iter().filter(|d| d.site == site);
        let switches = own().filter_map(|d| match (d.role, &d.bundle.lan) {
            (Role::Switch(index), Some(table)) => Some((index, (d, table))),
            _ => None,
        });
        let mut made = Self {
            site,
            intent: intent.clone(),
            gateway: own().find(|d| d.role == Role::Gateway),
            switches: switches.collect(),
            lan: net.site(site).gateway.lan.clone(),
            domains: Vec::new(),
            numbers: BTreeMap::new(),
        };
        made.join(net);
        made.fill(net);
        made
    }

    /// Every domain.
    pub(in crate::isolation) fn domains(&self) -> &[Domain] {
        &self.domains
    }

    /// The domain of a place.
    pub(in crate::isolation) fn domain(&self, spot: Spot) -> Option<&Domain> {
        self.numbers.get(&spot).map(|n| &self.domains[*n])
    }

    /// The device behind a place.
    pub(in crate::isolation) fn device(&self, place: Place) -> Option<&'a ReadDevice> {
        match place {
            Place::Gateway => self.gateway,
            Place::Switch(index) => self.switches.get(&index).map(|(device, _)| *device),
        }
    }

    /// Every switch with its table.
    pub(in crate::isolation) fn switches(&self) -> impl Iterator<Item = (usize, &'a ReadDevice, &'a VlanTable)> {
        self.switches.iter().map(|(index, (device, table))| (*index, *device, *table))
    }

    /// One port of one switch.
    pub(in crate::isolation) fn port(&self, switch: usize, port: u16) -> Option<&'a Port> {
        self.switches.get(&switch).and_then(|(_, table)| table.ports.get(&port))
    }

    /// VLANs that a port takes and gives; one whose VLANs may be learnt or assigned has all of its switch.
    pub(in crate::isolation) fn carried(&self, end: &CableEnd) -> Carried {
        match end {
            CableEnd::Gateway => Carried { untagged: None, tagged: self.gateway_vlans().keys().copied().collect() },
            CableEnd::Switch(switch, port) => match self.port(*switch, *port) {
                Some(read) if read.enabled => self.of_port(*switch, read),
                _ => Carried::default(),
            },
        }
    }

    fn of_port(&self, switch: usize, port: &Port) -> Carried {
        let mut tagged = port.tagged.clone();
        if port.dynamic_vlans {
            tagged.extend(self.switches[&switch].1.vlans.keys());
        }
        Carried { untagged: port.untagged, tagged }
    }

    /// Interfaces on the gateway's trunk, by VLAN.
    fn gateway_vlans(&self) -> BTreeMap<u16, &'a crate::config::host::Link> {
        let links = self.gateway.and_then(|g| g.bundle.host.as_ref()).map_or(&[][..], |h| h.links.as_slice());
        let on_trunk = links.iter().find(|l| l.name == self.lan).map_or(&[][..], |l| l.vlans.as_slice());
        let mut all = BTreeMap::new();
        for link in links.iter().filter(|l| on_trunk.contains(&l.name)) {
            if let LinkKind::Vlan { id } = link.kind {
                all.insert(id, link);
            }
        }
        all
    }

    /// Where the gateway stands for a zone: the interface that has its address; without one, that of the zone's VLAN.
    pub(in crate::isolation) fn gateway_spot(&self, net: &Network, zone: ZoneId) -> Option<Spot> {
        let own = std::net::IpAddr::V4(net.zone(zone).gateway4());
        let vlans = self.gateway_vlans();
        let mut owners = vlans.iter().filter(|(_, link)| link.addresses.iter().any(|a| a.addr() == own));
        let by_number = || Some(net.zone(zone).vlan.get()).filter(|v| vlans.contains_key(v));
        owners.next().map(|(id, _)| *id).or_else(by_number).map(|id| (Place::Gateway, id))
    }

    fn spots(&self) -> BTreeSet<Spot> {
        let mut all: BTreeSet<Spot> = self.gateway_vlans().keys().map(|v| (Place::Gateway, *v)).collect();
        for (index, (_, table)) in &self.switches {
            let on_ports = table.ports.values().flat_map(|p| p.tagged.iter().chain(&p.untagged));
            all.extend(table.vlans.keys().chain(on_ports).map(|v| (Place::Switch(*index), *v)));
        }
        all
    }

    /// Joins what cables join.
    fn join(&mut self, net: &Network) {
        let spots: Vec<Spot> = self.spots().into_iter().collect();
        let number = |spot: &Spot| spots.binary_search(spot).ok();
        let mut joined: UnionFind<usize> = UnionFind::new(spots.len());
        for cable in &net.site(self.site).cables {
            for (a, b) in cable.strands.iter().flat_map(|strand| self.joins(strand)) {
                if let (Some(a), Some(b)) = (number(&a), number(&b)) {
                    joined.union(a, b);
                }
            }
        }
        let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
        for (n, spot) in spots.iter().enumerate() {
            let next = numbers.len();
            let domain = *numbers.entry(joined.find(n)).or_insert(next);
            if domain == self.domains.len() {
                self.domains.push(Domain::default());
            }
            self.domains[domain].spots.insert(*spot);
            self.numbers.insert(*spot, domain);
        }
    }

    /// Places between which a cable lets a frame pass, in one direction or both.
    pub(in crate::isolation) fn joins(&self, [a, b]: &[CableEnd; 2]) -> Vec<(Spot, Spot)> {
        let one_way = |from: &CableEnd, to: &CableEnd| {
            let (gives, takes) = (self.carried(from), self.carried(to));
            let tagged = gives.tagged.iter().filter(|v| takes.takes(**v)).map(|v| (*v, *v));
            let untagged = gives.untagged.zip(takes.untagged);
            let pairs: Vec<(u16, u16)> = tagged.chain(untagged).collect();
            let (from, to) = (Place::from(from), Place::from(to));
            pairs.into_iter().map(move |(v, w)| ((from, v), (to, w))).collect::<Vec<_>>()
        };
        [one_way(a, b), one_way(b, a)].concat()
    }

    /// Puts everybody where the texts put them.
    fn fill(&mut self, net: &Network) {
        let gateway: Vec<Spot> = self.gateway_vlans().keys().map(|v| (Place::Gateway, *v)).collect();
        for spot in gateway {
            self.put(spot, Member::Gateway);
        }
        let mut found = Vec::new();
        for (index, (_, table)) in &self.switches {
            let place = Place::Switch(*index);
            let homes = table.vlans.iter().filter(|(_, v)| !v.addresses.is_empty());
            found.extend(homes.map(|(vlan, _)| ((place, *vlan), Member::Switch(*index))));
            for (number, port) in table.ports.iter().filter(|(n, p)| p.enabled && !self.is_cabled(*index, **n)) {
                let carried = self.of_port(*index, port);
                found.extend(carried.untagged.map(|v| ((place, v), Member::Untagged(*index, *number))));
                found.extend(carried.tagged.iter().map(|v| ((place, *v), Member::Tagged(*index, *number))));
            }
        }
        for (spot, member) in found {
            self.put(spot, member);
        }
        self.name(net);
    }

    fn put(&mut self, spot: Spot, member: Member) {
        if let Some(number) = self.numbers.get(&spot) {
            self.domains[*number].members.insert(member);
        }
    }

    /// Zones that have somebody in each domain.
    fn name(&mut self, net: &Network) {
        let mut found = Vec::new();
        for (zone, members) in &self.intent.zones {
            found.extend(members.iter().filter_map(|m| Some((*zone, self.spot(net, *zone, m)?))));
        }
        for (zone, spot) in found {
            if let Some(number) = self.numbers.get(&spot) {
                self.domains[*number].zones.insert(zone);
            }
        }
    }

    /// Where an intended member of a zone stands; None when it stands nowhere.
    pub(in crate::isolation) fn spot(&self, net: &Network, zone: ZoneId, member: &Member) -> Option<Spot> {
        let vlan = net.zone(zone).vlan.get();
        match member {
            Member::Gateway => self.gateway_spot(net, zone),
            Member::Untagged(switch, port) => {
                let port = self.port(*switch, *port).filter(|p| p.enabled)?;
                port.untagged.map(|v| (Place::Switch(*switch), v))
            }
            Member::Tagged(switch, port) => {
                let port = self.port(*switch, *port).filter(|p| p.enabled)?;
                self.of_port(*switch, port).tagged.contains(&vlan).then_some((Place::Switch(*switch), vlan))
            }
            Member::Switch(switch) => {
                let table = self.switches.get(switch)?.1;
                let inside = |v: &crate::config::vlan::Vlan| v.addresses.iter().any(|a| in_zone(net, zone, a));
                let mut homes = table.vlans.iter().filter(|(_, v)| inside(v));
                homes.next().map(|(vlan, _)| (Place::Switch(*switch), *vlan))
            }
        }
    }

    /// A port that faces another device of ours.
    pub(in crate::isolation) fn is_cabled(&self, switch: usize, port: u16) -> bool {
        self.intent.cabled.contains(&(switch, port))
    }
}

/// The address is of the zone's prefixes.
pub(in crate::isolation) fn in_zone(net: &Network, zone: ZoneId, address: &ipnet::IpNet) -> bool {
    net.zone(zone).nets().iter().any(|n| n.contains(&address.addr()))
}
