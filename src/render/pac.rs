//! What browsers are told, as the words of a table.

use minijinja::Value;
use serde::Serialize;
use std::net::Ipv4Addr;

use super::files::named;
use crate::config::Pac;

/// A zone's file.
#[derive(Serialize)]
struct PacText {
    name: String,
    title: String,
    proxies: Vec<(Ipv4Addr, u16)>,
    direct: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    network: Ipv4Addr,
    mask: Ipv4Addr,
    label: String,
}

/// One context a file.
pub(super) fn contexts(all: &[Pac]) -> Vec<Value> {
    all.iter().map(|pac| named("pac", text(pac))).collect()
}

fn text(pac: &Pac) -> PacText {
    let row = |d: &crate::config::pac::Direct| Row {
        network: d.net.network(),
        mask: d.net.netmask(),
        label: d.label.clone(),
    };
    PacText {
        name: pac.name.clone(),
        title: pac.title.clone(),
        proxies: pac.proxies.clone(),
        direct: pac.direct.iter().map(row).collect(),
    }
}
