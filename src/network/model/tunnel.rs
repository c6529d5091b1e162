//! Tunnels between sites, and those typed by hand.

use super::{OriginId, SiteId};
use std::net::Ipv4Addr;

use ipnet::IpNet;

use crate::diagnostics::At;
use crate::diagnostics::Span;
use crate::policy::Name;
use crate::policy::Suite;

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
    /// Where that is written.
    pub peer_span: Span,
    /// Local and remote prefixes.
    pub selectors: Vec<At<(IpNet, IpNet)>>,
    /// The line it comes from.
    pub origin: OriginId,
}
