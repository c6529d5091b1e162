//! `establishments/*.yaml`: one school.

use super::accepts::ACCEPTS_HERE;
use super::interfaces::AN_INTERFACE;
use super::model::{Establishment, Gateway, Name};
use super::parts::{DEVICES_KEY, FLOWS, HOSTS, PAC_KEY, PROXIES, RESOLVERS, SERVE_KEY};
use super::profile::HAS_NO;
use super::reader::{Field, Reader, StandIn};
use super::shape::{
    A_NAME, ADDRESS4, CABLE, NAME, PREFIX4, PREFIX6_OR_NONE, Shape, Struct, TEXT, UAI, optional, required,
};
use super::switch::{BROWNFIELD, SWITCHES};
use super::unmanaged::MANAGED;
use super::zones::SCHOOL_ZONE;
use crate::diagnostics::At;

static GATEWAY: Struct = Struct {
    title: "the gateway of an establishment",
    keys: &[
        required("target", A_NAME, "its target descriptor"),
        required("wan", AN_INTERFACE, "its WAN interface"),
        required("lan", AN_INTERFACE, "its LAN interface, a trunk"),
        required("next_hop", Shape::Scalar(&ADDRESS4), "the next hop on the WAN"),
    ],
};

static A_ZONE: Shape = Shape::Struct(&SCHOOL_ZONE);
static A_CABLE: Shape = Shape::Scalar(&CABLE);

/// The file.
pub(crate) static ESTABLISHMENT: Struct = Struct {
    title: "an establishment",
    keys: &[
        required("uai", Shape::Scalar(&UAI), "its UAI code, also the file's name"),
        required("name", Shape::Scalar(&TEXT), "its name in words"),
        MANAGED,
        optional("profile", A_NAME, "its profile; every managed establishment has one"),
        required("block", Shape::Scalar(&PREFIX4), "its part of the plan"),
        required(
            "block6",
            Shape::Scalar(&PREFIX6_OR_NONE),
            "its part of the IPv6 plan; `none`: no IPv6 packet is forwarded",
        ),
        required(
            "supervision",
            Shape::Scalar(&ADDRESS4),
            "the public address kept for supervision; also ends the tunnels",
        ),
        optional("exit", Shape::Scalar(&ADDRESS4), "the public address other traffic leaves by"),
        optional("gateway", Shape::Struct(&GATEWAY), "its gateway; every managed establishment has one"),
        HAS_NO,
        optional(
            "zones",
            Shape::Map(&NAME, &A_ZONE),
            "the ranges of its profile's private zones, and zones of its own",
        ),
        SWITCHES,
        optional(
            "cables",
            Shape::List(&A_CABLE),
            "cables between gateway and switches; several between two switches as one link are `sw-1.49-50 = sw-2.49-50`",
        ),
        HOSTS,
        PROXIES,
        RESOLVERS,
        FLOWS,
        SERVE_KEY,
        PAC_KEY,
        DEVICES_KEY,
        ACCEPTS_HERE,
        BROWNFIELD,
    ],
};

impl Reader<'_> {
    /// The whole file.
    pub(crate) fn establishment(&mut self, root: Field<'_>) -> Option<Establishment> {
        let f = self.fields(root)?;
        self.optional(&f, "managed", Self::word);
        self.when_managed(&f);
        let supervision = self.required(&f, "supervision", Self::address4);
        let gateway = f.get("gateway").and_then(|g| self.school_gateway(g, supervision));
        let block6 = match f.get("block6") {
            Some(field) => self.prefix6_or_none(field),
            None => At::new(None, f.place),
        };
        let establishment = Establishment {
            uai: self.required(&f, "uai", Self::uai),
            title: self.required(&f, "name", Self::text),
            profile: self.required(&f, "profile", Self::name),
            block: self.required(&f, "block", Self::prefix4),
            block6,
            supervision,
            exit: self.optional(&f, "exit", Self::address4),
            gateway: gateway.unwrap_or_else(|| no_gateway(supervision)),
            has_no: self.names(&f, "has_no"),
            parts: self.parts(&f),
            switches: self.map(&f, "switches", Self::switch),
            cables: self.items(&f, "cables", Self::cable),
            brownfield: f.get("brownfield").map(|b| self.brownfield(b)).unwrap_or_default(),
        };
        self.ports_once(&establishment);
        Some(establishment)
    }

    fn school_gateway(&mut self, field: Field<'_>, public: At<std::net::Ipv4Addr>) -> Option<Gateway> {
        let g = self.fields(field)?;
        let (wan, lan) = self.two_interfaces(&g);
        Some(Gateway {
            target: self.required(&g, "target", Self::name),
            public,
            next_hop: self.required(&g, "next_hop", Self::address4),
            wan,
            lan,
            span: g.whole(),
        })
    }
}

/// Stands in for a gateway that could not be read.
fn no_gateway(public: At<std::net::Ipv4Addr>) -> Gateway {
    let name = At::new(Name::stand_in(), public.span);
    Gateway { target: name.clone(), public, next_hop: public, wan: name.clone(), lan: name, span: public.span }
}
