//! Codes of the source language.

super::codes! {
    UNKNOWN_KEY = Error "policy/unknown-key" {
        says: "a key that the language does not know at this place: a typing error here would silently change the policy",
        wrong: "zones:\n  admin: { vlna: 10 }",
        right: "zones:\n  admin: { vlan: 10 }",
        basis: "",
    }
}
