//! Hosts and proxies: machines with fixed addresses, and processes of the gateway.

use super::lengths;
use super::model::{Host, Name, Proxy, ProxyPlace};
use super::reader::{Field, Fields, Reader};
use super::shape::{A_NAME, ADDRESS4, ADDRESS6, NAMES, Shape, Struct, optional, required};
use crate::diagnostics::At;
use crate::diagnostics::codes::policy as codes;

/// A host.
pub(crate) static HOST: Struct = Struct {
    title: "a host",
    keys: &[
        required("in", NAMES, "its zones; more than one is a dual-homed machine"),
        optional("ipv4", Shape::Scalar(&ADDRESS4), "its IPv4 address"),
        optional("ipv6", Shape::Scalar(&ADDRESS6), "its IPv6 address"),
        optional("seen_as", Shape::Scalar(&ADDRESS4), "in a private zone: the address by which other sites meet it"),
        optional("exit", Shape::Scalar(&ADDRESS4), "public address its traffic leaves by"),
    ],
};

/// A proxy.
pub(crate) static PROXY: Struct = Struct {
    title: "a proxy",
    keys: &[
        optional("on", Shape::Word(&["gateway"]), "for a process of the gateway, in place of `zone`"),
        optional("listen", A_NAME, "the zone whose gateway address it listens on"),
        optional("uid", Shape::Number(1000, 60_000), "its numeric user on the gateway, not one of the system's own"),
        optional("zone", A_NAME, "the zone its machine is in"),
        optional("ipv4", Shape::Scalar(&ADDRESS4), "its machine's IPv4 address"),
        optional("ipv6", Shape::Scalar(&ADDRESS6), "its machine's IPv6 address"),
        optional("exit", Shape::Scalar(&ADDRESS4), "public address its traffic leaves by"),
        required("target", A_NAME, "its target descriptor"),
        required("filters", NAMES, "the web filters it applies"),
        required("resolver", A_NAME, "who resolves names for it"),
    ],
};

impl Reader<'_> {
    /// One host.
    pub(crate) fn host(&mut self, name: At<Name>, field: Field<'_>) -> Option<Host> {
        let Some(f) = self.fields(field) else {
            return Some(unread_host(name));
        };
        let host = Host {
            name,
            zones: self.names(&f, "in"),
            ipv4: self.optional(&f, "ipv4", Self::address4),
            ipv6: self.optional(&f, "ipv6", Self::address6),
            seen_as: self.optional(&f, "seen_as", Self::address4),
            exit: self.optional(&f, "exit", Self::address4),
        };
        if host.ipv4.is_none() && host.ipv6.is_none() {
            self.missing(&f, "ipv4");
        }
        Some(host)
    }

    /// One proxy.
    pub(crate) fn proxy(&mut self, name: At<Name>, field: Field<'_>) -> Option<Proxy> {
        let f = self.fields(field)?;
        let place = match f.get("on") {
            Some(on) => {
                self.within(&name, &lengths::PROCESS);
                self.gateway_proxy(&f, on)
            }
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
}

/// The same for a host.
fn unread_host(name: At<Name>) -> Host {
    Host { name, zones: Vec::new(), ipv4: None, ipv6: None, seen_as: None, exit: None }
}
