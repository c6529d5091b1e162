//! Values: interface names, addresses, prefixes, ranges, numbers and their words, instants.

use ipnet::IpNet;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::net::IpAddr;

use crate::config::filter::{Key, Value};
use crate::diagnostics::Diagnostic;

use super::codes::{UNSUPPORTED, VALUE};
use super::cursor::{Parsed, decimal};
use super::lexer::{Kind, Token};
use super::names::{
    DIRECTIONS, FAMILIES, ICMP_TYPES, ICMPV6_TYPES, LISTED_PROTOCOLS, PRESENCE, PROTOCOLS, STATES, number, type_of,
};
use super::{Form, Reader};

impl<'a> Reader<'a, '_> {
    /// One value that `key` can have.
    pub(super) fn value(&mut self, key: Key) -> Parsed<Value> {
        let token = self.c.peek();
        match type_of(key) {
            Key::In => self.interface(),
            Key::Time => self.instant().map(Value::number),
            Key::Source4 | Key::Source6 => {
                self.c.word("an address")?;
                self.addresses(token, type_of(key) == Key::Source6)
            }
            other => {
                self.c.word("a value")?;
                self.numbers(token, other)
            }
        }
    }

    /// An interface name, whole: a pattern would also match interfaces that nobody declared. In quotation marks, for
    /// many a name is a word or a range to nft without them.
    fn interface(&mut self) -> Parsed<Value> {
        let token = self.c.quoted("the name of an interface in quotation marks")?;
        let name = token.text;
        let problem = match () {
            () if name.contains('*') => "is a pattern, which also matches interfaces nobody declared",
            () if name.is_empty() || name.len() > 15 => "is no interface name: 1 to 15 bytes",
            () if !name.bytes().all(|b| b.is_ascii_graphic() && b != b'/' && b != b'\\') => "is no interface name",
            () => return Ok(Value::Interface(name.to_owned())),
        };
        self.c.refuse(&VALUE, token, format!("`{name}` {problem}"))
    }

    /// `a`, `a/n` or `a-b`, of one family.
    fn addresses(&mut self, token: Token<'a>, v6: bool) -> Parsed<Value> {
        let family = if v6 { "IPv6" } else { "IPv4" };
        match addresses(token.text) {
            Ok(value) if is_v6(&value) == v6 => Ok(value),
            Ok(_) => self.c.refuse(&VALUE, token, format!("`{}` is not {family}", token.text)),
            Err(problem) => self.c.refuse(&VALUE, token, format!("`{}` {problem}", token.text)),
        }
    }

    /// A number, a range or a word.
    fn numbers(&mut self, token: Token<'a>, kind: Key) -> Parsed<Value> {
        let (table, max) = domain(kind);
        if let Some(known) = number(table, token.text) {
            return Ok(Value::number(known));
        }
        if let Some(known) = number(LISTED_PROTOCOLS, token.text).filter(|_| kind == Key::Protocol) {
            return self.listed_protocol(token, known);
        }
        match max.and_then(|max| range(token.text).filter(|(_, to)| *to <= max)) {
            Some((from, to)) if from <= to => Ok(Value::Numbers(from, to)),
            _ => self.c.refuse(&VALUE, token, format!("`{}` is no value of this match", token.text)),
        }
    }

    fn listed_protocol(&self, token: Token<'a>, known: u64) -> Parsed<Value> {
        if self.form == Form::Listing {
            return Ok(Value::number(known));
        }
        let message = format!("`{}` is a protocol only where `/etc/protocols` says so", token.text);
        let finding = Diagnostic::new(&VALUE, self.c.span(token), message);
        Err(Box::new(finding.help(format!("write `{known}`"))))
    }

    /// Seconds since 1970; in a listing the quoted form, in UTC.
    pub(super) fn instant(&mut self) -> Parsed<u64> {
        let token = self.c.peek();
        match token.kind {
            Kind::Word => match decimal(token.text) {
                Some(seconds) => {
                    self.c.next();
                    Ok(seconds)
                }
                None => self.c.unexpected("seconds since 1970"),
            },
            Kind::Quoted => self.quoted_instant(),
            _ => self.c.unexpected("seconds since 1970"),
        }
    }

    fn quoted_instant(&mut self) -> Parsed<u64> {
        let token = self.c.next();
        if self.form == Form::Script {
            let message = "a quoted instant is read in the time zone of whoever loads it";
            return self.c.refuse(&UNSUPPORTED, token, message);
        }
        match utc(token.text) {
            Some(seconds) => Ok(seconds),
            None => self.c.refuse(&VALUE, token, "an instant is `YYYY-MM-DD HH:MM:SS`, from 1970 on"),
        }
    }

    /// The address a translation writes: `A`, or `A:port` and `[A]:port`.
    pub(super) fn target(&mut self) -> Parsed<(IpAddr, Option<u16>)> {
        let token = self.c.word("an address")?;
        match target(token.text) {
            Some(target) => Ok(target),
            None => self.c.refuse(
                &UNSUPPORTED,
                token,
                format!("`{}` is no single address, with or without one port", token.text),
            ),
        }
    }
}

/// The words of a kind of value, and its greatest number; none when only words are read.
fn domain(kind: Key) -> (&'static [(&'static str, u64)], Option<u64>) {
    match kind {
        Key::Protocol => (PROTOCOLS, Some(255)),
        Key::IcmpType => (ICMP_TYPES, Some(255)),
        Key::Icmp6Type => (ICMPV6_TYPES, Some(255)),
        Key::State => (STATES, None),
        Key::Direction => (DIRECTIONS, None),
        Key::Family => (FAMILIES, None),
        Key::IpsecIn | Key::IpsecOut => (PRESENCE, None),
        Key::HopLimit => (&[], Some(255)),
        Key::Uid => (&[], Some(u64::from(u32::MAX) - 1)),
        Key::AnyDport => (&[], Some(65535)),
        _ => (&[], None),
    }
}

fn range(text: &str) -> Option<(u64, u64)> {
    match text.split_once('-') {
        Some((from, to)) => Some((decimal(from)?, decimal(to)?)),
        None => decimal(text).map(|n| (n, n)),
    }
}

fn addresses(text: &str) -> Result<Value, &'static str> {
    if let Some((from, to)) = text.split_once('-') {
        return match (address(from), address(to)) {
            (Some(from), Some(to)) if from.is_ipv4() == to.is_ipv4() && from <= to => Ok(Value::Addresses(from, to)),
            _ => Err("is no range of addresses"),
        };
    }
    if let Some(address) = address(text) {
        return Ok(Value::Net(address.into()));
    }
    match prefix(text) {
        Some(net) if net.trunc() == net => Ok(Value::Net(net)),
        Some(_) => Err("has bits behind its prefix length, which nft drops in silence"),
        None => Err("is no address, prefix or range"),
    }
}

fn prefix(text: &str) -> Option<IpNet> {
    let (address_part, length) = text.split_once('/')?;
    IpNet::new(address(address_part)?, u8::try_from(decimal(length)?).ok()?).ok()
}

/// An address as nft reads it: of IPv6 addresses only `::A` and `::ffff:A` may end in an IPv4 address.
fn address(text: &str) -> Option<IpAddr> {
    let is_v6 = text.contains(':');
    let v4 = text.rsplit_once(':').map_or("", |(_, last)| last);
    let head = text.strip_suffix(v4).unwrap_or(text).to_ascii_lowercase();
    if is_v6 && v4.contains('.') && !["::", "::ffff:"].contains(&head.as_str()) {
        return None;
    }
    text.parse().ok()
}

fn is_v6(value: &Value) -> bool {
    match value {
        Value::Net(net) => net.addr().is_ipv6(),
        Value::Addresses(from, _) => from.is_ipv6(),
        _ => false,
    }
}

fn utc(text: &str) -> Option<u64> {
    let format = "%Y-%m-%d %H:%M:%S";
    let civil = DateTime::strptime(format, text).ok()?;
    let seconds = TimeZone::UTC.to_timestamp(civil).ok()?.as_second();
    let same = civil.strftime(format).to_string() == text;
    u64::try_from(seconds).ok().filter(|_| same)
}

fn target(text: &str) -> Option<(IpAddr, Option<u16>)> {
    if let Some(address) = address(text) {
        return Some((address, None));
    }
    let (host, port) = text.rsplit_once(':')?;
    let port = u16::try_from(decimal(port)?).ok()?;
    let bracketed = host.strip_prefix('[').and_then(|a| a.strip_suffix(']'));
    let to = address(bracketed.unwrap_or(host)).filter(|to| to.is_ipv6() == bracketed.is_some())?;
    Some((to, Some(port)))
}
