//! A dozen kinds of school: which zones each has, how large, and the flows that these zones make.

use std::fmt::Write;

/// One kind of school.
pub(super) struct Profile {
    /// Its name.
    pub(super) name: &'static str,
    what: &'static str,
    /// Its proxies are processes of its gateway (Cible 1), and its pupils' zones are private.
    pub(super) is_first_target: bool,
    /// Names of its zones, with where each begins in the block; `private` for a range of the establishment's own.
    pub(super) zones: &'static [(&'static str, &'static str)],
}

const PRIVATE: &str = "private";

/// All of them; the first of a region have one of each.
pub(super) const ALL: &[Profile] = &[
    second(
        "lycee-cible2",
        "everything a lycée may have",
        &[
            ("pedago", "0.0/22"),
            ("admin", "4.0/24"),
            ("pedago_servers", "5.0/24"),
            ("admin_servers", "6.0/24"),
            ("vdi", "7.0/24"),
            ("byod", "8.0/21"),
            ("wifi_staff", "16.0/23"),
            ("guest", "18.0/24"),
            ("printers_admin", "19.0/25"),
            ("printers_pedago", "19.128/25"),
            ("voip", "20.0/24"),
            ("video", "21.0/24"),
            ("bms", "22.0/24"),
            ("access_control", "23.0/25"),
            ("mgmt", "24.0/24"),
            ("dmz", "25.0/24"),
            ("sandbox", "26.0/24"),
            ("exam", "27.0/24"),
        ],
    ),
    first(
        "lycee-cible1",
        "existing architecture, kept",
        &[("admin", "0.0/24"), ("mgmt", "1.0/24"), ("pedago", PRIVATE), ("dmz", PRIVATE)],
    ),
    second(
        "college",
        "a collège on a shared campus",
        &[
            ("pedago", "0.0/22"),
            ("admin", "4.0/24"),
            ("pedago_servers", "5.0/24"),
            ("wifi_staff", "16.0/23"),
            ("mgmt", "24.0/24"),
            ("dmz", "25.0/24"),
        ],
    ),
    second(
        "erea",
        "a small establishment with a boarding house",
        &[
            ("pedago", "0.0/22"),
            ("admin", "4.0/24"),
            ("byod", "8.0/21"),
            ("wifi_staff", "16.0/24"),
            ("mgmt", "17.0/24"),
            ("dmz", "18.0/24"),
        ],
    ),
    second(
        "lycee-agricole",
        "boarders, a farm and its machines",
        &[
            ("pedago", "0.0/22"),
            ("admin", "4.0/24"),
            ("byod", "8.0/21"),
            ("wifi_staff", "16.0/23"),
            ("printers_pedago", "19.128/25"),
            ("bms", "22.0/24"),
            ("mgmt", "24.0/24"),
            ("dmz", "25.0/24"),
            ("sandbox", "26.0/24"),
        ],
    ),
    second(
        "centre-examens",
        "rooms for examinations, nothing else of its own",
        &[
            ("exam", "0.0/21"),
            ("pedago", "8.0/23"),
            ("admin", "10.0/24"),
            ("admin_servers", "11.0/24"),
            ("printers_admin", "12.0/25"),
            ("mgmt", "13.0/24"),
            ("dmz", "14.0/25"),
        ],
    ),
    first(
        "lycee-cible1-internat",
        "existing architecture with a boarding house",
        &[("admin", "0.0/23"), ("mgmt", "2.0/24"), ("pedago", PRIVATE), ("byod", PRIVATE), ("dmz", PRIVATE)],
    ),
    second(
        "lycee-professionnel",
        "workshops whose machines are kept apart",
        &[
            ("pedago", "0.0/21"),
            ("admin", "8.0/24"),
            ("admin_servers", "9.0/25"),
            ("pedago_servers", "9.128/25"),
            ("wifi_staff", "10.0/23"),
            ("printers_pedago", "12.0/24"),
            ("bms", "13.0/24"),
            ("video", "14.0/24"),
            ("mgmt", "15.0/24"),
            ("dmz", "16.0/24"),
            ("sandbox", "17.0/24"),
        ],
    ),
    second(
        "lycee-petit",
        "a small lycée without telephony",
        &[
            ("pedago", "0.0/23"),
            ("admin", "2.0/25"),
            ("printers_admin", "2.128/26"),
            ("wifi_staff", "3.0/24"),
            ("mgmt", "4.0/25"),
            ("dmz", "4.128/25"),
        ],
    ),
    second(
        "lycee-pole",
        "the largest: thin clients, telephony, a replica of the centre's files",
        &[
            ("pedago", "0.0/20"),
            ("pedago_servers", "16.0/24"),
            ("admin_servers", "17.0/24"),
            ("admin", "18.0/23"),
            ("vdi", "20.0/22"),
            ("voip", "24.0/24"),
            ("access_control", "25.0/24"),
            ("guest", "26.0/24"),
            ("wifi_staff", "27.0/24"),
            ("printers_admin", "28.0/25"),
            ("printers_pedago", "28.128/25"),
            ("mgmt", "29.0/24"),
            ("dmz", "30.0/24"),
            ("exam", "31.0/24"),
        ],
    ),
    second(
        "lycee-hotelier",
        "a restaurant that is open to the public",
        &[
            ("pedago", "0.0/22"),
            ("admin", "4.0/24"),
            ("admin_servers", "5.0/24"),
            ("guest", "6.0/23"),
            ("wifi_staff", "8.0/24"),
            ("access_control", "9.0/25"),
            ("video", "9.128/25"),
            ("mgmt", "10.0/24"),
            ("dmz", "11.0/24"),
        ],
    ),
    second(
        "greta",
        "adult training in rooms of a lycée",
        &[("pedago", "0.0/24"), ("admin", "1.0/26"), ("byod", "2.0/23"), ("mgmt", "4.0/26"), ("dmz", "4.64/26")],
    ),
];

const fn second(name: &'static str, what: &'static str, zones: &'static [(&'static str, &'static str)]) -> Profile {
    Profile { name, what, is_first_target: false, zones }
}

const fn first(name: &'static str, what: &'static str, zones: &'static [(&'static str, &'static str)]) -> Profile {
    Profile { name, what, is_first_target: true, zones }
}

/// VLAN and title of every zone that a school may have.
const ZONES: &[(&str, u16, &str)] = &[
    ("admin", 10, "Administratif"),
    ("admin_servers", 11, "Serveurs administratifs"),
    ("printers_admin", 12, "Imprimantes administratives"),
    ("pedago", 20, "Pédagogique"),
    ("vdi", 21, "Clients légers"),
    ("printers_pedago", 22, "Imprimantes pédagogiques"),
    ("pedago_servers", 30, "Serveurs locaux"),
    ("byod", 40, "Wi-Fi élèves"),
    ("wifi_staff", 41, "Wi-Fi personnels"),
    ("guest", 42, "Wi-Fi invités"),
    ("voip", 60, "Téléphonie"),
    ("video", 61, "Vidéoprotection"),
    ("bms", 62, "GTB"),
    ("access_control", 63, "Contrôle d'accès et restauration"),
    ("dmz", 70, "DMZ"),
    ("sandbox", 80, "Bac à sable"),
    ("exam", 81, "Examens"),
    ("mgmt", 99, "Administration réseau"),
];

/// Zones where addresses are given.
const SERVED: [&str; 7] = ["pedago", "admin", "byod", "wifi_staff", "guest", "vdi", "exam"];

/// Classes that a school may lack, with their zones.
const MAY_LACK: [(&str, &[&str]); 3] = [
    ("open", &["byod", "guest", "sandbox"]),
    ("examination", &["exam"]),
    ("technical", &["voip", "video", "bms", "access_control"]),
];

/// Flows of every school: openers, targets, services, why. Each is made for the zones that there are.
const EVERYWHERE: &[(&[&str], &[&str], &str, &str)] = &[
    (&["admin", "admin_servers"], &["academy.apps"], "https", "applications nationales (art. 9)"),
    (&["admin", "pedago"], &["dmz"], "https", "serveur de vie scolaire"),
    (&["csm.bastion"], &["mgmt", "gateway"], "admin_ssh, https", "administration des équipements (annexe I)"),
    (&["mgmt", "gateway"], &["csm.collect"], "logs, time", "journaux et heure (EXP-CI-TRAC)"),
    (&["csm.probes"], &["supervision"], "ping, snmp", "supervision publique (art. 12)"),
];

/// Those of a school whose proxies are its own.
const FIRST_TARGET: &[(&[&str], &[&str], &str, &str)] = &[
    (&["admin"], &["staff"], "proxy", "web filtré, personnels"),
    (&["pedago", "byod"], &["pupils"], "proxy", "web filtré, élèves"),
    (&["staff", "pupils"], &["internet"], "web", "sortie Internet locale (Cible 1)"),
    (&["staff", "pupils"], &["operator"], "dns", "noms extérieurs, pour les mandataires seuls"),
];

/// Those of a school that asks the centre.
const SECOND_TARGET: &[(&[&str], &[&str], &str, &str)] = &[
    (&["admin", "admin_servers"], &["csm.staff"], "proxy", "web filtré, personnels (annexe 0 §I.B)"),
    (
        &["pedago", "wifi_staff", "byod", "guest", "sandbox"],
        &["csm.pupils"],
        "proxy",
        "web filtré, élèves (annexe 0 §I.B)",
    ),
    (&["pedago", "vdi"], &["csm.directory", "csm.pedago"], "directory", "annuaire et fichiers (art. 11)"),
    (&["admin"], &["csm.admin"], "directory", "annuaire et fichiers (art. 11)"),
    (&["vdi", "wifi_staff"], &["csm.pedago"], "vdi", "postes virtuels"),
    (&["academy.tools"], &["admin_servers"], "admin_ssh, winrm", "administration par l'académie (art. 9, 12)"),
    (&["academy.probes"], &["admin_servers"], "snmp", "supervision par l'académie (EXP-CI-SUPERVIS)"),
    (&["pedago_servers"], &["csm.pedago"], "sync", "réplique locale, tirée par l'établissement"),
    (&["admin"], &["printers_admin"], "print", "impression"),
    (&["pedago"], &["printers_pedago"], "print", "impression"),
    (&["access_control"], &["admin_servers"], "https", "export restauration"),
    (&["csm.vendor"], &["access_control", "bms"], "https", "télémaintenance (annexe I)"),
    (&["voip"], &["internet (198.18.0.0/28)"], "sip", "opérateur de téléphonie"),
];

impl Profile {
    /// It has a zone of that name.
    pub(super) fn has(&self, zone: &str) -> bool {
        self.zones.iter().any(|(name, _)| *name == zone)
    }

    /// Something leaves its gateway in clear.
    pub(super) fn has_exit(&self) -> bool {
        self.is_first_target || self.has("voip")
    }

    /// Its zones with a range of the establishment's own.
    pub(super) fn private_zones(&self) -> impl Iterator<Item = &'static str> {
        self.zones.iter().filter(|(_, at)| *at == PRIVATE).map(|(name, _)| *name)
    }

    /// Where a zone begins, as the third and fourth bytes of its first address.
    pub(super) fn begins(&self, zone: &str) -> [u8; 2] {
        let (_, at) = self.zones.iter().find(|(name, _)| *name == zone).expect("a zone of the profile");
        let address = at.split('/').next().expect("a prefix has an address");
        let (high, low) = address.split_once('.').expect("two bytes");
        [high, low].map(|byte| byte.parse().expect("a byte"))
    }

    /// The file.
    pub(super) fn text(&self) -> String {
        let mut text = format!("# owner: operator\nprofile: {}   # {}\nwan: aster\nlinks:\n", self.name, self.what);
        text += "  csm:     { suite: anssi_2026 }\n  academy: { suite: anssi_2026 }\nzones:\n";
        for (name, at) in self.zones {
            text += &zone(name, at);
        }
        if self.is_first_target {
            text += PROXIES;
        }
        let lacks = MAY_LACK.iter().filter(|(_, zones)| !zones.iter().any(|zone| self.has(zone)));
        let lacks: Vec<&str> = lacks.map(|(class, _)| *class).collect();
        if !lacks.is_empty() {
            let _ = writeln!(text, "has_no: [{}]", lacks.join(", "));
        }
        text += "flows:\n";
        let own = if self.is_first_target { FIRST_TARGET } else { SECOND_TARGET };
        text.extend(own.iter().chain(EVERYWHERE).filter_map(|line| self.flow(line)));
        let served = SERVED.iter().copied().filter(|zone| self.has(zone)).collect::<Vec<_>>().join(", ");
        let names = if self.is_first_target { "operator" } else { "csm.names" };
        let _ = writeln!(text, "serve: {{ dhcp: [{served}], names: {names}, clock: csm.clock }}");
        text + "devices: { logs: csm.logs, clock: csm.clock }\n"
    }

    /// A flow between what the school has of its ends; None when one side is empty.
    fn flow(&self, (from, to, on, why): &(&[&str], &[&str], &str, &str)) -> Option<String> {
        let is_zone = |word: &str| ZONES.iter().any(|(name, ..)| *name == word);
        let there = |words: &[&str]| {
            let kept = words.iter().copied().filter(|word| !is_zone(word) || self.has(word));
            Some(kept.collect::<Vec<_>>().join(", ")).filter(|kept| !kept.is_empty())
        };
        Some(format!("  - allow: {} -> {} on {on}\n    because: {why}\n", there(from)?, there(to)?))
    }
}

fn zone(name: &str, at: &str) -> String {
    let (_, vlan, title) = ZONES.iter().find(|(known, ..)| *known == name).expect("a zone of the table");
    let place = if at == PRIVATE { "private: true".to_owned() } else { format!("at: {at}") };
    let devices = if name == "mgmt" { ", devices: true" } else { "" };
    format!("  {name}: {{ vlan: {vlan}, {place}, title: {title}{devices} }}\n")
}

/// Proxies as processes of the gateway.
const PROXIES: &str = "proxies:
  staff:  { on: gateway, listen: admin,  uid: 6001, target: squid, filters: [staff],  resolver: operator }
  pupils: { on: gateway, listen: pedago, uid: 6002, target: squid, filters: [pupils], resolver: operator }
resolvers:
  operator: internet (198.18.0.53/32)
";
