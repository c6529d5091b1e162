//! What centres, profiles and establishments all may hold: zones, hosts, proxies, resolvers, flows.
//!
//! Takes the fields of such a file; gives [`Parts`]. What a name refers to is checked in `checks`.

use super::expr::Ends;
use super::machines::{HOST, PROXY};
use super::model::{Auth, Devices, Flow, Link, Name, Pac, Parts, Resolver, Serve};
use super::reader::{Field, Fields, Reader, StandIn};
use super::shape::{
    A_NAME, ADDRESS4, DATE, END, FLOW, Key, NAME, NAMES, RESOLVER, Shape, Struct, TEXT, optional, required,
};
use crate::diagnostics::At;
use crate::diagnostics::codes::policy as codes;

static FLOW_KEYS: Struct = Struct {
    title: "a flow",
    keys: &[
        required("allow", Shape::Scalar(&FLOW), "who opens, to whom, on which services"),
        required("because", Shape::Scalar(&TEXT), "why: the generated rule's comment"),
        optional("from", Shape::Scalar(&DATE), "its first day"),
        optional("until", Shape::Scalar(&DATE), "its last day, included"),
        optional("at", Shape::Scalar(&ADDRESS4), "public address at which the Internet finds what is published"),
        optional("auth", Shape::Word(&Auth::WORDS), "what the published service itself asks of who comes from outside"),
    ],
};

static SERVE: Struct = Struct {
    title: "what is answered on the link",
    keys: &[
        optional("dhcp", NAMES, "zones with DHCP and router advertisements"),
        optional("names", Shape::Scalar(&END), "the resolver told to clients"),
        optional("clock", Shape::Scalar(&END), "the time source told to clients"),
    ],
};

static PAC: Struct = Struct {
    title: "what browsers are told",
    keys: &[
        required("target", A_NAME, "its target descriptor"),
        required("for", NAMES, "zones with such a file: each opens to a proxy"),
    ],
};

static DEVICES: Struct = Struct {
    title: "where devices send",
    keys: &[
        optional("logs", Shape::Scalar(&END), "the log collector"),
        optional("clock", Shape::Scalar(&END), "the time source"),
    ],
};

static LINK: Struct = Struct { title: "a tunnel", keys: &[required("suite", A_NAME, "its suite of services.yaml")] };

static A_HOST: Shape = Shape::Struct(&HOST);
static A_PROXY: Shape = Shape::Struct(&PROXY);
static A_RESOLVER: Shape = Shape::Scalar(&RESOLVER);
static A_FLOW: Shape = Shape::Struct(&FLOW_KEYS);
static A_LINK: Shape = Shape::Struct(&LINK);

/// `hosts:`
pub(crate) const HOSTS: Key = optional("hosts", Shape::Map(&NAME, &A_HOST), "machines with fixed addresses");
/// `proxies:`
pub(crate) const PROXIES: Key = optional("proxies", Shape::Map(&NAME, &A_PROXY), "web proxies");
/// `resolvers:`
pub(crate) const RESOLVERS: Key = optional("resolvers", Shape::Map(&NAME, &A_RESOLVER), "resolvers outside the plan");
/// `flows:`
pub(crate) const FLOWS: Key = optional("flows", Shape::List(&A_FLOW), "what may be opened; everything else is denied");
/// `serve:`
pub(crate) const SERVE_KEY: Key =
    optional("serve", Shape::Struct(&SERVE), "what the gateway answers on its links; opens nothing");
/// `pac:`
pub(crate) const PAC_KEY: Key =
    optional("pac", Shape::Struct(&PAC), "what browsers are told of proxies, a file a zone; opens nothing");
/// `devices:`
pub(crate) const DEVICES_KEY: Key =
    optional("devices", Shape::Struct(&DEVICES), "where gateways and switches send logs and take time");
/// `links:`
pub(crate) const LINKS: Key = optional("links", Shape::Map(&NAME, &A_LINK), "tunnels, by peer site");

impl Reader<'_> {
    /// Everything a file of these kinds may hold.
    pub(crate) fn parts(&mut self, fields: &Fields<'_>) -> Parts {
        Parts {
            zones: self.map(fields, "zones", Self::zone),
            hosts: self.map(fields, "hosts", Self::host),
            proxies: self.map(fields, "proxies", Self::proxy),
            resolvers: self.map(fields, "resolvers", Self::resolver),
            flows: self.items(fields, "flows", Self::flow_entry),
            serve: fields.get("serve").and_then(|f| self.serve(f)),
            pac: fields.get("pac").and_then(|f| self.pac(f)),
            devices: fields.get("devices").and_then(|f| self.devices(f)),
            accepts: self.accepts(fields),
        }
    }

    /// A map from names under a key; empty where the key is left out.
    pub(crate) fn map<T>(
        &mut self,
        fields: &Fields<'_>,
        key: &'static str,
        read: impl FnMut(&mut Self, At<Name>, Field<'_>) -> Option<T>,
    ) -> std::collections::BTreeMap<Name, T> {
        fields.get(key).map(|f| self.named(f, read)).unwrap_or_default()
    }

    /// A list under a key; empty where the key is left out.
    pub(crate) fn items<T>(
        &mut self,
        fields: &Fields<'_>,
        key: &'static str,
        read: impl FnMut(&mut Self, Field<'_>) -> Option<T>,
    ) -> Vec<T> {
        let found = fields.get(key).map(|f| self.list(f, read)).unwrap_or_default();
        found.into_iter().flatten().collect()
    }

    /// A list of names under a key, each said once.
    pub(crate) fn names(&mut self, fields: &Fields<'_>, key: &'static str) -> Vec<At<Name>> {
        fields.get(key).map(|f| self.name_list(f)).unwrap_or_default()
    }

    /// A list of names, each said once.
    pub(crate) fn name_list(&mut self, field: Field<'_>) -> Vec<At<Name>> {
        let found = self.list(field, Self::name);
        for (i, name) in found.iter().enumerate() {
            if found[..i].iter().any(|n| n.value == name.value) {
                let says = format!("`{}` stands twice in this list", name.value);
                self.report(&codes::LISTED_TWICE, name.span, says, "keep one of them");
            }
        }
        found
    }

    fn resolver(&mut self, name: At<Name>, field: Field<'_>) -> Option<Resolver> {
        let addresses = self.resolver_addresses(field);
        Some(Resolver { name, addresses })
    }

    fn flow_entry(&mut self, field: Field<'_>) -> Option<Flow> {
        let f = self.fields(field)?;
        let allow = self.required_flow(&f, "allow", Ends::OfSite)?;
        let flow = Flow {
            allow,
            because: self.required(&f, "because", Self::because),
            from: self.optional(&f, "from", Self::date),
            until: self.optional(&f, "until", Self::date),
            at: self.optional(&f, "at", Self::address4),
            auth: self.optional(&f, "auth", Self::auth),
            is_tried: false,
        };
        self.in_time_order(flow.from, flow.until);
        Some(flow)
    }

    fn auth(&mut self, field: Field<'_>) -> At<Auth> {
        self.word(field).map(|word| Auth::of_word(&word).unwrap_or(Auth::None))
    }

    /// A flow under a key that must be there.
    pub(crate) fn required_flow(
        &mut self,
        f: &Fields<'_>,
        key: &'static str,
        ends: Ends,
    ) -> Option<At<super::model::FlowExpr>> {
        f.get(key).map(|field| self.flow(field, ends))
    }

    /// Tells a last day that comes before the first.
    pub(crate) fn in_time_order(&mut self, from: Option<At<jiff::civil::Date>>, until: Option<At<jiff::civil::Date>>) {
        let (Some(from), Some(until)) = (from, until) else {
            return;
        };
        let is_stand_in = |d: At<jiff::civil::Date>| d.value == StandIn::stand_in();
        if until.value < from.value && !is_stand_in(from) && !is_stand_in(until) {
            let says = format!("the last day, `{}`, comes before the first", until.value);
            let found = crate::diagnostics::Diagnostic::new(&codes::UNTIL_BEFORE_FROM, until.span, says)
                .other(from.span, "the first day")
                .help("`until` is the last day, included: exchange the two dates, or correct one");
            self.sink.push(found);
        }
    }

    fn serve(&mut self, field: Field<'_>) -> Option<Serve> {
        let f = self.fields(field)?;
        Some(Serve {
            dhcp: self.names(&f, "dhcp"),
            names: f.get("names").and_then(|e| self.lone_end(e)),
            clock: f.get("clock").and_then(|e| self.lone_end(e)),
        })
    }

    fn pac(&mut self, field: Field<'_>) -> Option<Pac> {
        let f = self.fields(field)?;
        Some(Pac { target: self.required(&f, "target", Self::name), zones: self.names(&f, "for"), span: f.whole() })
    }

    fn devices(&mut self, field: Field<'_>) -> Option<Devices> {
        let f = self.fields(field)?;
        Some(Devices {
            logs: f.get("logs").and_then(|e| self.lone_end(e)),
            clock: f.get("clock").and_then(|e| self.lone_end(e)),
        })
    }

    /// Tunnels by peer site.
    pub(crate) fn links(&mut self, fields: &Fields<'_>) -> std::collections::BTreeMap<Name, Link> {
        self.map(fields, "links", |r, peer, field| {
            let f = r.fields(field)?;
            let suite = r.required(&f, "suite", Self::name);
            Some(Link { peer, suite })
        })
    }
}
