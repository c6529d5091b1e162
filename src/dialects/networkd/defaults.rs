//! What an absent key means in systemd 252: systemd.network(5), systemd.netdev(5), networkd.conf(5).
//!
//! Keys whose absence leaves the kernel's own default (proxy ARP, GVRP, …) are not here: it is off, and another
//! value is refused where the key stands. `IPv6AcceptRA` is not here: its default depends on forwarding.

/// `[Link]` of a .network.
pub(super) const LINK: &[(&str, &str)] =
    &[("RequiredForOnline", "yes"), ("ActivationPolicy", "up"), ("Unmanaged", "no")];

/// `[Network]` of a .network.
pub(super) const NETWORK: &[(&str, &str)] = &[
    ("LinkLocalAddressing", "ipv6"),
    ("DHCP", "no"),
    ("DHCPServer", "no"),
    ("IPv6SendRA", "no"),
    ("LLMNR", "yes"),
    ("MulticastDNS", "no"),
    ("LLDP", "routers-only"),
    ("EmitLLDP", "no"),
    ("ConfigureWithoutCarrier", "no"),
    ("KeepConfiguration", "no"),
    ("IPForward", "no"),
    ("IPMasquerade", "no"),
];

/// `[Address]` of a .network.
pub(super) const ADDRESS: &[(&str, &str)] = &[("AddPrefixRoute", "yes")];

/// `[Route]` of a .network; an absent `Metric` is the kernel's: 0 for IPv4, 1024 for IPv6.
pub(super) const ROUTE: &[(&str, &str)] = &[("Type", "unicast"), ("GatewayOnLink", "no")];

/// `[DHCPServer]` of a .network. Absent pools mean the whole prefix: they must be written.
pub(super) const DHCP_SERVER: &[(&str, &str)] = &[("EmitDNS", "yes"), ("EmitNTP", "yes"), ("EmitRouter", "yes")];

/// `[IPv6SendRA]` of a .network.
pub(super) const SEND_RA: &[(&str, &str)] = &[
    ("Managed", "no"),
    ("OtherInformation", "no"),
    ("RouterLifetimeSec", "1800"),
    ("EmitDNS", "yes"),
    ("EmitDomains", "yes"),
];

/// `[IPv6Prefix]` of a .network.
pub(super) const PREFIX: &[(&str, &str)] = &[("AddressAutoconfiguration", "yes"), ("OnLink", "yes"), ("Assign", "no")];

/// `[Xfrm]` of a .netdev.
pub(super) const XFRM: &[(&str, &str)] = &[("Independent", "no")];

/// `[Network]` of networkd.conf.
pub(super) const MANAGER: &[(&str, &str)] =
    &[("ManageForeignRoutes", "yes"), ("ManageForeignRoutingPolicyRules", "yes")];
