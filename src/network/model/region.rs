//! The whole, and what the Region says once.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{
    BySite, End, Epoch, Flow, GivenUp, Host, HostId, Leg, Origin, OriginId, Origins, Process, ProcessId, Proxy,
    ProxyId, Site, SiteId, Tunnel, TunnelId, Zone, ZoneId,
};
use crate::diagnostics::Span;
use crate::policy::{Auth, L4, Name, VlanId};

/// Everything that was declared, with profiles applied and paths found.
#[derive(Debug, Clone)]
pub struct Network {
    /// What the whole region shares.
    pub region: Region,
    /// Centres first, then establishments, each by name.
    pub sites: Vec<Site>,
    /// All zones, site by site.
    pub zones: Vec<Zone>,
    /// Hosts with addresses of their own, proxies on machines of their own among them.
    pub hosts: BySite<Host>,
    /// Processes of gateways that have rights of their own.
    pub processes: BySite<Process>,
    /// Tunnels between sites.
    pub tunnels: BySite<Tunnel>,
    /// Permitted flows, one for each pair of ends.
    pub flows: BySite<Flow>,
    /// What establishments gave up of what the lines of the policy permit.
    pub given_up: Vec<GivenUp>,
    /// Source lines that rules come from.
    pub origins: Origins,
    /// Web proxies and what each lets through.
    pub proxies: BySite<Proxy>,
    /// What the security policy asks.
    pub security: SecurityFacts,
    /// Establishments that are not ours to configure: nothing is compiled for them, and nothing proved of them.
    pub unmanaged: Vec<Unmanaged>,
    /// Spans of time in which no permit begins or ends.
    pub epochs: Vec<Epoch>,
    /// The same without what establishments' own files say: the most that they may leave open (T7). None when no
    /// establishment has such a file.
    pub ceiling: Option<Box<Network>>,
}

/// An establishment whose addresses are reserved, and nothing else.
#[derive(Debug, Clone)]
pub struct Unmanaged {
    /// Its UAI code.
    pub name: Name,
    /// Name in words.
    pub title: String,
    /// Its parts of the plan.
    pub blocks: Vec<IpNet>,
    /// Its public supervision address.
    pub supervision: Ipv4Addr,
    /// Its other public address, when it has one.
    pub exit: Option<Ipv4Addr>,
    /// Where its UAI code is written.
    pub span: Span,
}

/// What the whole region shares.
#[derive(Debug, Clone)]
pub struct Region {
    /// Its name.
    pub name: Name,
    /// Ranges that never cross a WAN in clear: private ranges and the plan, none inside another.
    pub inside4: Vec<Ipv4Net>,
    /// The same for IPv6.
    pub inside6: Vec<Ipv6Net>,
    /// Public ranges and addresses that the region declares.
    pub public: Vec<IpNet>,
    /// Domain under which IKE peers are named.
    pub ike_domain: String,
    /// Certificate authority of the peers.
    pub authority: Name,
    /// VLAN of shut ports.
    pub dark_unused: VlanId,
    /// VLAN of the untagged side of trunks.
    pub dark_native: VlanId,
}

impl Region {
    /// The plan and the private ranges, of both families.
    pub fn inside(&self) -> impl Iterator<Item = IpNet> + '_ {
        self.inside4.iter().map(|net| IpNet::V4(*net)).chain(self.inside6.iter().map(|net| IpNet::V6(*net)))
    }

    /// The same with the public ranges that the region declares: nothing of it is the Internet.
    pub fn known(&self) -> impl Iterator<Item = IpNet> + '_ {
        self.inside().chain(self.public.iter().copied())
    }
}

/// What the security policy asks, resolved.
#[derive(Debug, Clone, Default)]
pub struct SecurityFacts {
    /// Lines of `isolate`.
    pub isolate: Vec<IsolateLine>,
    /// Centre zones that may open towards establishments.
    pub may_start: BTreeMap<ZoneId, MayStart>,
    /// Centre zones where several establishments, or classes that are kept apart, may open to the same hosts.
    pub meet: BTreeMap<ZoneId, Meeting>,
    /// Lines of `publish`.
    pub publish: Vec<PublishLine>,
    /// Class of zones that both sides may open to, and that open to nobody.
    pub meeting_class: Option<Name>,
    /// Zones and processes that break the protocol, with how.
    pub relays: Vec<(End, String, Span)>,
    /// Lines of `web`.
    pub web: Vec<WebLine>,
}

/// What stands between some classes and the Internet, whatever an establishment's own lists say.
#[derive(Debug, Clone)]
pub struct WebLine {
    /// The filter's name.
    pub filter: Name,
    /// Classes it is for.
    pub classes: Vec<Name>,
    /// Mandatory categories.
    pub deny: Vec<Name>,
    /// Categories blocked unless an establishment unblocks them.
    pub optional: Vec<Name>,
    /// White list; when not empty, nothing else passes.
    pub only: Vec<Name>,
    /// What no list names passes.
    pub otherwise_allow: bool,
    /// Its place.
    pub span: Span,
}

/// What a centre zone may open to in establishments.
#[derive(Debug, Clone)]
pub struct MayStart {
    /// Classes, and the words `gateway` and `supervision`.
    pub to: BTreeSet<Name>,
    /// Its place.
    pub span: Span,
}

/// Whom a centre zone is for: what all lines of `meet` that name it say.
#[derive(Debug, Clone, Default)]
pub struct Meeting {
    /// Classes, and the word `gateway`, that may open to it.
    pub words: BTreeSet<Name>,
    /// Centre zones that may open to it for whoever opens to those.
    pub through: BTreeSet<ZoneId>,
    /// Those lines.
    pub lines: Vec<Span>,
}

/// One line of `publish`.
#[derive(Debug, Clone)]
pub struct PublishLine {
    /// Classes of zones that may answer the Internet.
    pub classes: Vec<Name>,
    /// Centre zones that may.
    pub zones: Vec<ZoneId>,
    /// On what.
    pub services: Vec<L4>,
    /// With one of these authentications.
    pub auth: Vec<Auth>,
    /// Its place.
    pub span: Span,
}

impl PublishLine {
    /// It speaks of a zone.
    pub fn names(&self, id: ZoneId, zone: &Zone) -> bool {
        self.zones.contains(&id) || zone.class.as_ref().is_some_and(|class| self.classes.contains(class))
    }

    /// It lets a service answer with an authentication.
    pub fn lets(&self, l4: L4, auth: Auth) -> bool {
        self.auth.contains(&auth) && self.services.iter().any(|wide| wide.holds(l4))
    }
}

/// One line of `isolate`.
#[derive(Debug, Clone)]
pub struct IsolateLine {
    /// Classes on the left.
    pub left: Vec<Name>,
    /// Classes on the right.
    pub right: Vec<Name>,
    /// Its place.
    pub span: Span,
}

impl SecurityFacts {
    /// Lines of `web` for the class of a zone.
    pub fn filters<'f>(&'f self, zone: &'f Zone) -> impl Iterator<Item = &'f WebLine> {
        self.web.iter().filter(|line| zone.class.as_ref().is_some_and(|class| line.classes.contains(class)))
    }

    /// A line of `publish` lets a zone answer the Internet so.
    pub fn may_publish(&self, id: ZoneId, zone: &Zone, l4: L4, auth: Auth) -> bool {
        self.publish.iter().any(|line| line.names(id, zone) && line.lets(l4, auth))
    }

    /// `meet` says that a centre zone is for a class, or for `gateway`.
    pub fn is_for(&self, zone: ZoneId, word: &str) -> bool {
        self.meet.get(&zone).is_some_and(|meeting| meeting.words.iter().any(|w| w.as_str() == word))
    }
}

impl Unmanaged {
    /// Its public addresses.
    pub fn publics(&self) -> impl Iterator<Item = Ipv4Addr> {
        std::iter::once(self.supervision).chain(self.exit)
    }
}

impl Network {
    /// Zones that an end stands in: its own, or those of a machine.
    pub fn zones_of<'n>(&'n self, end: &'n End) -> &'n [ZoneId] {
        match end {
            End::Zone(zone) => std::slice::from_ref(zone),
            End::Host(host) => &self.hosts[host.index()].zones,
            End::Process(_) | End::Gateway(_) | End::Supervision(_) | End::Internet(_) => &[],
        }
    }

    /// The address by which other sites meet an end, where it is another than its own.
    pub fn seen_as(&self, end: &End) -> Option<Ipv4Addr> {
        match end {
            End::Host(host) => self.hosts[host.index()].seen_as,
            _ => None,
        }
    }

    /// Addresses by which a site meets a machine.
    pub fn met_from(&self, here: SiteId, host: HostId) -> Vec<IpAddr> {
        let host = &self.hosts[host.index()];
        let seen = host.seen_as.filter(|_| host.site != here);
        seen.map_or_else(|| host.addresses.clone(), |seen| vec![IpAddr::V4(seen)])
    }

    /// The site behind a number.
    pub fn site(&self, id: SiteId) -> &Site {
        &self.sites[id.index()]
    }

    /// The zone behind a number.
    pub fn zone(&self, id: ZoneId) -> &Zone {
        &self.zones[id.index()]
    }

    /// The tunnel behind a number.
    pub fn tunnel(&self, id: TunnelId) -> &Tunnel {
        &self.tunnels[id.index()]
    }

    /// The proxy behind a number.
    pub fn proxy(&self, id: ProxyId) -> &Proxy {
        &self.proxies[id.index()]
    }

    /// All proxies with their numbers.
    pub fn proxy_ids(&self) -> impl Iterator<Item = (ProxyId, &Proxy)> {
        (0u32..).map(ProxyId).zip(&self.proxies)
    }

    /// Every machine of a zone has its address from DHCP, so that a switch that saw the leases knows whose each is. A
    /// machine with a fixed address would be taken for a thief (ARP protection drops what it says).
    pub fn has_leases_alone(&self, zone: ZoneId) -> bool {
        let is_served = self.site(self.zone(zone).site).served.contains(&zone);
        let is_fixed = |host: &Host| host.zones.first() == Some(&zone) && host.addresses.iter().any(IpAddr::is_ipv4);
        is_served && !self.hosts.at(self.zone(zone).site).any(|(_, host)| is_fixed(host))
    }

    /// The origin behind a number.
    pub fn origin(&self, id: OriginId) -> &Origin {
        &self.origins[id.index()]
    }

    /// All sites with their numbers.
    pub fn site_ids(&self) -> impl Iterator<Item = (SiteId, &Site)> {
        (0u32..).map(SiteId).zip(&self.sites)
    }

    /// All zones with their numbers.
    pub fn zone_ids(&self) -> impl Iterator<Item = (ZoneId, &Zone)> {
        (0u32..).map(ZoneId).zip(&self.zones)
    }

    /// Tunnels of a site, with the peer.
    pub fn tunnels_of(&self, site: SiteId) -> impl Iterator<Item = (TunnelId, SiteId, &Tunnel)> {
        self.tunnels.at(site).map(move |(id, t)| (TunnelId(id), t.ends[usize::from(t.ends[0] == site)], t))
    }

    /// Proxies of a site.
    pub fn proxies_of(&self, site: SiteId) -> impl Iterator<Item = (ProxyId, &Proxy)> {
        self.proxies.at(site).map(|(id, p)| (ProxyId(id), p))
    }

    /// The proxy that stands at an end.
    pub fn proxy_at(&self, place: &End) -> Option<&Proxy> {
        let site = match place {
            End::Host(host) => self.hosts[host.index()].site,
            End::Process(process) => self.processes[process.index()].site,
            End::Zone(_) | End::Gateway(_) | End::Supervision(_) | End::Internet(_) => return None,
        };
        self.proxies_of(site).map(|(_, proxy)| proxy).find(|proxy| proxy.place == *place)
    }

    /// Flows that the hosts of a zone open, as its line names them all.
    pub fn opened_by(&self, zone: ZoneId) -> impl Iterator<Item = &Flow> {
        let own = self.flows.at(self.zone(zone).site).map(|(_, flow)| flow);
        own.filter(move |flow| flow.from == End::Zone(zone))
    }

    /// A zone of the class that both sides may open to.
    pub fn is_meeting(&self, zone: ZoneId) -> bool {
        let meeting = &self.security.meeting_class;
        meeting.is_some() && self.zone(zone).class == *meeting
    }

    /// Flows that cross a site's gateway, with what each needs of it.
    pub fn legs_at(&self, site: SiteId) -> impl Iterator<Item = (&Flow, &Leg)> {
        self.flows
            .at(site)
            .flat_map(move |(_, flow)| flow.legs.iter().filter(move |leg| leg.site == site).map(move |leg| (flow, leg)))
    }

    /// Processes of a site's gateway.
    pub fn processes_of(&self, site: SiteId) -> impl Iterator<Item = (ProcessId, &Process)> {
        self.processes.at(site).map(|(id, p)| (ProcessId(id), p))
    }

    /// `zone` within its site, `site.zone` for people who look from outside.
    pub fn zone_label(&self, id: ZoneId) -> String {
        let zone = self.zone(id);
        format!("{}.{}", self.site(zone.site).name, zone.name)
    }

    /// Some line of `isolate` has the class of one zone on each side.
    pub fn are_apart(&self, a: ZoneId, b: ZoneId) -> bool {
        let on = |side: &[Name], zone| self.zone(zone).class.as_ref().is_some_and(|c| side.contains(c));
        let between = |a, b| self.security.isolate.iter().any(|line| on(&line.left, a) && on(&line.right, b));
        between(a, b) || between(b, a)
    }

    /// The zone of devices of a site.
    pub fn devices_zone(&self, site: SiteId) -> Option<ZoneId> {
        self.site(site).zones.iter().copied().find(|z| self.zone(*z).devices)
    }
}
