//! Numbers of things in the tables of a [`Network`].

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// Place in its table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// Number of a [`Site`](super::Site).
    SiteId,
    /// Number of a [`Zone`](super::Zone).
    ZoneId,
    /// Number of a [`Host`](super::Host).
    HostId,
    /// Number of a [`Process`](super::Process).
    ProcessId,
    /// Number of a [`Proxy`](super::Proxy).
    ProxyId,
    /// Number of a [`Tunnel`](super::Tunnel).
    TunnelId,
    /// Number of a [`Flow`](super::Flow).
    FlowId,
    /// Number of an [`Origin`](super::Origin).
    OriginId,
}
