//! Values: ports, VLANs, addresses, names.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};

/// Why a word is not the value it should be.
pub(super) type Refused = String;

/// VLANs that exist from the factory for FDDI and Token Ring, and that Ethernet cannot use.
const RESERVED: std::ops::RangeInclusive<u16> = 1002..=1005;

/// A number between two bounds, written as the switch prints it.
pub(super) fn between<N: Copy + FromStr + PartialOrd + Display>(word: &str, from: N, to: N) -> Result<N, Refused> {
    let number = word.parse::<N>().ok().filter(|n| n.to_string() == word);
    number.filter(|n| (from..=to).contains(n)).ok_or_else(|| format!("not a number from {from} to {to}"))
}

/// A VLAN number.
pub(super) fn vlan(word: &str) -> Result<u16, Refused> {
    let id = between(word, 1, 4094)?;
    if RESERVED.contains(&id) {
        return Err(format!("VLAN {id} is kept for FDDI and Token Ring"));
    }
    Ok(id)
}

/// `10,20-22`: VLANs, each once, rising.
pub(super) fn vlans(word: &str) -> Result<Vec<u16>, Refused> {
    let mut found: Vec<u16> = Vec::new();
    for part in word.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (vlan(from)?, vlan(to)?);
        if from > to {
            return Err(format!("`{from}-{to}` runs backwards"));
        }
        if found.last().is_some_and(|last| *last >= from) {
            return Err("a list that does not rise, or names a VLAN twice".to_owned());
        }
        if (from..=to).any(|id| RESERVED.contains(&id)) {
            return Err("VLANs 1002 to 1005 are kept for FDDI and Token Ring".to_owned());
        }
        found.extend(from..=to);
    }
    Ok(found)
}

/// `GigabitEthernet1/0/48` of the first member of a stack.
pub(super) fn port(word: &str, last: u16) -> Result<u16, Refused> {
    let number = word.strip_prefix("GigabitEthernet1/0/");
    let number = number.ok_or_else(|| "not a port such as `GigabitEthernet1/0/48`, spelled out".to_owned())?;
    between(number, 1, last).map_err(|_| format!("ports run from 1 to {last}"))
}

/// Links of several ports that a switch numbers.
const MOST_LINKS: u16 = 24;

/// Number of a link.
pub(super) fn link(word: &str) -> Result<u16, Refused> {
    between(word, 1, MOST_LINKS)
}

/// A machine's IPv4 address.
pub(super) fn host(word: &str) -> Result<IpAddr, Refused> {
    let address: Ipv4Addr = word.parse().map_err(|_| "not an IPv4 address".to_owned())?;
    if address.is_unspecified() || address.is_broadcast() || address.is_multicast() || address.is_loopback() {
        return Err("not the address of a machine".to_owned());
    }
    Ok(IpAddr::V4(address))
}

/// `10.128.24.11 255.255.255.0`
pub(super) fn interface(address: &str, mask: &str) -> Result<IpNet, Refused> {
    let IpAddr::V4(address) = host(address)? else {
        return Err("not an IPv4 address".to_owned());
    };
    let mask: Ipv4Addr = mask.parse().map_err(|_| "not a mask such as 255.255.255.0".to_owned())?;
    let net = Ipv4Net::with_netmask(address, mask).map_err(|_| "a mask with a hole".to_owned())?;
    let inside = net.prefix_len() < 31 && address != net.network() && address != net.broadcast();
    if !inside || net.prefix_len() == 0 {
        return Err("the first or last address of its prefix".to_owned());
    }
    Ok(IpNet::V4(net))
}

/// Per cent, whole, as printed (`5.00`) or as typed (`5`).
pub(super) fn percent(word: &str) -> Result<u8, Refused> {
    let whole = word.strip_suffix(".00").unwrap_or(word);
    between(whole, 1, 99).map_err(|_| "not a whole percentage from 1 to 99".to_owned())
}

/// A name of letters, digits and `-_.`.
pub(super) fn name(word: &str, at_most: usize) -> Result<String, Refused> {
    let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if !is_plain || word.len() > at_most {
        return Err(format!("not a name of at most {at_most} letters, digits, `-`, `_`, `.`"));
    }
    Ok(word.to_owned())
}
