//! Names of network interfaces, as people write those of a gateway's two links.
//!
//! The kernel, systemd-networkd and etanche itself each keep some names; one that meets them would load nothing, or
//! mean another interface.

use super::model::Name;
use super::names::is_name;
use super::reader::{Field, Fields, Reader, StandIn};
use super::shape::{INTERFACE, Shape};
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic};

/// What `wan` and `lan` of a gateway take.
pub(crate) const AN_INTERFACE: Shape = Shape::Scalar(&INTERFACE);

/// IFNAMSIZ is 16 with its final zero.
pub(crate) const BYTES: usize = 15;

/// A name that is refused: when, what is said after the name, and the way out.
struct Refused {
    when: fn(&str) -> bool,
    says: &'static str,
    help: &'static str,
}

/// Links that software makes, whose ports and far ends no generated file describes: `br0`, `bond0`, `wg0`...
const MADE: &[&str] = &[
    "bond", "br", "docker", "dummy", "ifb", "macvlan", "ppp", "tap", "team", "tun", "veth", "virbr", "vmbr", "wg",
    "wlan",
];

fn is_made(name: &str) -> bool {
    let is_numbered = |rest: &str| rest.starts_with(|c: char| !c.is_alphabetic());
    MADE.iter().filter_map(|kind| name.strip_prefix(kind)).any(is_numbered)
        || ["wlp", "wlx", "wlo"].iter().any(|radio| name.starts_with(radio))
}

const REFUSED: &[Refused] = &[
    Refused {
        when: |name| name.contains('.'),
        says: "is the name of a VLAN on another interface",
        help: "name the interface itself, such as `eth1`: its VLANs are made from the zones",
    },
    Refused {
        when: |name| !is_name(name),
        says: "cannot be the name of an interface",
        help: "write it as `ip link` shows it, such as `eth1`",
    },
    Refused {
        when: |name| name.len() > BYTES,
        says: "is longer than the 15 bytes an interface name holds",
        help: "give the interface a shorter name on the gateway, and write that",
    },
    Refused {
        when: |name| name == "lo",
        says: "is the gateway's own loop, on which nobody else is",
        help: "name the interface that the cable is in, such as `eth1`",
    },
    Refused {
        when: |name| name.starts_with("xf-"),
        says: "is kept for tunnels: `xf-` and a site's name",
        help: "name the interface that the cable is in, such as `eth1`",
    },
    Refused {
        when: is_made,
        says: "is by its name a bridge, a bond, a tunnel or a radio: what is behind it, no generated file says",
        help: "name the port that the cable is in, such as `eth1`",
    },
    Refused {
        when: |name| ["all", "default"].contains(&name),
        says: "means every interface in the kernel's settings",
        help: "name one interface, such as `eth1`",
    },
    Refused {
        when: |name| name.bytes().all(|b| b.is_ascii_digit()),
        says: "would be read as the number of an interface",
        help: "write its name, such as `eth1`",
    },
];

impl Reader<'_> {
    /// The WAN and the LAN interface of a gateway.
    pub(crate) fn two_interfaces(&mut self, gateway: &Fields<'_>) -> (At<Name>, At<Name>) {
        let wan = self.required(gateway, "wan", Self::interface);
        let lan = self.required(gateway, "lan", Self::interface);
        if wan.value == lan.value && is_name(wan.value.as_str()) {
            let says = format!("`{}` is the WAN interface too", lan.value);
            let found = Diagnostic::new(&codes::BAD_INTERFACE, lan.span, says)
                .other(wan.span, "the WAN")
                .help("what comes from outside must be told from what comes from inside: name two interfaces");
            self.sink.push(found);
        }
        (wan, lan)
    }

    fn interface(&mut self, field: Field<'_>) -> At<Name> {
        let Some(text) = self.written(field) else {
            return At::new(Name::stand_in(), field.node.span);
        };
        if let Some(row) = REFUSED.iter().find(|row| (row.when)(text.value)) {
            let says = format!("`{}` {}", text.value, row.says);
            self.report(&codes::BAD_INTERFACE, text.span, says, row.help);
            return At::new(Name::stand_in(), text.span);
        }
        At::new(Name::new(text.value), text.span)
    }
}
