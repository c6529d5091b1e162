//! Published services: `at:` and `auth:` stand together, on a flow that the Internet alone opens, in the file of a site.

use super::Checks;
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{Diagnostic, Span};
use crate::policy::model::{End, Flow, Parts};

/// What a published service is written as.
const WHOLE: &str = "write `allow: internet -> HOST on SERVICE`, `at:` with a public address and `auth:` with a word";

impl<'d> Checks<'d> {
    /// Flows of a centre or of an establishment.
    pub(super) fn published(&mut self, parts: &'d Parts) {
        for flow in &parts.flows {
            match (place(flow), opens_from_outside(flow)) {
                (Some(place), false) => self.not_from_outside(flow, place),
                (Some(_), true) => self.both_keys(flow),
                (None, _) => {}
            }
        }
    }

    /// Flows of a profile: an address is one establishment's.
    pub(super) fn publishes_nothing(&mut self, parts: &'d Parts) {
        for (flow, place) in parts.flows.iter().filter_map(|flow| Some((flow, place(flow)?))) {
            let says = "a profile publishes nothing: a public address is one establishment's";
            let found = Diagnostic::new(&codes::PUBLISHED_FLOW, place, says)
                .other(flow.allow.span, "this flow")
                .help("write the flow in the file of each establishment that has the service");
            self.sink.push(found);
        }
    }

    fn not_from_outside(&mut self, flow: &Flow, place: Span) {
        let from = flow.allow.value.from.iter().find(|end| !matches!(end.value, End::Internet(_)));
        let says = "`at:` and `auth:` are of a service that the Internet alone opens to";
        let found = Diagnostic::new(&codes::PUBLISHED_FLOW, place, says);
        let found = from.into_iter().fold(found, |found, end| found.other(end.span, "this opens too"));
        self.sink.push(found.help("take it out; or write a flow of its own from `internet`"));
    }

    fn both_keys(&mut self, flow: &Flow) {
        let (has, wanted) = match (flow.at, flow.auth) {
            (Some(at), None) => (at.span, "does not say what it asks of who comes from outside: `auth:` is missing"),
            (None, Some(auth)) => (auth.span, "has no public address: `at:` is missing"),
            _ => return,
        };
        let found = Diagnostic::new(&codes::PUBLISHED_FLOW, has, format!("this published service {wanted}"));
        self.sink.push(found.other(flow.allow.span, "this flow").help(WHOLE));
    }
}

/// Where a flow says that it publishes something.
fn place(flow: &Flow) -> Option<Span> {
    flow.at.map(|at| at.span).or(flow.auth.map(|auth| auth.span))
}

fn opens_from_outside(flow: &Flow) -> bool {
    flow.allow.value.from.iter().all(|end| matches!(end.value, End::Internet(_)))
}
