//! `delegated/*.yaml`: what an establishment's own network manager says.

use super::categories::UT1;
use super::expr::Ends;
use super::model::{Delegated, DelegatedList, Name};
use super::reader::{Field, Reader};
use super::rights;
use super::shape::{DOMAIN, FLOW, NAME, Shape, Struct, UAI, optional, required};
use super::tree::{Entry, Kind};
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic};

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
        let f = self.fields_or(root, Self::not_delegated)?;
        Some(Delegated {
            uai: self.required(&f, "uai", Self::uai),
            web: self.map(&f, "web", Self::own_list),
            withdraw: self.items(&f, "withdraw", |r, w| Some(r.flow(w, Ends::OfSite))),
        })
    }

    /// A key that belongs to somebody else's file takes a right that an establishment has not.
    fn not_delegated(&mut self, table: &'static Struct, entry: &Entry) {
        let Some(right) = rights::of_key(&entry.key) else { return self.unknown_key(table, entry) };
        let says = format!("`{}` takes {}", entry.key, right.said());
        let help = format!(
            "an establishment edits the lists of a web filter (`web`) and gives flows up (`withdraw`): ask the {}",
            right.holder.word()
        );
        self.report(&codes::NOT_DELEGATED, entry.key_span, says, &help);
    }

    fn own_list(&mut self, filter: At<Name>, field: Field<'_>) -> Option<DelegatedList> {
        let f = self.fields(field)?;
        let list = DelegatedList {
            filter,
            allow: self.items(&f, "allow", Self::own_domain),
            deny: self.items(&f, "deny", Self::own_domain),
        };
        self.domains_once(&list);
        Some(list)
    }

    /// A domain; a category is the security officer's.
    fn own_domain(&mut self, field: Field<'_>) -> Option<At<String>> {
        let category = match &field.node.kind {
            Kind::Scalar(scalar) => UT1.contains(&scalar.text.as_str()).then_some(&scalar.text),
            _ => None,
        };
        let Some(category) = category else { return Some(self.domain(field)) };
        let right = rights::POLICY;
        let says = format!("`{category}` is a category of sites: deciding on one takes {}", right.said());
        let help =
            format!("name the sites of it that are meant, each by its domain; or ask the {}", right.holder.word());
        self.report(&codes::NOT_DELEGATED, field.node.span, says, &help);
        None
    }

    /// Tells a domain that changes nothing, because another line covers it: a domain covers those below it, and what is
    /// blocked is blocked before anything is let through.
    fn domains_once(&mut self, list: &DelegatedList) {
        for domain in &list.allow {
            self.covered(domain, list.deny.iter(), "blocked");
        }
        for domains in [&list.allow, &list.deny] {
            for domain in domains {
                let others = domains.iter().filter(|o| o.value != domain.value || o.span < domain.span);
                self.covered(domain, others, "listed");
            }
        }
    }

    fn covered<'d>(&mut self, domain: &At<String>, mut above: impl Iterator<Item = &'d At<String>>, is: &str) {
        let Some(wider) = above.find(|a| covers(&a.value, &domain.value)) else { return };
        let says = format!("`{}` changes nothing: `{}` is {is} here too", domain.value, wider.value);
        let found = Diagnostic::new(&codes::CONTRADICTION, domain.span, says)
            .other(wider.span, "covers it")
            .help("a domain covers all those below it: keep one of the two lines");
        self.sink.push(found);
    }
}

/// A domain is not empty where it could be read.
fn covers(above: &str, below: &str) -> bool {
    let rest = below.strip_suffix(above).filter(|_| !above.is_empty());
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
