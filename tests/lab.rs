//! The lab: real network components of this machine, in network namespaces, as judges that share no code with etanche.
//!
//! It needs root and the tools that `tests/run` installs. A missing tool or a missing right fails a test, never skips it.

mod lab {
    //! - `netns` namespaces and commands in them, `frames` bytes of packets, `wire` sockets, `probe` verdicts of a gateway;
    //!   `foundation` judges these; `guest` a kernel that has what this one lacks
    //! - `region` the texts that would be written, and how they read back
    //! - `listing`, `live` and `lycee` the packet filter, `squid` the proxies, `charon` the tunnels, `networkd` the host,
    //!   `boot` a whole gateway with a systemd of its own
    pub(crate) mod frames;
    pub(crate) mod guest;
    pub(crate) mod netns;
    pub(crate) mod probe;
    pub(crate) mod region;
    pub(crate) mod wire;

    mod boot;
    mod charon;
    mod foundation;
    mod listing;
    mod live;
    mod lycee;
    mod networkd;
    mod squid;
}
