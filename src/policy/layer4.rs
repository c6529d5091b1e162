//! Services as expressions write them: protocols, ports, types of ICMP.

use super::expr::{form_of, place};
use super::grammar::{self, RawService};
use super::model::{L4, Name, ServiceRef};
use super::names;
use super::reader::{Field, Reader};
use super::scalars::parse_number;
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Span, nearest};

/// Types of ICMP (RFC 792) and ICMPv6 (RFC 4443) that have a word.
const ICMP: &[(&str, u8)] = &[("echo", 8), ("unreachable", 3), ("time-exceeded", 11)];

const ICMP6: &[(&str, u8)] = &[("echo", 128), ("unreachable", 1), ("too-big", 2), ("time-exceeded", 3)];

impl Reader<'_> {
    /// Services with commas between.
    pub(crate) fn services(&mut self, field: Field<'_>) -> Vec<At<ServiceRef>> {
        let Some(text) = self.expression(field) else {
            return Vec::new();
        };
        let raw = self.parsed(form_of(field), text, grammar::services, "`,` or the end").unwrap_or_default();
        self.service_refs(text, &raw)
    }

    /// The services of a flow.
    pub(crate) fn service_refs(&mut self, text: At<&str>, raw: &[RawService<'_>]) -> Vec<At<ServiceRef>> {
        let mut read = Vec::new();
        for service in raw {
            let span = place(text, service.text);
            let value = match service.item {
                None => self.named_service(service.name, span),
                Some(item) => self.layer4(text, service.name, item).map(ServiceRef::Inline),
            };
            read.extend(value.map(|v| At::new(v, span)));
        }
        read
    }

    fn named_service(&mut self, name: &str, span: Span) -> Option<ServiceRef> {
        if !names::is_reserved(name) {
            return Some(ServiceRef::Named(Name::new(name)));
        }
        let says = format!("`{name}` is no service");
        self.report(&codes::BAD_EXPRESSION, span, says, "name the services one by one: what is not named stays closed");
        None
    }

    fn layer4(&mut self, text: At<&str>, protocol: &str, item: &str) -> Option<L4> {
        match protocol {
            "tcp" => self.ports(text, item).map(|(low, high)| L4::Tcp(low, high)),
            "udp" => self.ports(text, item).map(|(low, high)| L4::Udp(low, high)),
            "icmp" => self.icmp(text, item, ICMP).map(L4::Icmp),
            "icmp6" => self.icmp(text, item, ICMP6).map(L4::Icmp6),
            _ => {
                self.unknown_protocol(text, protocol);
                None
            }
        }
    }

    fn unknown_protocol(&mut self, text: At<&str>, protocol: &str) {
        let known = ["tcp", "udp", "icmp", "icmp6"];
        let help = match (protocol, nearest(protocol, known)) {
            ("icmpv6" | "ipv6-icmp", _) => "did you mean `icmp6`?".to_owned(),
            (_, Some(near)) => format!("did you mean `{near}`?"),
            _ => "protocols are `tcp`, `udp`, `icmp` and `icmp6`".to_owned(),
        };
        let span = place(text, protocol);
        self.report(&codes::UNKNOWN_PROTOCOL, span, format!("there is no protocol `{protocol}`"), &help);
    }

    fn ports(&mut self, text: At<&str>, item: &str) -> Option<(u16, u16)> {
        let (first, last) = item.split_once('-').unwrap_or((item, item));
        let port = |t| parse_number(t).and_then(|n| u16::try_from(n).ok()).filter(|n| *n > 0);
        let span = place(text, item);
        let (Some(low), Some(high)) = (port(first), port(last)) else {
            let says = format!("`{item}` is not a port");
            self.report(&codes::BAD_EXPRESSION, span, says, "ports go from 1 to 65535: write `443`, or `16384-16484`");
            return None;
        };
        self.in_order(low, high, span)
    }

    /// A range whose end does not come before its start.
    pub(crate) fn in_order(&mut self, low: u16, high: u16, span: Span) -> Option<(u16, u16)> {
        if low <= high {
            return Some((low, high));
        }
        let says = format!("the range `{low}-{high}` runs backwards");
        self.report(&codes::REVERSED_RANGE, span, says, &format!("write `{high}-{low}`"));
        None
    }

    fn icmp(&mut self, text: At<&str>, item: &str, words: &[(&str, u8)]) -> Option<u8> {
        let named = words.iter().find(|(word, _)| *word == item).map(|(_, n)| *n);
        let found = named.or_else(|| u8::try_from(parse_number(item)?).ok());
        if found.is_none() {
            let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            let help = format!("write {} or a number up to 255", known.join(", "));
            self.report(&codes::BAD_EXPRESSION, place(text, item), format!("`{item}` is not a type of ICMP"), &help);
        }
        found
    }
}
