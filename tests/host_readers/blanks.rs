//! Blanks that a person takes for a space and no program does: a line that begins or ends with one is another line.

use super::fixture::{edited, read};

/// What Unicode or C calls white space, beyond the space, the tab and the line feed: none of these programs skips it.
const BLANKS: &[char] = &[
    '\u{b}', '\u{c}', '\u{85}', '\u{a0}', '\u{1680}', '\u{2003}', '\u{2028}', '\u{2029}', '\u{202f}', '\u{205f}',
    '\u{3000}',
];

/// A file, and a text in it that a blank may stand before, inside or behind.
const PLACES: &[(&str, &str)] = &[
    ("network/10-eth0.network", "[Match]"),
    ("network/10-eth0.network", "IPv6AcceptRA=no"),
    ("network/10-eth0.network", "DHCP=no"),
    ("sysctl.conf", "net.ipv4.conf.all.rp_filter = "),
    ("etanche-firewall.service", "ExecStart=/usr/sbin/nft"),
    ("swanctl.conf", "id = \"csm.vpn.exemple.example\""),
    ("swanctl.conf", "local_ts = 10.128.6.0/24"),
    ("charon.conf", "install_routes"),
];

#[test]
fn no_reader_takes_a_strange_blank_for_a_space() {
    let mut taken = Vec::new();
    for (path, text) in PLACES {
        for blank in BLANKS {
            for to in [
                format!("{blank}{text}"),
                format!("{text}{blank}"),
                text.replacen(['=', ']', '_'], &format!("{blank}="), 1),
            ] {
                let told = read(&edited(path, text, &to)).err().unwrap_or_default();
                if !told.iter().any(|(code, at)| *code == "readback/host-syntax" && *at == blank.to_string()) {
                    taken.push(format!("{path}: {to:?}: {told:?}"));
                }
            }
        }
    }
    assert!(taken.is_empty(), "{}", taken.join("\n"));
}

#[test]
fn a_comment_may_hold_what_people_write() {
    let places = [("swanctl.conf", "# The tunnels of one gateway."), ("sysctl.conf", "net.ipv4.conf.all.rp_filter")];
    for (path, from) in places {
        let files = edited(path, from, &format!("  # « épreuve\u{a0}»\u{2003}:\u{3000}Pix\n{from}"));
        assert!(read(&files).is_ok(), "{path}: {:?}", read(&files));
    }
}

#[test]
fn the_daemon_trims_the_parts_of_a_list_by_spaces_alone() {
    let id = "local_ts = 10.128.6.0/24";
    assert!(read(&edited("swanctl.conf", id, "local_ts = \"10.128.6.0/24, 10.128.7.0/24\"")).is_ok());
    assert!(read(&edited("swanctl.conf", id, "local_ts = \"10.128.6.0/24,\t10.128.7.0/24\"")).is_err());
}
