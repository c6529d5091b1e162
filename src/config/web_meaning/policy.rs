//! What a proxy should decide, said by whoever knows the intent: no acl, no directive, no order but the lists'.

use ipnet::IpNet;
use std::collections::BTreeSet;

use super::ListKey;

/// Decisions of one proxy. In this order, a request is refused when
/// it asks for the proxy's management page; its host is, or resolves among others to, an address within `inside`; its
/// port is not one of its kind's; its client is in no policy. Then its client's policy decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebPolicy {
    /// Destinations never reached, by name or by address.
    pub inside: Vec<IpNet>,
    /// Ports of origins for requests other than CONNECT.
    pub plain_ports: BTreeSet<u16>,
    /// Ports of origins for CONNECT.
    pub connect_ports: BTreeSet<u16>,
    /// Who may ask for what. Prefixes of two policies must not meet: the first one would decide.
    pub clients: Vec<ClientPolicy>,
}

/// Decisions for some clients.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientPolicy {
    /// Their addresses.
    pub from: Vec<IpNet>,
    /// A host may be written as an address.
    pub literals: bool,
    /// First match: mandatory lists, then what the establishment allows, then what it refuses…
    pub steps: Vec<WebStep>,
    /// For a host in none of the lists.
    pub otherwise: bool,
}

/// Lists, and what is done with a host in one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebStep {
    /// Any of these.
    pub lists: BTreeSet<ListKey>,
    /// Lets through, or refuses.
    pub allow: bool,
}
