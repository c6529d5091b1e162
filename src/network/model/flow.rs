//! Flows with the way they take.

use std::net::Ipv4Addr;

use ipnet::IpNet;

use super::{HostId, OriginId, ProcessId, SiteId, TunnelId, Window, ZoneId};
use crate::diagnostics::Span;
use crate::policy::{Auth, L4, Name};

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
    /// Source prefixes as seen when they come in; empty when `from_internet`.
    pub source: Vec<IpNet>,
    /// Destination prefixes as the filter sees them; empty when `internet`.
    pub destination: Vec<IpNet>,
    /// Destinations are everything outside, instead of `destination`.
    pub internet: bool,
    /// Sources are everything outside, instead of `source`.
    pub from_internet: bool,
    /// Source address they leave with, when it is translated.
    pub translated: Option<Ipv4Addr>,
    /// Destination address they come in with, when it is translated: `destination` is what it becomes.
    pub met_at: Option<Ipv4Addr>,
}

/// How a service answers the Internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The public address at which it is found.
    pub at: Ipv4Addr,
    /// What it asks of who comes: a fact, which no text shows.
    pub auth: Auth,
    /// Where the address is written.
    pub span: Span,
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
    /// Where the two ends are written.
    pub at: [Span; 2],
    /// On what.
    pub services: Vec<L4>,
    /// When.
    pub window: Window,
    /// The waiver that makes it, by its number in the register.
    pub waiver: Option<Name>,
    /// It comes from the Internet to a service that is published.
    pub published: Option<Published>,
    /// Gateways on its path, in order; none when both ends are on one link.
    pub legs: Vec<Leg>,
}

/// What an establishment's own file gave up of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    /// The line of `withdraw:`.
    pub by: Span,
    /// The line that permits it.
    pub flow: Span,
    /// Who would have opened.
    pub from: End,
    /// To whom.
    pub to: End,
    /// On what.
    pub services: Vec<L4>,
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
