//! Establishments: what they fill in their profile, what they add, and that they change nothing of it.

use std::collections::BTreeSet;

use super::Checks;
use super::scope::{Scope, named};
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic, Span, nearest};
use crate::policy::load::FileKind;
use crate::policy::model::{BlockPart, Cable, CableEnd, Establishment, Name, Parts, PortRole, Profile, Zone};
use crate::policy::names::{Known, is_told};
use crate::policy::reader::StandIn;

/// Cables that a switch joins to one link: of both makes, those that carry frames at one time (IEEE 802.1AX, as they do it).
const MOST_CABLES: usize = 8;

impl<'d> Checks<'d> {
    /// Every file of `establishments/`.
    pub(super) fn schools(&mut self) {
        for (uai, school) in &self.draft.establishments {
            let scope = self.schools[uai].clone();
            match self.draft.profiles.get(&school.profile.value) {
                Some(profile) => self.under_profile(school, profile),
                None => self.unknown_profile(&school.profile),
            }
            self.class_names(&school.has_no);
            let mut parts = vec![&school.parts];
            if let Some(profile) = self.draft.profiles.get(&school.profile.value) {
                self.added(&profile.has_no, &school.parts);
                parts.push(&profile.parts);
            }
            self.absent(&school.has_no, &parts);
            self.parts(&school.parts, &scope);
            self.published(&school.parts);
            self.switches(school, &scope);
            self.brownfield(school, &scope);
        }
    }

    fn unknown_profile(&mut self, profile: &'d At<Name>) {
        if self.is_broken(FileKind::Profile, profile.value.as_str()) {
            return;
        }
        let mut known = Known::default();
        for (name, profile) in &self.draft.profiles {
            known.add(name, profile.name.span);
        }
        self.among(profile, &known, &codes::UNKNOWN_PROFILE, "profile", "");
    }

    fn under_profile(&mut self, school: &'d Establishment, profile: &'d Profile) {
        for zone in school.parts.zones.values() {
            match profile.parts.zones.get(&zone.name.value) {
                Some(above) => self.filled_zone(zone, above, profile),
                None => match misspelt(zone, school, profile) {
                    Some(meant) => self.misspelt_zone(zone, meant, profile),
                    None => self.added_zone(zone),
                },
            }
        }
        self.no_override(&school.parts, profile);
        let misspelt =
            school.parts.zones.values().filter_map(|zone| Some(&misspelt(zone, school, profile)?.name.value));
        let misspelt: BTreeSet<&Name> = misspelt.collect();
        for zone in unfilled(school, profile).filter(|z| !misspelt.contains(&z.name.value)) {
            self.unfilled_zone(school, zone);
        }
    }

    fn misspelt_zone(&mut self, zone: &'d Zone, meant: &Zone, profile: &Profile) {
        let (name, meant, place) = (&zone.name.value, &meant.name.value, meant.name.span);
        let says = format!("profile `{}` has no zone `{name}`", profile.name.value);
        let found = Diagnostic::new(&codes::UNKNOWN_ZONE, zone.name.span, says)
            .other(place, format!("`{meant}` leaves its range open here"))
            .help(format!("did you mean `{meant}`? a zone of the establishment's own has a `vlan:` too"));
        self.sink.push(found);
    }

    fn filled_zone(&mut self, zone: &'d Zone, above: &'d Zone, profile: &Profile) {
        if is_unread(zone) {
            return;
        }
        let gives_range_alone = zone.vlan.is_none()
            && zone.at.is_none()
            && zone.ipv6.is_none()
            && zone.title.is_none()
            && zone.exit.is_none()
            && !zone.private
            && !zone.devices;
        let name = &zone.name.value;
        if above.private && !gives_range_alone {
            let says = format!("of the private zone `{name}` an establishment gives `ipv4` alone");
            let found = overridden(zone.name.span, says, above.name.span, profile);
            self.sink.push(found.help("keep its `ipv4:` and delete the other keys, which the profile says"));
        } else if !above.private {
            let says = format!("zone `{name}` is the profile's: an establishment does not change it");
            self.overrides(zone.name.span, says, above.name.span, profile);
        } else if zone.ipv4.is_none() {
            self.no_range(zone.name.span, name);
        }
    }

    fn no_range(&mut self, span: Span, name: &Name) {
        let says = format!("zone `{name}` has no range");
        self.report(&codes::MISSING_KEY, span, says, "add `ipv4:` with its range, such as `172.17.0.0/16`");
    }

    fn added_zone(&mut self, zone: &'d Zone) {
        let name = &zone.name.value;
        if zone.vlan.is_none() {
            let says = format!("zone `{name}` has no VLAN");
            self.report(
                &codes::MISSING_KEY,
                zone.name.span,
                says,
                "add `vlan:`: its profile has no zone of that name, so it is the establishment's own",
            );
        }
        if zone.at.is_none() && zone.ipv4.is_none() {
            let says = format!("zone `{name}` has no range");
            self.report(
                &codes::MISSING_KEY,
                zone.name.span,
                says,
                "add `at:` with its offset in the block, such as `28.0/24`",
            );
        }
    }

    fn unfilled_zone(&mut self, school: &'d Establishment, zone: &Zone) {
        let name = &zone.name.value;
        let says = format!("the range of zone `{name}` is not given");
        let found = Diagnostic::new(&codes::UNFILLED_ZONE, school.profile.span, says)
            .label("this profile leaves it open")
            .other(zone.name.span, "private: each establishment gives its own range")
            .help(format!("add `zones: {{ {name}: {{ ipv4: 172.17.0.0/16 }} }}` with this establishment's range"));
        self.sink.push(found);
    }

    /// Hosts, proxies, resolvers and settings that the profile has already.
    fn no_override(&mut self, parts: &'d Parts, profile: &'d Profile) {
        let above: Vec<_> = named(&profile.parts);
        for (name, item) in named(parts) {
            let Some((_, first)) = above.iter().find(|(n, _)| *n == name) else {
                continue;
            };
            if profile.parts.zones.contains_key(name) && parts.zones.contains_key(name) {
                continue;
            }
            let says =
                format!("`{name}` is a {} of the profile: an establishment does not change it", first.what.said());
            self.overrides(item.place, says, first.place, profile);
        }
        self.no_second_settings(parts, profile);
    }

    fn no_second_settings(&mut self, parts: &'d Parts, profile: &'d Profile) {
        let pairs = [
            ("serve", serve_place(parts), serve_place(&profile.parts)),
            ("pac", parts.pac.as_ref().map(|p| p.span), profile.parts.pac.as_ref().map(|p| p.span)),
            ("devices", devices_place(parts), devices_place(&profile.parts)),
        ];
        for (key, own, above) in pairs {
            if let (Some(own), Some(above)) = (own, above) {
                let says = format!("`{key}` is said by the profile: an establishment does not change it");
                self.overrides(own, says, above, profile);
            }
        }
    }

    fn overrides(&mut self, span: Span, says: String, first: Span, profile: &Profile) {
        let found = overridden(span, says, first, profile);
        self.sink.push(
            found.help(
                "delete it, for the profile's holds here; else give it a name of its own, or take another profile",
            ),
        );
    }

    fn switches(&mut self, school: &'d Establishment, scope: &Scope<'d>) {
        for ports in school.switches.values().flat_map(|s| &s.ports) {
            match &ports.role.value {
                PortRole::Access(zone) => self.zones([zone], scope),
                PortRole::AccessPoint { zones, managed } => {
                    self.zones(zones.iter().chain([managed]), scope);
                }
                PortRole::Unused => {}
            }
        }
        for cable in &school.cables {
            self.cable_end(&cable.value.a, school);
            self.cable_end(&cable.value.b, school);
            self.link(cable);
        }
    }

    /// Several cables as one link: as many ports at one end as at the other, and no more than a switch joins.
    fn link(&mut self, cable: &At<Cable>) {
        let ends = [&cable.a, &cable.b];
        let [a, b] = ends.map(CableEnd::count);
        let [one, other] = ends.map(|end| format!("`{}.{}`", end.device.value, end.port.value));
        let is_gateway = ends.iter().any(|end| end.device.as_str() == "gateway");
        if a != b && is_gateway {
            let says = format!("{} ports of a switch on the gateway's trunk, which has one", a.max(b));
            self.report(
                &codes::LINK,
                cable.span,
                says,
                "name one port of the switch: links of several cables are between switches",
            );
        } else if a != b {
            let says = format!("{a} and {b} ports on the two ends of a link: {one}, {other}");
            self.report(
                &codes::LINK,
                cable.span,
                says,
                "each cable has two ends: name as many ports on one side as on the other",
            );
        } else if a > MOST_CABLES {
            let says = format!("a link of {a} cables, and switches join {MOST_CABLES} at most");
            self.report(&codes::LINK, cable.span, says, "write two lines: spanning tree keeps one of two links");
        }
    }

    fn cable_end(&mut self, end: &'d CableEnd, school: &'d Establishment) {
        let port = end.port.value.as_str();
        let is_gateway = end.device.value.as_str() == "gateway";
        if !is_gateway && !school.switches.contains_key(&end.device.value) {
            self.switch_name(&end.device, school, &["gateway"]);
            return;
        }
        if is_gateway && port != "lan" {
            let says = format!("the gateway has no port `{port}` for a cable");
            self.report(
                &codes::BAD_EXPRESSION,
                end.port.span,
                says,
                "write `gateway.lan`, its one trunk to the switches",
            );
        } else if !is_gateway && end.range().is_none() {
            let says = format!("`{port}` is not a port of a switch");
            let help = "write the port's number, such as `sw-1.48`, or a range as one link, such as `sw-1.49-50`";
            self.report(&codes::BAD_EXPRESSION, end.port.span, says, help);
        }
    }

    fn switch_name(&mut self, name: &At<Name>, school: &'d Establishment, words: &[&'static str]) {
        let mut known = Known::default();
        words.iter().for_each(|word| known.add_word(word));
        for (name, switch) in &school.switches {
            known.add(name, switch.name.span);
        }
        let scope = format!("in {}", school.uai.value);
        self.among(name, &known, &codes::UNKNOWN_SWITCH, "switch", &scope);
    }

    fn brownfield(&mut self, school: &'d Establishment, scope: &Scope<'d>) {
        for old in school.brownfield.switches.values() {
            self.switch_name(&old.name, school, &[]);
            self.zones(old.routes.iter().chain(old.native.values()), scope);
        }
    }
}

/// Private zones of the profile whose range the establishment does not give.
fn unfilled<'d>(school: &Establishment, profile: &'d Profile) -> impl Iterator<Item = &'d Zone> {
    let is_given = |zone: &Zone| school.parts.zones.contains_key(&zone.name.value);
    profile.parts.zones.values().filter(move |zone| zone.private && !is_given(zone))
}

/// The private zone that an establishment's zone was probably meant to fill: it gives a range alone, as one does there.
pub(super) fn misspelt<'d>(zone: &Zone, school: &Establishment, profile: &'d Profile) -> Option<&'d Zone> {
    let name = &zone.name.value;
    if zone.vlan.is_some() || profile.parts.zones.contains_key(name) || is_told(name) {
        return None;
    }
    let near = nearest(name.as_str(), unfilled(school, profile).map(|z| z.name.value.as_str()))?;
    unfilled(school, profile).find(|z| z.name.value.as_str() == near)
}

/// True for a zone whose node could not be read, which is told already.
fn is_unread(zone: &Zone) -> bool {
    zone.at.is_some_and(|at| at.value == BlockPart::stand_in())
}

fn serve_place(parts: &Parts) -> Option<Span> {
    let serve = parts.serve.as_ref()?;
    let ends = [&serve.names, &serve.clock];
    let end = || ends.into_iter().flatten().map(|e| e.span).next();
    serve.dhcp.first().map(|z| z.span).or_else(end)
}

fn devices_place(parts: &Parts) -> Option<Span> {
    let devices = parts.devices.as_ref()?;
    let ends = [&devices.logs, &devices.clock];
    ends.into_iter().flatten().map(|e| e.span).next()
}

fn overridden(span: Span, says: String, first: Span, profile: &Profile) -> Diagnostic {
    Diagnostic::new(&codes::PROFILE_OVERRIDDEN, span, says)
        .other(first, format!("profile `{}` says it here", profile.name.value))
}
