//! Values: ports, VLANs, addresses, names.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use nom::character::complete::{char, u16 as number};
use nom::combinator::{all_consuming, opt};
use nom::multi::separated_list1;
use nom::sequence::preceded;
use nom::{IResult, Parser};
use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

/// Why a word is not the value it should be.
pub(super) type Refused = String;

/// `1-20,48`: numbers from 1 to `last`, each once, in the order written.
pub(super) fn numbers(word: &str, last: u16, what: &str) -> Result<Vec<u16>, Refused> {
    let parsed: IResult<&str, Vec<(u16, Option<u16>)>, ()> =
        all_consuming(separated_list1(char(','), (number, opt(preceded(char('-'), number))))).parse(word);
    let (_, ranges) = parsed.map_err(|_| format!("not a list of {what}s such as `1-20,48`"))?;
    let mut found = Vec::new();
    for (from, to) in ranges {
        let to = to.unwrap_or(from);
        if from > to {
            return Err(format!("`{from}-{to}` runs backwards"));
        }
        if from == 0 || to > last {
            return Err(format!("{what}s run from 1 to {last}"));
        }
        if (from..=to).any(|n| found.contains(&n)) {
            return Err(format!("a {what} twice in one list"));
        }
        found.extend(from..=to);
    }
    Ok(found)
}

/// A number between two bounds.
pub(super) fn between<N: Copy + FromStr + PartialOrd + Display>(word: &str, from: N, to: N) -> Result<N, Refused> {
    let number = word.parse::<N>().ok().filter(|n| n.to_string() == word);
    number.filter(|n| (from..=to).contains(n)).ok_or_else(|| format!("not a number from {from} to {to}"))
}

/// A VLAN number.
pub(super) fn vlan(word: &str) -> Result<u16, Refused> {
    between(word, 1, 4094)
}

/// Links of several ports that a switch numbers.
const MOST_LINKS: u16 = 60;

/// `Trk1`, or `trk1` where it is made: its number.
pub(super) fn link(word: &str, prefix: &str) -> Result<u16, Refused> {
    let number = word.strip_prefix(prefix).ok_or_else(|| format!("not a link such as `{prefix}1`"))?;
    between(number, 1, MOST_LINKS)
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

/// `2001:db8:1:99::11/64`
pub(super) fn interface6(word: &str) -> Result<IpNet, Refused> {
    let net: Ipv6Net = word.parse().map_err(|_| "not an IPv6 address with its length".to_owned())?;
    let address = net.addr();
    if address.is_unspecified() || address.is_multicast() || address.is_loopback() || net.network() == address {
        return Err("not the address of a machine".to_owned());
    }
    Ok(IpNet::V6(net))
}

/// `"Administratif"`: 1 to 32 characters, quoted.
pub(super) fn name(word: &str) -> Result<String, Refused> {
    let name = word.strip_prefix('"').and_then(|w| w.strip_suffix('"'));
    let name = name.ok_or_else(|| "not a text between quotes".to_owned())?;
    match name.len() {
        1..=64 => Ok(name.to_owned()),
        _ => Err("empty, or longer than 64 characters".to_owned()),
    }
}
