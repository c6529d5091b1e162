//! Proxy auto-configuration: what the browsers of one zone are told, by the function `FindProxyForURL` of a file of theirs.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::Serialize;

use super::Loc;

/// What one file tells browsers: the proxies in their order, and what is asked without one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Pac {
    /// Name of the file without its ending.
    pub name: String,
    /// A line for people: whose browsers these are.
    pub title: String,
    /// Address and TCP port of each proxy, the first that answers is asked.
    pub proxies: Vec<(Ipv4Addr, u16)>,
    /// Destinations that are asked without a proxy.
    pub direct: Vec<Direct>,
    /// Where the proxies stand.
    pub at: Loc,
}

/// Addresses that are asked without a proxy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Direct {
    /// Which.
    pub net: Ipv4Net,
    /// Whose they are: a remark beside the row.
    pub label: String,
    /// Where it was read.
    pub at: Loc,
}
