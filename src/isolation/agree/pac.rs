//! What browsers are told: exactly their zone's proxies, and without one only what its flows permit.
//!
//! The file opens nothing: what it tells a browser to ask itself still crosses the gateway. It must not tell what the
//! gateway refuses, nor name a proxy that another filter stands in.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::differences::Differences;
use crate::config::{Loc, Pac};
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Sink, Sources};
use crate::intent::PacIntent;
use crate::isolation::ReadDevice;
use crate::network::Network;

/// Every difference between the files of a site and those its zones must have.
pub(super) fn pac(net: &Network, device: &ReadDevice, intent: &[PacIntent], sources: &Sources, sink: &mut Sink) {
    let mut told = Differences::new(net, device, sources, sink);
    let mut read: BTreeMap<&str, &Pac> = device.bundle.pac.iter().map(|p| (p.name.as_str(), p)).collect();
    for wanted in intent {
        match read.remove(wanted.zone.as_str()) {
            Some(pac) => compare(&mut told, pac, wanted),
            None => {
                let span = told.site().pac.as_ref().map_or(told.site().span, |p| p.span);
                told.tell(&codes::PAC_DIFFERS, span, format!("zone `{}` has no file for its browsers", wanted.zone));
            }
        }
    }
    for pac in read.into_values() {
        let message = format!("`{}` is no zone whose browsers are told of proxies", pac.name);
        told.tell(&codes::PAC_DIFFERS, told.at(pac.at), message);
    }
}

fn compare(told: &mut Differences, pac: &Pac, wanted: &PacIntent) {
    let named: BTreeSet<(Ipv4Addr, u16)> = pac.proxies.iter().copied().collect();
    for (address, port) in named.difference(&wanted.proxies) {
        let message = format!("browsers of `{}` are sent to {address}:{port}, no proxy of theirs", wanted.zone);
        told.tell(&codes::PAC_DIFFERS, told.at(pac.at), message);
    }
    for (address, port) in wanted.proxies.difference(&named) {
        let message = format!("browsers of `{}` are not told of their proxy {address}:{port}", wanted.zone);
        told.tell(&codes::PAC_DIFFERS, told.at(pac.at), message);
    }
    let rows: BTreeMap<Ipv4Net, Loc> = pac.direct.iter().map(|d| (d.net, d.at)).collect();
    for (net, at) in rows.iter().filter(|(net, _)| !wanted.direct.contains(net)) {
        let message = format!("browsers of `{}` ask {net} without a proxy: no flow of theirs permits it", wanted.zone);
        told.tell(&codes::PAC_DIFFERS, told.at(*at), message);
    }
    for net in wanted.direct.iter().filter(|net| !rows.contains_key(net)) {
        let message = format!("browsers of `{}` ask a proxy for {net}, which their zone opens to itself", wanted.zone);
        told.tell(&codes::PAC_DIFFERS, told.at(pac.at), message);
    }
}
