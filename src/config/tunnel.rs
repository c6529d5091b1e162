//! IPsec tunnels: peers, identities, selectors, cryptography (RFC 7296).

use ipnet::IpNet;
use serde::Serialize;
use std::net::IpAddr;

use super::Loc;

/// One IKE connection and its children.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tunnel {
    /// Its name.
    pub name: String,
    /// IKE version, 1 or 2; 0 means both are accepted.
    pub version: u8,
    /// Own outer address.
    pub local: IpAddr,
    /// Peer's outer address; None accepts any.
    pub remote: Option<IpAddr>,
    /// IKE proposals.
    pub proposals: Vec<String>,
    /// Address changes of the peer are accepted (RFC 4555).
    pub mobike: bool,
    /// How this end proves who it is.
    pub local_auth: Auth,
    /// How the peer must.
    pub remote_auth: Auth,
    /// Number of the XFRM interface for packets in; None is policy-based.
    pub if_id_in: Option<u32>,
    /// The same for packets out.
    pub if_id_out: Option<u32>,
    /// Seconds between liveness checks (RFC 7296 §2.4); 0 is off.
    pub dpd_seconds: u32,
    /// Seconds after which the IKE SA is given up at the latest; 0 is never.
    pub life_seconds: u64,
    /// Several IKE SAs with the same identity: "never", "no", "keep", "replace".
    pub unique: String,
    /// Its children.
    pub children: Vec<Child>,
    /// Where it was read.
    pub at: Loc,
}

/// One side's proof of identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Auth {
    /// True for certificates, false for a shared secret or anything else.
    pub certificate: bool,
    /// Its identity; None accepts any, and `*` or a `%any` is a pattern.
    pub id: Option<String>,
    /// Certificate file slots.
    pub certs: Vec<String>,
    /// Certificate authorities that may have issued it; empty accepts any known one.
    pub cacerts: Vec<String>,
}

/// One child SA: selectors, and what protects them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Child {
    /// Its name.
    pub name: String,
    /// Own side's prefixes.
    pub local: Vec<IpNet>,
    /// Peer's side's prefixes.
    pub remote: Vec<IpNet>,
    /// ESP proposals.
    pub esp: Vec<String>,
    /// AH proposals; must be empty (ANSSI IPsec R3).
    pub ah: Vec<String>,
    /// "tunnel", "transport", "pass", "drop", …
    pub mode: String,
    /// "trap", "start", "none".
    pub start_action: String,
    /// What happens when the peer stops answering.
    pub dpd_action: String,
    /// What happens when the peer closes the child.
    pub close_action: String,
    /// Seconds between rekeyings.
    pub rekey_seconds: u32,
    /// Seconds after which its keys are given up at the latest; 0 is never.
    pub life_seconds: u64,
    /// Where it was read.
    pub at: Loc,
}
