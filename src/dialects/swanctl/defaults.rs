//! What an absent key means in strongSwan 5.9.8: swanctl.conf(5), the value in brackets after each key.

/// A connection: `connections.<conn>.*`.
pub(super) const CONNECTION: &[(&str, &str)] = &[
    ("version", "0"),         // both IKEv1 and IKEv2 are accepted
    ("remote_addrs", "%any"), // any peer address
    ("proposals", "default"),
    ("mobike", "yes"),
    ("unique", "no"),
    ("dpd_delay", "0s"), // never asks whether the peer is alive
    ("if_id_in", "0"),   // policy-based
    ("if_id_out", "0"),
    ("encap", "no"),
    ("fragmentation", "yes"),
    ("aggressive", "no"),
];

/// This end: `connections.<conn>.local.*`. `auth` is not here: the page says `pubkey`, and charon 5.9.8 then asks for
/// nothing definite, so that a shared secret would do (`swanctl --list-conns` shows a round without a class).
pub(super) const LOCAL: &[(&str, &str)] = &[];

/// The peer: `connections.<conn>.remote.*`. Absent `cacerts` means any trusted authority; `auth` as above.
pub(super) const REMOTE: &[(&str, &str)] = &[
    ("id", "%any"), // anybody whom a trusted authority knows
    ("revocation", "relaxed"),
];

/// A child: `connections.<conn>.children.<child>.*`. `local_ts` and `remote_ts` are not here: absent means
/// `dynamic`, the outer address or whatever was negotiated, which no proof can lean on.
pub(super) const CHILD: &[(&str, &str)] = &[
    ("mode", "tunnel"),
    ("start_action", "none"),
    ("dpd_action", "clear"),
    ("close_action", "none"),
    ("rekey_time", "1h"),
    ("replay_window", "32"),
    ("copy_dscp", "out"),
];

/// ESP proposals when neither `esp_proposals` nor `ah_proposals` stands: the daemon's default set.
pub(super) const ESP: &str = "default";
