//! Readers of single values: names, codes, addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::lengths;
use super::model::{BlockPart, Name, Uai, VlanId};
use super::names;
use super::reader::{Field, Reader, StandIn};
use super::shape::Shape;
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Span};

const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";

impl Reader<'_> {
    /// A text that is not empty.
    pub(crate) fn text(&mut self, field: Field<'_>) -> At<String> {
        self.scalar(field, |t| (!t.trim().is_empty()).then(|| t.to_owned()))
    }

    /// The reason of a flow: also a code of its own when it is empty.
    pub(crate) fn because(&mut self, field: Field<'_>) -> At<String> {
        let is_empty = match &field.node.kind {
            super::tree::Kind::Scalar(scalar) => field.node.is_nothing() || scalar.text.trim().is_empty(),
            _ => false,
        };
        if !is_empty {
            return self.text(field);
        }
        self.report(
            &codes::MISSING_BECAUSE,
            field.place,
            "`because` says nothing".to_owned(),
            "say in a few words why this flow exists: it is the generated rule's comment",
        );
        At::new(String::stand_in(), field.node.span)
    }

    /// A name that refers to something.
    pub(crate) fn name(&mut self, field: Field<'_>) -> At<Name> {
        match self.written(field) {
            Some(text) => self.checked_name(text.value, text.span),
            None => At::new(Name::stand_in(), field.node.span),
        }
    }

    /// A name that is being given: also no reserved word.
    pub(crate) fn given_name(&mut self, field: Field<'_>) -> At<Name> {
        match self.written(field) {
            Some(text) => self.declared_name(text.value, text.span),
            None => At::new(Name::stand_in(), field.node.span),
        }
    }

    /// As [`Self::given_name`], for a key.
    pub(crate) fn declared_name(&mut self, text: &str, span: Span) -> At<Name> {
        if names::is_reserved(text) {
            let says = format!("`{text}` is a word of the language, not a name");
            let help = format!("choose another name, such as `{}_1`", text.to_lowercase());
            self.report(&codes::RESERVED_NAME, span, says, &help);
            return At::new(Name::new(text), span);
        }
        self.checked_name(text, span)
    }

    fn checked_name(&mut self, text: &str, span: Span) -> At<Name> {
        if names::is_name(text) {
            self.at_most(text, span, &lengths::NAME);
            return At::new(Name::new(text), span);
        }
        self.report(
            &codes::BAD_NAME,
            span,
            format!("`{text}` is not a name"),
            "names are made of the letters `a` to `z`, digits, `_` and `-`, and begin with a letter or a digit",
        );
        At::new(Name::new(text), span)
    }

    /// A UAI code with its check letter.
    pub(crate) fn uai(&mut self, field: Field<'_>) -> At<Uai> {
        match self.written(field) {
            Some(text) => self.checked_uai(text.value, text.span),
            None => At::new(Uai::stand_in(), field.node.span),
        }
    }

    /// A UAI code already cut out of its text.
    pub(crate) fn checked_uai(&mut self, text: &str, span: Span) -> At<Uai> {
        let wrong = match split_uai(text) {
            Some((_, given, right)) if given == right => return At::new(Uai::new(text), span),
            Some((digits, _, right)) => (
                format!("`{text}` has a wrong check letter"),
                format!("the letter of {digits} is `{right}`: write `{digits}{right}`, or correct the digits"),
            ),
            None => (
                format!("`{text}` is not a UAI code"),
                "a UAI code is seven digits and a check letter, eight characters, such as `0000001B`".to_owned(),
            ),
        };
        self.report(&codes::BAD_UAI, span, wrong.0, &wrong.1);
        At::new(Uai::stand_in(), span)
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, field: Field<'_>) -> bool {
        self.scalar(field, |t| t.parse().ok()).value
    }

    /// One of the words of the field's shape.
    pub(crate) fn word(&mut self, field: Field<'_>) -> At<String> {
        let Shape::Word(words) = field.shape else {
            return At::new(String::new(), field.node.span);
        };
        self.scalar(field, |t| words.contains(&t).then(|| t.to_owned()))
    }

    /// A number within the bounds of the field's shape.
    pub(crate) fn number(&mut self, field: Field<'_>) -> At<u32> {
        let bounds = match field.shape {
            Shape::Number(low, high) => *low..=*high,
            _ => 0..=u32::MAX,
        };
        self.scalar(field, |t| parse_number(t).filter(|n| bounds.contains(n)))
    }

    /// A VLAN number.
    pub(crate) fn vlan(&mut self, field: Field<'_>) -> At<VlanId> {
        self.scalar(field, |t| VlanId::new(u16::try_from(parse_number(t)?).ok()?))
    }

    /// An IPv4 address.
    pub(crate) fn address4(&mut self, field: Field<'_>) -> At<Ipv4Addr> {
        self.scalar(field, |t| t.parse().ok())
    }

    /// An IPv6 address.
    pub(crate) fn address6(&mut self, field: Field<'_>) -> At<Ipv6Addr> {
        self.scalar(field, |t| t.parse().ok())
    }

    /// An IPv4 prefix, no bit set past its length.
    pub(crate) fn prefix4(&mut self, field: Field<'_>) -> At<Ipv4Net> {
        let net: At<Ipv4Net> = self.scalar(field, |t| match parse_prefix(t) {
            Some(IpNet::V4(net)) => Some(net),
            _ => None,
        });
        self.no_host_bits(net.map(IpNet::V4));
        net.map(|n| n.trunc())
    }

    /// An IPv6 prefix, no bit set past its length.
    pub(crate) fn prefix6(&mut self, field: Field<'_>) -> At<Ipv6Net> {
        let net: At<Ipv6Net> = self.scalar(field, |t| match parse_prefix(t) {
            Some(IpNet::V6(net)) => Some(net),
            _ => None,
        });
        self.no_host_bits(net.map(IpNet::V6));
        net.map(|n| n.trunc())
    }

    /// An IPv6 prefix, or `none`.
    pub(crate) fn prefix6_or_none(&mut self, field: Field<'_>) -> At<Option<Ipv6Net>> {
        match &field.node.kind {
            super::tree::Kind::Scalar(scalar) if scalar.text == "none" => At::new(None, field.node.span),
            _ => self.prefix6(field).map(Some),
        }
    }

    /// A prefix of either family, no bit set past its length.
    pub(crate) fn prefix(&mut self, field: Field<'_>) -> At<IpNet> {
        let net: At<IpNet> = self.scalar(field, parse_prefix);
        self.no_host_bits(net)
    }

    /// Tells the bits that are set past a prefix's length.
    pub(crate) fn no_host_bits(&mut self, net: At<IpNet>) -> At<IpNet> {
        let right = net.value.trunc();
        if right != net.value {
            let says = format!("`{}` has bits set past its length", net.value);
            let help = format!("write `{right}`, or the address alone with `/{}`", right.max_prefix_len());
            self.report(&codes::HOST_BITS, net.span, says, &help);
        }
        net.map(|_| right)
    }

    /// `19.128/25`: bytes counted from the block's end.
    pub(crate) fn block_part(&mut self, field: Field<'_>) -> At<BlockPart> {
        let part: At<BlockPart> = self.scalar(field, parse_block_part);
        let mask = u32::MAX.checked_shr(part.value.length.into()).unwrap_or(0);
        if part.value.offset & mask != 0 {
            let right = part.value.offset & !mask;
            let says = format!("this offset has bits set past its length `/{}`", part.value.length);
            let help = format!("the nearest offset of that length is `{}`", show_offset(right, part.value.length));
            self.report(&codes::HOST_BITS, part.span, says, &help);
        }
        part
    }

    /// Seconds, from `90s`, `30m`, `1h` or `1d`.
    pub(crate) fn duration(&mut self, field: Field<'_>) -> At<u32> {
        self.scalar(field, |t| {
            let unit = match t.chars().last()? {
                's' => 1,
                'm' => 60,
                'h' => 3600,
                'd' => 86400,
                _ => return None,
            };
            let count = parse_number(&t[..t.len() - 1]).filter(|n| *n > 0)?;
            count.checked_mul(unit)
        })
    }

    /// A domain name of at least two labels.
    pub(crate) fn domain(&mut self, field: Field<'_>) -> At<String> {
        self.scalar(field, |t| is_domain(t).then(|| t.to_lowercase()))
    }

    /// `@account`, `@organisation/team` or `name@example.org`; `{uai}` may stand in it.
    pub(crate) fn handle(&mut self, field: Field<'_>) -> At<String> {
        self.scalar(field, |t| is_handle(t).then(|| t.to_owned()))
    }

    /// A proposal of algorithms in strongSwan's words.
    pub(crate) fn proposal(&mut self, field: Field<'_>) -> At<String> {
        self.scalar(field, |t| {
            let is_word = |w: &str| !w.is_empty() && w.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_'));
            t.split('-').all(is_word).then(|| t.to_owned())
        })
    }

    /// A time zone, from the database in the binary.
    pub(crate) fn timezone(&mut self, field: Field<'_>) -> At<TimeZone> {
        self.scalar(field, |t| TimeZoneDatabase::bundled().get(t).ok())
    }
}

impl StandIn for BlockPart {
    fn stand_in() -> Self {
        Self { offset: 0, length: 32 }
    }
}

/// Digits only: no sign, no leading zero but in `0` itself.
pub(crate) fn parse_number(text: &str) -> Option<u32> {
    let is_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let has_leading_zero = text.len() > 1 && text.starts_with('0');
    (is_digits && !has_leading_zero).then(|| text.parse().ok())?
}

/// An address and a length, without the leading zeros that some programs read as octal numbers.
pub(crate) fn parse_prefix(text: &str) -> Option<IpNet> {
    let (address, length) = text.split_once('/')?;
    let length = u8::try_from(parse_number(length)?).ok()?;
    IpNet::new(address.parse().ok()?, length).ok()
}

fn split_uai(text: &str) -> Option<(&str, char, char)> {
    let digits = text.get(..7)?;
    let number: usize = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())??;
    let mut rest = text[7..].chars();
    let letter = rest.next().filter(char::is_ascii_alphabetic)?;
    rest.next().is_none().then(|| (digits, letter, char::from(LETTERS[number % 23])))
}

fn parse_block_part(text: &str) -> Option<BlockPart> {
    let (offset, length) = text.split_once('/')?;
    let length = u8::try_from(parse_number(length)?).ok().filter(|l| *l <= 32)?;
    let bytes: Vec<u8> =
        offset.split('.').map(|b| parse_number(b).and_then(|n| u8::try_from(n).ok())).collect::<Option<_>>()?;
    if bytes.len() > 4 {
        return None;
    }
    let offset = bytes.iter().fold(0, |sum: u32, b| (sum << 8) | u32::from(*b));
    Some(BlockPart { offset, length })
}

fn show_offset(offset: u32, length: u8) -> String {
    let bytes = offset.to_be_bytes();
    let first = bytes.iter().position(|b| *b != 0).unwrap_or(3).min(2);
    let shown: Vec<String> = bytes[first..].iter().map(u8::to_string).collect();
    format!("{}/{length}", shown.join("."))
}

fn is_handle(text: &str) -> bool {
    let Some((person, place)) = text.split_once('@') else { return false };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let place = place.replacen("{uai}", "0", 1);
    person.chars().all(is_plain)
        && place.starts_with(|c: char| c.is_ascii_alphanumeric())
        && place.chars().all(|c| is_plain(c) || c == '/')
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // Whoever reads a name takes one that ends in a number for an address, `127.1` and `127.0x1` too (WHATWG URL, 3.5).
    let is_number = |last: &str| match last.strip_prefix("0x").or_else(|| last.strip_prefix("0X")) {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => last.bytes().all(|b| b.is_ascii_digit()),
    };
    let is_address = text.rsplit('.').next().is_some_and(is_number);
    text.len() <= 253 && text.contains('.') && !is_address && text.split('.').all(is_label)
}
