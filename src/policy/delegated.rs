//! `delegated/*.yaml`: what an establishment's own network manager says.

use super::expr::Ends;
use super::model::{Delegated, DelegatedList, Name};
use super::reader::{Field, Reader};
use super::shape::{DOMAIN, FLOW, NAME, Shape, Struct, UAI, optional, required};
use crate::diagnostics::At;

static A_DOMAIN: Shape = Shape::Scalar(&DOMAIN);
const DOMAINS: Shape = Shape::List(&A_DOMAIN);

static LIST: Struct = Struct {
    title: "an establishment's own lists",
    keys: &[
        optional("allow", DOMAINS, "domains let through although an optional category blocks them"),
        optional("deny", DOMAINS, "domains blocked"),
    ],
};

static A_LIST: Shape = Shape::Struct(&LIST);
static A_FLOW: Shape = Shape::Scalar(&FLOW);

/// The file.
pub(crate) static DELEGATED: Struct = Struct {
    title: "a delegated file",
    keys: &[
        required("uai", Shape::Scalar(&UAI), "the establishment, also the file's name"),
        optional("web", Shape::Map(&NAME, &A_LIST), "own lists, by web filter"),
        optional("withdraw", Shape::List(&A_FLOW), "flows given up until further notice"),
    ],
};

impl Reader<'_> {
    /// The whole file.
    pub(crate) fn delegated(&mut self, root: Field<'_>) -> Option<Delegated> {
        let f = self.fields(root)?;
        Some(Delegated {
            uai: self.required(&f, "uai", Self::uai),
            web: self.map(&f, "web", Self::own_list),
            withdraw: self.items(&f, "withdraw", |r, w| Some(r.flow(w, Ends::OfSite))),
        })
    }

    fn own_list(&mut self, filter: At<Name>, field: Field<'_>) -> Option<DelegatedList> {
        let f = self.fields(field)?;
        Some(DelegatedList {
            filter,
            allow: self.items(&f, "allow", |r, d| Some(r.domain(d))),
            deny: self.items(&f, "deny", |r, d| Some(r.domain(d))),
        })
    }
}
