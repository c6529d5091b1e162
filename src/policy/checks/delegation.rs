//! `delegated/*.yaml`: below the ceiling of the security policy (T7), and about zones and filters that exist.

use super::Checks;
use super::scope::Scope;
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic};
use crate::policy::load::FileKind;
use crate::policy::model::{Delegated, End, FlowExpr, Name, Security, Uai};
use crate::policy::names::is_told;
use crate::policy::rights;

impl<'d> Checks<'d> {
    /// Every file of `delegated/`.
    pub(super) fn delegated(&mut self) {
        for (uai, file) in &self.draft.delegated {
            if !self.draft.establishments.contains_key(uai) {
                self.left_behind(uai, file);
                continue;
            }
            let scope = self.schools[uai].clone();
            if let Some(security) = &self.draft.security {
                self.own_lists(file, security);
                for flow in &file.withdraw {
                    self.narrow(flow, &scope, security);
                }
            }
            for flow in &file.withdraw {
                self.flow(&flow.value, &scope);
            }
        }
    }

    /// Tells a file whose establishment is no more: it would be believed to hold somewhere.
    fn left_behind(&mut self, uai: &Uai, file: &Delegated) {
        let name = uai.name();
        if self.is_broken(FileKind::Establishment, name.as_str()) || is_told(name) {
            return;
        }
        if let Some(school) = self.draft.unmanaged.get(uai) {
            self.not_managed(school, file.uai.span);
            return;
        }
        let says = format!("this file is for `{name}`, and no file of `establishments/` describes it");
        let help = format!(
            "delete `delegated/{name}.yaml` if the establishment is gone, or write `establishments/{name}.yaml`"
        );
        self.report(&codes::UNKNOWN_ESTABLISHMENT, file.uai.span, says, &help);
    }

    fn own_lists(&mut self, file: &'d Delegated, security: &'d Security) {
        for list in file.web.values() {
            let name = &list.filter.value;
            if !security.web.contains_key(name) {
                self.filter(&list.filter);
            } else if !security.delegated_web.iter().any(|f| f.value == *name) {
                let says = format!("lists of web filter `{name}` take {}", rights::POLICY.said());
                let found = Diagnostic::new(&codes::DELEGATED_FILTER, list.filter.span, says)
                    .other(security.web[name].name.span, format!("`{name}` is defined here"))
                    .help(format!(
                        "delegated filters are {}; ask the academy's security officer for another",
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
                let says = format!("flows of others take {}", rights::FLOW.said());
                self.report(
                    &codes::DELEGATED_WITHDRAWAL,
                    end.span,
                    says,
                    "an establishment withdraws what its own zones open: ask the operator for the rest",
                );
                continue;
            };
            let Some(item) = scope.get(name) else {
                continue;
            };
            let Some(class) = item.zones.iter().find_map(|zone| fixed_class(zone, security)) else {
                continue;
            };
            let says =
                format!("to withdraw flows of `{name}`, which is `{}`, takes {}", class.value, rights::POLICY.said());
            let found = Diagnostic::new(&codes::DELEGATED_WITHDRAWAL, end.span, says)
                .other(class.span, "its class")
                .help(format!(
                    "classes that may withdraw are {}; ask the academy's security officer for another",
                    quoted(&security.delegated_narrow)
                ));
            self.sink.push(found);
        }
    }
}

/// The class of a zone, when the security policy does not let it withdraw.
fn fixed_class<'s>(zone: &Name, security: &'s Security) -> Option<&'s At<Name>> {
    let class = security.classes.values().find(|c| c.zones.iter().any(|z| z.value == *zone))?;
    let may = security.delegated_narrow.iter().any(|n| n.value == class.name.value);
    (!may).then_some(&class.name)
}

fn quoted(names: &[At<Name>]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let words: Vec<String> = names.iter().map(|n| format!("`{}`", n.value)).collect();
    words.join(", ")
}
