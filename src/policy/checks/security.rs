//! `security.yaml`: its classes, zones of the centre and web filters exist.

use super::Checks;
use super::scope::{Scope, What};
use crate::diagnostics::{At, codes};
use crate::policy::model::{End, Name, Security};
use crate::policy::names::Known;

impl<'d> Checks<'d> {
    /// The whole file.
    pub(super) fn security(&mut self) {
        let Some(security) = &self.draft.security else {
            return;
        };
        for line in &security.isolate {
            self.class_names(line.value.left.iter().chain(&line.value.right));
        }
        for rule in security.web.values() {
            self.class_names(&rule.classes);
        }
        self.class_names(&security.delegated_narrow);
        for filter in &security.delegated_web {
            self.filter(filter);
        }
        for zone in &security.meet {
            self.there(&zone.value, zone.span, &[What::Zone], &codes::UNKNOWN_ZONE);
        }
        self.may_start(security);
        self.relays(security);
    }

    fn may_start(&mut self, security: &'d Security) {
        let mut known = Known::default();
        for (name, class) in &security.classes {
            known.add(name, class.name.span);
        }
        known.add_word("gateway");
        known.add_word("supervision");
        for line in &security.may_start {
            for zone in &line.value.from {
                self.there(&zone.value, zone.span, &[What::Zone], &codes::UNKNOWN_ZONE);
            }
            for class in &line.value.to {
                self.among(class, &known, &codes::UNKNOWN_CLASS, "class", "");
            }
        }
    }

    /// A relay's zone or process may be of any profile or establishment.
    fn relays(&mut self, security: &'d Security) {
        let scopes: Vec<Scope<'d>> = self
            .profiles
            .values()
            .chain(self.schools.values())
            .cloned()
            .collect();
        if scopes.iter().any(|s| s.is_open) || !self.has_all_profiles() {
            return;
        }
        for relay in &security.relays {
            match &relay.zone.value {
                End::Here(name) => {
                    let name = At::new(name.clone(), relay.zone.span);
                    self.in_any(&name, &scopes, What::Zone, "zone");
                }
                End::Process(name) => {
                    let name = At::new(name.clone(), relay.zone.span);
                    self.in_any(&name, &scopes, What::Process, "process of the gateway");
                }
                End::There(there) => {
                    self.there(there, relay.zone.span, &[What::Zone], &codes::UNKNOWN_ZONE);
                }
                _ => {
                    let says = "a relay is a zone, `site.zone` or `gateway.process`".to_owned();
                    self.report(
                        &codes::BAD_EXPRESSION,
                        relay.zone.span,
                        says,
                        "name the zone or the process that breaks the protocol",
                    );
                }
            }
        }
    }

    fn in_any(&mut self, name: &At<Name>, scopes: &[Scope<'d>], what: What, said: &str) {
        if scopes.iter().any(|s| s.known(&[what]).has(&name.value)) {
            return;
        }
        let mut known = Known::default();
        for scope in scopes {
            known.join(&scope.known(&[what]));
        }
        self.among(
            name,
            &known,
            &codes::UNKNOWN_ZONE,
            said,
            "in any profile or establishment",
        );
    }
}
