//! What the policy accepts, with its reason: set apart and counted. An entry that silences nothing is told.

use crate::diagnostics::codes::lint as codes;
use crate::diagnostics::{At, Diagnostic, Sink, Span};
use crate::policy::{Accept, Name, Policy, Uai};

/// A finding that the policy accepts.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// What was found.
    pub found: Diagnostic,
    /// Why it is accepted.
    pub because: String,
    /// Where that is written.
    pub at: Span,
}

/// One entry of `accepts`, and the findings it may speak of.
struct Entry<'p> {
    accept: &'p Accept,
    /// Files, each by a place in it; None is every file.
    files: Option<Vec<Span>>,
    silences: bool,
}

impl Entry<'_> {
    fn covers(&self, found: &Diagnostic) -> bool {
        let here = |file: &Span| file.source == found.span.source;
        found.code.name == self.accept.rule.value && self.files.as_ref().is_none_or(|files| files.iter().any(here))
    }
}

/// Findings that nothing accepts go into the sink.
pub(super) fn apart(policy: &Policy, all: Vec<Diagnostic>, sink: &mut Sink) -> Vec<Accepted> {
    let mut entries = entries(policy);
    let mut accepted = Vec::new();
    for found in all {
        let mut covering = entries.iter_mut().filter(|e| e.covers(&found)).collect::<Vec<_>>();
        covering.iter_mut().for_each(|e| e.silences = true);
        match covering.first() {
            Some(entry) => accepted.push(Accepted {
                found,
                because: entry.accept.because.value.clone(),
                at: entry.accept.rule.span,
            }),
            None => sink.push(found),
        }
    }
    entries.iter().filter(|e| !e.silences).for_each(|e| sink.push(idle(e)));
    accepted
}

fn entries(policy: &Policy) -> Vec<Entry<'_>> {
    let everywhere = policy.security.accepts.iter().map(|accept| {
        let files = accept.within.iter().flat_map(|name| files(policy, name)).collect();
        Entry { accept, files: (!accept.within.is_empty()).then_some(files), silences: false }
    });
    let parts = policy.centres.values().map(|c| &c.parts).chain(policy.profiles.values().map(|p| &p.parts));
    let parts = parts.chain(policy.establishments.values().map(|e| &e.parts));
    let here = parts.flat_map(|p| &p.accepts).map(|accept| {
        let files = Some(vec![accept.rule.span]);
        Entry { accept, files, silences: false }
    });
    everywhere.chain(here).collect()
}

/// A place in each file that is about something of that name: an establishment's own file is delegated beside it.
fn files(policy: &Policy, name: &At<Name>) -> Vec<Span> {
    let profile = policy.profiles.get(&name.value).map(|p| p.name.span);
    let centre = policy.centres.get(&name.value).map(|c| c.site.span);
    let school = policy.establishment(&name.value).map(|e| e.uai.span);
    let delegated = policy.delegated.get(&Uai::new(name.value.as_str())).map(|d| d.uai.span);
    [profile, centre, school, delegated].into_iter().flatten().collect()
}

fn idle(entry: &Entry) -> Diagnostic {
    let says = format!("this accepts nothing: `{}` is kept", entry.accept.rule.value);
    Diagnostic::new(&codes::ACCEPTS_NOTHING, entry.accept.rule.span, says)
        .help("delete the entry: what it would silence one day should be seen first")
}
