//! One establishment: its block, its profile, its switches, what it adds.

use std::fmt::Write;

use super::profiles::{self, Profile};
use super::random::Random;

/// `LETTERS[number mod 23]` is the key letter of a code.
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";
/// One in so many manages its own network: nothing is compiled for it.
const UNMANAGED: usize = 40;
/// Sessions of examinations: few days in a year, the same for all.
const SESSIONS: [(&str, &str); 2] = [("2027-03-08", "2027-03-26"), ("2027-06-14", "2027-07-02")];

/// Models of switches: target, model, its ports in copper.
const MODELS: [(&str, &str, usize); 4] = [
    ("aruba-aos-s", "48g-4sfp", 48),
    ("aruba-aos-s", "24g-4sfp", 24),
    ("cisco-ios", "48ts-l", 48),
    ("cisco-ios", "24ts-l", 24),
];

/// Words of names.
const KINDS: [&str; 4] = ["Lycée", "Lycée polyvalent", "Lycée général", "Cité scolaire"];
const PLACES: [&str; 8] =
    ["du Val", "des Sources", "du Plateau", "de la Rive", "des Tilleuls", "du Pont", "de la Combe", "du Phare"];
const COLOURS: [&str; 6] = ["Clair", "Vert", "Neuf", "Haut", "Vieux", "Blanc"];

/// What is decided of a school before any file is written.
pub(super) struct School {
    /// Its place in the region, from 1.
    pub(super) number: usize,
    /// Its code.
    pub(super) uai: String,
    /// Its profile.
    pub(super) profile: &'static Profile,
    /// It is one of those that are compiled.
    pub(super) is_managed: bool,
    has_replica: bool,
}

impl School {
    /// Decides; the first of a region have one profile each.
    pub(super) fn new(number: usize, random: &mut Random) -> Self {
        let drawn = random.of(profiles::ALL);
        let profile = profiles::ALL.get(number - 1).unwrap_or(drawn);
        let is_managed = !(number > profiles::ALL.len() && random.once_in(UNMANAGED));
        let has_replica = profile.has("pedago_servers") && random.once_in(3);
        let uai = format!("{number:07}{}", char::from(LETTERS[number % LETTERS.len()]));
        Self { number, uai, profile, is_managed, has_replica }
    }

    /// An address of its block, from the third and fourth bytes counted from the block's first.
    fn address(&self, high: usize, low: usize) -> String {
        let third = (self.number - 1) * 32 + high;
        format!("10.{}.{}.{low}", 128 + third / 256, third % 256)
    }

    /// The machine of a zone with this last byte.
    fn machine(&self, zone: &str, last: usize) -> String {
        let [high, low] = self.profile.begins(zone).map(usize::from);
        self.address(high, low + last)
    }

    fn public(&self, base: usize) -> String {
        format!("198.19.{}.{}", base + self.number / 250, self.number % 250 + 1)
    }

    /// The file.
    pub(super) fn text(&self, random: &mut Random) -> String {
        let title = format!("{} {} {}", random.of(&KINDS), random.of(&PLACES), random.of(&COLOURS));
        let mut text = format!("# owner: operator\nuai: {}\nname: {title}\n", self.uai);
        if self.is_managed {
            let _ = writeln!(text, "profile: {}", self.profile.name);
        } else {
            text += "managed: no\n";
        }
        let has_v6 = self.is_managed && !(self.profile.is_first_target && random.once_in(2));
        let block6 = if has_v6 { format!("2001:db8:{:x}::/48", self.number) } else { "none".to_owned() };
        let _ = writeln!(text, "block: {}/19\nblock6: {block6}\nsupervision: {}", self.address(0, 0), self.public(0));
        if self.is_managed {
            self.machines(&mut text, random);
        }
        text
    }

    fn machines(&self, text: &mut String, random: &mut Random) {
        if self.profile.has_exit() {
            let _ = writeln!(text, "exit: {}", self.public(128));
        }
        *text += "gateway: { target: nftables, wan: eth0, lan: eth1, next_hop: 198.19.255.254 }\n";
        self.zones(text, random);
        self.switches(text, random);
        if self.has_replica {
            let _ = writeln!(
                text,
                "hosts:\n  replique: {{ in: [pedago_servers], ipv4: {} }}",
                self.machine("pedago_servers", 10)
            );
        }
        self.flows(text, random);
    }

    fn zones(&self, text: &mut String, random: &mut Random) {
        let zones: Vec<&str> = self.profile.private_zones().collect();
        if !zones.is_empty() {
            *text += "zones:\n";
        }
        let first = 16 + random.below(4);
        for (number, zone) in zones.iter().enumerate() {
            let size = if *zone == "dmz" { 24 } else { 16 };
            let _ = writeln!(text, "  {zone}: {{ ipv4: 172.{}.0.0/{size} }}", first + 4 * number);
        }
    }

    fn flows(&self, text: &mut String, random: &mut Random) {
        let mut flows = String::new();
        if self.has_replica {
            let readers = if self.profile.has("vdi") { "pedago, vdi" } else { "pedago" };
            let why = "réplique locale, ligne lente (annexe 0 §I.B)";
            let _ = writeln!(flows, "  - allow: {readers} -> replique on directory\n    because: {why}");
        }
        if self.profile.has("exam") {
            for (from, until) in SESSIONS.iter().filter(|_| !random.once_in(3)) {
                let flow = "  - allow: exam -> csm.pupils on proxy\n    because: certification Pix\n";
                let _ = writeln!(flows, "{flow}    from: {from}\n    until: {until}");
            }
        }
        if !flows.is_empty() {
            *text += "flows:\n";
            *text += &flows;
        }
    }

    fn switches(&self, text: &mut String, random: &mut Random) {
        let largest = [MODELS[0], MODELS[2]];
        let brand = random.below(2);
        let core = largest[brand];
        let more = random.below(3);
        let mut cables = format!("cables:\n  - gateway.lan = sw-1.{}\n", core.2);
        *text += "switches:\n";
        for number in 1..=more + 1 {
            let model = if number == 1 { core } else { MODELS[brand * 2 + random.below(2)] };
            let (target, name, copper) = model;
            let address = self.machine("mgmt", 10 + number);
            let head =
                format!("  sw-{number}:\n    target: {target}\n    model: {name}\n    ipv4: {address}\n    ports:\n");
            *text += &head;
            match number {
                1 => self.core_ports(text, copper - 1, random),
                _ => self.more_ports(text, copper, random),
            }
            if number > 1 {
                let _ = writeln!(cables, "  - sw-1.{} = sw-{number}.{}", core.2 + number - 1, copper + 1);
            }
        }
        *text += &cables;
    }

    /// Zones that a cable may lead to, and those of access points.
    fn plugged(&self) -> (Vec<&'static str>, Vec<&'static str>) {
        let is_radio = |name: &&str| matches!(*name, "byod" | "wifi_staff" | "guest");
        self.profile
            .zones
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| *name != "mgmt")
            .partition(|name| !is_radio(name))
    }

    /// Every zone somewhere, and the rest to pupils.
    fn core_ports(&self, text: &mut String, ports: usize, random: &mut Random) {
        let (wired, radio) = self.plugged();
        let mut next = 1;
        let mut give = |text: &mut String, count: usize, what: &str| {
            let last = (next + count - 1).min(ports);
            if next <= last {
                let range = if next == last { next.to_string() } else { format!("{next}-{last}") };
                let _ = writeln!(text, "      {range}: {what}");
                next = last + 1;
            }
        };
        if !radio.is_empty() {
            give(text, 1 + random.below(3), &format!("ap {} managed mgmt", radio.join(", ")));
        }
        for zone in wired.iter().filter(|zone| **zone != "pedago") {
            give(text, 1 + random.below(2), zone);
        }
        give(text, 4 + random.below(ports), "pedago");
    }

    /// A switch of a floor.
    fn more_ports(&self, text: &mut String, ports: usize, random: &mut Random) {
        let (wired, _) = self.plugged();
        let first = ports / 2 + random.below(ports / 4);
        let _ = writeln!(text, "      1-{first}: pedago");
        let other = random.of(&wired);
        if *other != "pedago" {
            let _ = writeln!(text, "      {}-{}: {other}", first + 1, first + 3);
        }
    }
}
