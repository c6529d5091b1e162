//! One packet as people write it: `tcp 10.128.0.10:49152 > 10.128.6.20:443`, `icmp/echo 10.0.0.1 > 10.0.1.1`, addresses of
//! IPv6 in brackets where a port follows.
//!
//! Takes a text; gives its two ends and its layer 4, or the word that is wrong and what should stand there. Knows no network.

use std::net::IpAddr;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::space0;
use nom::combinator::{eof, verify};
use nom::error::{ErrorKind, ParseError};
use nom::sequence::terminated;
use nom::{IResult, Parser};

use super::packet::{self, CLIENT};
use super::service;
use super::subject::Unknown;
use crate::network::L4;
use crate::packets::Packet;

const FORMS: &str = "write `tcp 10.128.0.10:49152 > 10.128.6.20:443`, `udp [2001:db8::1]:49152 > [2001:db8::2]:53` or \
                     `icmp/echo 10.128.0.10 > 10.128.6.20`";
const PROTOCOL: &str = "`tcp`, `udp`, `icmp/echo` or `icmp6/echo`";
const PORTED: &str = "an address with its port";
const ALONE: &str = "an address alone (ICMP has no ports)";

/// A packet that somebody asks about: the first of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Where it comes from.
    pub src: IpAddr,
    /// Where it goes.
    pub dst: IpAddr,
    /// On what.
    pub l4: L4,
    /// Its source port, where it has one.
    sport: u16,
}

impl Written {
    /// The packet.
    pub(super) fn packet(&self) -> Packet {
        packet::opener(self.src, self.dst, self.l4, self.sport)
    }
}

/// Reads a packet.
///
/// # Errors
/// The word that is wrong, underlined, and what should stand there.
pub fn written(text: &str) -> Result<Written, Unknown> {
    let wrong = |wrong: Wrong<'_>| wrong.told(text);
    let words = words(text).map_err(wrong)?;
    read(&words).map_err(wrong)
}

/// What is wrong: where, and what should stand there.
#[derive(Debug, Clone, Copy)]
struct Wrong<'t> {
    /// The rest of the text, or the word alone.
    at: &'t str,
    wants: &'static str,
}

impl<'t> ParseError<&'t str> for Wrong<'t> {
    fn from_error_kind(at: &'t str, _: ErrorKind) -> Self {
        Self { at, wants: "" }
    }

    fn append(_: &'t str, _: ErrorKind, other: Self) -> Self {
        other
    }
}

impl Wrong<'_> {
    fn told(self, text: &str) -> Unknown {
        let start = self.at.as_ptr().addr().saturating_sub(text.as_ptr().addr()).min(text.len());
        let found = self.at.split(' ').next().unwrap_or_default();
        let says = if found.is_empty() { "the packet ends here".to_owned() } else { format!("`{found}` stands here") };
        let before = " ".repeat(text[..start].chars().count());
        let under = "^".repeat(found.chars().count().max(1));
        let message = format!("{says}, where {} should\n  {text}\n  {before}{under}", self.wants);
        Unknown { message, help: FORMS.to_owned() }
    }
}

/// The words of a packet: protocol, source, destination.
type Words<'t> = [&'t str; 3];
type Parsed<'t> = IResult<&'t str, &'t str, Wrong<'t>>;

fn words(text: &str) -> Result<Words<'_>, Wrong<'_>> {
    let arrow = alt((tag("->"), tag(">")));
    let mut packet = (
        wanting(PROTOCOL, verify(word, |word: &str| is_ported(word) || service::icmp(word).is_some())),
        wanting("its source", word),
        wanting("`>`", arrow),
        wanting("its destination", word),
        wanting("nothing more", eof),
    );
    match packet.parse(text) {
        Ok((_, (protocol, src, _, dst, _))) => Ok([protocol, src, dst]),
        Err(nom::Err::Error(wrong) | nom::Err::Failure(wrong)) => Err(wrong),
        Err(nom::Err::Incomplete(_)) => Err(Wrong { at: &text[text.len()..], wants: "its destination" }),
    }
}

/// A part and the spaces around it; when it is not there, the error says what was wanted.
fn wanting<'t>(
    wants: &'static str,
    parser: impl Parser<&'t str, Output = &'t str, Error = Wrong<'t>>,
) -> impl Parser<&'t str, Output = &'t str, Error = Wrong<'t>> {
    let mut spaced = terminated(parser, space0);
    move |text: &'t str| -> Parsed<'t> {
        let (text, _) = space0(text)?;
        spaced.parse(text).map_err(|error| error.map(|_: Wrong<'t>| Wrong { at: text, wants }))
    }
}

/// Up to a space or an arrow: neither an address nor a protocol has a `-` in it.
fn word(text: &str) -> Parsed<'_> {
    take_while1(|c: char| !matches!(c, ' ' | '>' | '-')).parse(text)
}

fn is_ported(protocol: &str) -> bool {
    matches!(protocol, "tcp" | "udp")
}

fn read<'t>([protocol, src, dst]: &Words<'t>) -> Result<Written, Wrong<'t>> {
    let l4 = service::icmp(protocol);
    let (ported, wants) = if is_ported(protocol) { (true, PORTED) } else { (false, ALONE) };
    let end = |at: &'t str| end(at, ported).ok_or(Wrong { at, wants });
    let ((from, sport), (to, port)) = (end(src)?, end(dst)?);
    let l4 = l4.unwrap_or(if *protocol == "tcp" { L4::Tcp(port, port) } else { L4::Udp(port, port) });
    let family = |v6| if v6 { "an IPv6 address" } else { "an IPv4 address" };
    match (from.is_ipv6(), to.is_ipv6()) {
        (v6, _) if !l4.is_carried_by(v6) => Err(Wrong { at: src, wants: family(!v6) }),
        (from, to) if from != to => Err(Wrong { at: dst, wants: family(from) }),
        _ => Ok(Written { src: from, dst: to, l4, sport }),
    }
}

/// `10.128.0.10:443`, `[2001:db8::1]:443`; without ports an address, in brackets or not.
fn end(word: &str, ported: bool) -> Option<(IpAddr, u16)> {
    if ported {
        let (address, port) = word.rsplit_once(':')?;
        let port = port.parse().ok().filter(|port| *port > 0)?;
        return Some((address_of(address, true)?, port));
    }
    Some((address_of(word, false)?, CLIENT))
}

fn address_of(word: &str, needs_brackets: bool) -> Option<IpAddr> {
    let bare = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address: IpAddr = bare.unwrap_or(word).parse().ok()?;
    let fits = if bare.is_some() { address.is_ipv6() } else { address.is_ipv4() || !needs_brackets };
    fits.then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match written(text) {
            Ok(read) => read.packet().to_string(),
            Err(unknown) => unknown.message,
        }
    }

    #[test]
    fn packets_are_read_as_people_write_them() {
        assert_eq!(shown("tcp 10.128.0.10:49152 > 10.128.6.20:443"), "tcp 10.128.0.10:49152 -> 10.128.6.20:443");
        assert_eq!(shown(" udp 10.0.0.1:5->10.0.0.2:53 "), "udp 10.0.0.1:5 -> 10.0.0.2:53");
        assert_eq!(shown("tcp [2001:db8::1]:5 -> [2001:db8::2]:443"), "tcp [2001:db8::1]:5 -> [2001:db8::2]:443");
        assert_eq!(shown("icmp/echo 10.0.0.1 > 10.0.0.2"), "icmp echo-request 10.0.0.1 -> 10.0.0.2");
        assert_eq!(shown("icmp/13 10.0.0.1>10.0.0.2"), "icmp timestamp-request 10.0.0.1 -> 10.0.0.2");
        assert_eq!(shown("icmp6/echo [2001:db8::1] > 2001:db8::2"), "icmp6 echo-request 2001:db8::1 -> 2001:db8::2");
    }

    /// What is shown of a packet can be asked about, but for what ICMP is called.
    #[test]
    fn what_is_shown_is_read_again() {
        for text in ["tcp 10.0.0.1:1 -> 10.0.0.2:65535", "udp [2001:db8::1]:5 -> [2001:db8::2]:53"] {
            assert_eq!(shown(&shown(text)), text);
        }
    }

    #[test]
    fn the_wrong_word_is_pointed_at() {
        let told = |text, wanted: &str| assert_eq!(shown(text), wanted);
        told(
            "tcp 10.128.0.300:49152 > 10.128.6.20:443",
            "`10.128.0.300:49152` stands here, where an address with its port should\n  \
             tcp 10.128.0.300:49152 > 10.128.6.20:443\n      ^^^^^^^^^^^^^^^^^^",
        );
        told(
            "tcp 10.128.0.1:5 10.128.6.20:443",
            "`10.128.6.20:443` stands here, where `>` should\n  tcp 10.128.0.1:5 10.128.6.20:443\n                   ^^^^^^^^^^^^^^^",
        );
        told("tcp", "the packet ends here, where its source should\n  tcp\n     ^");
    }

    #[test]
    fn each_wrong_part_says_what_should_stand_there() {
        let first = |text| shown(text).lines().next().unwrap_or_default().to_owned();
        let end = "should";
        for (text, wanted) in [
            ("", format!("the packet ends here, where {PROTOCOL} {end}")),
            ("tpc 10.0.0.1:5 > 10.0.0.2:5", format!("`tpc` stands here, where {PROTOCOL} {end}")),
            ("icmp/ech 10.0.0.1 > 10.0.0.2", format!("`icmp/ech` stands here, where {PROTOCOL} {end}")),
            ("tcp 10.0.0.1 > 10.0.0.2:5", format!("`10.0.0.1` stands here, where {PORTED} {end}")),
            ("tcp 10.0.0.1:5 > 10.0.0.2:0", format!("`10.0.0.2:0` stands here, where {PORTED} {end}")),
            ("tcp 10.0.0.1:5 > 10.0.0.2:65536", format!("`10.0.0.2:65536` stands here, where {PORTED} {end}")),
            ("tcp 2001:db8::1:5 > [2001:db8::2]:5", format!("`2001:db8::1:5` stands here, where {PORTED} {end}")),
            ("tcp [10.0.0.1]:5 > 10.0.0.2:5", format!("`[10.0.0.1]:5` stands here, where {PORTED} {end}")),
            ("icmp/echo 10.0.0.1:5 > 10.0.0.2", format!("`10.0.0.1:5` stands here, where {ALONE} {end}")),
            ("tcp 10.0.0.1:5 > [2001:db8::2]:5", format!("`[2001:db8::2]:5` stands here, where an IPv4 address {end}")),
            ("icmp6/echo 10.0.0.1 > 10.0.0.2", format!("`10.0.0.1` stands here, where an IPv6 address {end}")),
            ("tcp 10.0.0.1:5 > 10.0.0.2:5 now", format!("`now` stands here, where nothing more {end}")),
        ] {
            assert_eq!(first(text), wanted);
        }
    }

    #[test]
    fn what_is_no_ascii_is_underlined_by_its_letters() {
        assert!(shown("tcp é10.0.0.1:5 > 10.0.0.2:5").ends_with("\n      ^^^^^^^^^^^"));
        assert!(shown("é tcp").ends_with("\n  ^"));
    }
}
