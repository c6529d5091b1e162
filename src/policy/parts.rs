//! What centres, profiles and establishments all may hold: zones, hosts, proxies, resolvers, flows.
//!
//! Takes the fields of such a file; gives [`Parts`]. What a name refers to is checked in `checks`.

use super::expr::Ends;
use super::model::{Devices, Flow, Host, Link, Name, Parts, Proxy, ProxyPlace, Resolver, Serve, Zone};
use super::reader::{Field, Fields, Reader, StandIn};
use super::shape::{
    A_NAME, ADDRESS4, ADDRESS6, BLOCK_PART, DATE, END, FLOW, Key, NAME, NAMES, PREFIX4, PREFIX6, RESOLVER, Shape,
    Struct, TEXT, VLAN, optional, required,
};
use crate::diagnostics::At;
use crate::diagnostics::codes::policy as codes;

const ZONE_TITLE: Key = optional("title", Shape::Scalar(&TEXT), "its name in words");
const ZONE_EXIT: Key = optional("exit", Shape::Scalar(&ADDRESS4), "public address its traffic leaves by");
const ZONE_VLAN: Key = required("vlan", VLAN, "its VLAN");
const ZONE_AT: Key = optional("at", Shape::Scalar(&BLOCK_PART), "its place in the establishment's block");
const ZONE_PRIVATE: Key = optional(
    "private",
    Shape::Flag,
    "a range that repeats from school to school: never in a tunnel, leaves only behind the exit address",
);
const ZONE_DEVICES: Key = optional("devices", Shape::Flag, "gateways and switches have their own address here");
const ZONE_IPV6: Key = optional("ipv6", Shape::Scalar(&PREFIX6), "its IPv6 prefix");

/// A zone of a centre.
pub(crate) static CENTRE_ZONE: Struct = Struct {
    title: "a zone of a site",
    keys: &[
        ZONE_VLAN,
        required("ipv4", Shape::Scalar(&PREFIX4), "its IPv4 prefix"),
        ZONE_IPV6,
        ZONE_EXIT,
        ZONE_DEVICES,
        ZONE_TITLE,
    ],
};

/// A zone of a profile.
pub(crate) static PROFILE_ZONE: Struct = Struct {
    title: "a zone of a profile",
    keys: &[ZONE_VLAN, ZONE_AT, ZONE_PRIVATE, ZONE_DEVICES, ZONE_EXIT, ZONE_TITLE],
};

/// A zone of an establishment: the range of a private zone of its profile, or a zone of its own.
pub(crate) static SCHOOL_ZONE: Struct = Struct {
    title: "a zone of an establishment",
    keys: &[
        optional("vlan", VLAN, "its VLAN, for a zone that the profile does not have"),
        ZONE_AT,
        optional("ipv4", Shape::Scalar(&PREFIX4), "its IPv4 prefix"),
        ZONE_IPV6,
        ZONE_PRIVATE,
        ZONE_DEVICES,
        ZONE_EXIT,
        ZONE_TITLE,
    ],
};

static HOST: Struct = Struct {
    title: "a host",
    keys: &[
        required("in", NAMES, "its zones; more than one is a dual-homed machine"),
        optional("ipv4", Shape::Scalar(&ADDRESS4), "its IPv4 address"),
        optional("ipv6", Shape::Scalar(&ADDRESS6), "its IPv6 address"),
        optional("exit", Shape::Scalar(&ADDRESS4), "public address its traffic leaves by"),
    ],
};

static PROXY: Struct = Struct {
    title: "a proxy",
    keys: &[
        optional("on", Shape::Word(&["gateway"]), "for a process of the gateway, in place of `zone`"),
        optional("listen", A_NAME, "the zone whose gateway address it listens on"),
        optional("uid", Shape::Number(1, 65_533), "its numeric user on the gateway"),
        optional("zone", A_NAME, "the zone its machine is in"),
        optional("ipv4", Shape::Scalar(&ADDRESS4), "its machine's IPv4 address"),
        optional("ipv6", Shape::Scalar(&ADDRESS6), "its machine's IPv6 address"),
        optional("exit", Shape::Scalar(&ADDRESS4), "public address its traffic leaves by"),
        required("target", A_NAME, "its target descriptor"),
        required("filters", NAMES, "the web filters it applies"),
        required("resolver", A_NAME, "who resolves names for it"),
    ],
};

static FLOW_KEYS: Struct = Struct {
    title: "a flow",
    keys: &[
        required("allow", Shape::Scalar(&FLOW), "who opens, to whom, on which services"),
        required("because", Shape::Scalar(&TEXT), "why: the generated rule's comment"),
        optional("from", Shape::Scalar(&DATE), "its first day"),
        optional("until", Shape::Scalar(&DATE), "its last day, included"),
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
            devices: fields.get("devices").and_then(|f| self.devices(f)),
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

    fn zone(&mut self, name: At<Name>, field: Field<'_>) -> Option<Zone> {
        let Some(f) = self.fields(field) else {
            return Some(unread_zone(name));
        };
        Some(Zone {
            name,
            vlan: self.optional(&f, "vlan", Self::vlan),
            at: self.optional(&f, "at", Self::block_part),
            ipv4: self.optional(&f, "ipv4", Self::prefix4),
            ipv6: self.optional(&f, "ipv6", Self::prefix6),
            private: self.optional(&f, "private", Self::flag).unwrap_or(false),
            devices: self.optional(&f, "devices", Self::flag).unwrap_or(false),
            title: self.optional(&f, "title", Self::text),
            exit: self.optional(&f, "exit", Self::address4),
        })
    }

    fn host(&mut self, name: At<Name>, field: Field<'_>) -> Option<Host> {
        let Some(f) = self.fields(field) else {
            return Some(unread_host(name));
        };
        let host = Host {
            name,
            zones: self.names(&f, "in"),
            ipv4: self.optional(&f, "ipv4", Self::address4),
            ipv6: self.optional(&f, "ipv6", Self::address6),
            exit: self.optional(&f, "exit", Self::address4),
        };
        if host.ipv4.is_none() && host.ipv6.is_none() {
            self.missing(&f, "ipv4");
        }
        Some(host)
    }

    fn proxy(&mut self, name: At<Name>, field: Field<'_>) -> Option<Proxy> {
        let f = self.fields(field)?;
        let place = match f.get("on") {
            Some(on) => self.gateway_proxy(&f, on),
            None => self.machine_proxy(&f),
        };
        Some(Proxy {
            name,
            place,
            target: self.required(&f, "target", Self::name),
            filters: self.names(&f, "filters"),
            resolver: self.required(&f, "resolver", Self::name),
        })
    }

    fn gateway_proxy(&mut self, f: &Fields<'_>, on: Field<'_>) -> ProxyPlace {
        self.word(on);
        for key in ["zone", "ipv4", "ipv6", "exit"] {
            self.not_beside(f, key, "on");
        }
        self.needs(f, &["listen", "uid"]);
        ProxyPlace::Gateway {
            listen: self.required(f, "listen", Self::name),
            uid: self.required(f, "uid", Self::number),
        }
    }

    fn machine_proxy(&mut self, f: &Fields<'_>) -> ProxyPlace {
        for key in ["listen", "uid"] {
            self.not_beside(f, key, "zone");
        }
        self.needs(f, &["zone", "ipv4"]);
        ProxyPlace::Host {
            zone: self.required(f, "zone", Self::name),
            ipv4: self.required(f, "ipv4", Self::address4),
            ipv6: self.optional(f, "ipv6", Self::address6),
            exit: self.optional(f, "exit", Self::address4),
        }
    }

    /// Tells each of these keys that is missing.
    pub(crate) fn needs(&mut self, f: &Fields<'_>, keys: &[&str]) {
        for key in keys {
            if f.key_place(key).is_none() {
                self.missing(f, key);
            }
        }
    }

    /// Tells a key that has no sense beside another.
    fn not_beside(&mut self, f: &Fields<'_>, key: &str, other: &str) {
        if let Some(place) = f.key_place(key) {
            let whose = if other == "on" { "a process of the gateway" } else { "a machine" };
            let says = format!("a proxy that is {whose} has no `{key}`");
            self.report(
                &codes::UNKNOWN_KEY,
                place,
                says,
                "a proxy is either `on: gateway` with `listen` and `uid`, or in a `zone` with `ipv4`",
            );
        }
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
        };
        self.in_time_order(flow.from, flow.until);
        Some(flow)
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

/// Keeps the name of a zone that could not be read, so that it is not unknown elsewhere.
fn unread_zone(name: At<Name>) -> Zone {
    let span = name.span;
    Zone {
        name,
        vlan: Some(At::new(StandIn::stand_in(), span)),
        at: Some(At::new(StandIn::stand_in(), span)),
        ipv4: None,
        ipv6: None,
        private: false,
        devices: false,
        title: None,
        exit: None,
    }
}

/// The same for a host.
fn unread_host(name: At<Name>) -> Host {
    Host { name, zones: Vec::new(), ipv4: None, ipv6: None, exit: None }
}
