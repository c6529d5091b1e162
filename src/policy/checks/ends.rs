//! Ends of flows and their services: each names something that exists.

use super::Checks;
use super::scope::{Scope, What};
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Code, Diagnostic, Span, nearest};
use crate::policy::load::FileKind;
use crate::policy::model::{End, FlowExpr, Name, ServiceRef, SiteName, Uai};
use crate::policy::names::{Known, is_name};

const ANYTHING: &[What] = &[What::Zone, What::Host, What::Proxy, What::Process, What::Resolver];

impl<'d> Checks<'d> {
    /// Both ends and the services of a flow.
    pub(super) fn flow(&mut self, flow: &'d FlowExpr, scope: &Scope<'d>) {
        for end in flow.from.iter().chain(&flow.to) {
            self.end(end, scope, ANYTHING, &codes::UNKNOWN_ZONE);
        }
        self.services(&flow.services);
    }

    /// Services of a flow, or of a line of `publish`.
    pub(super) fn services(&mut self, named: &'d [At<ServiceRef>]) {
        let Some(services) = &self.draft.services else {
            return;
        };
        let mut known = Known::default();
        for (name, service) in &services.services {
            known.add(name, service.name.span);
        }
        for service in named {
            if let ServiceRef::Named(name) = &service.value {
                let name = At::new(name.clone(), service.span);
                self.among(&name, &known, &codes::UNKNOWN_SERVICE, "service", "");
            }
        }
    }

    /// An end that names a machine devices send to.
    pub(super) fn machine(&mut self, end: Option<&'d At<End>>, scope: &Scope<'d>) {
        if let Some(end) = end {
            self.end(end, scope, &[What::Host, What::Resolver], &codes::UNKNOWN_HOST);
        }
    }

    fn end(&mut self, end: &'d At<End>, scope: &Scope<'d>, wanted: &[What], code: &'static Code) {
        match &end.value {
            End::Here(name) => self.here(name, end.span, scope, wanted, code),
            End::There(there) => self.there(there, end.span, wanted, code),
            End::Process(name) => self.process(name, end.span, scope),
            End::Waived(..) | End::Internet(_) | End::Gateway | End::Supervision => {}
        }
    }

    fn here(&mut self, name: &'d Name, span: Span, scope: &Scope<'d>, wanted: &[What], code: &'static Code) {
        if scope.is_open || scope.has(name, wanted) {
            return;
        }
        let mut known = scope.known(wanted);
        if wanted == ANYTHING {
            for word in ["gateway", "supervision", "internet"] {
                known.add_word(word);
            }
        }
        let found = known.unknown(code, span, name.as_str(), &said(wanted), &scope.said);
        let found = match (self.a_switch(name, scope).filter(|_| wanted == ANYTHING), self.elsewhere(name, wanted)) {
            (Some(found), _) => Diagnostic { span, ..found },
            (None, Some((site, place))) => Diagnostic::new(code, span, found.message)
                .other(place, format!("`{name}` of site `{site}`"))
                .help(match nearest(name.as_str(), known.words()) {
                    Some(near) => format!("did you mean `{site}.{name}`, or `{near}` of here?"),
                    None => format!("did you mean `{site}.{name}`?"),
                }),
            (None, None) => found,
        };
        self.sink.push(found);
    }

    /// The finding for a switch where an end was wanted: flows lead to the zone it is managed in.
    fn a_switch(&self, name: &Name, scope: &Scope<'d>) -> Option<Diagnostic> {
        let place = self.draft.establishments.values().find_map(|s| Some(s.switches.get(name)?.name.span))?;
        let says = format!("`{name}` is a switch: no flow has one as its end");
        let found = Diagnostic::new(&codes::UNKNOWN_ZONE, place, says).other(place, "this switch");
        Some(match scope.devices() {
            Some(zone) => found.help(format!("name the zone its address is in: use `{zone}`")),
            None => found.help("name the zone its address is in: the one marked `devices: true`"),
        })
    }

    /// A site that has the name.
    fn elsewhere(&self, name: &Name, wanted: &[What]) -> Option<(&'d Name, Span)> {
        self.centres.iter().find_map(|(site, scope)| {
            let item = scope.get(name).filter(|item| wanted.contains(&item.what))?;
            Some((*site, item.place))
        })
    }

    /// `site.name`, the finding at the half that is wrong.
    pub(super) fn there(&mut self, there: &'d SiteName, span: Span, wanted: &[What], code: &'static Code) {
        let name_span = Span { start: span.end - there.name.as_str().len(), ..span };
        let Some(scope) = self.centres.get(&there.site) else {
            let site_span = Span { end: span.start + there.site.as_str().len(), ..span };
            self.unknown_site(&there.site, site_span);
            return;
        };
        if !scope.has(&there.name, wanted) {
            let known = scope.known(wanted);
            let found = known.unknown(code, name_span, there.name.as_str(), &said(wanted), &scope.said);
            self.sink.push(found);
        }
    }

    /// Tells a site that no file defines.
    pub(super) fn unknown_site(&mut self, site: &'d Name, span: Span) {
        if self.is_broken(FileKind::Centre, site.as_str()) || !is_name(site.as_str()) {
            return;
        }
        if let Some(school) = self.draft.unmanaged.get(&Uai::new(site.as_str())) {
            self.not_managed(school, span);
            return;
        }
        if self.schools.keys().any(|uai| uai.name() == site) {
            let says = format!("`{site}` is an establishment: its zones are named in its own file alone");
            let help = format!(
                "there a zone's name stands alone; what two establishments share needs a waiver in waivers.yaml, whose ends \
                 read `zone@{site}`; what the centre opens is written in the profile"
            );
            self.report(&codes::UNKNOWN_SITE, span, says, &help);
            return;
        }
        let mut known = Known::default();
        for (name, centre) in &self.draft.centres {
            known.add(name, centre.site.span);
        }
        let found = known.unknown(&codes::UNKNOWN_SITE, span, site.as_str(), "site", "");
        self.sink.push(found);
    }

    fn process(&mut self, name: &'d Name, span: Span, scope: &Scope<'d>) {
        let known = scope.known(&[What::Process]);
        if scope.is_open || known.has(name) {
            return;
        }
        let span = Span { start: span.end - name.as_str().len(), ..span };
        let found = known.unknown(&codes::UNKNOWN_HOST, span, name.as_str(), "process of the gateway", &scope.said);
        self.sink.push(found);
    }
}

/// What was wanted, as one says it after "there is no".
fn said(wanted: &[What]) -> String {
    let mut words: Vec<&str> = wanted.iter().map(|w| w.said()).collect();
    words.dedup();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => String::new(),
    }
}
