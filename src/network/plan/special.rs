//! Ranges that no zone, plan or WAN can use: what their addresses mean is laid down elsewhere.

use ipnet::IpNet;

use super::meet;

/// A range and whose it is (IANA special-purpose registries; RFC 6890, RFC 4291).
const NOBODYS: &[(&str, &str)] = &[
    ("0.0.0.0/8", "a machine that has no address yet"),
    ("127.0.0.0/8", "each machine itself"),
    ("169.254.0.0/16", "one link, without any router"),
    ("224.0.0.0/4", "groups of machines"),
    ("240.0.0.0/4", "nobody, and everybody on a link"),
    ("::/3", "each machine itself, to IPv4 written as IPv6, or to nobody yet"),
    ("4000::/2", "nobody yet"),
    ("8000::/2", "nobody yet"),
    ("c000::/3", "nobody yet"),
    ("e000::/4", "nobody yet"),
    ("f000::/5", "nobody yet"),
    ("f800::/6", "nobody yet"),
    ("fe00::/7", "one link, and groups of machines"),
    ("2001::/32", "Teredo tunnels"),
    ("2002::/16", "6to4 tunnels"),
];

/// Whose addresses a prefix would take, when they can be no zone's.
pub(in crate::network) fn nobodys(net: &IpNet) -> Option<&'static str> {
    let range = |text: &str| text.parse::<IpNet>().expect("the table holds prefixes");
    NOBODYS.iter().find(|(text, _)| meet(&range(text), net)).map(|(_, whose)| *whose)
}

#[cfg(test)]
mod tests {
    use super::nobodys;

    #[test]
    fn addresses_that_machines_have_are_in_no_row() {
        for net in ["10.0.0.0/8", "172.16.0.0/12", "192.0.2.0/24", "223.255.255.0/24", "2001:db8::/32", "fc00::/7"] {
            assert_eq!(nobodys(&net.parse().expect("a prefix")), None, "{net}");
        }
    }

    #[test]
    fn a_range_that_only_touches_a_row_is_in_it() {
        for net in [
            "0.0.0.0/0",
            "126.0.0.0/7",
            "169.254.7.0/24",
            "255.255.255.255/32",
            "::/0",
            "::ffff:a00:1/128",
            "fe80::/64",
        ] {
            assert!(nobodys(&net.parse().expect("a prefix")).is_some(), "{net}");
        }
    }
}
