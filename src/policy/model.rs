//! The policy as a tree of checked values: one struct a kind of node of the language.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::diagnostics::At;

/// A name people gave to a zone, host, proxy, service, profile, site, switch or port: `[A-Za-z0-9][A-Za-z0-9_-]*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// Wraps a text that the reader has already checked against the pattern.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// UAI code of an establishment: seven digits and a check letter (`"ABCDEFGHJKLMNPRSTUVWXYZ"[number mod 23]`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uai(Name);

impl Uai {
    /// Wraps a code whose letter the reader has already checked.
    pub fn new(text: &str) -> Self {
        Self(Name::new(text))
    }

    /// The code as a site name.
    pub fn name(&self) -> &Name {
        &self.0
    }
}

impl fmt::Display for Uai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// IEEE 802.1Q VLAN number, 1 to 4094.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VlanId(u16);

impl VlanId {
    /// None outside 1..=4094.
    pub fn new(number: u16) -> Option<Self> {
        (1..=4094).contains(&number).then_some(Self(number))
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}

/// The whole workspace.
#[derive(Debug, Clone)]
pub struct Policy {
    /// `region.yaml`.
    pub region: Region,
    /// `security.yaml`.
    pub security: Security,
    /// `services.yaml`.
    pub services: BTreeMap<Name, Service>,
    /// `services.yaml`, cryptographic suites.
    pub suites: BTreeMap<Name, Suite>,
    /// `waivers.yaml`.
    pub waivers: Vec<Waiver>,
    /// `centre/*.yaml`: the CSM, the academy.
    pub centres: BTreeMap<Name, Centre>,
    /// `profiles/*.yaml`.
    pub profiles: BTreeMap<Name, Profile>,
    /// `establishments/*.yaml`, by UAI.
    pub establishments: BTreeMap<Uai, Establishment>,
    /// `delegated/*.yaml`, by UAI.
    pub delegated: BTreeMap<Uai, Delegated>,
}

/// What the whole region shares.
#[derive(Debug, Clone)]
pub struct Region {
    /// Its name.
    pub name: At<Name>,
    /// Civil days of the policy are days of this zone.
    pub timezone: At<TimeZone>,
    /// The plan establishments take their blocks from.
    pub plan4: At<Ipv4Net>,
    /// The same for IPv6.
    pub plan6: At<Ipv6Net>,
    /// Ranges that, with the plan, never leave a WAN interface in clear.
    pub private: Vec<At<IpNet>>,
    /// Wide-area networks by name.
    pub wans: BTreeMap<Name, Wan>,
    /// Identities of IKE peers.
    pub ike: Ike,
    /// VLAN of shut ports.
    pub dark_unused: At<VlanId>,
    /// VLAN of the untagged side of trunks.
    pub dark_native: At<VlanId>,
}

/// One wide-area network.
#[derive(Debug, Clone)]
pub struct Wan {
    /// Its name.
    pub name: At<Name>,
    /// Who runs it.
    pub operator: At<Name>,
    /// Public addresses of its sites.
    pub public: At<IpNet>,
    /// Bytes of an IP packet on it.
    pub mtu: At<u16>,
}

/// IKE identities (RFC 7296 §3.5): a peer is `<site>.<identity>`.
#[derive(Debug, Clone)]
pub struct Ike {
    /// Domain under which peers are named.
    pub identity: At<String>,
    /// Name of the certificate authority, a slot filled at deployment.
    pub authority: At<Name>,
}

/// A named service.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its name.
    pub name: At<Name>,
    /// What it is made of, each with its place; other services already expanded.
    pub items: Vec<At<L4>>,
}

/// What a service is on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum L4 {
    /// Destination ports, both included.
    Tcp(u16, u16),
    /// Destination ports, both included.
    Udp(u16, u16),
    /// ICMP type (RFC 792).
    Icmp(u8),
    /// ICMPv6 type (RFC 4443).
    Icmp6(u8),
}

/// A cryptographic suite.
#[derive(Debug, Clone)]
pub struct Suite {
    /// Its name.
    pub name: At<Name>,
    /// IKE proposal in strongSwan's words.
    pub ike: At<String>,
    /// ESP proposal in strongSwan's words.
    pub esp: At<String>,
    /// Seconds between rekeyings of a child.
    pub rekey_seconds: At<u32>,
}

/// What the academy's security officer lays down.
#[derive(Debug, Clone)]
pub struct Security {
    /// Partition of all zones of establishments: class to zone names.
    pub classes: BTreeMap<Name, Class>,
    /// Pairs of class lists that T1 keeps apart.
    pub isolate: Vec<At<Isolate>>,
    /// Centre zones that may open towards establishments.
    pub may_start: Vec<At<MayStart>>,
    /// Centre zones where several establishments may open to the same hosts.
    pub meet: Vec<At<SiteName>>,
    /// Zones that break the protocol between those that open to them and those they open to, with how they do.
    pub relays: Vec<Relay>,
    /// Web filters by name.
    pub web: BTreeMap<Name, WebRule>,
    /// Web filters an establishment may edit.
    pub delegated_web: Vec<At<Name>>,
    /// Classes whose flows an establishment may withdraw.
    pub delegated_narrow: Vec<At<Name>>,
}

/// A class of zones.
#[derive(Debug, Clone)]
pub struct Class {
    /// Its name.
    pub name: At<Name>,
    /// Its zones.
    pub zones: Vec<At<Name>>,
}

/// `administrative | pedagogic, open`: no path either way.
#[derive(Debug, Clone)]
pub struct Isolate {
    /// Classes on the left.
    pub left: Vec<At<Name>>,
    /// Classes on the right.
    pub right: Vec<At<Name>>,
}

/// `csm.bastion -> management, gateway`.
#[derive(Debug, Clone)]
pub struct MayStart {
    /// Centre zones.
    pub from: Vec<At<SiteName>>,
    /// Classes, or the words `gateway` and `supervision`.
    pub to: Vec<At<Name>>,
}

/// `site.name`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteName {
    /// The site.
    pub site: Name,
    /// Its zone, host, proxy or resolver.
    pub name: Name,
}

/// A zone declared to break the protocol (ANSSI-INTERCO R8).
#[derive(Debug, Clone)]
pub struct Relay {
    /// A zone name of establishments, or `site.zone`, or `gateway.process`.
    pub zone: At<End>,
    /// What breaks the protocol.
    pub breaks: At<String>,
}

/// What stands between a class and the Internet.
#[derive(Debug, Clone)]
pub struct WebRule {
    /// Its name.
    pub name: At<Name>,
    /// Classes whose zones it filters.
    pub classes: Vec<At<Name>>,
    /// Mandatory categories (UT1 names), never unblocked.
    pub deny: Vec<At<Name>>,
    /// Categories blocked unless an establishment unblocks.
    pub filter: Vec<At<Name>>,
    /// White list: when not empty, nothing else passes.
    pub only: Vec<At<Name>>,
    /// What happens without a match; deny when absent.
    pub otherwise_allow: bool,
    /// Place of the whole entry.
    pub span: crate::diagnostics::Span,
}

/// A dated derogation.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// Its number in the register.
    pub id: At<Name>,
    /// The flow it makes: ends are `zone@UAI`.
    pub opens: At<FlowExpr>,
    /// Why.
    pub reason: At<String>,
    /// Who asked.
    pub owner: At<String>,
    /// Who signed; the proof of signature is the merge by the file's owner.
    pub signed_by: At<String>,
    /// When.
    pub signed_on: At<Date>,
    /// First day, or from the signature on.
    pub from: Option<At<Date>>,
    /// Last day included.
    pub until: At<Date>,
}

/// A site of the centre or of the academy.
#[derive(Debug, Clone)]
pub struct Centre {
    /// Its name.
    pub site: At<Name>,
    /// WAN it is on.
    pub wan: At<Name>,
    /// Its gateway.
    pub gateway: Gateway,
    /// Tunnels it opens, by peer site.
    pub links: BTreeMap<Name, Link>,
    /// What it holds.
    pub parts: Parts,
}

/// A model that establishments share.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its name.
    pub name: At<Name>,
    /// WAN its establishments are on.
    pub wan: At<Name>,
    /// Tunnels, by peer site.
    pub links: BTreeMap<Name, Link>,
    /// Classes that its establishments do not have, so that a theorem is not vacuous by accident.
    pub has_no: Vec<At<Name>>,
    /// What it holds.
    pub parts: Parts,
}

/// One school.
#[derive(Debug, Clone)]
pub struct Establishment {
    /// Its UAI code.
    pub uai: At<Uai>,
    /// Its name in words.
    pub title: At<String>,
    /// Its profile.
    pub profile: At<Name>,
    /// Its part of the plan.
    pub block: At<Ipv4Net>,
    /// Its part of the IPv6 plan; None is written `none` and means that no IPv6 packet is forwarded.
    pub block6: At<Option<Ipv6Net>>,
    /// The public address kept for supervision (convention, art. 12); also ends the tunnels.
    pub supervision: At<std::net::Ipv4Addr>,
    /// The public address other traffic leaves by; None when nothing leaves in clear.
    pub exit: Option<At<std::net::Ipv4Addr>>,
    /// Its gateway; `public` is its supervision address.
    pub gateway: Gateway,
    /// Classes it does not have, beside those of its profile.
    pub has_no: Vec<At<Name>>,
    /// What it adds to its profile (and the ranges of the profile's `private` zones).
    pub parts: Parts,
    /// Its switches, by name.
    pub switches: BTreeMap<Name, Switch>,
    /// Cables between them.
    pub cables: Vec<At<Cable>>,
    /// What exists and the language would not make.
    pub brownfield: Brownfield,
}

/// What centres, profiles and establishments all may hold.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// Zones by name.
    pub zones: BTreeMap<Name, Zone>,
    /// Hosts by name.
    pub hosts: BTreeMap<Name, Host>,
    /// Proxies by name.
    pub proxies: BTreeMap<Name, Proxy>,
    /// Resolvers outside the plan, by name: `operator: internet (198.18.0.53/32)`.
    pub resolvers: BTreeMap<Name, Resolver>,
    /// Flows.
    pub flows: Vec<Flow>,
    /// What is answered on the link.
    pub serve: Option<Serve>,
    /// Where gateways and switches send logs and take time.
    pub devices: Option<Devices>,
}

/// A gateway.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Target descriptor (`targets/NAME.yaml`).
    pub target: At<Name>,
    /// Public address; for an establishment the place is that of `supervision`.
    pub public: At<std::net::Ipv4Addr>,
    /// Next hop on the WAN.
    pub next_hop: At<std::net::Ipv4Addr>,
    /// WAN interface name.
    pub wan: At<Name>,
    /// LAN interface name, a trunk.
    pub lan: At<Name>,
    /// Place of the whole entry.
    pub span: crate::diagnostics::Span,
}

/// A tunnel to a peer site.
#[derive(Debug, Clone)]
pub struct Link {
    /// The peer site.
    pub peer: At<Name>,
    /// Its cryptographic suite.
    pub suite: At<Name>,
}

/// A zone as declared.
#[derive(Debug, Clone)]
pub struct Zone {
    /// Its name.
    pub name: At<Name>,
    /// Its VLAN; None only where an establishment fills a zone of its profile.
    pub vlan: Option<At<VlanId>>,
    /// Place in the establishment's block: bits to add to the block's address, and prefix length.
    pub at: Option<At<BlockPart>>,
    /// Whole IPv4 prefix (centre zones, `private` zones).
    pub ipv4: Option<At<Ipv4Net>>,
    /// Whole IPv6 prefix.
    pub ipv6: Option<At<Ipv6Net>>,
    /// A range that repeats from school to school: never in a tunnel, leaves only behind the exit address.
    pub private: bool,
    /// Gateways and switches have their own address here.
    pub devices: bool,
    /// Name in words.
    pub title: Option<At<String>>,
    /// Public address that its traffic leaves by.
    pub exit: Option<At<std::net::Ipv4Addr>>,
}

/// `19.128/25`: an offset in a block, and a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlockPart {
    /// Added to the block's first address.
    pub offset: u32,
    /// Prefix length.
    pub length: u8,
}

/// A host with fixed addresses.
#[derive(Debug, Clone)]
pub struct Host {
    /// Its name.
    pub name: At<Name>,
    /// Its zones; more than one is a dual-homed machine.
    pub zones: Vec<At<Name>>,
    /// Its IPv4 address.
    pub ipv4: Option<At<std::net::Ipv4Addr>>,
    /// Its IPv6 address.
    pub ipv6: Option<At<std::net::Ipv6Addr>>,
    /// Public address that its traffic leaves by.
    pub exit: Option<At<std::net::Ipv4Addr>>,
}

/// Where a proxy runs.
#[derive(Debug, Clone)]
pub enum ProxyPlace {
    /// A machine in a zone.
    Host {
        /// Its zone.
        zone: At<Name>,
        /// Its IPv4 address.
        ipv4: At<std::net::Ipv4Addr>,
        /// Its IPv6 address.
        ipv6: Option<At<std::net::Ipv6Addr>>,
        /// Public address that its traffic leaves by.
        exit: Option<At<std::net::Ipv4Addr>>,
    },
    /// A process of the gateway, with rights of its own by numeric uid.
    Gateway {
        /// The zone whose gateway address it listens on.
        listen: At<Name>,
        /// Its numeric user id.
        uid: At<u32>,
    },
}

/// A web proxy.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// Its name.
    pub name: At<Name>,
    /// Where it runs.
    pub place: ProxyPlace,
    /// Target descriptor.
    pub target: At<Name>,
    /// Web filters it applies, by class of the asking zone.
    pub filters: Vec<At<Name>>,
    /// Who resolves names for it: a host or resolver of its site.
    pub resolver: At<Name>,
}

/// A resolver outside the plan.
#[derive(Debug, Clone)]
pub struct Resolver {
    /// Its name.
    pub name: At<Name>,
    /// Where it answers.
    pub addresses: Vec<At<IpNet>>,
}

/// A permitted flow.
#[derive(Debug, Clone)]
pub struct Flow {
    /// `ends -> ends on services`.
    pub allow: At<FlowExpr>,
    /// Why: the generated rule's comment.
    pub because: At<String>,
    /// First day.
    pub from: Option<At<Date>>,
    /// Last day included.
    pub until: Option<At<Date>>,
}

/// `ends "->" ends "on" service {"," service}`.
#[derive(Debug, Clone)]
pub struct FlowExpr {
    /// Who opens.
    pub from: Vec<At<End>>,
    /// To whom.
    pub to: Vec<At<End>>,
    /// On what; named services stay names, their items are in [`Policy::services`].
    pub services: Vec<At<ServiceRef>>,
}

/// A service as a flow names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceRef {
    /// One of `services.yaml`.
    Named(Name),
    /// Written in place.
    Inline(L4),
}

/// One end of a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// A zone, host, proxy or resolver of this site.
    Here(Name),
    /// One of another site.
    There(SiteName),
    /// `zone@UAI`, in waivers only.
    Waived(Name, Uai),
    /// Everything outside the plan, private ranges and declared public addresses; empty means all of it.
    Internet(Vec<IpNet>),
    /// The gateway's own processes.
    Gateway,
    /// One process of the gateway.
    Process(Name),
    /// The public supervision address.
    Supervision,
}

/// What the gateway answers on its links; opens nothing.
#[derive(Debug, Clone)]
pub struct Serve {
    /// Zones with DHCP and router advertisements.
    pub dhcp: Vec<At<Name>>,
    /// Resolver told to clients where a flow lets them reach it.
    pub names: Option<At<End>>,
    /// Time source told to clients where a flow lets them reach it.
    pub clock: Option<At<End>>,
}

/// Where devices send.
#[derive(Debug, Clone)]
pub struct Devices {
    /// Log collector.
    pub logs: Option<At<End>>,
    /// Time source.
    pub clock: Option<At<End>>,
}

/// A switch.
#[derive(Debug, Clone)]
pub struct Switch {
    /// Its name.
    pub name: At<Name>,
    /// Target descriptor.
    pub target: At<Name>,
    /// Model of the descriptor: gives port names and the firmware's defaults.
    pub model: At<Name>,
    /// Its address in the zone marked `devices`.
    pub ipv4: At<std::net::Ipv4Addr>,
    /// Ranges of ports and what is on them; a port not listed is shut.
    pub ports: Vec<SwitchPorts>,
}

/// `32-33: ap byod, wifi_staff managed mgmt`.
#[derive(Debug, Clone)]
pub struct SwitchPorts {
    /// First and last port number.
    pub range: At<(u16, u16)>,
    /// What is on them.
    pub role: At<PortRole>,
}

/// What is on a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortRole {
    /// Hosts of one zone.
    Access(At<Name>),
    /// An access point: tagged zones, and the untagged zone of the access point itself.
    AccessPoint {
        /// Tagged.
        zones: Vec<At<Name>>,
        /// Untagged.
        managed: At<Name>,
    },
    /// Shut.
    Unused,
}

/// `device.port = device.port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cable {
    /// One end.
    pub a: CableEnd,
    /// Other end.
    pub b: CableEnd,
}

/// `sw-1.48` or `gateway.lan`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CableEnd {
    /// Device name, or `gateway`.
    pub device: At<Name>,
    /// Port number as text, or `lan`.
    pub port: At<Name>,
}

/// What exists and the language would not make.
#[derive(Debug, Clone, Default)]
pub struct Brownfield {
    /// Policy-based tunnels with selectors typed by hand, far end not ours, by name.
    pub tunnels: BTreeMap<Name, OldTunnel>,
    /// Facts of switches, by name of a declared switch.
    pub switches: BTreeMap<Name, OldSwitch>,
}

/// A tunnel whose far end is not ours: what its selectors cover is let through, both ways.
#[derive(Debug, Clone)]
pub struct OldTunnel {
    /// Its name.
    pub name: At<Name>,
    /// Public address of the peer.
    pub peer: At<std::net::Ipv4Addr>,
    /// Local and remote prefixes.
    pub selectors: Vec<At<(IpNet, IpNet)>>,
}

/// What a switch does beside its ports.
#[derive(Debug, Clone)]
pub struct OldSwitch {
    /// Its name.
    pub name: At<Name>,
    /// Zones it has an address in, and routes between.
    pub routes: Vec<At<Name>>,
    /// Port number to the zone that is untagged on it.
    pub native: BTreeMap<u16, At<Name>>,
}

/// What an establishment's own file holds: it can only narrow, or edit the lists of a web filter inside what the security policy leaves open.
#[derive(Debug, Clone)]
pub struct Delegated {
    /// The establishment.
    pub uai: At<Uai>,
    /// Lists by web filter.
    pub web: BTreeMap<Name, DelegatedList>,
    /// Flows given up until further notice.
    pub withdraw: Vec<At<FlowExpr>>,
}

/// An establishment's own lists for one web filter.
#[derive(Debug, Clone)]
pub struct DelegatedList {
    /// The filter.
    pub filter: At<Name>,
    /// Domains let through although an optional category blocks them; a domain covers its subdomains.
    pub allow: Vec<At<String>>,
    /// Domains blocked.
    pub deny: Vec<At<String>>,
}
