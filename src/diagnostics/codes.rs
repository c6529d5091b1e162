//! The table of codes: one row each, with its page.

use super::{Code, Severity};

/// Every code, sorted by name.
pub static ALL: &[&Code] = &[&UNKNOWN_KEY];

/// A key that the language does not know at this place.
pub static UNKNOWN_KEY: Code = Code {
    name: "policy/unknown-key",
    severity: Severity::Error,
    says: "a key that the language does not know at this place: a typing error here would silently change the policy",
    wrong: "zones:\n  admin: { vlna: 10 }",
    right: "zones:\n  admin: { vlan: 10 }",
    basis: "",
};
