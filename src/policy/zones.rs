//! Zones, as a centre, a profile and an establishment write them.

use super::model::{Name, Zone};
use super::reader::{Field, Reader, StandIn};
use super::shape::{ADDRESS4, BLOCK_PART, Key, PREFIX4, PREFIX6, Shape, Struct, TEXT, VLAN, optional, required};
use crate::diagnostics::At;

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

impl Reader<'_> {
    /// One zone.
    pub(crate) fn zone(&mut self, name: At<Name>, field: Field<'_>) -> Option<Zone> {
        let Some(f) = self.fields(field) else {
            return Some(unread_zone(name));
        };
        self.zone_keys(&f);
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
