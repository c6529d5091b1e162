//! Registers of a region: waivers between some pairs of schools, experiments, what some schools decide themselves.

use std::fmt::Write;

use super::school::School;

/// One managed school in so many shares its office with the next one.
const SHARED_OFFICES: usize = 16;
/// One in so many tries something until the end of the school year.
const EXPERIMENTS: usize = 24;
/// One in so many has a file of its own.
const DELEGATED: usize = 5;

/// Last days of waivers: at most a year after their signature.
const ENDS: [&str; 2] = ["2027-08-31", "2027-02-28"];

/// The register of waivers: every so many schools, two neighbours with one office.
pub(super) fn waivers(schools: &[School]) -> String {
    let mut text = "# owner: academy (security officer)\n".to_owned();
    let pairs =
        schools.windows(2).filter(|pair| pair.iter().all(|s| s.is_managed) && pair[0].number % SHARED_OFFICES == 2);
    for (number, pair) in (1..).zip(pairs) {
        let [from, to] = [&pair[0].uai, &pair[1].uai];
        let until = ENDS[number % ENDS.len()];
        let _ = writeln!(
            text,
            "- waiver: D-2026-{number:03}
  opens: admin@{from} -> admin@{to} on https
  reason: un seul secrétariat pour les deux établissements
  owner: proviseur {from}
  signed: {{ by: rssi, on: 2026-09-01 }}
  until: {until}"
        );
    }
    if text.ends_with(")\n") { text + "[]\n" } else { text }
}

/// The register of experiments.
pub(super) fn experiments(schools: &[School]) -> String {
    let mut text = "# owner: region\n".to_owned();
    let with_room = schools.iter().filter(|s| s.is_managed && s.profile.has("sandbox") && s.profile.has("dmz"));
    for (number, school) in (1..).zip(with_room.filter(|s| s.number % EXPERIMENTS == 5)) {
        let uai = &school.uai;
        let _ = writeln!(
            text,
            "- experiment: X-2026-{number:03}
  at: {uai}
  title: capteurs sur réseau séparé
  owner: proviseur {uai}
  parties: [Région, académie, proviseur {uai}]
  from: 2026-10-01
  until: 2027-06-30
  flows:
    - sandbox -> dmz on https"
        );
    }
    if text.ends_with("region\n") { text + "[]\n" } else { text }
}

/// What a school decides itself: its pupils' lists, and flows that it gives up.
pub(super) fn delegated(school: &School) -> Option<String> {
    let may = school.is_managed && !school.profile.is_first_target && school.number % DELEGATED == 1;
    may.then(|| {
        let uai = &school.uai;
        let ent = format!("ent-{}.example", school.number);
        let lists = format!("web:\n  pupils:\n    allow: [{ent}]\n    deny: [jeux.example]\n");
        let withdrawn = if school.profile.has("guest") { "withdraw:\n  - guest -> csm.pupils on proxy\n" } else { "" };
        format!("# owner: {uai} (gestionnaire réseau, annexe III)\nuai: {uai}\n{lists}{withdrawn}")
    })
}
