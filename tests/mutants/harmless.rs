//! Changes that leave the meaning as it was, each kind with the reason: short, and nothing else is excused.

use crate::changes::form;
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
    ("sysusers.conf", "sysusers"),
    ("apply.tsv", "apply.tsv"),
    ("apply.sh", "apply.sh"),
    ("squid-*.conf", "squid"),
    ("lists/*.txt", "list"),
    ("aos-s.cfg", "aos-s"),
];

/// One kind of change that changes nothing.
pub(crate) struct Harmless {
    /// Why.
    pub(crate) why: &'static str,
    holds: fn(&Mutant) -> bool,
}

/// All of them.
pub(crate) const HARMLESS: &[Harmless] = &[Harmless {
    why: "a remark, or an empty line",
    holds: |m| is_remark(&m.old) && m.new.iter().all(|n| is_remark(n) || *n == m.next),
}];

/// Why a proved change is no hole.
pub(crate) fn reason(mutant: &Mutant) -> Option<&'static str> {
    HARMLESS.iter().find(|h| (h.holds)(mutant)).map(|h| h.why)
}

fn is_remark(line: &str) -> bool {
    line.trim().is_empty() || form(line) == "remark"
}
