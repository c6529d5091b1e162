//! `waivers.yaml` and `experiments.yaml`: each entry speaks of zones and establishments that exist.

use std::collections::BTreeMap;

use super::Checks;
use super::scope::What;
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic, Span};
use crate::policy::load::FileKind;
use crate::policy::model::{End, Name, Uai, Unmanaged};
use crate::policy::names::{Known, is_told};

const NAMED: &[What] = &[What::Zone, What::Host, What::Proxy];

impl<'d> Checks<'d> {
    /// The whole register.
    pub(super) fn waivers(&mut self) {
        self.numbered_once("waiver", self.draft.waivers.iter().map(|waiver| &waiver.id));
        for waiver in &self.draft.waivers {
            let flow = &waiver.opens.value;
            for end in flow.from.iter().chain(&flow.to) {
                match &end.value {
                    End::Waived(zone, uai) => self.waived(zone, uai, end.span),
                    End::There(there) => self.there(there, end.span, NAMED, &codes::UNKNOWN_ZONE),
                    _ => {}
                }
            }
            self.services(&flow.services);
        }
    }

    /// `experiments.yaml`: each is at an establishment that exists; its flows are read with that establishment's own.
    pub(super) fn experiments(&mut self) {
        self.numbered_once("experiment", self.draft.experiments.iter().map(|experiment| &experiment.id));
        for at in self.draft.experiments.iter().map(|experiment| &experiment.at) {
            if let Some(school) = self.draft.unmanaged.get(&at.value) {
                self.not_managed(school, at.span);
            } else if !self.schools.contains_key(&at.value) {
                self.unknown_school(&at.value, at.span);
            }
        }
    }

    /// Tells entries of a register that have the number of one above.
    fn numbered_once(&mut self, what: &str, ids: impl Iterator<Item = &'d At<Name>>) {
        let mut seen: BTreeMap<&Name, Span> = BTreeMap::new();
        for id in ids {
            if let Some(first) = seen.insert(&id.value, id.span).filter(|_| !is_told(&id.value)) {
                let says = format!("{what} `{}` is in the register twice", id.value);
                let found = Diagnostic::new(&codes::NAME_TWICE, id.span, says)
                    .other(first, "first defined here")
                    .help("give the second one the next free number");
                self.sink.push(found);
            }
        }
    }

    fn waived(&mut self, zone: &'d Name, uai: &'d Uai, span: Span) {
        if is_told(uai.name()) {
            return;
        }
        let Some(scope) = self.schools.get(uai) else {
            let start = span.end - uai.name().as_str().len();
            self.unknown_school(uai, Span { start, ..span });
            return;
        };
        let known = scope.known(&[What::Zone, What::Host]);
        if !scope.is_open && !known.has(zone) {
            let place = Span { end: span.start + zone.as_str().len(), ..span };
            let found = known.unknown(&codes::UNKNOWN_ZONE, place, zone.as_str(), "zone or host", &scope.said);
            self.sink.push(found);
        }
    }

    /// Tells an establishment that no file describes.
    pub(super) fn unknown_school(&mut self, uai: &Uai, span: Span) {
        let name = uai.name();
        if self.is_broken(FileKind::Establishment, name.as_str()) || is_told(name) {
            return;
        }
        if let Some(school) = self.draft.unmanaged.get(uai) {
            self.not_managed(school, span);
            return;
        }
        let mut known = Known::default();
        for (uai, school) in &self.draft.establishments {
            known.add(uai.name(), school.uai.span);
        }
        let found = known.unknown_code(&codes::UNKNOWN_ESTABLISHMENT, span, name.as_str(), "establishment");
        self.sink.push(found);
    }

    /// Tells what speaks of an establishment whose network is not ours to configure.
    pub(super) fn not_managed(&mut self, school: &Unmanaged, span: Span) {
        let says = format!("`{}` is not managed: nothing can be opened to it, or asked of it", school.uai.value);
        let found = Diagnostic::new(&codes::NOT_MANAGED, span, says)
            .other(school.uai.span, "this file says `managed: no`")
            .help("take this out until the establishment is managed: nothing would be compiled at its end");
        self.sink.push(found);
    }
}
