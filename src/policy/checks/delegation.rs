//! `delegated/*.yaml`: below the ceiling of the security policy (T7), and about something that exists.

use super::Checks;
use super::scope::Scope;
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic, Span};
use crate::policy::model::{Delegated, End, Establishment, FlowExpr, L4, Name, Security, ServiceRef};

impl<'d> Checks<'d> {
    /// Every file of `delegated/`.
    pub(super) fn delegated(&mut self) {
        for (uai, file) in &self.draft.delegated {
            let Some(school) = self.draft.establishments.get(uai) else {
                self.unknown_school(uai, file.uai.span);
                continue;
            };
            let scope = self.schools[uai].clone();
            if let Some(security) = &self.draft.security {
                self.own_lists(file, security);
                for flow in &file.withdraw {
                    self.narrow(flow, &scope, security);
                }
            }
            for flow in &file.withdraw {
                self.withdrawal(flow, school, &scope);
            }
        }
    }

    fn own_lists(&mut self, file: &'d Delegated, security: &'d Security) {
        for list in file.web.values() {
            let name = &list.filter.value;
            if !security.web.contains_key(name) {
                self.filter(&list.filter);
            } else if !security.delegated_web.iter().any(|f| f.value == *name) {
                let says = format!("web filter `{name}` is not delegated to establishments");
                let found = Diagnostic::new(&codes::DELEGATED_FILTER, list.filter.span, says)
                    .other(security.web[name].name.span, format!("`{name}` is defined here"))
                    .help(format!(
                        "delegated filters are {}; ask the academy's security officer for more",
                        quoted(&security.delegated_web)
                    ));
                self.sink.push(found);
            }
        }
    }

    /// Tells an opener whose class may not withdraw.
    fn narrow(&mut self, flow: &'d At<FlowExpr>, scope: &Scope<'d>, security: &'d Security) {
        for end in &flow.value.from {
            let End::Here(name) = &end.value else {
                let says = "an establishment withdraws flows of its own zones alone".to_owned();
                self.report(
                    &codes::DELEGATED_WITHDRAWAL,
                    end.span,
                    says,
                    "withdraw what your zones open, or ask the operator",
                );
                continue;
            };
            let Some(item) = scope.get(name) else {
                continue;
            };
            let Some(class) = item.zones.iter().find_map(|zone| fixed_class(zone, security)) else {
                continue;
            };
            let says = format!("flows of `{name}` are not an establishment's to withdraw: it is `{}`", class.value);
            let found =
                Diagnostic::new(&codes::DELEGATED_WITHDRAWAL, end.span, says).other(class.span, "its class").help(
                    format!("classes that may withdraw are {}; ask the operator", quoted(&security.delegated_narrow)),
                );
            self.sink.push(found);
        }
    }

    fn withdrawal(&mut self, withdrawn: &'d At<FlowExpr>, school: &'d Establishment, scope: &Scope<'d>) {
        let before = self.sink.iter().count();
        self.flow(&withdrawn.value, scope);
        if scope.is_open || self.sink.iter().count() > before || self.draft.services.is_none() {
            return;
        }
        let profile = self.draft.profiles.get(&school.profile.value);
        let above = profile.map(|p| p.parts.flows.as_slice()).unwrap_or_default();
        let flows: Vec<&FlowExpr> = above.iter().chain(&school.parts.flows).map(|f| &f.allow.value).collect();
        for end in &withdrawn.value.from {
            let is_open = flows.iter().any(|flow| self.takes(&withdrawn.value, &end.value, flow, scope));
            if !is_open {
                self.nothing_withdrawn(end, withdrawn.span, above.first().map(|f| f.allow.span));
            }
        }
    }

    fn nothing_withdrawn(&mut self, end: &At<End>, whole: Span, flows: Option<Span>) {
        let says = "this withdraws nothing: there is no such flow to give up".to_owned();
        let span = if end.span.start == whole.start { whole } else { end.span };
        let mut found = Diagnostic::new(&codes::WITHDRAWS_NOTHING, span, says)
            .help("delete it, or write it as the flow stands in the profile");
        if let Some(place) = flows {
            found = found.other(place, "the profile's flows begin here");
        }
        self.sink.push(found);
    }

    /// True when the withdrawal takes something away from this flow, for one of its openers.
    fn takes(&self, withdrawn: &FlowExpr, opener: &End, flow: &FlowExpr, scope: &Scope<'d>) -> bool {
        let meets = |a: &End, others: &[At<End>]| others.iter().any(|b| self.meet(a, &b.value, scope));
        meets(opener, &flow.from)
            && withdrawn.to.iter().any(|to| meets(&to.value, &flow.to))
            && self.services_meet(withdrawn, flow)
    }

    /// True when two ends have an address in common: the same, or a machine and its zone.
    fn meet(&self, a: &End, b: &End, scope: &Scope<'d>) -> bool {
        let zones = |end: &End| -> Option<(Option<Name>, Name, Vec<Name>)> {
            let (site, name, scope) = match end {
                End::Here(name) => (None, name, scope),
                End::There(there) => (Some(there.site.clone()), &there.name, self.centres.get(&there.site)?),
                _ => return None,
            };
            let zones = scope.get(name)?.zones.iter().map(|z| (*z).clone()).collect();
            Some((site, name.clone(), zones))
        };
        let (Some(first), Some(second)) = (zones(a), zones(b)) else {
            return a == b || matches!((a, b), (End::Internet(_), End::Internet(_)));
        };
        first.0 == second.0 && (first.1 == second.1 || first.2.contains(&second.1) || second.2.contains(&first.1))
    }

    fn services_meet(&self, a: &FlowExpr, b: &FlowExpr) -> bool {
        let second = self.items(b);
        self.items(a).iter().any(|x| second.iter().any(|y| overlap(*x, *y)))
    }

    fn items(&self, flow: &FlowExpr) -> Vec<L4> {
        let mut found = Vec::new();
        for service in &flow.services {
            match &service.value {
                ServiceRef::Inline(item) => found.push(*item),
                ServiceRef::Named(name) => {
                    let services = self.draft.services.as_ref();
                    let named = services.and_then(|s| s.services.get(name));
                    found.extend(named.into_iter().flat_map(|s| &s.items).map(|i| i.value));
                }
            }
        }
        found
    }
}

/// The class of a zone, when the security policy does not let it withdraw.
fn fixed_class<'s>(zone: &Name, security: &'s Security) -> Option<&'s At<Name>> {
    let class = security.classes.values().find(|c| c.zones.iter().any(|z| z.value == *zone))?;
    let may = security.delegated_narrow.iter().any(|n| n.value == class.name.value);
    (!may).then_some(&class.name)
}

fn overlap(a: L4, b: L4) -> bool {
    match (a, b) {
        (L4::Tcp(a, b), L4::Tcp(c, d)) | (L4::Udp(a, b), L4::Udp(c, d)) => a <= d && c <= b,
        _ => a == b,
    }
}

fn quoted(names: &[At<Name>]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let words: Vec<String> = names.iter().map(|n| format!("`{}`", n.value)).collect();
    words.join(", ")
}
