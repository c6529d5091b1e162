//! The grammar of one-line expressions: text to slices of the same text.
//!
//! Takes a text; gives its parts, or where it stopped and what was wanted there. Knows no name and no number:
//! what a part means is said in `expr`.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::space0;
use nom::combinator::{consumed, cut, opt, verify};
use nom::error::{ErrorKind, ParseError};
use nom::multi::many0;
use nom::sequence::{preceded, separated_pair};
use nom::{IResult, Parser};

/// Where a parser stopped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stop<'a> {
    pub(crate) rest: &'a str,
    /// What it wanted there, as one says it.
    pub(crate) wants: &'static str,
}

impl<'a> ParseError<&'a str> for Stop<'a> {
    fn from_error_kind(rest: &'a str, _: ErrorKind) -> Self {
        Self { rest, wants: "" }
    }

    fn append(_: &'a str, _: ErrorKind, other: Self) -> Self {
        other
    }

    fn or(self, other: Self) -> Self {
        if other.rest.len() < self.rest.len() { other } else { self }
    }
}

/// What every parser here gives.
pub(crate) type Parsed<'a, T> = IResult<&'a str, T, Stop<'a>>;

/// An end of a flow.
#[derive(Debug, Clone)]
pub(crate) struct RawEnd<'a> {
    pub(crate) text: &'a str,
    pub(crate) kind: RawEndKind<'a>,
}

/// Its form.
#[derive(Debug, Clone)]
pub(crate) enum RawEndKind<'a> {
    Bare,
    Dotted(&'a str, &'a str),
    Waived(&'a str, &'a str),
    Internet(Vec<&'a str>),
}

/// `ends -> ends on services`.
#[derive(Debug, Clone)]
pub(crate) struct RawFlow<'a> {
    pub(crate) from: Vec<RawEnd<'a>>,
    pub(crate) to: Vec<RawEnd<'a>>,
    pub(crate) services: Vec<RawService<'a>>,
}

/// A service: its text, and the part after `/`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawService<'a> {
    pub(crate) text: &'a str,
    pub(crate) name: &'a str,
    pub(crate) item: Option<&'a str>,
}

/// What is on a port.
#[derive(Debug, Clone)]
pub(crate) enum RawRole<'a> {
    Word(&'a str),
    AccessPoint(Vec<&'a str>, &'a str),
}

/// Runs a parser over a whole text.
pub(crate) fn whole<'a, T>(
    text: &'a str,
    mut parser: impl Parser<&'a str, Output = T, Error = Stop<'a>>,
    at_end: &'static str,
) -> Result<T, Stop<'a>> {
    match parser.parse(text) {
        Ok((rest, value)) if rest.trim_matches(' ').is_empty() => Ok(value),
        Ok((rest, _)) => Err(Stop { rest: rest.trim_start_matches(' '), wants: at_end }),
        Err(nom::Err::Error(stop) | nom::Err::Failure(stop)) => {
            Err(Stop { rest: stop.rest.trim_start_matches(' '), ..stop })
        }
        Err(nom::Err::Incomplete(_)) => Err(Stop { rest: "", wants: at_end }),
    }
}

fn wanting<'a, T>(
    wants: &'static str,
    mut parser: impl Parser<&'a str, Output = T, Error = Stop<'a>>,
) -> impl Parser<&'a str, Output = T, Error = Stop<'a>> {
    move |input: &'a str| {
        parser
            .parse(input)
            .map_err(|error| error.map(|stop| if stop.wants.is_empty() { Stop { wants, ..stop } } else { stop }))
    }
}

/// A name; it stops before `->`.
pub(crate) fn word(input: &str) -> Parsed<'_, &str> {
    let (input, _) = space0(input)?;
    let end = input
        .char_indices()
        .find(|(i, c)| !(c.is_ascii_alphanumeric() || *c == '_' || (*c == '-' && !input[*i..].starts_with("->"))))
        .map_or(input.len(), |(i, _)| i);
    if end == 0 || input.starts_with(['-', '_']) {
        return Err(nom::Err::Error(Stop { rest: input, wants: "" }));
    }
    Ok((&input[end..], &input[..end]))
}

fn sign<'a>(text: &'static str) -> impl Parser<&'a str, Output = &'a str, Error = Stop<'a>> {
    preceded(space0, tag(text))
}

fn keyword<'a>(text: &'static str) -> impl Parser<&'a str, Output = &'a str, Error = Stop<'a>> {
    verify(word, move |found: &str| found == text)
}

/// One or more, with commas between.
fn list<'a, T: 'a>(
    wants: &'static str,
    item: impl Fn(&'a str) -> Parsed<'a, T> + Copy,
) -> impl Parser<&'a str, Output = Vec<T>, Error = Stop<'a>> {
    let first = wanting(wants, item);
    let others = many0(preceded(sign(","), cut(wanting(wants, item))));
    (first, others).map(|(first, mut others)| {
        others.insert(0, first);
        others
    })
}

fn prefix(input: &str) -> Parsed<'_, &str> {
    let is_part = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '/');
    preceded(space0, take_while1(is_part)).parse(input)
}

fn internet(input: &str) -> Parsed<'_, RawEndKind<'_>> {
    let (input, _) = keyword("internet").parse(input)?;
    let prefixes = (list("a prefix", prefix), cut(wanting("`,` or `)`", sign(")")))).map(|(list, _)| list);
    let (input, found) = opt(preceded(sign("("), cut(prefixes))).parse(input)?;
    Ok((input, RawEndKind::Internet(found.unwrap_or_default())))
}

fn dotted(input: &str) -> Parsed<'_, RawEndKind<'_>> {
    let (input, site) = word(input)?;
    let (input, _) = tag(".").parse(input)?;
    let (input, name) = cut(wanting("a name after the `.`", tight)).parse(input)?;
    Ok((input, RawEndKind::Dotted(site, name)))
}

fn waived(input: &str) -> Parsed<'_, RawEndKind<'_>> {
    let (input, zone) = word(input)?;
    let (input, _) = tag("@").parse(input)?;
    let (input, uai) = cut(wanting("a UAI code after the `@`", tight)).parse(input)?;
    Ok((input, RawEndKind::Waived(zone, uai)))
}

/// A word with no space before it.
fn tight(input: &str) -> Parsed<'_, &str> {
    if input.starts_with(' ') {
        return Err(nom::Err::Error(Stop { rest: input, wants: "" }));
    }
    word(input)
}

/// One end of a flow.
pub(crate) fn end(input: &str) -> Parsed<'_, RawEnd<'_>> {
    let (input, _) = space0(input)?;
    let bare = word.map(|_| RawEndKind::Bare);
    let (input, (text, kind)) = consumed(alt((internet, waived, dotted, bare))).parse(input)?;
    Ok((input, RawEnd { text, kind }))
}

/// One service.
pub(crate) fn service(input: &str) -> Parsed<'_, RawService<'_>> {
    let (input, _) = space0(input)?;
    let after = preceded(tag("/"), cut(wanting("a port, a range of ports or a type", tight)));
    let (input, (text, (name, item))) = consumed((word, opt(after))).parse(input)?;
    Ok((input, RawService { text, name, item }))
}

/// One or more services.
pub(crate) fn services(input: &str) -> Parsed<'_, Vec<RawService<'_>>> {
    list("a service", service).parse(input)
}

const AN_END: &str = "a zone, a host, `site.name`, `gateway`, `supervision` or `internet`";

/// A flow.
pub(crate) fn flow(input: &str) -> Parsed<'_, RawFlow<'_>> {
    let (input, from) = list(AN_END, end).parse(input)?;
    let (input, _) = wanting("`,` or `->`", sign("->")).parse(input)?;
    let (input, to) = list(AN_END, end).parse(input)?;
    let (input, _) = wanting("`,` or `on`", keyword("on")).parse(input)?;
    let (input, services) = services(input)?;
    Ok((input, RawFlow { from, to, services }))
}

/// A resolver outside the plan.
pub(crate) fn resolver(input: &str) -> Parsed<'_, Vec<&str>> {
    match wanting("`internet`", internet).parse(input)? {
        (rest, RawEndKind::Internet(prefixes)) if !prefixes.is_empty() => Ok((rest, prefixes)),
        (rest, _) => Err(nom::Err::Error(Stop { rest, wants: "`(` and the resolver's prefixes" })),
    }
}

/// `site.name`.
pub(crate) fn site_name(input: &str) -> Parsed<'_, RawEnd<'_>> {
    let (input, _) = space0(input)?;
    let (input, (text, kind)) = consumed(wanting("`site.name`", dotted)).parse(input)?;
    Ok((input, RawEnd { text, kind }))
}

/// `site.name`, one or more.
pub(crate) fn site_names(input: &str) -> Parsed<'_, Vec<RawEnd<'_>>> {
    list("a zone of a site", site_name).parse(input)
}

/// `administrative | pedagogic, open`.
pub(crate) fn isolate(input: &str) -> Parsed<'_, (Vec<&str>, Vec<&str>)> {
    let bar = wanting("`,` or `|`", sign("|"));
    separated_pair(list("a class", word), bar, list("a class", word)).parse(input)
}

/// `csm.bastion -> management, gateway`.
pub(crate) fn may_start(input: &str) -> Parsed<'_, (Vec<RawEnd<'_>>, Vec<&str>)> {
    let arrow = wanting("`,` or `->`", sign("->"));
    let to = list("a class, `gateway` or `supervision`", word);
    separated_pair(list("a zone of a site, such as `csm.bastion`", site_name), arrow, to).parse(input)
}

/// `pedagogic, csm.proxy_pedago -> csm.directory`.
pub(crate) fn meet(input: &str) -> Parsed<'_, (Vec<RawEnd<'_>>, Vec<RawEnd<'_>>)> {
    let arrow = wanting("`,` or `->`", sign("->"));
    let from = list("a class, `gateway` or a zone of a site", class_or_site_name);
    separated_pair(from, arrow, site_names).parse(input)
}

/// What may answer the Internet: who, on which services, with which authentication.
pub(crate) struct RawPublish<'a> {
    pub(crate) who: Vec<RawEnd<'a>>,
    pub(crate) services: Vec<RawService<'a>>,
    pub(crate) auth: Vec<&'a str>,
}

/// `meeting, academy.itsm on https with otp, certificate`.
pub(crate) fn publish(input: &str) -> Parsed<'_, RawPublish<'_>> {
    let (input, who) = list("a class or a zone of a site", class_or_site_name).parse(input)?;
    let (input, _) = wanting("`,` or `on`", keyword("on")).parse(input)?;
    let (input, services) = services(input)?;
    let (input, _) = wanting("`,` or `with`", keyword("with")).parse(input)?;
    let (input, auth) = list("an authentication", word).parse(input)?;
    Ok((input, RawPublish { who, services, auth }))
}

fn class_or_site_name(input: &str) -> Parsed<'_, RawEnd<'_>> {
    let (input, _) = space0(input)?;
    let (input, (text, kind)) = consumed(alt((dotted, word.map(|_| RawEndKind::Bare)))).parse(input)?;
    Ok((input, RawEnd { text, kind }))
}

/// `1-20`, or one number.
pub(crate) fn port_range(input: &str) -> Parsed<'_, (&str, &str)> {
    let digits = |i| preceded(space0, take_while1(|c: char| c.is_ascii_digit())).parse(i);
    let (input, first) = wanting("a port number", digits).parse(input)?;
    let (input, last) = opt(preceded(sign("-"), cut(wanting("a port number", digits)))).parse(input)?;
    Ok((input, (first, last.unwrap_or(first))))
}

/// A zone, `unused`, or `ap zones managed zone`.
pub(crate) fn port_role(input: &str) -> Parsed<'_, RawRole<'_>> {
    let (rest, first) = wanting("a zone, `ap` or `unused`", word).parse(input)?;
    if first != "ap" {
        return Ok((rest, RawRole::Word(first)));
    }
    let (rest, zones) = list("a zone", word).parse(rest)?;
    let (rest, _) = wanting("`,` or `managed`", keyword("managed")).parse(rest)?;
    let (rest, managed) = wanting("a zone", word).parse(rest)?;
    Ok((rest, RawRole::AccessPoint(zones, managed)))
}

type RawPort<'a> = (&'a str, &'a str);

/// `device.port = device.port`; a range of ports is one word here.
pub(crate) fn cable(input: &str) -> Parsed<'_, (RawPort<'_>, RawPort<'_>)> {
    let port = |i| {
        let (i, device) = wanting("a switch or `gateway`", word).parse(i)?;
        let (i, _) = wanting("`.` and a port", tag(".")).parse(i)?;
        let (i, port) = wanting("a port", tight).parse(i)?;
        Ok((i, (device, port)))
    };
    separated_pair(port, wanting("`=`", sign("=")), port).parse(input)
}

/// `prefix = prefix`.
pub(crate) fn selectors(input: &str) -> Parsed<'_, (&str, &str)> {
    let side = |i| wanting("a prefix", prefix).parse(i);
    separated_pair(side, wanting("`=`", sign("=")), side).parse(input)
}
