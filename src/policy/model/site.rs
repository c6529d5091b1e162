//! Profiles, the centre and establishments, with the part they have in common.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::{Ipv4Net, Ipv6Net};

use super::{
    Accept, Brownfield, Cable, Devices, Flow, FlowExpr, Gateway, Host, Link, Name, Pac, Proxy, Resolver, Serve, Switch,
    Uai, Zone,
};
use crate::diagnostics::At;

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
    pub supervision: At<Ipv4Addr>,
    /// The public address other traffic leaves by; None when nothing leaves in clear.
    pub exit: Option<At<Ipv4Addr>>,
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

/// A school that is not ours to configure yet: its file says `managed: no`. Its addresses stay its own; nothing is
/// compiled for it, and nothing is proved of it.
#[derive(Debug, Clone)]
pub struct Unmanaged {
    /// Its UAI code.
    pub uai: At<Uai>,
    /// Its name in words.
    pub title: At<String>,
    /// Its part of the plan.
    pub block: At<Ipv4Net>,
    /// Its part of the IPv6 plan, when it has one.
    pub block6: At<Option<Ipv6Net>>,
    /// Its public supervision address.
    pub supervision: At<Ipv4Addr>,
    /// Its other public address, when it has one.
    pub exit: Option<At<Ipv4Addr>>,
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
    /// What browsers are told.
    pub pac: Option<Pac>,
    /// Where gateways and switches send logs and take time.
    pub devices: Option<Devices>,
    /// Rules of good practice that this file does not keep.
    pub accepts: Vec<Accept>,
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
