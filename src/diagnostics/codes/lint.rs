//! Codes of good practice: what no theorem needs and a security officer asks all the same.

use super::Code;

super::codes! {
    ACCEPTS_NOTHING = Warning "lint/accepts-nothing" {
        says: "an entry of `accepts` that silences nothing, or no longer: the next finding would pass unseen",
        wrong: "accepts:\n  - { rule: lint/device-without-logs, because: recueillis par d'autres moyens, in: [0000001B] }     # and it keeps the rule",
        right: "accepts:\n  - { rule: lint/device-without-logs, because: recueillis par d'autres moyens, in: [csm] }",
        basis: "ANSSI DAT-NT-32, clean-up of firewall policies",
    }
    ADMIN_IN_CLEAR = Warning "lint/admin-in-clear" {
        says: "devices administered by a protocol that shows its passwords: Telnet, HTTP, FTP, TFTP, rlogin",
        wrong: "- allow: csm.bastion -> mgmt on tcp/23\n  because: administration des équipements",
        right: "- allow: csm.bastion -> mgmt on tcp/22\n  because: administration des équipements",
        basis: "PSSIE EXP-SEC-FLUXADMIN, RES-DURCI; ANSSI secure administration R24",
    }
    DEVICE_WITHOUT_CLOCK = Warning "lint/device-without-clock" {
        says: "devices that are told no time source: their logs could not be put in order beside each other",
        wrong: "devices: { logs: csm.logs }",
        right: "devices: { logs: csm.logs, clock: csm.clock }",
        basis: "PSSIE EXP-CI-TRAC",
    }
    DEVICE_WITHOUT_LOGS = Warning "lint/device-without-logs" {
        says: "devices that send their logs nowhere: whoever takes one over erases what it did",
        wrong: "devices: { clock: csm.clock }",
        right: "devices: { logs: csm.logs, clock: csm.clock }",
        basis: "PSSIE EXP-CI-TRAC, EXP-JOUR-SUR",
    }
    DIRECTORY_ASKED = Warning "lint/directory-asked" {
        says: "a proxy that asks the internal directory: who takes the proxy over reads every account; give it a copy or a relay",
        wrong: "- allow: web -> directory on tcp/389\n  because: authentification des élèves",
        right: "- allow: web -> internet on https\n  because: la sortie Internet unique",
        basis: "ANSSI INTERCO R10",
    }
    DIRECT_WEB = Warning "lint/direct-web" {
        says: "web to the Internet past any proxy, from zones that no web filter is for (those of a filter are T3's)",
        wrong: "- allow: collect -> internet (198.18.0.16/28) on https\n  because: mises à jour",
        right: "- allow: collect -> internet (198.18.0.16/28) on udp/123\n  because: heure légale",
        basis: "ANSSI INTERCO R4, R22, R30; PSSIE RES-INTERNET-SPECIFIQUE",
    }
    EMPTY_REASON = Warning "lint/empty-reason" {
        says: "a reason that says nothing, or says the flow again: nobody could decide whether the flow is still needed",
        wrong: "- allow: admin -> dmz on https\n  because: TODO",
        right: "- allow: admin -> dmz on https\n  because: serveur de vie scolaire",
        basis: "ANSSI DAT-NT-006, comments of rules",
    }
    LONG_WAIVER = Warning "lint/long-waiver" {
        says: "a derogation of more than a year: rights are reviewed every year",
        wrong: "signed: { by: rssi, on: 2026-09-01 }\nuntil: 2028-08-31",
        right: "signed: { by: rssi, on: 2026-09-01 }\nuntil: 2027-08-31",
        basis: "PSSIE EXP-REVUE-AUTH",
    }
    MAIL_SOURCE = Warning "lint/mail-source" {
        says: "SMTP between what are not mail servers: a machine that was taken over could send as anybody",
        wrong: "- allow: collect -> internet (198.18.0.25/32) on tcp/25\n  because: relais de messagerie",
        right: "- allow: collect -> internet (198.18.0.25/32) on tcp/587\n  because: relais de messagerie",
        basis: "ANSSI INTERCO R37",
    }
    MANAGEMENT_INTERNET = Warning "lint/management-internet" {
        says: "what administers devices, or is administered, reaches the Internet: a page read there would hold every device",
        wrong: "- allow: mgmt -> internet (198.18.0.16/28) on tcp/8443\n  because: support du constructeur",
        right: "- allow: mgmt -> csm.collect on udp/162\n  because: alertes des équipements",
        basis: "PSSIE EXP-SEC-FLUXADMIN; ANSSI secure administration R10",
    }
    NO_SWITCH = Warning "lint/no-switch" {
        says: "an establishment whose switches nobody describes: that each VLAN joins hosts of one zone is assumed there (A9), and their configurations are neither proved nor written",
        wrong: "gateway: { target: nftables, wan: eth0, lan: eth1, next_hop: 198.51.100.254 }     # and no `switches:`",
        right: "switches:\n  sw-1: { target: aruba-aos-s, model: 48g-4sfp, ipv4: 10.128.7.11, ports: { 1-20: pedago } }\ncables:\n  - gateway.lan = sw-1.48",
        basis: "PSSIE RES-CLOIS, RES-DURCI",
    }
    ONE_FIREWALL = Warning "lint/one-firewall" {
        says: "one gateway filters both the Internet and the inside: a mistake in it opens both at once",
        wrong: "exit: 198.51.100.130     # a gateway between zones that leaves in clear too",
        right: "no exit, nothing in clear: the centre's gateway meets the Internet",
        basis: "ANSSI INTERCO R13",
    }
    PRINTER_OUTSIDE = Warning "lint/printer-outside" {
        says: "a printer that opens connections out of its site: what is printed would leave with them",
        wrong: "- allow: printers_admin -> academy.apps on https\n  because: relevé des compteurs",
        right: "- allow: admin -> printers_admin on tcp/631\n  because: impression",
        basis: "PSSIE EXP-IMP-2, PDT-MUL-DURCISS",
    }
    REDUNDANT_FLOW = Warning "lint/redundant-flow" {
        says: "a flow that opens nothing that others do not open as long: removing either changes nothing, so nobody dares to",
        wrong: "- allow: guest -> dmz on tcp/8443\n  because: portail d'accueil\n- allow: guest -> replique on tcp/8443\n  because: portail d'accueil",
        right: "- allow: guest -> dmz on tcp/8443\n  because: portail d'accueil",
        basis: "ANSSI DAT-NT-32, clean-up of firewall policies",
    }
    REPEATED_LITERAL = Warning "lint/repeated-literal" {
        says: "a port written out where services.yaml has a name for it: a change of the service would miss it",
        wrong: "- allow: admin -> dmz on tcp/443\n  because: serveur de vie scolaire",
        right: "- allow: admin -> dmz on https\n  because: serveur de vie scolaire",
        basis: "ANSSI DAT-NT-006, naming; Stormshield SNS-R33",
    }
    SUPERVISION_MIXED = Warning "lint/supervision-mixed" {
        says: "supervision and administration in one flow: a probe that was taken over would hold the devices it watches",
        wrong: "- allow: csm.bastion -> mgmt on https, udp/161\n  because: administration et supervision",
        right: "- allow: csm.bastion -> mgmt on https\n  because: administration des équipements",
        basis: "PSSIE EXP-CI-SUPERVIS",
    }
    TOLD_UNREACHABLE = Warning "lint/told-unreachable" {
        says: "a log collector or a time source that devices are told and no flow lets them reach: they would ask in vain",
        wrong: "devices: { logs: csm.logs, clock: csm.names }     # flows lead to csm.clock",
        right: "devices: { logs: csm.logs, clock: csm.clock }",
        basis: "PSSIE EXP-CI-TRAC",
    }
    UNUSED_GRANT = Warning "lint/unused-grant" {
        says: "a line of `may_start`, `meet`, `publish` or `relays` that nothing needs, in whole or in part: the next flow that somebody writes would be allowed unseen",
        wrong: "may_start:\n  - csm.bastion -> management, gateway, administrative     # and no flow of the bastion goes there",
        right: "may_start:\n  - csm.bastion -> management, gateway",
        basis: "PSSIE EXP-REVUE-AUTH",
    }
    UNUSED_NAME = Warning "lint/unused-name" {
        says: "a service, a suite or a profile that nothing names: it would be kept for ever",
        wrong: "services:\n  https: tcp/443\n  telnet: tcp/23     # and no flow names it",
        right: "services:\n  https: tcp/443",
        basis: "ANSSI DAT-NT-32, clean-up of firewall policies",
    }
    VIDEO_WITH_BADGES = Warning "lint/video-with-badges" {
        says: "cameras and access control of doors that share a zone or a flow: each would be a way into the other",
        wrong: "- allow: video -> access_control on https\n  because: levée de doute",
        right: "- allow: csm.vendor -> video on https\n  because: télémaintenance (annexe I)",
        basis: "ANSSI, access control and video protection R21",
    }
    WEAK_REMOTE_ACCESS = Warning "lint/weak-remote-access" {
        says: "a service for the Internet that asks for less than a code that serves once, or a certificate",
        wrong: "- allow: internet -> replique on https\n  at: 198.51.100.201\n  auth: password\n  because: cahier de textes",
        right: "- allow: internet -> replique on https\n  at: 198.51.100.201\n  auth: otp\n  because: cahier de textes",
        basis: "PSSIE EXP-ACC-DIST, PDT-NOMAD-ACCESS",
    }
    WIDE_EXCEPTION = Warning "lint/wide-exception" {
        says: "an exception to the proxy or to its filter that is wider than what it is for: more than a /24, or a domain that anybody may publish under",
        wrong: "- allow: collect -> internet (198.18.0.0/16) on udp/123\n  because: heure légale",
        right: "- allow: collect -> internet (198.18.0.16/28) on udp/123\n  because: heure légale",
        basis: "ANSSI INTERCO R24",
    }
    WIDE_SERVICE = Warning "lint/wide-service" {
        says: "a service of half of all ports or more: source, destination and service are explicit in a rule, and this is `any`",
        wrong: "- allow: admin -> dmz on tcp/1-65535\n  because: serveur de vie scolaire",
        right: "- allow: admin -> dmz on tcp/443\n  because: serveur de vie scolaire",
        basis: "ANSSI DAT-NT-006, business flows explicit",
    }
    WIRELESS = Warning "lint/wireless" {
        says: "an access point that carries a zone which must stay on cables: anybody within reach of its radio is at its door",
        wrong: "31: ap admin, guest managed mgmt     # kinds: { wired: [admin] }",
        right: "31: ap guest managed mgmt",
        basis: "PSSIE RES-SSFIL",
    }
}

/// Rules that the owner of a file may leave unkept in it; the others are the academy's security officer's.
pub static BY_OWNER: &[&Code] = &[&EMPTY_REASON, &REDUNDANT_FLOW, &REPEATED_LITERAL, &TOLD_UNREACHABLE, &UNUSED_NAME];

/// Rules that nobody may leave unkept: what watches over the silences is not silenced.
pub static KEPT: &[&Code] = &[&ACCEPTS_NOTHING];
