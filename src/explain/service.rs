//! What is asked for: `https`, `tcp/443`, `udp/16384-16484`, `icmp/echo`; or whatever is open, in the same words.

use std::collections::BTreeMap;

use super::subject::{Unknown, did_you_mean};
use crate::network::{L4, written as written_out};
pub(super) use crate::packets::open_on;
use crate::packets::{Field, FieldProduct, ICMP_WORDS, IntervalSet, icmp_type, proto};

/// Named services, each with its items.
pub type Services = BTreeMap<String, Vec<L4>>;

/// The items of a service, by name or written out.
///
/// # Errors
/// When there is no such service, or it cannot be read.
pub fn service(text: &str, known: &Services) -> Result<Vec<L4>, Unknown> {
    if let Some(items) = known.get(text) {
        return Ok(items.clone());
    }
    let Some((protocol, item)) = text.split_once('/') else {
        let help = did_you_mean(text, known.keys().map(String::as_str));
        let stop = if help.ends_with('?') { "" } else { "." };
        return Err(Unknown {
            message: format!("there is no service `{text}`"),
            help: format!("{help}{stop} A service can be written out too: `tcp/443`, `icmp/echo`"),
        });
    };
    written(protocol, item).map(|l4| vec![l4]).ok_or_else(|| Unknown {
        message: format!("`{text}` is no service"),
        help: "write `tcp/443`, `udp/16384-16484`, `icmp/echo` or `icmp6/echo`".to_owned(),
    })
}

fn written(protocol: &str, item: &str) -> Option<L4> {
    let word = |v6: bool| ICMP_WORDS.iter().find(|(word, _, _)| *word == item).map(|w| if v6 { w.2 } else { w.1 });
    Some(match protocol {
        "tcp" => ports(item).map(|(a, b)| L4::Tcp(a, b))?,
        "udp" => ports(item).map(|(a, b)| L4::Udp(a, b))?,
        "icmp" => L4::Icmp(word(false).or_else(|| item.parse().ok())?),
        "icmp6" => L4::Icmp6(word(true).or_else(|| item.parse().ok())?),
        _ => return None,
    })
}

fn ports(item: &str) -> Option<(u16, u16)> {
    let (first, last) = item.split_once('-').unwrap_or((item, item));
    let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
    (first > 0 && first <= last).then_some((first, last))
}

/// The type of ICMP or ICMPv6 that is written out: `icmp/echo`, `icmp6/128`.
pub(super) fn icmp(text: &str) -> Option<L4> {
    let (protocol, item) = text.split_once('/')?;
    written(protocol, item).filter(|l4| matches!(l4, L4::Icmp(_) | L4::Icmp6(_)))
}

/// An item as one writes it out.
pub(super) fn word(l4: L4) -> String {
    let named = |protocol: &str, of: fn(&(&str, u8, u8)) -> u8, kind: u8| {
        ICMP_WORDS.iter().find(|word| of(word) == kind).map(|(word, ..)| format!("{protocol}/{word}"))
    };
    let word = match l4 {
        L4::Icmp(kind) => named("icmp", |word| word.1, kind),
        L4::Icmp6(kind) => named("icmp6", |word| word.2, kind),
        L4::Tcp(..) | L4::Udp(..) => None,
    };
    word.unwrap_or_else(|| written_out(l4))
}

/// Its packets.
pub(super) fn product(l4: L4) -> FieldProduct {
    match l4 {
        L4::Tcp(a, b) => FieldProduct::tcp().with(Field::Dport, IntervalSet::span(a.into(), b.into())),
        L4::Udp(a, b) => FieldProduct::udp().with(Field::Dport, IntervalSet::span(a.into(), b.into())),
        L4::Icmp(t) => FieldProduct::v4().with_value(Field::Proto, proto::ICMP).with(Field::Dport, icmp_type(t)),
        L4::Icmp6(t) => FieldProduct::v6().with_value(Field::Proto, proto::ICMPV6).with(Field::Dport, icmp_type(t)),
    }
}
