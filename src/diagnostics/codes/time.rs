//! Codes of time: what has ended, what is about to. They depend on the day of the run, and nothing written does.

super::codes! {
    ENDS_SOON = Warning "time/ends-soon" {
        says: "a permit that ends within 30 days: whoever lives by it must ask again before gateways close it",
        wrong: "until: 2026-12-15     # read on 2026-12-01",
        right: "until: 2027-12-15",
        basis: "ANSSI DAT-NT-006, rules have a review date; PSSIE EXP-REVUE-AUTH",
    }
    OVER = Warning "time/over" {
        says: "a permit whose last day is past: it opens nothing, and still stands in the policy and in generated files",
        wrong: "until: 2026-11-02     # read on 2026-12-01",
        right: "until: 2027-07-02",
        basis: "ANSSI DAT-NT-32, clean-up of firewall policies",
    }
}
