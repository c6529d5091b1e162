//! Classes are a partition of all zones of establishments.

use std::collections::BTreeMap;

use super::Checks;
use super::school::misspelt;
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic, Span, nearest};
use crate::policy::model::{Class, Establishment, Name, Parts, Zone};
use crate::policy::names::{Known, is_reserved, is_told};

/// Names, each with a place.
type Places<'d> = BTreeMap<&'d Name, Span>;

impl<'d> Checks<'d> {
    /// Every zone in one class; every zone of a class somewhere.
    pub(super) fn classes(&mut self) {
        let Some(security) = &self.draft.security else {
            return;
        };
        let zones = self.all_zones();
        let listed = self.one_class(security.classes.values());
        for (zone, place) in &zones {
            if !listed.contains_key(zone) && !is_told(zone) && !is_reserved(zone.as_str()) {
                self.without_class(zone, *place, &listed);
            }
        }
        if self.has_all_profiles() {
            for (zone, place) in listed.iter().filter(|(zone, _)| !zones.contains_key(*zone)) {
                self.unused(zone, *place, &zones);
            }
        }
    }

    /// Tells a class that is said to be absent although one of these zones is in it.
    pub(super) fn absent(&mut self, has_no: &[At<Name>], parts: &[&'d Parts]) {
        for (class, zone) in self.present(has_no, parts) {
            let name = &class.value;
            let says = format!("class `{name}` is here: zone `{}` is in it", zone.value);
            let found = Diagnostic::new(&codes::CLASS_PRESENT, class.span, says)
                .other(zone.span, "this zone")
                .help("take the class out of `has_no`, or leave the zone out");
            self.sink.push(found);
        }
    }

    /// The same for zones that an establishment adds to a profile.
    pub(super) fn added(&mut self, has_no: &[At<Name>], parts: &'d Parts) {
        for (class, zone) in self.present(has_no, &[parts]) {
            let name = &class.value;
            let says = format!("zone `{}` is in class `{name}`, which its profile has not", zone.value);
            let found = Diagnostic::new(&codes::CLASS_PRESENT, zone.span, says)
                .other(class.span, "said to be absent here")
                .help("take another profile, or leave the zone out");
            self.sink.push(found);
        }
    }

    /// Classes of a list that a zone is in, each with its first zone; zones in two classes are told elsewhere.
    fn present<'n>(&self, has_no: &'n [At<Name>], parts: &[&'d Parts]) -> Vec<(&'n At<Name>, &'d At<Name>)> {
        let Some(security) = &self.draft.security else {
            return Vec::new();
        };
        let holds = |class: &Class, zone: &Name| class.zones.iter().any(|z| z.value == *zone);
        let only = |zone: &Name| {
            let mut classes = security.classes.values().filter(|class| holds(class, zone));
            classes.next().filter(|_| classes.next().is_none())
        };
        let zones = || parts.iter().flat_map(|p| p.zones.values()).map(|z| &z.name);
        let first = |class: &Name| zones().find(|zone| only(&zone.value).is_some_and(|c| c.name.value == *class));
        has_no.iter().filter_map(|class| Some((class, first(&class.value)?))).collect()
    }

    /// Zones of profiles and establishments, each with the first place that defines it.
    fn all_zones(&self) -> Places<'d> {
        let profiles = self.draft.profiles.values().map(|p| &p.parts);
        let schools = self.draft.establishments.values();
        let own =
            schools.flat_map(|school| school.parts.zones.iter().filter(|(_, zone)| !self.is_misspelt(zone, school)));
        let mut found = Places::new();
        for (name, zone) in profiles.flat_map(|parts| &parts.zones).chain(own) {
            found.entry(name).or_insert(zone.name.span);
        }
        found
    }

    /// True for a zone that was probably meant to be one of its profile's, which is told.
    fn is_misspelt(&self, zone: &Zone, school: &Establishment) -> bool {
        let profile = self.draft.profiles.get(&school.profile.value);
        profile.is_some_and(|profile| misspelt(zone, school, profile).is_some())
    }

    /// The zones that classes list, after telling those listed twice.
    fn one_class(&mut self, classes: impl Iterator<Item = &'d Class>) -> Places<'d> {
        let mut listed: BTreeMap<&Name, (Span, &Name)> = BTreeMap::new();
        let mut all: Vec<_> =
            classes.flat_map(|class| class.zones.iter().map(|zone| (zone, &class.name.value))).collect();
        all.sort_by_key(|(zone, _)| zone.span);
        for (zone, class) in all {
            match listed.get(&zone.value) {
                Some((_, first)) if *first == class => {}
                Some((place, first)) => self.in_two(zone, class, *place, first),
                None => {
                    listed.insert(&zone.value, (zone.span, class));
                }
            }
        }
        listed.into_iter().map(|(zone, (place, _))| (zone, place)).collect()
    }

    fn in_two(&mut self, zone: &At<Name>, class: &Name, place: Span, first: &Name) {
        let says = format!("zone `{}` is in `{first}` and in `{class}`", zone.value);
        let found = Diagnostic::new(&codes::ZONE_IN_TWO_CLASSES, zone.span, says)
            .label("again here")
            .other(place, "first put in a class here")
            .help("keep it in one class: what isolates a zone must be said once");
        self.sink.push(found);
    }

    fn without_class(&mut self, zone: &Name, place: Span, listed: &Places<'d>) {
        let says = format!("zone `{zone}` is in no class of security.yaml");
        let mut found = Diagnostic::new(&codes::ZONE_WITHOUT_CLASS, place, says)
            .help("the academy's security officer adds it to one class of security.yaml, or the zone takes a name that is there");
        if let Some(near) = nearest(zone.as_str(), listed.keys().map(|n| n.as_str())) {
            found = found.note("note", format!("`{near}` is in a class"));
        }
        self.sink.push(found);
    }

    fn unused(&mut self, zone: &Name, place: Span, zones: &Places<'d>) {
        let mut known = Known::default();
        for (name, place) in zones {
            known.add(name, *place);
        }
        let code = &codes::UNUSED_CLASS_ZONE;
        let found = known.unknown(code, place, zone.as_str(), "zone", "in any profile or establishment");
        self.sink.push(found);
    }
}
