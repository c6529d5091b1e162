//! Pages whose examples cannot be put into one place of a file as they stand: cases of the suite try what they say.
//!
//! An entry that can be tried is refused, so that the list only shrinks.

/// About files as such, or about several at once.
const FILES: &str = "files, or several of them";
/// Needs another line beside it, elsewhere in its file or in another.
const BESIDE: &str = "needs another line elsewhere";
/// Leaves out keys that a whole entry has, for the eye.
const SHORT: &str = "shortened for the eye";

/// The code, and why its examples are not tried where they stand.
pub(crate) const ELSEWHERE: &[(&str, &str)] = &[
    ("lint/directory-asked", BESIDE),
    ("lint/no-switch", FILES),
    ("lint/one-firewall", FILES),
    ("lint/unused-grant", BESIDE),
    ("lint/unused-name", BESIDE),
    ("network/access-point-zone", BESIDE),
    ("network/address-missing", FILES),
    ("network/cable-to-itself", BESIDE),
    ("network/cable-unknown", BESIDE),
    ("network/flow-family", BESIDE),
    ("network/meet-undeclared", BESIDE),
    ("network/model-unknown", BESIDE),
    ("network/name-too-long", BESIDE),
    ("network/no-devices-zone", BESIDE),
    ("network/no-exit", BESIDE),
    ("network/no-link", BESIDE),
    ("network/old-tunnel", BESIDE),
    ("network/overlap", SHORT),
    ("network/port-beyond-model", BESIDE),
    ("network/published-twice", BESIDE),
    ("network/port-use", BESIDE),
    ("network/process-in-tunnel", BESIDE),
    ("network/special-range", BESIDE),
    ("network/suites-differ", FILES),
    ("network/switch-unreached", BESIDE),
    ("network/target-unknown", BESIDE),
    ("network/unfiltered-zone", BESIDE),
    ("network/vlan-twice", SHORT),
    ("network/waiver-path", FILES),
    ("network/zone-outside-block", SHORT),
    ("network/zone-without-port", BESIDE),
    ("policy/contradiction", SHORT),
    ("policy/delegated-filter", SHORT),
    ("policy/duplicate-key", SHORT),
    ("policy/missing-file", FILES),
    ("policy/name-too-long", FILES),
    ("policy/name-twice", BESIDE),
    ("policy/no-establishment", FILES),
    ("policy/not-delegated", SHORT),
    ("policy/not-managed", FILES),
    ("policy/profile-overridden", FILES),
    ("policy/reserved-name", BESIDE),
    ("policy/reversed-range", SHORT),
    ("policy/syntax", SHORT),
    ("policy/two-filters", BESIDE),
    ("policy/unfilled-zone", FILES),
    ("policy/unknown-file", FILES),
    ("policy/unknown-key", SHORT),
    ("policy/yaml-feature", SHORT),
    ("policy/zone-in-two-classes", SHORT),
];
