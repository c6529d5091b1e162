//! `[DHCPServer]`, `[IPv6SendRA]` and `[IPv6Prefix]` of a .network: what is answered on a link.
//!
//! DHCP and router advertisements are answers on the link (DESIGN §2 (4)); what they tell is part of the model, so
//! nothing may be left to what the host itself happens to know.

use super::defaults;
use super::value::{boolean, seconds};
use crate::config::host::ServeLink;
use crate::dialects::words::{Read, Refused, Row, Table, Word, address, among, decimal, many, one, only, prefix};
use ipnet::IpNet;
use std::net::IpAddr;

/// What one of the two servers tells.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) serve: ServeLink,
    pub(super) emit_dns: bool,
    pub(super) emit_ntp: bool,
}

const DHCP_ROWS: &[Row<Draft>] = &[
    one("PoolOffset", |d, w| {
        d.serve.pool_offset = decimal(w)?;
        Ok(())
    }),
    one("PoolSize", |d, w| {
        d.serve.pool_size = decimal(w)?;
        Ok(())
    }),
    one("EmitDNS", |d, w| {
        d.emit_dns = boolean(w)?;
        Ok(())
    }),
    many("DNS", |d, w| add(&mut d.serve.dns, w)),
    one("EmitNTP", |d, w| {
        d.emit_ntp = boolean(w)?;
        Ok(())
    }),
    many("NTP", |d, w| add(&mut d.serve.ntp, w)),
    one("EmitRouter", |_, w| only(w, &["yes"], "gives clients an address and no way out")),
    one("EmitTimezone", |_, w| boolean(w).map(drop)),
    one("Timezone", |_, _| Ok(())),
    one("DefaultLeaseTimeSec", |_, w| seconds(w).map(drop)),
    one("MaxLeaseTimeSec", |_, w| seconds(w).map(drop)),
    one("BindToInterface", |_, w| only(w, &["yes"], "answers on every link")),
];

const DHCP_REFUSED: &[Refused] = &[
    ("ServerAddress", "a server under another address is not modelled"),
    ("Router", "another router than this host is not modelled"),
    ("RelayTarget", "relaying is not modelled"),
    ("UplinkInterface", "what another link learns is not modelled"),
    ("SendOption", "further options are not modelled"),
    ("BootServerAddress", "booting from the network is not modelled"),
];

/// `[DHCPServer]`.
pub(super) const DHCP: Table<Draft> = Table {
    what: "`[DHCPServer]`",
    page: "systemd.network(5)",
    rows: DHCP_ROWS,
    defaults: defaults::DHCP_SERVER,
    refused: DHCP_REFUSED,
};

const RA_ROWS: &[Row<Draft>] = &[
    one("Managed", |_, w| only(w, &["no"], "sends clients to a DHCPv6 server that nobody runs")),
    one("OtherInformation", |_, w| only(w, &["no"], "sends clients to a DHCPv6 server that nobody runs")),
    one("RouterLifetimeSec", |_, w| seconds(w).map(drop)),
    one("RouterPreference", |_, w| among(w, &[("medium", ()), ("low", ()), ("high", ())])),
    one("EmitDNS", |d, w| {
        d.emit_dns = boolean(w)?;
        Ok(())
    }),
    many("DNS", |d, w| add(&mut d.serve.dns, w)),
    one("EmitDomains", |_, w| only(w, &["no"], "tells the host's own search domains")),
    one("DNSLifetimeSec", |_, w| seconds(w).map(drop)),
];

/// `[IPv6SendRA]`.
pub(super) const SEND_RA: Table<Draft> = Table {
    what: "`[IPv6SendRA]`",
    page: "systemd.network(5)",
    rows: RA_ROWS,
    defaults: defaults::SEND_RA,
    refused: &[("UplinkInterface", "what another link learns is not modelled")],
};

/// `[IPv6Prefix]`.
pub(super) const PREFIX: Table<Option<IpNet>> = Table {
    what: "`[IPv6Prefix]`",
    page: "systemd.network(5)",
    rows: &[
        one("Prefix", |p, w| {
            *p = Some(prefix(w)?);
            Ok(())
        }),
        one("AddressAutoconfiguration", |_, w| only(w, &["yes"], "leaves clients without an address")),
        one("OnLink", |_, w| only(w, &["yes"], "makes clients send neighbours' packets to the gateway")),
        one("Assign", |_, w| only(w, &["no"], "gives the link an address that stands in no file")),
        one("PreferredLifetimeSec", |_, w| seconds(w).map(drop)),
        one("ValidLifetimeSec", |_, w| seconds(w).map(drop)),
    ],
    defaults: defaults::PREFIX,
    refused: &[],
};

fn add(list: &mut Vec<IpAddr>, word: &Word) -> Read<()> {
    for one in word.words() {
        list.push(address(&one)?);
    }
    Ok(())
}
