//! Printers, access points, cameras and doors.

use super::facts::Facts;
use crate::diagnostics::codes::lint as codes;
use crate::diagnostics::{At, Diagnostic};
use crate::network::model::{End, SiteId};
use crate::policy::{self, Kind, Name, PortRole};

/// A printer opens nothing out of its site, proxies included.
pub(super) fn printer_outside(facts: &Facts) -> Vec<Diagnostic> {
    let of_printers = facts.openings.iter().filter(|o| facts.is(Kind::Printers, &o.from.value));
    let out = of_printers.filter(|o| !facts.stays(o) || facts.is_proxy(&o.to.value));
    out.map(|o| {
        Diagnostic::new(&codes::PRINTER_OUTSIDE, o.to.span, "a printer would open connections out of its site")
            .other(o.from.span, "printers")
            .help("let a machine of the site ask the printer, and pass on what is needed")
    })
    .collect()
}

/// A zone that stays on cables is on no access point's port.
pub(super) fn wireless(facts: &Facts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (site, place) in facts.net.site_ids() {
        let Some(school) = facts.policy.establishment(&place.name) else { continue };
        let roles = school.switches.values().flat_map(|s| &s.ports).map(|p| &p.role.value);
        let carried = roles.flat_map(|role| match role {
            PortRole::AccessPoint { zones, .. } => zones.as_slice(),
            PortRole::Access(_) | PortRole::Unused => &[],
        });
        found.extend(carried.filter(|zone| is_wired(facts, site, zone)).map(on_the_air));
    }
    found
}

fn is_wired(facts: &Facts, site: SiteId, zone: &At<Name>) -> bool {
    let end = facts.scopes.end(site, &policy::End::Here(zone.value.clone()));
    end.is_some_and(|end| facts.is(Kind::Wired, &end))
}

fn on_the_air(zone: &At<Name>) -> Diagnostic {
    let says = format!("an access point would carry `{}`, which stays on cables", zone.value);
    Diagnostic::new(&codes::WIRELESS, zone.span, says)
        .help("take the zone out of this port; staff on Wi-Fi have a zone of their own")
}

/// No zone is both, and no flow joins the two.
pub(super) fn video_with_badges(facts: &Facts) -> Vec<Diagnostic> {
    let both = [Kind::Video, Kind::Badges];
    let is = |kind, end: &End| facts.is(kind, end);
    let joined = facts.openings.iter().filter(|o| {
        let (a, b) = (&o.from.value, &o.to.value);
        is(both[0], a) && is(both[1], b) || is(both[1], a) && is(both[0], b)
    });
    let joined = joined.map(|o| {
        Diagnostic::new(&codes::VIDEO_WITH_BADGES, o.to.span, "a flow joins cameras and access control")
            .other(o.from.span, "the other side")
            .help("let each be watched from its own zone")
    });
    joined.chain(one_zone(facts)).collect()
}

fn one_zone(facts: &Facts) -> Vec<Diagnostic> {
    let named = |kind| facts.policy.security.kinds.get(&kind).map_or(&[][..], Vec::as_slice);
    let twice =
        named(Kind::Badges).iter().filter_map(|b| Some((b, named(Kind::Video).iter().find(|v| v.value == b.value)?)));
    twice
        .map(|(badges, video)| {
            Diagnostic::new(&codes::VIDEO_WITH_BADGES, badges.span, "cameras and access control share this zone")
                .other(video.span, "cameras")
                .help("give each a zone of its own")
        })
        .collect()
}
