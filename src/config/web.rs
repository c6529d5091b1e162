//! A web proxy: who may ask for what, in first-match order.

use ipnet::IpNet;
use serde::Serialize;
use std::net::IpAddr;

use super::Loc;

/// One proxy process.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WebFilter {
    /// Its name.
    pub name: String,
    /// Addresses and TCP port it listens on.
    pub listen: Vec<(IpAddr, u16)>,
    /// Its own source addresses towards origins; empty lets the host choose.
    pub outgoing: Vec<IpAddr>,
    /// Resolvers it asks.
    pub resolvers: Vec<IpAddr>,
    /// Numeric user id or account it runs as.
    pub user: String,
    /// Named conditions, in the order written.
    pub acls: Vec<Acl>,
    /// First-match rules; without a match the opposite of the last one is done.
    pub rules: Vec<WebAccess>,
    /// Other settings that matter to safety, as the words after the directive (`forwarded_for` to `delete`).
    pub settings: Vec<(String, String)>,
    /// List files the device must have, path to what it holds, for those that are written here; category lists are slots.
    pub lists: Vec<DomainList>,
}

/// A list of domains in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DomainList {
    /// Path on the device.
    pub path: String,
    /// Category it is a slot for (UT1 name), or None when its domains are the establishment's own and written here.
    pub category: Option<String>,
    /// Its domains, each covering its subdomains.
    pub domains: Vec<String>,
}

/// A named condition; several values are alternatives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acl {
    /// Its name.
    pub name: String,
    /// What it looks at.
    pub test: AclTest,
    /// Where it was read.
    pub at: Loc,
}

/// What a condition looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum AclTest {
    /// Address of the client.
    Source(Vec<IpNet>),
    /// Address the requested host resolves to, or is written as.
    Destination(Vec<IpNet>),
    /// Port of the origin.
    Port(Vec<(u16, u16)>),
    /// The method is CONNECT.
    Connect,
    /// The host name is in a list file (or a subdomain of one in it).
    DomainFile(String),
    /// The host name is one of these or below them.
    Domain(Vec<String>),
    /// The host is written as an address.
    Literal,
    /// The port the client connected to on the proxy.
    ProxyPort(u16),
    /// Cache manager requests.
    Manager,
    /// Always.
    All,
}

/// One `http_access` rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WebAccess {
    /// Lets through, or refuses.
    pub allow: bool,
    /// All must hold: name and whether it is negated.
    pub when: Vec<(String, bool)>,
    /// A line for the reader, written above it.
    pub remark: Option<String>,
    /// Where it was read.
    pub at: Loc,
}
