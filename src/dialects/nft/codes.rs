//! The codes of this reader's findings.

use crate::diagnostics::{Code, Severity};

/// All of them.
pub(super) static ALL: &[&Code] =
    &[&HOOK, &IDEMPOTENT, &MEANING, &NAME, &ORDER, &OTHER_TABLE, &SYNTAX, &UNSUPPORTED, &VALUE];

const fn code(
    name: &'static str,
    says: &'static str,
    wrong: &'static str,
    right: &'static str,
    basis: &'static str,
) -> Code {
    Code { name, severity: Severity::Error, says, wrong, right, basis }
}

/// A token where another must stand.
pub static SYNTAX: Code = code(
    "readback/nft-syntax",
    "a ruleset that nft would refuse, or that this reader cannot place: nothing of a text may be skipped",
    "chain forward { accept }",
    "chain forward {\n  accept\n}",
    "nft(8)",
);

/// A statement of nft whose meaning is not modelled.
pub static UNSUPPORTED: Code = code(
    "readback/nft-unsupported",
    "a statement whose meaning is no exact set of packets here: it could open what the proof believes closed",
    "ip protocol tcp accept",
    "meta l4proto tcp accept",
    "nft(8)",
);

/// A value that its key cannot have.
pub static VALUE: Code = code(
    "readback/nft-value",
    "a value that this match cannot have, or that means different things on different machines",
    "iifname \"eth*\" accept",
    "iifname { \"eth0\", \"eth1\" } accept",
    "nft(8)",
);

/// A name that is missing, taken twice, or of another kind.
pub static NAME: Code = code(
    "readback/nft-name",
    "a chain or set that does not exist, exists twice, is of another type, or calls itself",
    "jump no_such_chain",
    "chain such_chain {\n}\n...\njump such_chain",
    "nft(8)",
);

/// Statements of one rule in an order that changes or hides what it does.
pub static ORDER: Code = code(
    "readback/nft-order",
    "statements of one rule in an order that changes or hides what it does: a verdict ends its rule, and a limit makes a verdict depend on time",
    "limit rate 5/second accept",
    "limit rate 5/second log prefix \"x\"\naccept",
    "nft(8)",
);

/// A match or action at a hook where the kernel has no answer to it.
pub static HOOK: Code = code(
    "readback/nft-hook",
    "a match or an action at a hook where the kernel refuses it or never matches",
    "type filter hook input priority filter; rt ipsec missing drop",
    "type filter hook input priority filter; meta ipsec missing drop",
    "nft(8)",
);

/// Something that touches another table.
pub static OTHER_TABLE: Code = code(
    "readback/nft-other-table",
    "a ruleset that touches another table than its own: the proof is of the device with exactly one table",
    "flush ruleset",
    "table inet etanche\ndelete table inet etanche\ntable inet etanche {\n}",
    "nft(8)",
);

/// A script that does something else when it is loaded again.
pub static IDEMPOTENT: Code = code(
    "readback/nft-not-idempotent",
    "a ruleset that cannot be loaded twice with the same result: without the deletion its rules double, without the empty addition the first load fails",
    "table inet etanche {\n}",
    "table inet etanche\ndelete table inet etanche\ntable inet etanche {\n}",
    "nft(8)",
);

/// Text whose meaning the reader would have to guess.
pub static MEANING: Code = code(
    "readback/nft-ambiguous",
    "a text that has two meanings: which one the kernel takes depends on the order of loading or on what was written before",
    "meta l4proto icmp icmp type echo-request accept",
    "icmp type echo-request accept",
    "nft(8)",
);
