//! Readers of one-line expressions: the grammar's slices become values with byte-exact places.

use std::net::IpAddr;

use ipnet::IpNet;

use super::grammar::{self, RawEnd, RawEndKind, RawFlow, RawRole, Stop};
use super::habits::{habit, shown, token, without_zeros};
use super::model::{Auth, Cable, CableEnd, End, FlowExpr, Isolate, MayStart, Meet, Name, PortRole, Publish, SiteName};
use super::names;
use super::reader::{Field, Reader, StandIn};
use super::scalars::{parse_number, parse_prefix};
use super::shape::{END, Form, PORT_RANGE, Shape, TEXT};
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Span, nearest};

/// Whose ends a flow may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// Bare names of one site.
    OfSite,
    /// Whole names: `zone@UAI`, `host@UAI`.
    OfWaiver,
}

/// The form a field's expression takes.
pub(crate) fn form_of(field: Field<'_>) -> &'static Form {
    match field.shape {
        Shape::Scalar(form) => form,
        _ => &TEXT,
    }
}

/// The place of a slice of a text that stands at a place.
pub(crate) fn place(text: At<&str>, part: &str) -> Span {
    let offset = part.as_ptr().addr().saturating_sub(text.value.as_ptr().addr());
    let start = text.span.start + offset.min(text.value.len());
    Span { start, end: start + part.len(), ..text.span }
}

impl Reader<'_> {
    /// Runs a parser over an expression, and tells where it stopped.
    pub(crate) fn parsed<'t, T>(
        &mut self,
        form: &'static Form,
        text: At<&'t str>,
        parser: impl nom::Parser<&'t str, Output = T, Error = Stop<'t>>,
        at_end: &'static str,
    ) -> Option<T> {
        grammar::whole(text.value, parser, at_end).map_err(|stop| self.stopped(form, text, stop)).ok()
    }

    fn stopped(&mut self, form: &Form, text: At<&str>, stop: Stop<'_>) {
        let found = token(stop.rest);
        let says = if found.is_empty() {
            format!("this ends too early: {} should follow", stop.wants)
        } else {
            format!("expected {} here, found {}", stop.wants, shown(found))
        };
        let span = place(text, if found.is_empty() { &text.value[text.value.len()..] } else { found });
        let help =
            habit(found).map_or_else(|| format!("write {}, such as `{}`", form.one, form.example), str::to_owned);
        self.report(&codes::BAD_EXPRESSION, span, says, &help);
    }

    /// A flow; None when it cannot be read.
    pub(crate) fn flow(&mut self, field: Field<'_>, ends: Ends) -> At<FlowExpr> {
        let empty = FlowExpr { from: Vec::new(), to: Vec::new(), services: Vec::new() };
        let Some(text) = self.expression(field) else {
            return At::new(empty, field.node.span);
        };
        let Some(raw) = self.parsed(form_of(field), text, grammar::flow, "`,` or the end") else {
            return At::new(empty, text.span);
        };
        let RawFlow { from, to, services } = raw;
        let flow = FlowExpr {
            from: self.ends(text, &from, ends),
            to: self.ends(text, &to, ends),
            services: self.service_refs(text, &services),
        };
        At::new(flow, text.span)
    }

    fn ends(&mut self, text: At<&str>, raw: &[RawEnd<'_>], ends: Ends) -> Vec<At<End>> {
        let mut read: Vec<At<End>> = Vec::new();
        for end in raw {
            let span = place(text, end.text);
            if let Some(value) = self.end_value(text, end, ends) {
                if read.iter().any(|e| e.value == value) {
                    let says = format!("`{}` stands twice in this list", end.text);
                    self.report(&codes::LISTED_TWICE, span, says, "keep one of them");
                }
                read.push(At::new(value, span));
            }
        }
        read
    }

    fn end_value(&mut self, text: At<&str>, end: &RawEnd<'_>, ends: Ends) -> Option<End> {
        let span = place(text, end.text);
        match &end.kind {
            RawEndKind::Internet(prefixes) => {
                let nets = prefixes.iter().map(|p| self.prefix_part(text, p)).collect();
                Some(End::Internet(nets))
            }
            RawEndKind::Dotted("gateway", process) if ends == Ends::OfSite => Some(End::Process(Name::new(process))),
            RawEndKind::Dotted("gateway", _) => self.bare(end.text, span, ends),
            RawEndKind::Dotted(site, name) => {
                Some(End::There(SiteName { site: Name::new(site), name: Name::new(name) }))
            }
            RawEndKind::Waived(zone, uai) if ends == Ends::OfWaiver => {
                let uai = self.checked_uai(uai, place(text, uai)).value;
                Some(End::Waived(Name::new(zone), uai))
            }
            RawEndKind::Waived(zone, _) => {
                let help = format!(
                    "write `{zone}` in the establishment's own file; a way into another establishment needs a waiver in waivers.yaml"
                );
                self.report(&codes::BAD_EXPRESSION, span, format!("`{}` stands only in waivers", end.text), &help);
                None
            }
            RawEndKind::Bare => self.bare(end.text, span, ends),
        }
    }

    fn bare(&mut self, word: &str, span: Span, ends: Ends) -> Option<End> {
        if ends == Ends::OfWaiver {
            let help = "write a zone and its establishment, such as `admin@0000001B`";
            self.report(&codes::BAD_EXPRESSION, span, format!("`{word}` does not say whose it is"), help);
            return None;
        }
        match word {
            "gateway" => Some(End::Gateway),
            "supervision" => Some(End::Supervision),
            _ if names::is_reserved(word) => {
                let help = habit(word).unwrap_or("name the zones or hosts one by one");
                self.report(&codes::BAD_EXPRESSION, span, format!("`{word}` is no end of a flow"), help);
                None
            }
            _ => Some(End::Here(Name::new(word))),
        }
    }

    fn prefix_part(&mut self, text: At<&str>, part: &str) -> IpNet {
        let span = place(text, part);
        if let Some(net) = parse_prefix(part) {
            return self.no_host_bits(At::new(net, span)).value;
        }
        let help = match part.parse::<IpAddr>() {
            Ok(address) => format!("write `{}`", IpNet::from(address)),
            Err(_) => without_zeros(part)
                .unwrap_or_else(|| "write an address and a length, such as `198.18.0.0/28`".to_owned()),
        };
        self.report(&codes::BAD_EXPRESSION, span, format!("`{part}` is not a prefix"), &help);
        IpNet::stand_in()
    }

    /// An end alone, as `serve` and `devices` name one.
    pub(crate) fn lone_end(&mut self, field: Field<'_>) -> Option<At<End>> {
        let text = self.expression(field)?;
        let raw = self.parsed(form_of(field), text, grammar::end, "the end")?;
        let value = self.end_value(text, &raw, Ends::OfSite)?;
        Some(At::new(value, text.span))
    }

    /// A relay: as [`Self::lone_end`], written as a key.
    pub(crate) fn end_key(&mut self, text: At<&str>) -> Option<At<End>> {
        let raw = self.parsed(&END, text, grammar::end, "the end")?;
        let value = self.end_value(text, &raw, Ends::OfSite)?;
        Some(At::new(value, text.span))
    }

    /// `internet (prefixes)`.
    pub(crate) fn resolver_addresses(&mut self, field: Field<'_>) -> Vec<At<IpNet>> {
        let Some(text) = self.expression(field) else {
            return Vec::new();
        };
        let raw = self.parsed(form_of(field), text, grammar::resolver, "the end").unwrap_or_default();
        raw.into_iter().map(|part| self.one_address(text, part)).collect()
    }

    /// A machine that answers has one address: of a range, only the first would be asked.
    fn one_address(&mut self, text: At<&str>, part: &str) -> At<IpNet> {
        let (net, span) = (self.prefix_part(text, part), place(text, part));
        if net != IpNet::stand_in() && net.prefix_len() != net.max_prefix_len() {
            let help = format!("write each of its addresses, such as `{}`", IpNet::from(net.addr()));
            self.report(
                &codes::BAD_EXPRESSION,
                span,
                format!("`{part}` is a range, and a resolver is a machine"),
                &help,
            );
        }
        At::new(net, span)
    }

    /// `administrative | pedagogic, open`.
    pub(crate) fn isolate(&mut self, field: Field<'_>) -> Option<At<Isolate>> {
        let text = self.expression(field)?;
        let (left, right) = self.parsed(form_of(field), text, grammar::isolate, "`,` or the end")?;
        let value = Isolate { left: named(text, &left), right: named(text, &right) };
        Some(At::new(value, text.span))
    }

    /// `csm.bastion -> management, gateway`.
    pub(crate) fn may_start(&mut self, field: Field<'_>) -> Option<At<MayStart>> {
        let text = self.expression(field)?;
        let (from, to) = self.parsed(form_of(field), text, grammar::may_start, "`,` or the end")?;
        let value =
            MayStart { from: from.iter().filter_map(|raw| site_name(text, raw)).collect(), to: named(text, &to) };
        Some(At::new(value, text.span))
    }

    /// `pedagogic, csm.proxy_pedago -> csm.directory`.
    pub(crate) fn meet(&mut self, field: Field<'_>) -> Option<At<Meet>> {
        let text = self.expression(field)?;
        if !text.value.contains("->") && grammar::whole(text.value, grammar::site_names, "the end").is_ok() {
            let says = "this does not say whom it is for";
            let help = format!("write classes, `->` and the zone: `CLASSES -> {}`", text.value.trim());
            self.report(&codes::BAD_EXPRESSION, text.span, says.to_owned(), &help);
            return None;
        }
        let (from, to) = self.parsed(form_of(field), text, grammar::meet, "`,` or the end")?;
        let classes = from.iter().filter(|raw| matches!(raw.kind, RawEndKind::Bare));
        let value = Meet {
            classes: classes.map(|raw| one_name(text, raw.text)).collect(),
            through: from.iter().filter_map(|raw| site_name(text, raw)).collect(),
            zones: to.iter().filter_map(|raw| site_name(text, raw)).collect(),
        };
        Some(At::new(value, text.span))
    }

    /// `meeting on https with otp`.
    pub(crate) fn publish(&mut self, field: Field<'_>) -> Option<At<Publish>> {
        let text = self.expression(field)?;
        let raw = self.parsed(form_of(field), text, grammar::publish, "`,` or the end")?;
        let classes = raw.who.iter().filter(|end| matches!(end.kind, RawEndKind::Bare));
        let value = Publish {
            classes: classes.map(|end| one_name(text, end.text)).collect(),
            zones: raw.who.iter().filter_map(|end| site_name(text, end)).collect(),
            services: self.service_refs(text, &raw.services),
            auth: raw.auth.iter().filter_map(|word| self.auth_word(text, word)).collect(),
        };
        Some(At::new(value, text.span))
    }

    fn auth_word(&mut self, text: At<&str>, word: &str) -> Option<At<Auth>> {
        let span = place(text, word);
        let known = Auth::of_word(word).map(|auth| At::new(auth, span));
        if known.is_none() {
            let help = match nearest(word, Auth::WORDS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the words are {}", Auth::WORDS.map(|w| format!("`{w}`")).join(", ")),
            };
            self.report(&codes::BAD_EXPRESSION, span, format!("`{word}` is no authentication"), &help);
        }
        known
    }

    /// `1-20` as a key.
    pub(crate) fn port_range(&mut self, text: At<&str>) -> Option<At<(u16, u16)>> {
        let (first, last) = self.parsed(&PORT_RANGE, text, grammar::port_range, "the end")?;
        let port = |t| parse_number(t).and_then(|n| u16::try_from(n).ok()).filter(|n| *n > 0);
        let (Some(low), Some(high)) = (port(first), port(last)) else {
            let says = format!("`{}` is not a range of ports", text.value);
            self.report(
                &codes::BAD_EXPRESSION,
                text.span,
                says,
                "write a port number such as `31`, or a range such as `1-20`",
            );
            return None;
        };
        Some(At::new(self.in_order(low, high, text.span)?, text.span))
    }

    /// One port as a key.
    pub(crate) fn port_number(&mut self, text: At<&str>) -> Option<u16> {
        let (first, last) = self.port_range(text)?.value;
        if first == last {
            return Some(first);
        }
        let says = format!("`{}` is a range: one port is wanted here", text.value);
        self.report(&codes::BAD_EXPRESSION, text.span, says, "write a line for each port");
        None
    }

    /// What is on a port.
    pub(crate) fn port_role(&mut self, field: Field<'_>) -> Option<At<PortRole>> {
        let text = self.expression(field)?;
        let role = match self.parsed(form_of(field), text, grammar::port_role, "the end")? {
            RawRole::Word("unused") => PortRole::Unused,
            RawRole::Word(zone) => PortRole::Access(one_name(text, zone)),
            RawRole::AccessPoint(zones, managed) => {
                PortRole::AccessPoint { zones: named(text, &zones), managed: one_name(text, managed) }
            }
        };
        Some(At::new(role, text.span))
    }

    /// `gateway.lan = sw-1.48`, `sw-1.49-50 = sw-2.25-26`.
    pub(crate) fn cable(&mut self, field: Field<'_>) -> Option<At<Cable>> {
        let text = self.expression(field)?;
        let (a, b) = self.parsed(form_of(field), text, grammar::cable, "the end")?;
        let end = |(device, port)| CableEnd { device: one_name(text, device), port: one_name(text, port) };
        let cable = Cable { a: end(a), b: end(b) };
        for end in [&cable.a, &cable.b] {
            if let Some((first, last)) = end.range() {
                self.in_order(first, last, end.port.span)?;
            }
        }
        Some(At::new(cable, text.span))
    }

    /// `10.128.32.0/19 = 10.0.0.0/8`.
    pub(crate) fn selectors(&mut self, field: Field<'_>) -> Option<At<(IpNet, IpNet)>> {
        let text = self.expression(field)?;
        let (local, remote) = self.parsed(form_of(field), text, grammar::selectors, "the end")?;
        let pair = (self.prefix_part(text, local), self.prefix_part(text, remote));
        Some(At::new(pair, text.span))
    }
}

fn one_name(text: At<&str>, part: &str) -> At<Name> {
    At::new(Name::new(part), place(text, part))
}

fn named(text: At<&str>, parts: &[&str]) -> Vec<At<Name>> {
    parts.iter().map(|part| one_name(text, part)).collect()
}

fn site_name(text: At<&str>, raw: &RawEnd<'_>) -> Option<At<SiteName>> {
    let RawEndKind::Dotted(site, name) = raw.kind else {
        return None;
    };
    let value = SiteName { site: Name::new(site), name: Name::new(name) };
    Some(At::new(value, place(text, raw.text)))
}
