//! `centre/*.yaml`: a site of the centre or of the academy.

use super::accepts::ACCEPTS_HERE;
use super::interfaces::AN_INTERFACE;
use super::lengths;
use super::model::{Centre, Gateway};
use super::parts::{DEVICES_KEY, FLOWS, HOSTS, LINKS, PROXIES, RESOLVERS, SERVE_KEY};
use super::reader::{Field, Reader};
use super::shape::{A_NAME, ADDRESS4, NAME, Shape, Struct, required};
use super::zones::CENTRE_ZONE;

/// Its gateway.
static GATEWAY: Struct = Struct {
    title: "the gateway of a site",
    keys: &[
        required("target", A_NAME, "its target descriptor"),
        required("public", Shape::Scalar(&ADDRESS4), "its public address"),
        required("next_hop", Shape::Scalar(&ADDRESS4), "the next hop on the WAN"),
        required("wan", AN_INTERFACE, "its WAN interface"),
        required("lan", AN_INTERFACE, "its LAN interface, a trunk"),
    ],
};

static A_ZONE: Shape = Shape::Struct(&CENTRE_ZONE);

/// The file.
pub(crate) static CENTRE: Struct = Struct {
    title: "a site",
    keys: &[
        required("site", A_NAME, "its name, also the file's"),
        required("wan", A_NAME, "the WAN it is on"),
        required("gateway", Shape::Struct(&GATEWAY), "its gateway"),
        LINKS,
        required("zones", Shape::Map(&NAME, &A_ZONE), "its zones"),
        HOSTS,
        PROXIES,
        RESOLVERS,
        FLOWS,
        SERVE_KEY,
        DEVICES_KEY,
        ACCEPTS_HERE,
    ],
};

impl Reader<'_> {
    /// The whole file.
    pub(crate) fn centre(&mut self, root: Field<'_>) -> Option<Centre> {
        let f = self.fields(root)?;
        let site = self.required(&f, "site", Self::given_name);
        self.within(&site, &lengths::SITE);
        let wan = self.required(&f, "wan", Self::name);
        let gateway = f.get("gateway").and_then(|g| self.centre_gateway(g));
        let links = self.links(&f);
        let parts = self.parts(&f);
        Some(Centre { site, wan, gateway: gateway?, links, parts })
    }

    fn centre_gateway(&mut self, field: Field<'_>) -> Option<Gateway> {
        let g = self.fields(field)?;
        let (wan, lan) = self.two_interfaces(&g);
        Some(Gateway {
            target: self.required(&g, "target", Self::name),
            public: self.required(&g, "public", Self::address4),
            next_hop: self.required(&g, "next_hop", Self::address4),
            wan,
            lan,
            span: g.whole(),
        })
    }
}
