//! The readers of a gateway's host files: what they read, what they refuse, and whether real programs read the same.
//!
//! `judges` needs root, strongSwan, systemd-networkd and iproute2: a missing tool or right fails a test, never skips it.

mod host_readers {
    //! `fixture` the files of one gateway, `values` what they say, `refusals`, `blanks` and `mutants` what one edit does to that,
    //! `strongswan`, `networkd` and `script` the judges that share no code with the readers.
    pub(crate) mod fixture;
    pub(crate) mod judge;

    mod blanks;
    mod mutants;
    mod networkd;
    mod refusals;
    mod script;
    mod strongswan;
    mod values;
}
