//! Values: prefixes, ports, domains, paths. Each is a whole word, and means one thing to Squid and to us.

use ipnet::{IpNet, Ipv6Net};
use nom::bytes::complete::{tag, take_while_m_n};
use nom::character::complete::{char, u16 as number};
use nom::combinator::{all_consuming, opt};
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser, branch::alt};
use std::net::{IpAddr, Ipv6Addr};

/// Why a word is not the value it should be.
pub(super) type Refused = &'static str;

/// `10.128.0.0/22`, `10.128.0.10`, `2001:db8::/48`.
pub(super) fn prefix(word: &str) -> Result<IpNet, Refused> {
    let net = if word.contains('/') {
        word.parse().map_err(|_| "not a prefix ADDRESS/LENGTH")?
    } else {
        IpNet::from(address(word)?)
    };
    check_prefix(net, word)?;
    Ok(net)
}

fn check_prefix(net: IpNet, word: &str) -> Result<(), Refused> {
    if net.trunc() != net {
        return Err("host bits are set: Squid warns and clears them");
    }
    if net.prefix_len() == 0 {
        return Err("everything is written `all`");
    }
    if let IpNet::V6(v6) = net {
        let mapped = Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96);
        if v6.contains(&mapped) || mapped.contains(&v6) {
            return Err("an IPv6 prefix that meets ::ffff:0:0/96 is about IPv4 to Squid");
        }
    }
    // The canonical form only: `10.128.0.0/022` or upper case would be read, but written by nobody.
    let plain = net.to_string() == word || net.addr().to_string() == word;
    plain.then_some(()).ok_or("not in canonical form")
}

/// A single address in canonical form, without brackets.
pub(super) fn address(word: &str) -> Result<IpAddr, Refused> {
    let address: IpAddr = word.parse().map_err(|_| "not an address")?;
    if address.to_string() != word {
        return Err("not in canonical form");
    }
    Ok(address)
}

/// `10.0.49.10:3128` or `[2001:db8::1]:3128`.
pub(super) fn listener(word: &str) -> Result<(IpAddr, u16), Refused> {
    let (_, (host, port)) = all_consuming((listen_host, preceded(char(':'), number::<_, ()>)))
        .parse(word)
        .map_err(|_| "not ADDRESS:PORT: without an address Squid listens on all of them")?;
    let address = address(host)?;
    if address.is_unspecified() || address.is_ipv6() != word.starts_with('[') {
        return Err("not one address of the device");
    }
    match port {
        0 => Err("port 0"),
        _ => Ok((address, port)),
    }
}

fn listen_host(input: &str) -> IResult<&str, &str, ()> {
    let v4 = take_while_m_n(7, 15, |c: char| c.is_ascii_digit() || c == '.');
    let v6 = take_while_m_n(2, 39, |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.');
    alt((delimited(tag("["), v6, tag("]")), v4)).parse(input)
}

/// `443` or `1024-2048`.
pub(super) fn ports(word: &str) -> Result<(u16, u16), Refused> {
    let parsed: IResult<&str, (u16, Option<u16>), ()> =
        all_consuming((number, opt(preceded(char('-'), number)))).parse(word);
    let (_, (first, last)) = parsed.map_err(|_| "not a port or FIRST-LAST")?;
    let last = last.unwrap_or(first);
    if word.starts_with('0') || word.contains("-0") {
        return Err("not in canonical form");
    }
    (first <= last).then_some((first, last)).ok_or("the first port is above the last")
}

/// `.exemple-ent.example`: the domain and everything below it, without its dot.
pub(super) fn domain(word: &str) -> Result<String, Refused> {
    let name = word.strip_prefix('.').ok_or("without a leading dot it would not cover what is below it")?;
    let labels: Vec<&str> = name.split('.').collect();
    if name.len() > 253 || !labels.iter().all(|l| is_label(l)) {
        return Err("not a domain in lower case");
    }
    let last = labels[labels.len() - 1];
    if last.chars().all(|c| c.is_ascii_digit()) {
        return Err("an address is no domain");
    }
    Ok(name.to_owned())
}

fn is_label(label: &str) -> bool {
    let ok = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    (1..=63).contains(&label.len()) && label.chars().all(ok) && !label.starts_with('-') && !label.ends_with('-')
}

/// `proxy.exemple.example`.
pub(super) fn host(word: &str) -> Result<(), Refused> {
    let ok = word.len() <= 253 && word.split('.').all(is_label);
    ok.then_some(()).ok_or("not a host name in lower case")
}

/// An absolute path without `.` or `..` parts.
pub(super) fn path(word: &str) -> Result<(), Refused> {
    let parts = word.strip_prefix('/').ok_or("not an absolute path")?;
    let ok = |p: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        !p.is_empty() && p != "." && p != ".." && p.chars().all(plain)
    };
    parts.split('/').all(ok).then_some(()).ok_or("not a plain path")
}

/// A path that Squid writes to, where nothing that decides stands.
pub(super) fn path_below(word: &str, below: &[&str]) -> Result<(), Refused> {
    path(word)?;
    below.iter().any(|b| word.starts_with(b)).then_some(()).ok_or("not where Squid keeps files of this kind")
}

/// An account: Squid looks the name up, and a number is not one (`getpwnam` in src/tools.cc).
pub(super) fn account(word: &str) -> Result<(), Refused> {
    let first = word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let ok = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if word == "root" || word == "nobody" {
        return Err("an account that others use too");
    }
    (first && word.len() <= 32 && word.chars().all(ok)).then_some(()).ok_or("not the name of an account")
}

/// `stdio:/var/log/squid/pupils.log squid`.
pub(super) fn log(words: &[&str]) -> Result<(), Refused> {
    const FORMATS: &[&str] = &["squid", "combined", "common", "referrer", "useragent"];
    let [target, format @ ..] = words else {
        return Err("nothing to log to");
    };
    if *target == "none" && format.is_empty() {
        return Ok(());
    }
    let (module, file) = target.split_once(':').ok_or("not MODULE:PATH")?;
    if module != "stdio" && module != "daemon" {
        return Err("a module other than `stdio` and `daemon`");
    }
    path_below(file, super::defaults::LOGS)?;
    match format {
        [] => Ok(()),
        [one] if FORMATS.contains(one) => Ok(()),
        _ => Err("after the place, one of Squid's own formats and no acl"),
    }
}

/// `64 MB`, `30 seconds`.
pub(super) fn quantity(words: &[&str], units: &[&str]) -> Result<(), Refused> {
    match words {
        [n, unit] if is_number(n) && units.contains(unit) => Ok(()),
        _ => Err("not a number and its unit"),
    }
}

fn is_number(word: &str) -> bool {
    word.parse::<u32>().is_ok_and(|n| n.to_string() == word)
}
