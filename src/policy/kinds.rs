//! `kinds:` what rules of good practice must know of zones and machines, said by the security officer.

use std::collections::BTreeMap;

use super::model::{End, Kind};
use super::reader::{Field, Reader};
use super::shape::{END, Key, Shape, Struct, optional};
use crate::diagnostics::At;

static AN_END: Shape = Shape::Scalar(&END);
const ENDS: Shape = Shape::List(&AN_END);

static KINDS_TABLE: Struct = Struct {
    title: "what zones and machines are",
    keys: &[
        optional("printers", ENDS, "printers and copiers: nothing of theirs leaves the site"),
        optional("wired", ENDS, "zones that no access point carries"),
        optional("mail", ENDS, "mail servers, which alone speak SMTP"),
        optional("video", ENDS, "cameras and their recorders"),
        optional("badges", ENDS, "access control of doors"),
    ],
};

/// `kinds:`
pub(crate) const KINDS: Key = optional(
    "kinds",
    Shape::Struct(&KINDS_TABLE),
    "zones (of establishments, or `site.zone`) and machines that some rules of good practice are about",
);

/// The keys, with what they mean.
const WORDS: [(&str, Kind); 5] = [
    ("printers", Kind::Printers),
    ("wired", Kind::Wired),
    ("mail", Kind::Mail),
    ("video", Kind::Video),
    ("badges", Kind::Badges),
];

impl Reader<'_> {
    /// The map under `kinds`.
    pub(crate) fn kinds(&mut self, field: Field<'_>) -> BTreeMap<Kind, Vec<At<End>>> {
        let Some(f) = self.fields(field) else { return BTreeMap::new() };
        WORDS.into_iter().map(|(word, kind)| (kind, self.items(&f, word, Self::lone_end))).collect()
    }
}
