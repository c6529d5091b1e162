//! `accepts:`: rules that exist, that may be accepted at all, and by whom.

use super::Checks;
use crate::diagnostics::codes::{self, policy};
use crate::diagnostics::{At, Code, Diagnostic, nearest};
use crate::policy::model::{Accept, Name, Parts, Uai};
use crate::policy::names::{Known, is_told};

impl<'d> Checks<'d> {
    /// Every file that may accept something.
    pub(super) fn accepted(&mut self) {
        let draft = self.draft;
        for accept in draft.security.iter().flat_map(|s| &s.accepts) {
            self.rule(accept, true);
            accept.within.iter().for_each(|name| self.file(name));
        }
        let parts = draft.centres.values().map(|c| &c.parts).chain(draft.profiles.values().map(|p| &p.parts));
        let parts: Vec<&Parts> = parts.chain(draft.establishments.values().map(|e| &e.parts)).collect();
        for accept in parts.iter().flat_map(|p| &p.accepts) {
            self.rule(accept, false);
        }
    }

    fn rule(&mut self, accept: &Accept, is_academy: bool) {
        let name = accept.rule.value.as_str();
        let found = match codes::all().into_iter().find(|code| code.name == name) {
            None => unknown(&accept.rule),
            Some(code) if !codes::lint::ALL.contains(&code) || codes::lint::KEPT.contains(&code) => never(code, accept),
            Some(code) if !is_academy && !codes::lint::BY_OWNER.contains(&code) => academys(code, accept),
            Some(_) => return,
        };
        self.sink.push(found);
    }

    /// A profile, a site of the centre or an establishment.
    fn file(&mut self, name: &'d At<Name>) {
        if let Some(school) = self.draft.unmanaged.get(&Uai::new(name.value.as_str())) {
            self.not_managed(school, name.span);
            return;
        }
        let mut known = Known::default();
        self.draft.profiles.iter().for_each(|(n, p)| known.add(n, p.name.span));
        self.draft.centres.iter().for_each(|(n, c)| known.add(n, c.site.span));
        self.draft.establishments.iter().for_each(|(n, e)| known.add(n.name(), e.uai.span));
        let has_broken = !self.draft.broken.is_empty();
        if !has_broken && !is_told(&name.value) && !known.has(&name.value) {
            let found = known.unknown(&policy::UNKNOWN_FILE, name.span, name.value.as_str(), "file", "");
            self.sink.push(found);
        }
    }
}

fn unknown(rule: &At<String>) -> Diagnostic {
    let near = nearest(&rule.value, codes::lint::ALL.iter().map(|c| c.name));
    let help = near.map_or("`etanche rules` lists them".to_owned(), |n| format!("did you mean `{n}`?"));
    Diagnostic::new(&policy::UNKNOWN_RULE, rule.span, format!("there is no rule `{}`", rule.value)).help(help)
}

fn never(code: &Code, accept: &Accept) -> Diagnostic {
    let says = format!("`{}` is no rule that one may leave unkept", code.name);
    Diagnostic::new(&policy::NOT_ACCEPTABLE, accept.rule.span, says)
        .help("only rules named `lint/...` can be accepted; for one exact flow past a theorem, ask for a waiver")
}

fn academys(code: &Code, accept: &Accept) -> Diagnostic {
    let says = format!("`{}` is accepted by the academy's security officer alone", code.name);
    Diagnostic::new(&policy::NOT_ACCEPTABLE, accept.rule.span, says)
        .help("ask for this entry in `accepts:` of security.yaml, with `in:` and the name of this file")
}
