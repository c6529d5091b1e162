//! Centres and profiles: their own names, and what these refer to.

use std::collections::BTreeMap;

use super::Checks;
use super::scope::{Scope, What, named};
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic, Span};
use crate::policy::load::FileKind;
use crate::policy::model::{Link, Name, Parts, Proxy, ProxyPlace};
use crate::policy::names::Known;

impl<'d> Checks<'d> {
    /// Every file of `centre/`.
    pub(super) fn centres(&mut self) {
        for (name, centre) in &self.draft.centres {
            let scope = self.centres[name].clone();
            self.wan(&centre.wan);
            self.links(&centre.links, Some(name));
            self.parts(&centre.parts, &scope);
            self.no_supervision(&centre.parts);
            self.published(&centre.parts);
        }
    }

    /// Every file of `profiles/`.
    pub(super) fn profiles(&mut self) {
        for (name, profile) in &self.draft.profiles {
            let scope = self.profiles[name].clone();
            self.wan(&profile.wan);
            self.links(&profile.links, None);
            self.class_names(&profile.has_no);
            self.absent(&profile.has_no, &[&profile.parts]);
            self.parts(&profile.parts, &scope);
            self.publishes_nothing(&profile.parts);
        }
    }

    fn wan(&mut self, wan: &'d At<Name>) {
        let Some(region) = &self.draft.region else {
            return;
        };
        let mut known = Known::default();
        for (name, wan) in &region.wans {
            known.add(name, wan.name.span);
        }
        self.among(wan, &known, &codes::UNKNOWN_WAN, "wide-area network", "");
    }

    fn links(&mut self, links: &'d BTreeMap<Name, Link>, own: Option<&Name>) {
        for (peer, link) in links {
            if !self.centres.contains_key(peer) {
                self.unknown_site(peer, link.peer.span);
            } else if own == Some(peer) {
                let says = format!("`{peer}` has a tunnel to itself");
                self.report(&codes::UNKNOWN_SITE, link.peer.span, says, "name the site at the other end");
            }
            self.suite(&link.suite);
        }
    }

    fn suite(&mut self, suite: &'d At<Name>) {
        let Some(services) = &self.draft.services else {
            return;
        };
        let mut known = Known::default();
        for (name, suite) in &services.suites {
            known.add(name, suite.name.span);
        }
        self.among(suite, &known, &codes::UNKNOWN_SUITE, "suite", "");
    }

    /// What centres, profiles and establishments all may hold, in the scope it is written for.
    pub(super) fn parts(&mut self, parts: &'d Parts, scope: &Scope<'d>) {
        self.names_once(parts);
        for host in parts.hosts.values() {
            self.zones(&host.zones, scope);
        }
        for proxy in parts.proxies.values() {
            self.proxy(proxy, scope);
        }
        for flow in &parts.flows {
            self.flow(&flow.allow.value, scope);
        }
        if let Some(serve) = &parts.serve {
            self.zones(&serve.dhcp, scope);
            self.machine(serve.names.as_ref(), scope);
            self.machine(serve.clock.as_ref(), scope);
        }
        if let Some(pac) = &parts.pac {
            self.zones(&pac.zones, scope);
        }
        if let Some(devices) = &parts.devices {
            self.machine(devices.logs.as_ref(), scope);
            self.machine(devices.clock.as_ref(), scope);
        }
    }

    /// Tells a name that a zone, a host, a proxy and a resolver of one file share; capitals make no other name.
    fn names_once(&mut self, parts: &'d Parts) {
        let mut seen: BTreeMap<String, (&Name, What, Span)> = BTreeMap::new();
        for (name, item) in named(parts) {
            let Some((known, what, first)) = seen.get(&name.as_str().to_lowercase()).copied() else {
                seen.insert(name.as_str().to_lowercase(), (name, item.what, item.place));
                continue;
            };
            let says = if known == name {
                format!("`{name}` is already the name of a {} here", what.said())
            } else {
                format!("`{name}` and `{known}` differ in capital letters alone")
            };
            let found = Diagnostic::new(&codes::NAME_TWICE, item.place, says)
                .label(format!("again, as a {}", item.what.said()))
                .other(first, "first defined here")
                .help("zones, hosts, proxies and resolvers of a site share one namespace: choose another name for one of them");
            self.sink.push(found);
        }
    }

    /// Tells each name that is no zone of the scope.
    pub(super) fn zones<'n>(&mut self, names: impl IntoIterator<Item = &'n At<Name>>, scope: &Scope<'d>) {
        if scope.is_open {
            return;
        }
        let known = scope.zones();
        for name in names {
            self.among(name, &known, &codes::UNKNOWN_ZONE, "zone", &scope.said);
        }
    }

    fn proxy(&mut self, proxy: &'d Proxy, scope: &Scope<'d>) {
        match &proxy.place {
            ProxyPlace::Host { zone, .. } => self.zones([zone], scope),
            ProxyPlace::Gateway { listen, .. } => self.zones([listen], scope),
        }
        for filter in &proxy.filters {
            self.filter(filter);
        }
        self.one_filter_a_class(proxy);
        if !scope.is_open {
            let known = scope.known(&[What::Host, What::Resolver]);
            let code = &codes::UNKNOWN_RESOLVER;
            self.among(&proxy.resolver, &known, code, "host or resolver", &scope.said);
        }
    }

    /// Tells a class that two filters of one proxy are for.
    fn one_filter_a_class(&mut self, proxy: &Proxy) {
        let Some(security) = &self.draft.security else {
            return;
        };
        let mut first: BTreeMap<&Name, &At<Name>> = BTreeMap::new();
        for filter in &proxy.filters {
            let classes = security.web.get(&filter.value).map(|rule| rule.classes.as_slice()).unwrap_or_default();
            let Some((class, before)) = classes.iter().find_map(|c| Some((c, *first.get(&c.value)?))) else {
                first.extend(classes.iter().map(|c| (&c.value, filter)));
                continue;
            };
            let says = format!("`{}` and `{}` both filter class `{}`", before.value, filter.value, class.value);
            let found = Diagnostic::new(&codes::TWO_FILTERS, filter.span, says)
                .other(before.span, "the first one")
                .help("a class has one filter at a proxy: keep one of the two, or take the class out of its `for:`");
            self.sink.push(found);
        }
    }

    /// Tells a web filter that the security policy does not define.
    pub(super) fn filter(&mut self, filter: &At<Name>) {
        let Some(security) = &self.draft.security else {
            return;
        };
        let mut known = Known::default();
        for (name, rule) in &security.web {
            known.add(name, rule.name.span);
        }
        self.among(filter, &known, &codes::UNKNOWN_FILTER, "web filter", "");
    }

    /// Tells each name that is no class.
    pub(super) fn class_names<'n>(&mut self, names: impl IntoIterator<Item = &'n At<Name>>) {
        let Some(security) = &self.draft.security else {
            return;
        };
        let mut known = Known::default();
        for (name, class) in &security.classes {
            known.add(name, class.name.span);
        }
        for name in names {
            self.among(name, &known, &codes::UNKNOWN_CLASS, "class", "");
        }
    }

    /// The supervision address is an establishment's.
    fn no_supervision(&mut self, parts: &'d Parts) {
        use crate::policy::model::End;
        for flow in &parts.flows {
            let ends = flow.allow.value.from.iter().chain(&flow.allow.value.to);
            for end in ends.filter(|e| e.value == End::Supervision) {
                let says = "`supervision` is an establishment's address: a site of the centre has none".to_owned();
                self.report(
                    &codes::BAD_EXPRESSION,
                    end.span,
                    says,
                    "write this flow in the profile of the establishments",
                );
            }
        }
    }

    /// True when all profiles could be read.
    pub(super) fn has_all_profiles(&self) -> bool {
        !self.has_broken(FileKind::Profile) && !self.has_broken(FileKind::Establishment)
    }
}
