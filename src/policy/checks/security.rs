//! `security.yaml`: its classes, zones of the centre and web filters exist.

use super::Checks;
use super::scope::What;
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic, Span};
use crate::policy::categories;
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
            self.two_sides(&line.value.left, &line.value.right);
        }
        for rule in security.web.values() {
            self.class_names(&rule.classes);
        }
        self.class_names(&security.delegated_narrow);
        for filter in &security.delegated_web {
            self.filter(filter);
        }
        categories::check(security, self.sink);
        self.meet(security);
        self.may_start(security);
        self.publish(security);
        self.relays(security);
        self.kinds(security);
    }

    /// Tells a class that would be kept apart from itself.
    fn two_sides(&mut self, left: &'d [At<Name>], right: &'d [At<Name>]) {
        for class in right {
            let Some(first) = left.iter().find(|c| c.value == class.value) else { continue };
            let says = format!("class `{}` stands on both sides", class.value);
            let found = Diagnostic::new(&codes::LISTED_TWICE, class.span, says)
                .other(first.span, "on the other side here")
                .help("zones of one class are not kept apart: take it out of one side, or give what must be apart two classes");
            self.sink.push(found);
        }
    }

    fn meet(&mut self, security: &'d Security) {
        let known = classes_and(security, &["gateway"]);
        for line in &security.meet {
            for class in &line.value.classes {
                self.among(class, &known, &codes::UNKNOWN_CLASS, "class", "");
            }
            for zone in line.value.through.iter().chain(&line.value.zones) {
                self.there(&zone.value, zone.span, &[What::Zone], &codes::UNKNOWN_ZONE);
            }
        }
    }

    fn may_start(&mut self, security: &'d Security) {
        let known = classes_and(security, &["gateway", "supervision"]);
        for line in &security.may_start {
            for zone in &line.value.from {
                self.there(&zone.value, zone.span, &[What::Zone], &codes::UNKNOWN_ZONE);
            }
            for class in &line.value.to {
                self.among(class, &known, &codes::UNKNOWN_CLASS, "class", "");
            }
        }
    }

    fn publish(&mut self, security: &'d Security) {
        for line in &security.publish {
            self.class_names(&line.value.classes);
            for zone in &line.value.zones {
                self.there(&zone.value, zone.span, &[What::Zone], &codes::UNKNOWN_ZONE);
            }
            self.services(&line.value.services);
        }
    }

    /// A relay's zone or process may be of any profile or establishment.
    fn relays(&mut self, security: &'d Security) {
        let is_whole = self.has_all_profiles() && self.schools.values().all(|s| !s.is_open);
        for relay in &security.relays {
            let place = relay.zone.span;
            match &relay.zone.value {
                End::Here(name) if is_whole => self.in_any(name, place, What::Zone, "zone"),
                End::Process(name) if is_whole => {
                    let start = place.end - name.as_str().len();
                    self.in_any(name, Span { start, ..place }, What::Process, "process of the gateway");
                }
                End::There(there) => {
                    self.there(there, place, &[What::Zone], &codes::UNKNOWN_ZONE);
                }
                End::Here(_) | End::Process(_) => {}
                _ => {
                    let says = "a relay is a zone, `site.zone` or `gateway.process`".to_owned();
                    let help = "name the zone or the process that breaks the protocol";
                    self.report(&codes::BAD_EXPRESSION, place, says, help);
                }
            }
        }
    }

    /// What is of some kind may be of any profile or establishment; a name that nobody has would silence a rule.
    fn kinds(&mut self, security: &'d Security) {
        let is_whole = self.has_all_profiles() && self.schools.values().all(|s| !s.is_open);
        for end in security.kinds.values().flatten() {
            match &end.value {
                End::Here(name) if is_whole => self.in_any(name, end.span, What::Zone, "zone"),
                End::There(there) => self.there(there, end.span, &[What::Zone, What::Host], &codes::UNKNOWN_ZONE),
                End::Here(_) => {}
                _ => {
                    let says = "what is of some kind is a zone, or a zone or machine `site.name`".to_owned();
                    self.report(&codes::BAD_EXPRESSION, end.span, says, "name the zone");
                }
            }
        }
    }

    fn in_any(&mut self, name: &'d Name, place: Span, what: What, said: &str) {
        let mut scopes = self.profiles.values().chain(self.schools.values());
        if scopes.any(|scope| scope.has(name, &[what])) {
            return;
        }
        let mut known = Known::default();
        for scope in self.profiles.values().chain(self.schools.values()) {
            known.join(&scope.known(&[what]));
        }
        let scope = "in any profile or establishment";
        let found = known.unknown(&codes::UNKNOWN_ZONE, place, name.as_str(), said, scope);
        self.sink.push(found);
    }
}

/// Names of classes, and words that stand beside them.
fn classes_and<'d>(security: &'d Security, words: &[&'static str]) -> Known<'d> {
    let mut known = Known::default();
    for (name, class) in &security.classes {
        known.add(name, class.name.span);
    }
    words.iter().for_each(|word| known.add_word(word));
    known
}
