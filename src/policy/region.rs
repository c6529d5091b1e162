//! `region.yaml`: the plan, the wide-area networks, what every site shares.

use super::lengths;
use super::model::{Ike, Name, Owners, Region, Wan};
use super::reader::{Field, Reader, StandIn};
use super::shape::{
    A_NAME, DOMAIN, HANDLE, NAME, PREFIX, PREFIX4, PREFIX6, Shape, Struct, TIMEZONE, VLAN, optional, required,
};
use crate::diagnostics::At;
use ipnet::IpNet;

static PLAN: Struct = Struct {
    title: "the plan",
    keys: &[
        required("ipv4", Shape::Scalar(&PREFIX4), "establishments take their blocks from it"),
        required("ipv6", Shape::Scalar(&PREFIX6), "the same for IPv6"),
    ],
};

static WAN: Struct = Struct {
    title: "a wide-area network",
    keys: &[
        required("operator", A_NAME, "who runs it"),
        required("public", Shape::Scalar(&PREFIX4), "public addresses of its sites"),
        required("mtu", Shape::Number(1480, 9216), "bytes of an IP packet on it; tunnels carry packets of 1400"),
    ],
};

static IKE: Struct = Struct {
    title: "the identities of tunnels",
    keys: &[
        required("identity", Shape::Scalar(&DOMAIN), "a peer is `<site>.` and this domain"),
        required("authority", A_NAME, "the certificate authority, a slot filled at deployment"),
    ],
};

static DARK: Struct = Struct {
    title: "the VLANs that carry nothing",
    keys: &[
        required("unused", VLAN, "VLAN of shut ports"),
        required("native", VLAN, "VLAN of the untagged side of trunks"),
    ],
};

static OWNERS: Struct = Struct {
    title: "the handles of who merges",
    keys: &[
        required("region", HANDLE_OF, "the Region's, for this file"),
        required("academy", HANDLE_OF, "the security officer's: a waiver is signed by its merge"),
        required("operator", HANDLE_OF, "the operator's"),
        required("establishments", HANDLE_OF, "each establishment's, `{uai}` for its code"),
    ],
};

const HANDLE_OF: Shape = Shape::Scalar(&HANDLE);
static A_PREFIX: Shape = Shape::Scalar(&PREFIX);
static A_WAN: Shape = Shape::Struct(&WAN);

/// The file.
pub(crate) static REGION: Struct = Struct {
    title: "the region",
    keys: &[
        required("region", A_NAME, "its name"),
        required("timezone", Shape::Scalar(&TIMEZONE), "a date means 00:00 here"),
        required("plan", Shape::Struct(&PLAN), "where establishments take their blocks from"),
        required("private", Shape::List(&A_PREFIX), "with the plan, never leaves a WAN interface in clear"),
        required("wans", Shape::Map(&NAME, &A_WAN), "the wide-area networks"),
        required("ike", Shape::Struct(&IKE), "how the ends of tunnels are named"),
        required("dark", Shape::Struct(&DARK), "VLANs that carry nothing"),
        optional("owners", Shape::Struct(&OWNERS), "who merges what, as the forge names them"),
    ],
};

impl Reader<'_> {
    /// The whole file.
    pub(crate) fn region(&mut self, root: Field<'_>) -> Option<Region> {
        let f = self.fields(root)?;
        let plan = f.get("plan").and_then(|p| self.fields(p));
        let dark = f.get("dark").and_then(|d| self.fields(d));
        let name = self.required(&f, "region", Self::given_name);
        let timezone = self.required(&f, "timezone", Self::timezone);
        let private = self.items(&f, "private", |r, p| Some(r.prefix(p)));
        let wans = self.map(&f, "wans", Self::wan);
        let ike = f.get("ike").and_then(|i| self.ike(i));
        let (plan, dark, ike) = (plan?, dark?, ike?);
        let region = Region {
            name,
            timezone,
            plan4: self.required(&plan, "ipv4", Self::prefix4),
            plan6: self.required(&plan, "ipv6", Self::prefix6),
            private,
            wans,
            ike,
            dark_unused: self.required(&dark, "unused", Self::vlan),
            dark_native: self.required(&dark, "native", Self::vlan),
            owners: f.get("owners").and_then(|o| self.owners(o)),
        };
        Some(region)
    }

    fn owners(&mut self, field: Field<'_>) -> Option<Owners> {
        let f = self.fields(field)?;
        Some(Owners {
            region: self.required(&f, "region", Self::handle),
            academy: self.required(&f, "academy", Self::handle),
            operator: self.required(&f, "operator", Self::handle),
            establishments: self.required(&f, "establishments", Self::handle),
        })
    }

    fn wan(&mut self, name: At<Name>, field: Field<'_>) -> Option<Wan> {
        let f = self.fields(field)?;
        let mtu: At<u32> = self.required(&f, "mtu", Self::number);
        Some(Wan {
            name,
            operator: self.required(&f, "operator", Self::name),
            public: self.required(&f, "public", Self::prefix4).map(IpNet::V4),
            mtu: mtu.map(|n| u16::try_from(n).unwrap_or_else(|_| StandIn::stand_in())),
        })
    }

    fn ike(&mut self, field: Field<'_>) -> Option<Ike> {
        let f = self.fields(field)?;
        let identity = self.required(&f, "identity", Self::domain);
        self.at_most(&identity.value, identity.span, &lengths::IDENTITY);
        Some(Ike { identity, authority: self.required(&f, "authority", Self::name) })
    }
}
