//! `services.yaml`: named services, expanded to what they are on the wire, and cryptographic suites.

use std::collections::BTreeMap;

use super::model::{L4, Name, Service, ServiceRef, Suite};
use super::names::Known;
use super::reader::{Field, Reader};
use super::shape::{NAME, SERVICES, Shape, Struct, required};
use super::suites::SUITE;
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic, Sink};

static SOME_SERVICES: Shape = Shape::Scalar(&SERVICES);
static A_SUITE: Shape = Shape::Struct(&SUITE);

/// The file.
pub(crate) static FILE: Struct = Struct {
    title: "the services file",
    keys: &[
        required("services", Shape::Map(&NAME, &SOME_SERVICES), "services by name"),
        required("suites", Shape::Map(&NAME, &A_SUITE), "cryptographic suites by name"),
    ],
};

/// What the file holds.
pub(crate) struct Services {
    pub(crate) services: BTreeMap<Name, Service>,
    pub(crate) suites: BTreeMap<Name, Suite>,
}

/// A service before the services it is made of are put in place.
struct Written {
    name: At<Name>,
    parts: Vec<At<ServiceRef>>,
}

impl Reader<'_> {
    /// The whole file.
    pub(crate) fn services_file(&mut self, root: Field<'_>) -> Option<Services> {
        let f = self.fields(root)?;
        let written = self.map(&f, "services", |r, name, field| {
            let parts = r.services(field);
            Some(Written { name, parts })
        });
        Some(Services { services: expand_all(&written, self.sink), suites: self.map(&f, "suites", Self::suite) })
    }
}

fn expand_all(written: &BTreeMap<Name, Written>, sink: &mut Sink) -> BTreeMap<Name, Service> {
    let mut known = Known::default();
    for service in written.values() {
        known.add(&service.name.value, service.name.span);
    }
    let mut expanded = BTreeMap::new();
    for (key, service) in written {
        let mut walk = Walk { written, known: &known, path: vec![key.clone()], items: Vec::new(), sink: &mut *sink };
        walk.service(service);
        let service = Service { name: service.name.clone(), items: walk.items };
        expanded.insert(key.clone(), service);
    }
    expanded
}

/// A walk through the services one service is made of.
struct Walk<'w> {
    written: &'w BTreeMap<Name, Written>,
    known: &'w Known<'w>,
    path: Vec<Name>,
    items: Vec<At<L4>>,
    sink: &'w mut Sink,
}

impl Walk<'_> {
    fn service(&mut self, service: &Written) {
        for part in &service.parts {
            match &part.value {
                ServiceRef::Inline(item) => self.item(At::new(*item, part.span)),
                ServiceRef::Named(name) => self.named(name, part),
            }
        }
    }

    fn item(&mut self, item: At<L4>) {
        if self.items.iter().all(|i| i.value != item.value) {
            self.items.push(item);
        }
    }

    fn named(&mut self, name: &Name, part: &At<ServiceRef>) {
        let is_top = self.path.len() == 1;
        if let Some(start) = self.path.iter().position(|n| n == name) {
            if start == 0 {
                self.cycle(part);
            }
            return;
        }
        match self.written.get(name) {
            Some(service) => {
                self.path.push(name.clone());
                self.service(service);
                self.path.pop();
            }
            None if is_top => {
                let found = self.known.unknown(&codes::UNKNOWN_SERVICE, part.span, name.as_str(), "service", "");
                self.sink.push(found);
            }
            None => {}
        }
    }

    /// Told once a cycle, at its service that comes first in the alphabet.
    fn cycle(&mut self, part: &At<ServiceRef>) {
        if self.path.iter().min() != self.path.first() {
            return;
        }
        let names: Vec<String> = self.path.iter().map(|n| format!("`{n}`")).collect();
        let says = format!("service {} is made of itself", names[0]);
        let round = format!("the circle is {} -> {}", names.join(" -> "), names[0]);
        let mut found =
            Diagnostic::new(&codes::SERVICE_CYCLE, part.span, says).help(format!("take one of them out: {round}"));
        if let Some(place) = self.known.place(&self.path[0]) {
            found = found.other(place, "this service");
        }
        self.sink.push(found);
    }
}
