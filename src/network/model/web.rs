//! Proxies and whom they serve.

use std::net::IpAddr;

use super::{End, SiteId, ZoneId};
use crate::diagnostics::At;
use crate::diagnostics::Span;
use crate::policy::Name;

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
