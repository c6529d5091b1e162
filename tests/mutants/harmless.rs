//! Changes that leave the meaning as it was, each kind with the reason: short, and nothing else is excused.

use crate::changes::{Kind, form};
use crate::sweep::Mutant;

/// File names and their dialects.
pub(crate) const DIALECTS: &[(&str, &str)] = &[
    ("etanche.nft", "nftables"),
    ("swanctl.conf", "swanctl"),
    ("charon.conf", "charon"),
    ("networkd.conf", "networkd.conf"),
    ("network/*.network", "network"),
    ("network/*.netdev", "netdev"),
    ("sysctl.conf", "sysctl"),
    ("etanche-firewall.service", "unit"),
    ("etanche-proxy-*.service", "proxy unit"),
    ("sysusers.conf", "sysusers"),
    ("apply.tsv", "apply.tsv"),
    ("apply.sh", "apply.sh"),
    ("squid-*.conf", "squid"),
    ("lists/*.txt", "list"),
    ("aos-s.cfg", "aos-s"),
    ("ios.cfg", "ios"),
];

/// One kind of change that changes nothing.
pub(crate) struct Harmless {
    /// Why.
    pub(crate) why: &'static str,
    dialects: &'static [&'static str],
    holds: fn(&Mutant) -> bool,
}

const fn row(why: &'static str, dialects: &'static [&'static str], holds: fn(&Mutant) -> bool) -> Harmless {
    Harmless { why, dialects, holds }
}

const NFT: &[&str] = &["nftables"];
const AOS: &[&str] = &["aos-s"];
const IOS: &[&str] = &["ios"];
const SQUID: &[&str] = &["squid"];
const VPN: &[&str] = &["swanctl"];
const LINK: &[&str] = &["network"];
const KERNEL: &[&str] = &["sysctl"];

/// Those that one establishment of each kind shows.
pub(crate) const HARMLESS: &[Harmless] = &[
    row("a remark, or an empty line", &[], is_remark),
    row("a title that only people read", &[], is_title),
    row("order of keys, elements or rules that say the same of others", &[], commutes),
    row("counters", NFT, |m| same(m, |l| l.replace("counter", ""))),
    row("rule id and source line in a comment", NFT, |m| same(m, code)),
    row("what is logged, and how often", NFT, logs),
    row("segment sizes", NFT, |m| m.old.contains("maxseg size")),
    row("refused by the rules below or by the policy of the chain as well", NFT, refused_anyway),
    row("the interface carries only these sources anyway", NFT, |m| same(m, no_source)),
    row("a guard, a state or noise beside a rule that meets none of its packets", NFT, is_beside),
    row("let on here, or by the rule after the jump", NFT, |m| {
        m.old.starts_with("\t\tct direction") && same(m, |l| l.replace(" accept", " return"))
    }),
    row("rules for two directions of a connection", NFT, is_of_two_directions),
    row("a chain without a rule", NFT, |m| m.old.contains("priority srcnat")),
    row("the line ends the statement as well", NFT, |m| {
        m.change.kind == Kind::Shorter && m.old.ends_with("policy accept;")
    }),
    row("a priority that leaves the order of chains", NFT, |m| m.old.contains("priority 110")),
    row("timers of tunnels", VPN, |m| begins(m, &["dpd_delay", "rekey_time"])),
    row("the name of a child", VPN, |m| m.old.trim().ends_with('{')),
    row("the default of the program, written or not", VPN, |m| gone(m, &["mode = tunnel"])),
    row("the default of the program, not written", LINK, |m| gone(m, LINK_DEFAULTS)),
    row("an address in either section", LINK, |m| gone(m, &["[Address]"])),
    row("packet sizes", LINK, |m| begins(m, &["MTUBytes"])),
    row("how many addresses are handed out", LINK, |m| begins(m, &["PoolOffset", "PoolSize"])),
    row("the rank of a route that has no rival", LINK, |m| begins(m, &["Metric"])),
    row("a next hop that is not found: no way out at all", LINK, |m| begins(m, &["GatewayOnLink"])),
    row("clients that are told no resolver", LINK, |m| begins(m, &["EmitDNS"])),
    row("settings that isolation does not lean on", KERNEL, |m| begins(m, OTHER_SETTINGS)),
    row("the default of the kernel, not written", KERNEL, |m| gone(m, KERNEL_DEFAULTS)),
    row("an order that a failure would close", &["unit"], |m| gone(m, UNIT_ORDERS)),
    row("when a program that ended starts again, and how long it may take", &["proxy unit"], |m| {
        begins(m, PROGRAM_LIFE)
    }),
    row("an order that everything of the boot has", &["proxy unit"], |m| begins(m, &["After=network.target"])),
    row("the account's own files, which nobody else is given", &["proxy unit"], |m| {
        begins(m, &["LogsDirectoryMode", "UMask"])
    }),
    row("what an account is called in full", &["sysusers"], |m| m.change.kind == Kind::Shorter),
    row("logs, caches and names of a proxy", SQUID, |m| begins(m, PROXY_HOUSEKEEPING)),
    row("a method that the program knows by itself", SQUID, |m| gone(m, &["acl CONNECT method CONNECT"])),
    row("the account that the program takes by itself", SQUID, |m| gone(m, &["cache_effective_user proxy"])),
    row("refused by the last rule as well", SQUID, |m| gone(m, &["http_access deny for_exam"])),
    row("a class that is everybody who may ask", SQUID, |m| {
        m.change.kind == Kind::Shorter && begins(m, &["http_access deny for_"])
    }),
    row("what a switch is called", AOS, |m| begins(m, &["hostname", "module 1 type"])),
    row("a port that another VLAN takes untagged", AOS, |m| begins(m, &["no untagged"])),
    row("less trust, fewer answers", AOS, |m| gone(m, &["dhcp-snooping trust", "arp-protect trust"])),
    row("the clock of a switch", AOS, |m| begins(m, &["ntp ", "timesync"])),
    row("how much is flooded", AOS, |m| begins(m, &["rate-limit"])),
    row("one of two refusals of a server of configurations", AOS, |m| {
        gone(m, &["no cwmp enable", "no dhcp tr69-acs-url"])
    }),
    row("what a Cisco switch, its ports and its VLANs are called", IOS, |m| {
        begins(m, &["hostname", "description", "name "])
    }),
    row("the greeting", IOS, |m| begins(m, &["Acces reserve"])),
    row("one of two kinds of trust: the reader takes either for both", IOS, |m| {
        gone(m, &["ip dhcp snooping trust", "ip arp inspection trust"])
    }),
    row("how much is flooded, and by how many stations", IOS, |m| {
        begins(m, &["storm-control", "switchport port-security", "ip arp inspection limit"])
    }),
    row("what a switch tells its neighbours", IOS, |m| gone(m, &["no cdp enable"])),
    row("how soon a port of hosts forwards", IOS, |m| begins(m, &["spanning-tree portfast"])),
    row("who comes in, and when a session ends: users are slots", IOS, |m| begins(m, &["exec-timeout", "login"])),
    row("comfort, or the default of the switch", IOS, |m| gone(m, IOS_COMFORT)),
];

/// Those that only the whole region shows.
pub(crate) const RARELY_HARMLESS: &[Harmless] = &[
    row("an address of the gateway, which the rule of its zone permits as well", NFT, |m| {
        m.under.contains("set gateway_of_schools")
    }),
    row("the default of the switch, not written", AOS, |m| gone(m, &["no ip address"])),
    row("an interface without an address", IOS, |m| m.under == "interface Vlan1" && gone(m, &["shutdown"])),
    row("without a match, the opposite of the permit above", SQUID, |m| gone(m, &["http_access deny all"])),
];

const IOS_COMFORT: &[&str] = &[
    "no aaa new-model",
    "no ip dhcp snooping information option",
    "no service pad",
    "service password-encryption",
    "service timestamps debug datetime msec",
    "service timestamps log datetime msec",
    "spanning-tree extend system-id",
    "vlan internal allocation policy ascending",
];

const LINK_DEFAULTS: &[&str] = &[
    "DHCP=no",
    "DHCPServer=no",
    "Destination=0.0.0.0/0",
    "EmitDNS=yes",
    "EmitLLDP=no",
    "IPv6SendRA=no",
    "LinkLocalAddressing=ipv6",
    "Managed=no",
    "MulticastDNS=no",
    "OtherInformation=no",
];

/// Of the machine's own comfort or safety: logs, floods, answers to ARP.
const OTHER_SETTINGS: &[&str] = &[
    "net.ipv4.conf.all.arp_announce",
    "net.ipv4.conf.all.arp_ignore",
    "net.ipv4.conf.all.log_martians",
    "net.ipv4.conf.all.secure_redirects",
    "net.ipv4.conf.default.arp_announce",
    "net.ipv4.conf.default.arp_ignore",
    "net.ipv4.conf.default.log_martians",
    "net.ipv4.conf.default.secure_redirects",
    "net.ipv4.icmp_echo_ignore_broadcasts",
    "net.ipv4.tcp_syncookies",
];

const KERNEL_DEFAULTS: &[&str] = &[
    "-net.netfilter.nf_conntrack_helper = 0",
    "net.ipv6.conf.all.proxy_ndp = 0",
    "net.ipv6.conf.default.accept_source_route = 0",
    "net.ipv6.conf.default.proxy_ndp = 0",
];

const UNIT_ORDERS: &[&str] = &["After=local-fs.target", "Before=shutdown.target"];

const PROGRAM_LIFE: &[&str] =
    &["KillMode", "LimitNOFILE", "Restart", "RestartSec", "StartLimitIntervalSec", "TimeoutStartSec"];

const PROXY_HOUSEKEEPING: &[&str] = &[
    "access_log",
    "cache ",
    "cache_log",
    "coredump_dir",
    "forwarded_for",
    "hosts_file",
    "httpd_suppress_version_string",
    "netdb_filename",
    "pid_filename",
    "pinger_enable",
    "shutdown_lifetime",
    "visible_hostname",
];

/// Why a proved change is no hole.
pub(crate) fn reason(mutant: &Mutant) -> Option<&'static str> {
    let applies = |h: &&Harmless| h.dialects.is_empty() || h.dialects.contains(&mutant.dialect);
    HARMLESS.iter().chain(RARELY_HARMLESS).filter(applies).find(|h| (h.holds)(mutant)).map(|h| h.why)
}

/// The old line and the only new one, or an empty one, are the same but for what is taken away from both.
fn same(mutant: &Mutant, without: impl Fn(&str) -> String) -> bool {
    let words = |l: &str| without(l).split_whitespace().collect::<Vec<_>>().join(" ");
    let new = mutant.change.new.first().map_or("", String::as_str);
    mutant.change.kind != Kind::Swapped && words(&mutant.old) == words(new)
}

fn is_remark(mutant: &Mutant) -> bool {
    let is_remark = |l: &str| l.trim().is_empty() || form(l) == "remark";
    mutant.change.kind != Kind::Swapped && is_remark(&mutant.old) && mutant.change.new.iter().all(|l| is_remark(l))
}

fn is_title(mutant: &Mutant) -> bool {
    form(&mutant.old) == "title" && mutant.change.kind != Kind::Swapped
}

/// Neighbours that changed places: keys of one section, elements, or rules with the same verdict.
fn commutes(mutant: &Mutant) -> bool {
    let next = mutant.change.new.iter().rev().nth(1).map_or("", String::as_str);
    let is_free = match mutant.dialect {
        "nftables" => verdict_of(&mutant.old) == verdict_of(next),
        "squid" => !is_rule(&mutant.old) || !is_rule(next) || access(&mutant.old) == access(next),
        _ => true,
    };
    mutant.change.kind == Kind::Swapped && is_free
}

fn is_rule(line: &str) -> bool {
    line.starts_with("http_access ")
}

fn access(line: &str) -> Option<&str> {
    line.split_whitespace().nth(1)
}

/// One of two that changed places is a guard, a check of states or sources, or noise.
fn is_beside(mutant: &Mutant) -> bool {
    const BESIDE: &[&str] = &["ipsec missing counter drop", "jump anti_spoof", "ct state", "udp dport { 67-68"];
    let next = mutant.change.new.iter().rev().nth(1).map_or("", String::as_str);
    let is_one = |line: &str| BESIDE.iter().any(|b| line.contains(b));
    mutant.change.kind == Kind::Swapped && (is_one(&mutant.old) || is_one(next))
}

/// Two that changed places look at opposite directions: no packet meets both.
fn is_of_two_directions(mutant: &Mutant) -> bool {
    let next = mutant.change.new.iter().rev().nth(1).map_or("", String::as_str);
    let direction = |line: &str| line.split_once("ct direction ").map(|(_, rest)| rest.starts_with("reply"));
    let pair = direction(&mutant.old).zip(direction(next));
    mutant.change.kind == Kind::Swapped && pair.is_some_and(|(a, b)| a != b)
}

/// The line is one of these, and is gone.
fn gone(mutant: &Mutant, lines: &[&str]) -> bool {
    mutant.change.kind == Kind::Deleted && lines.contains(&mutant.old.trim())
}

/// The line begins with one of these.
fn begins(mutant: &Mutant, starts: &[&str]) -> bool {
    starts.iter().any(|start| mutant.old.trim().starts_with(start))
}

/// The rule without its comment.
fn code(line: &str) -> String {
    code_of(line).to_owned()
}

fn code_of(line: &str) -> &str {
    line.split(" comment ").next().unwrap_or(line)
}

fn logs(mutant: &Mutant) -> bool {
    let all = mutant.change.new.iter().chain([&mutant.old]);
    all.filter(|l| !l.trim().is_empty()).all(|l| l.contains("log prefix") && verdict_of(l).is_none())
        || mutant.change.kind == Kind::Swapped && mutant.change.new.iter().any(|l| l.contains("log prefix"))
}

fn verdict_of(line: &str) -> Option<&str> {
    code_of(line).split_whitespace().find(|w| ["accept", "drop", "return", "jump", "goto"].contains(w))
}

/// The noise that is not logged, the last rule, and what is neither new nor known.
fn refused_anyway(mutant: &Mutant) -> bool {
    let old = mutant.old.trim();
    let is_refusal = old == "counter drop" || old.starts_with("udp dport { 67-68") || old.starts_with("ct state { inv");
    is_refusal || old.ends_with("policy drop;")
}

/// The rule without its first source.
fn no_source(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().position(|w| ["saddr", "daddr"].contains(w));
    let kept = words.iter().enumerate().filter(|(n, _)| at.is_none_or(|at| *n != at && *n != at + 1));
    kept.map(|(_, w)| *w).collect::<Vec<_>>().join(" ")
}
