//! The region as a graph: sites, zones, processes, tunnels, switches, flows with their paths, epochs.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::diagnostics::{At, Span};
use crate::policy::{L4, Name, Suite, VlanId};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// Place in its table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// Number of a [`Site`].
    SiteId,
    /// Number of a [`Zone`].
    ZoneId,
    /// Number of a [`Host`].
    HostId,
    /// Number of a [`Process`].
    ProcessId,
    /// Number of a [`Tunnel`].
    TunnelId,
    /// Number of a [`Flow`].
    FlowId,
    /// Number of an [`Origin`].
    OriginId,
}

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
    pub hosts: Vec<Host>,
    /// Processes of gateways that have rights of their own.
    pub processes: Vec<Process>,
    /// Tunnels between sites.
    pub tunnels: Vec<Tunnel>,
    /// Permitted flows, one for each pair of ends.
    pub flows: Vec<Flow>,
    /// Source lines that rules come from.
    pub origins: Vec<Origin>,
    /// Web proxies and what each lets through.
    pub proxies: Vec<Proxy>,
    /// What the security policy asks.
    pub security: SecurityFacts,
    /// Spans of time in which no permit begins or ends.
    pub epochs: Vec<Epoch>,
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

/// A place with one gateway.
#[derive(Debug, Clone)]
pub struct Site {
    /// `csm`, `academy`, or a UAI code.
    pub name: Name,
    /// Name in words.
    pub title: String,
    /// True for a school, false for the centre and the academy.
    pub is_establishment: bool,
    /// Its gateway.
    pub gateway: Gateway,
    /// Its zones.
    pub zones: Vec<ZoneId>,
    /// Classes it declares not to have.
    pub has_no: Vec<Name>,
    /// Public address that its zones' traffic leaves by; None when nothing leaves in clear.
    pub exit: Option<Ipv4Addr>,
    /// It forwards IPv6.
    pub ipv6: bool,
    /// Its switches.
    pub switches: Vec<Switch>,
    /// Its cables.
    pub cables: Vec<At<Cable>>,
    /// Tunnels that exist and whose far end is not ours.
    pub old_tunnels: Vec<OldTunnel>,
    /// Zones where DHCP and router advertisements are answered.
    pub served: Vec<ZoneId>,
    /// Resolvers told to clients of a served zone.
    pub served_names: BTreeMap<ZoneId, Vec<IpAddr>>,
    /// Time sources told to clients of a served zone.
    pub served_clock: BTreeMap<ZoneId, Vec<IpAddr>>,
    /// Where its devices send logs.
    pub logs: Vec<IpAddr>,
    /// Where its devices take time.
    pub clocks: Vec<IpAddr>,
    /// Where it is declared.
    pub span: Span,
}

/// A gateway.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Its target descriptor.
    pub target: At<Name>,
    /// Public address: ends the tunnels, answers supervision.
    pub public: At<Ipv4Addr>,
    /// Other public addresses of the site, that traffic leaves by.
    pub exits: BTreeSet<Ipv4Addr>,
    /// Next hop on the WAN.
    pub next_hop: Ipv4Addr,
    /// WAN interface.
    pub wan: String,
    /// LAN trunk.
    pub lan: String,
    /// Bytes of an IP packet on the WAN.
    pub mtu: u16,
}

/// A zone of one site.
#[derive(Debug, Clone)]
pub struct Zone {
    /// Its site.
    pub site: SiteId,
    /// Its name within the site.
    pub name: Name,
    /// Name in words.
    pub title: String,
    /// Its class; None for a zone of the centre.
    pub class: Option<Name>,
    /// Its VLAN.
    pub vlan: VlanId,
    /// Its IPv4 prefix.
    pub v4: Ipv4Net,
    /// Its IPv6 prefix.
    pub v6: Option<Ipv6Net>,
    /// A scope of its own: repeats elsewhere, never in a tunnel.
    pub private: bool,
    /// Devices have their address here.
    pub devices: bool,
    /// Public address that its traffic leaves by.
    pub exit: Option<Ipv4Addr>,
    /// Where it is declared (its profile's line, or the establishment's).
    pub span: Span,
}

impl Zone {
    /// The gateway's address in it: the first.
    pub fn gateway4(&self) -> Ipv4Addr {
        Ipv4Addr::from(u32::from(self.v4.network()) + 1)
    }

    /// The gateway's IPv6 address in it: the first.
    pub fn gateway6(&self) -> Option<Ipv6Addr> {
        self.v6.map(|n| Ipv6Addr::from(u128::from(n.network()) + 1))
    }

    /// Its prefixes.
    pub fn nets(&self) -> Vec<IpNet> {
        std::iter::once(IpNet::V4(self.v4)).chain(self.v6.map(IpNet::V6)).collect()
    }
}

/// A machine with fixed addresses.
#[derive(Debug, Clone)]
pub struct Host {
    /// Its name within the site.
    pub name: Name,
    /// Its site.
    pub site: SiteId,
    /// Its zones: more than one is a dual-homed machine, which passes what it receives in one on to the others.
    pub zones: Vec<ZoneId>,
    /// Its addresses, in its first zone.
    pub addresses: Vec<IpAddr>,
    /// Public address that its traffic leaves by.
    pub exit: Option<Ipv4Addr>,
    /// Where it is declared.
    pub span: Span,
}

/// A process of a gateway with rights of its own.
#[derive(Debug, Clone)]
pub struct Process {
    /// Its name within the site.
    pub name: Name,
    /// Its site.
    pub site: SiteId,
    /// Zone whose gateway address it listens on.
    pub listen: ZoneId,
    /// Numeric user id.
    pub uid: u32,
    /// Public address it sends from.
    pub exit: Ipv4Addr,
    /// Where it is declared.
    pub span: Span,
}

/// One end of a flow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// All hosts of a zone.
    Zone(ZoneId),
    /// One machine.
    Host(HostId),
    /// A process of a gateway.
    Process(ProcessId),
    /// A gateway itself, at its address in the zone of devices.
    Gateway(SiteId),
    /// A site's public supervision address.
    Supervision(SiteId),
    /// Outside: these prefixes, or everything that is neither inside nor a declared public address when empty.
    Internet(Vec<IpNet>),
}

/// Where a packet crosses the border of a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Port {
    /// The VLAN interface of a zone.
    Zone(ZoneId),
    /// The XFRM interface of a tunnel.
    Tunnel(TunnelId),
    /// The WAN interface, in clear.
    Wan,
    /// The gateway's own sockets, of one process or of the system.
    Local(Option<ProcessId>),
}

/// What a flow needs of one gateway on its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// Whose gateway.
    pub site: SiteId,
    /// Where the opener's packets come in.
    pub enters: Port,
    /// Where they go out.
    pub leaves: Port,
    /// Source prefixes as seen when they come in.
    pub source: Vec<IpNet>,
    /// Destination prefixes; empty when `internet`.
    pub destination: Vec<IpNet>,
    /// Destinations are everything outside, instead of `destination`.
    pub internet: bool,
    /// Source address they leave with, when it is translated.
    pub translated: Option<Ipv4Addr>,
}

/// A permitted flow between two ends.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The line it comes from.
    pub origin: OriginId,
    /// Who opens.
    pub from: End,
    /// To whom.
    pub to: End,
    /// On what.
    pub services: Vec<L4>,
    /// When.
    pub window: Window,
    /// The waiver that makes it, by its number in the register.
    pub waiver: Option<Name>,
    /// Gateways on its path, in order; none when both ends are on one link.
    pub legs: Vec<Leg>,
}

/// A span of time in epoch seconds: first second included, last excluded; None is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Window {
    /// First second.
    pub from: Option<i64>,
    /// First second after it.
    pub until: Option<i64>,
}

impl Window {
    /// Always.
    pub const ALWAYS: Self = Self { from: None, until: None };

    /// True when the instant lies in it.
    pub fn contains(self, instant: i64) -> bool {
        self.from.is_none_or(|f| f <= instant) && self.until.is_none_or(|u| instant < u)
    }
}

/// A span of time in which no permit begins or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    /// Its extent.
    pub window: Window,
    /// `from 2027-06-14 until 2027-07-02`, as people read it.
    pub title: String,
}

impl Epoch {
    /// An instant inside it.
    pub fn instant(&self) -> i64 {
        self.window.from.or(self.window.until.map(|u| u - 1)).unwrap_or(0)
    }
}

/// A source line that rules come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its place.
    pub span: Span,
    /// Stable id, kept in the generated rule's comment: it depends on what the line says, not on where it stands.
    pub id: String,
    /// `policies/profiles/lycee-cible2.yaml:25`.
    pub cite: String,
    /// Why, in the owner's words.
    pub because: String,
    /// Who may change the line.
    pub owner: String,
}

/// A tunnel between two of our sites; both ends are compiled.
#[derive(Debug, Clone)]
pub struct Tunnel {
    /// The two sites, the one that declares the link first.
    pub ends: [SiteId; 2],
    /// Cryptography.
    pub suite: Suite,
    /// Pairs of prefixes it protects, in the order of `ends`; each with the flows that need it.
    pub pairs: Vec<Pair>,
    /// Where it is declared.
    pub span: Span,
}

/// One child: prefixes of one family on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Its name, the same at both ends.
    pub name: String,
    /// Prefix on the side of `ends[0]`, then of `ends[1]`.
    pub nets: [IpNet; 2],
    /// First flow that needs it.
    pub origin: OriginId,
}

/// A policy-based tunnel whose far end is not ours.
#[derive(Debug, Clone)]
pub struct OldTunnel {
    /// Its name.
    pub name: Name,
    /// The peer's public address.
    pub peer: Ipv4Addr,
    /// Local and remote prefixes.
    pub selectors: Vec<At<(IpNet, IpNet)>>,
    /// The line it comes from.
    pub origin: OriginId,
}

/// A switch.
#[derive(Debug, Clone)]
pub struct Switch {
    /// Its name.
    pub name: Name,
    /// Its target descriptor.
    pub target: At<Name>,
    /// Its model.
    pub model: At<Name>,
    /// Its address in the zone of devices.
    pub ipv4: Ipv4Addr,
    /// Zone of devices.
    pub devices: ZoneId,
    /// What is on each port that is not shut and no cable end.
    pub ports: BTreeMap<u16, At<PortUse>>,
    /// Zones it routes between, and has an address in (brownfield).
    pub routes: Vec<At<ZoneId>>,
    /// Ports whose untagged zone is said by hand (brownfield).
    pub native: BTreeMap<u16, At<ZoneId>>,
    /// Where it is declared.
    pub span: Span,
}

/// What is on a switch port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortUse {
    /// Hosts of one zone.
    Access(ZoneId),
    /// An access point: tagged zones, and its own untagged one.
    AccessPoint(Vec<ZoneId>, ZoneId),
}

impl PortUse {
    /// Zones that are members through this port.
    pub fn zones(&self) -> Vec<ZoneId> {
        match self {
            Self::Access(zone) => vec![*zone],
            Self::AccessPoint(zones, managed) => zones.iter().chain([managed]).copied().collect(),
        }
    }
}

/// A cable between two ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cable {
    /// Its two ends.
    pub ends: [CableEnd; 2],
}

/// One end of a cable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum CableEnd {
    /// The gateway's LAN trunk.
    Gateway,
    /// A switch (by its place in the site's table) and a port.
    Switch(usize, u16),
}

/// A web proxy.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// Its name within the site.
    pub name: Name,
    /// Its site.
    pub site: SiteId,
    /// Its target descriptor.
    pub target: At<Name>,
    /// Where it runs.
    pub place: End,
    /// Addresses it listens on.
    pub listen: Vec<IpAddr>,
    /// TCP port it listens on.
    pub port: u16,
    /// Source addresses towards origins; empty lets the host choose.
    pub outgoing: Vec<IpAddr>,
    /// Resolvers it asks.
    pub resolvers: Vec<IpAddr>,
    /// Account it runs as.
    pub user: String,
    /// Who asks, and what stands between them and the Internet.
    pub clients: Vec<WebClients>,
    /// Where it is declared.
    pub span: Span,
}

/// Clients of a proxy that one web filter covers.
#[derive(Debug, Clone)]
pub struct WebClients {
    /// The filter.
    pub filter: Name,
    /// Mandatory categories.
    pub deny: Vec<Name>,
    /// Categories blocked unless an establishment unblocks.
    pub optional: Vec<Name>,
    /// White list; when not empty, nothing else passes.
    pub only: Vec<Name>,
    /// What happens without a match.
    pub otherwise_allow: bool,
    /// Zones that ask.
    pub zones: Vec<ZoneId>,
    /// Establishments' own lists.
    pub own: Vec<OwnLists>,
    /// Where the filter is declared.
    pub span: Span,
}

/// An establishment's own lists for a filter.
#[derive(Debug, Clone)]
pub struct OwnLists {
    /// The establishment.
    pub site: SiteId,
    /// Let through although an optional category blocks them.
    pub allow: Vec<String>,
    /// Blocked.
    pub deny: Vec<String>,
}

/// What the security policy asks, resolved.
#[derive(Debug, Clone, Default)]
pub struct SecurityFacts {
    /// Lines of `isolate`.
    pub isolate: Vec<IsolateLine>,
    /// Centre zones that may open towards establishments.
    pub may_start: BTreeMap<ZoneId, MayStart>,
    /// Centre zones where several establishments may open to the same hosts.
    pub meet: BTreeMap<ZoneId, Span>,
    /// Class of zones that both sides may open to, and that open to nobody.
    pub meeting_class: Option<Name>,
    /// Zones and processes that break the protocol, with how.
    pub relays: Vec<(End, String, Span)>,
}

/// What a centre zone may open to in establishments.
#[derive(Debug, Clone)]
pub struct MayStart {
    /// Classes, and the words `gateway` and `supervision`.
    pub to: BTreeSet<Name>,
    /// Its place.
    pub span: Span,
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

/// What a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The gateway of a site.
    Gateway,
    /// A machine that runs a proxy: its place in [`Network::proxies`].
    Proxy(usize),
    /// A switch: its place in the site's table.
    Switch(usize),
}

impl Network {
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
        (0u32..)
            .map(TunnelId)
            .zip(&self.tunnels)
            .filter_map(move |(id, t)| t.ends.iter().position(|e| *e == site).map(|here| (id, t.ends[1 - here], t)))
    }

    /// Processes of a site's gateway.
    pub fn processes_of(&self, site: SiteId) -> impl Iterator<Item = (ProcessId, &Process)> {
        (0u32..).map(ProcessId).zip(&self.processes).filter(move |(_, p)| p.site == site)
    }

    /// `zone` within its site, `site.zone` for people who look from outside.
    pub fn zone_label(&self, id: ZoneId) -> String {
        let zone = self.zone(id);
        format!("{}.{}", self.site(zone.site).name, zone.name)
    }

    /// The zone of devices of a site.
    pub fn devices_zone(&self, site: SiteId) -> Option<ZoneId> {
        self.site(site).zones.iter().copied().find(|z| self.zone(*z).devices)
    }
}
