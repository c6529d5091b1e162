//! `profiles/*.yaml`: what establishments of a kind share.

use super::accepts::ACCEPTS_HERE;
use super::model::Profile;
use super::parts::{DEVICES_KEY, FLOWS, HOSTS, LINKS, PAC_KEY, PROXIES, RESOLVERS, SERVE_KEY};
use super::reader::{Field, Reader};
use super::shape::{A_NAME, Key, NAME, NAMES, Shape, Struct, optional, required};
use super::zones::PROFILE_ZONE;
use crate::diagnostics::codes::policy as codes;

static A_ZONE: Shape = Shape::Struct(&PROFILE_ZONE);

/// `has_no:`
pub(crate) const HAS_NO: Key =
    optional("has_no", NAMES, "classes it does not have, so that no theorem is empty by accident");

/// The file.
pub(crate) static PROFILE: Struct = Struct {
    title: "a profile",
    keys: &[
        required("profile", A_NAME, "its name, also the file's"),
        required("wan", A_NAME, "the WAN its establishments are on"),
        LINKS,
        required("zones", Shape::Map(&NAME, &A_ZONE), "its zones"),
        HOSTS,
        PROXIES,
        RESOLVERS,
        HAS_NO,
        FLOWS,
        SERVE_KEY,
        PAC_KEY,
        DEVICES_KEY,
        ACCEPTS_HERE,
    ],
};

impl Reader<'_> {
    /// The whole file.
    pub(crate) fn profile(&mut self, root: Field<'_>) -> Option<Profile> {
        let f = self.fields(root)?;
        let profile = Profile {
            name: self.required(&f, "profile", Self::given_name),
            wan: self.required(&f, "wan", Self::name),
            links: self.links(&f),
            has_no: self.names(&f, "has_no"),
            parts: self.parts(&f),
        };
        for zone in profile.parts.zones.values() {
            if zone.at.is_none() && !zone.private {
                let says = format!("zone `{}` has no range", zone.name.value);
                self.report(&codes::MISSING_KEY, zone.name.span, says, "add `at:` with its offset in the block, such as `19.128/25`, or `private: true` for a range that each establishment gives");
            }
        }
        Some(profile)
    }
}
