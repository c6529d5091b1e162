//! What concerns several files: every name is defined somewhere, once, and every zone has its class.
//!
//! Takes the files already read; adds findings. A scope of which a file could not be read is open: it accepts
//! any name, so that one mistake is told once.

mod accepts;
mod classes;
mod delegation;
mod ends;
mod parts;
mod published;
mod school;
mod scope;
mod security;
mod waivers;

use std::collections::BTreeMap;

use self::scope::Scope;
use super::load::{Draft, FileKind};
use super::model::{Name, Uai};
use super::names::{Known, is_told};
use crate::diagnostics::{At, Code, Diagnostic, Sink, Span};

/// All checks over several files.
pub(crate) fn run(draft: &Draft, sink: &mut Sink) {
    let mut checks = Checks::new(draft, sink);
    checks.centres();
    checks.profiles();
    checks.schools();
    checks.security();
    checks.classes();
    checks.waivers();
    checks.experiments();
    checks.accepted();
    checks.delegated();
}

/// The files, the scopes they make, and where findings go.
struct Checks<'d> {
    draft: &'d Draft,
    centres: BTreeMap<&'d Name, Scope<'d>>,
    profiles: BTreeMap<&'d Name, Scope<'d>>,
    schools: BTreeMap<&'d Uai, Scope<'d>>,
    sink: &'d mut Sink,
}

impl<'d> Checks<'d> {
    fn new(draft: &'d Draft, sink: &'d mut Sink) -> Self {
        let centre = |name| Scope::new(format!("in site `{name}`"));
        let profile = |name| Scope::new(format!("in profile `{name}`"));
        let centres: BTreeMap<_, _> =
            draft.centres.iter().map(|(name, c)| (name, centre(name).with(&c.parts))).collect();
        let profiles: BTreeMap<_, _> =
            draft.profiles.iter().map(|(name, p)| (name, profile(name).with(&p.parts))).collect();
        let schools = draft.establishments.iter().map(|(uai, school)| {
            let said = format!("in {uai}");
            let scope = match draft.profiles.get(&school.profile.value) {
                Some(profile) => Scope::new(said).with(&profile.parts),
                None => Scope::open(said),
            };
            (uai, scope.with(&school.parts))
        });
        Self { schools: schools.collect(), draft, centres, profiles, sink }
    }

    fn is_broken(&self, kind: FileKind, name: &str) -> bool {
        self.draft.broken.contains(&(kind, name.to_owned()))
    }

    fn has_broken(&self, kind: FileKind) -> bool {
        self.draft.broken.iter().any(|(k, _)| *k == kind)
    }

    fn report(&mut self, code: &'static Code, span: Span, says: String, help: &str) {
        self.sink.push(Diagnostic::new(code, span, says).help(help));
    }

    /// Tells a name that is not among those known.
    fn among(&mut self, name: &At<Name>, known: &Known<'_>, code: &'static Code, what: &str, scope: &str) {
        if !is_told(&name.value) && !known.has(&name.value) {
            let found = known.unknown(code, name.span, name.value.as_str(), what, scope);
            self.sink.push(found);
        }
    }
}
