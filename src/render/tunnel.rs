//! Tunnels as connections of swanctl.conf: what the template is given.
//!
//! Refuses what the template has no line for: a shared secret, AH, another lifetime than none. Must not know whose
//! prefixes the selectors are.

use ipnet::IpNet;
use serde::Serialize;
use std::net::IpAddr;

use super::error::Problem;
use crate::config::tunnel::{Auth, Child, Tunnel};

#[derive(Serialize)]
pub(super) struct Connection<'a> {
    name: &'a str,
    version: u8,
    local: IpAddr,
    /// `%any` when the peer may come from anywhere.
    remote: String,
    proposals: &'a [String],
    mobike: bool,
    local_auth: &'a Auth,
    remote_auth: &'a Auth,
    if_id_in: Option<String>,
    if_id_out: Option<String>,
    dpd_seconds: u32,
    unique: &'a str,
    children: Vec<ChildText<'a>>,
}

#[derive(Serialize)]
struct ChildText<'a> {
    name: &'a str,
    /// Both sides, for people.
    remark: String,
    local: &'a [IpNet],
    remote: &'a [IpNet],
    esp: &'a [String],
    mode: &'a str,
    start_action: &'a str,
    dpd_action: &'a str,
    close_action: &'a str,
    rekey_seconds: u32,
}

/// Spells all tunnels of a device.
pub(super) fn connections(tunnels: &[Tunnel]) -> Result<Vec<Connection<'_>>, Problem> {
    tunnels.iter().map(connection).collect()
}

fn connection(tunnel: &Tunnel) -> Result<Connection<'_>, Problem> {
    for auth in [&tunnel.local_auth, &tunnel.remote_auth] {
        if !auth.certificate {
            return Err(Problem::unsupported(format!(
                "tunnel `{}` without certificates (ANSSI IPsec R9)",
                tunnel.name
            )));
        }
    }
    if tunnel.proposals.is_empty() || tunnel.version > 2 {
        return Err(Problem::unsupported(format!(
            "tunnel `{}` without proposals or with version {}",
            tunnel.name, tunnel.version
        )));
    }
    Ok(Connection {
        name: &tunnel.name,
        version: tunnel.version,
        local: tunnel.local,
        remote: tunnel.remote.map_or_else(|| "%any".to_owned(), |a| a.to_string()),
        proposals: &tunnel.proposals,
        mobike: tunnel.mobike,
        local_auth: &tunnel.local_auth,
        remote_auth: &tunnel.remote_auth,
        if_id_in: tunnel.if_id_in.map(|id| format!("{id:#x}")),
        if_id_out: tunnel.if_id_out.map(|id| format!("{id:#x}")),
        dpd_seconds: tunnel.dpd_seconds,
        unique: &tunnel.unique,
        children: tunnel.children.iter().map(child).collect::<Result<_, _>>()?,
    })
}

fn child(child: &Child) -> Result<ChildText<'_>, Problem> {
    let refused = |why: &str| Err(Problem::unsupported(format!("child `{}` {why}", child.name)));
    if !child.ah.is_empty() {
        return refused("with AH (ANSSI IPsec R3)");
    }
    if child.local.is_empty() || child.remote.is_empty() || child.esp.is_empty() {
        return refused("without selectors on both sides and ESP proposals");
    }
    Ok(ChildText {
        name: &child.name,
        remark: format!("{} <-> {}", list(&child.local), list(&child.remote)),
        local: &child.local,
        remote: &child.remote,
        esp: &child.esp,
        mode: &child.mode,
        start_action: &child.start_action,
        dpd_action: &child.dpd_action,
        close_action: &child.close_action,
        rekey_seconds: child.rekey_seconds,
    })
}

fn list(nets: &[IpNet]) -> String {
    nets.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
