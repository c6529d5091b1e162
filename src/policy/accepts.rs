//! `accepts:` a rule of good practice that is not kept, and why: the only way to silence one.
//!
//! The security officer's file accepts any of them, everywhere or for some files; every other file accepts its owner's
//! rules, in itself. What a theorem or a reader says is never accepted: the checks refuse it.

use super::model::Accept;
use super::reader::{Field, Fields, Reader};
use super::shape::{Form, Key, NAMES, Shape, Struct, TEXT, form, optional, required};

static RULE: Form = form("the name of a rule", "names of rules", "lint/one-firewall", r"^[a-z]+/[a-z0-9-]+$");

static HERE: Struct = Struct {
    title: "a rule that is not kept",
    keys: &[
        required("rule", Shape::Scalar(&RULE), "which; `etanche rules` lists them"),
        required("because", Shape::Scalar(&TEXT), "why"),
    ],
};

static ANYWHERE: Struct = Struct {
    title: "a rule that is not kept",
    keys: &[
        required("rule", Shape::Scalar(&RULE), "which; `etanche rules` lists them"),
        optional(
            "in",
            NAMES,
            "files it is accepted in: profiles, sites of the centre, establishments; all when left out",
        ),
        required("because", Shape::Scalar(&TEXT), "why"),
    ],
};

static ONE_HERE: Shape = Shape::Struct(&HERE);
static ONE_ANYWHERE: Shape = Shape::Struct(&ANYWHERE);

/// `accepts:` of a file about its own lines.
pub(crate) const ACCEPTS_HERE: Key =
    optional("accepts", Shape::List(&ONE_HERE), "rules of good practice that this file does not keep, with the reason");

/// `accepts:` of the security officer.
pub(crate) const ACCEPTS: Key =
    optional("accepts", Shape::List(&ONE_ANYWHERE), "rules of good practice that are not kept, with the reason");

impl Reader<'_> {
    /// The list under `accepts`.
    pub(crate) fn accepts(&mut self, fields: &Fields<'_>) -> Vec<Accept> {
        self.items(fields, "accepts", Self::accept)
    }

    fn accept(&mut self, field: Field<'_>) -> Option<Accept> {
        let f = self.fields(field)?;
        let within = f.table.key("in").map(|_| self.names(&f, "in")).unwrap_or_default();
        let rule = self.optional(&f, "rule", Self::text)?;
        Some(Accept { rule, within, because: self.required(&f, "because", Self::because) })
    }
}
