//! Codes of the proof.

super::codes! {
    DIFFERS = Error "isolation/differs" {
        says: "a generated text that does not mean what the policy intends: a template, a hand edit or this program is wrong, and nothing is written",
        wrong: "ip saddr @inside4 drop        # the template lost `rt ipsec missing`",
        right: "ip saddr @inside4 rt ipsec missing drop",
        basis: "DESIGN: translation validation",
    }
}
