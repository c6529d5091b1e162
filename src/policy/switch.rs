//! Switches, what is on their ports, and what exists beside (`brownfield:`).

use std::collections::BTreeMap;

use super::lengths;
use super::model::{Brownfield, Establishment, Name, OldSwitch, OldTunnel, Switch, SwitchPorts};
use super::reader::{Field, Reader};
use super::shape::{
    A_NAME, ADDRESS4, Key, NAME, NAMES, PORT_NUMBER, PORT_RANGE, PORT_ROLE, SELECTORS, Shape, Struct, optional,
    required,
};
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic, Span};

static A_ROLE: Shape = Shape::Scalar(&PORT_ROLE);

static SWITCH: Struct = Struct {
    title: "a switch",
    keys: &[
        required("target", A_NAME, "its target descriptor"),
        required("model", A_NAME, "its model: gives the port names and the firmware's defaults"),
        required("ipv4", Shape::Scalar(&ADDRESS4), "its address in the zone marked `devices`"),
        required("ports", Shape::Map(&PORT_RANGE, &A_ROLE), "what is on its ports; a port not listed is shut"),
    ],
};

static SOME_SELECTORS: Shape = Shape::Scalar(&SELECTORS);

static OLD_TUNNEL: Struct = Struct {
    title: "an old tunnel",
    keys: &[
        required("peer", Shape::Scalar(&ADDRESS4), "public address of its far end"),
        required("selectors", Shape::List(&SOME_SELECTORS), "what it carries: local and remote prefix"),
    ],
};

static OLD_SWITCH: Struct = Struct {
    title: "what a switch does beside its ports",
    keys: &[
        optional("routes", NAMES, "zones it routes between"),
        optional("native", Shape::Map(&PORT_NUMBER, &A_NAME), "ports with an untagged zone"),
    ],
};

static AN_OLD_TUNNEL: Shape = Shape::Struct(&OLD_TUNNEL);
static AN_OLD_SWITCH: Shape = Shape::Struct(&OLD_SWITCH);
static A_SWITCH: Shape = Shape::Struct(&SWITCH);

static OLD: Struct = Struct {
    title: "what exists already",
    keys: &[
        optional("tunnels", Shape::Map(&NAME, &AN_OLD_TUNNEL), "tunnels whose far end is not ours"),
        optional("switches", Shape::Map(&NAME, &AN_OLD_SWITCH), "facts of declared switches"),
    ],
};

/// `switches:`
pub(crate) const SWITCHES: Key = optional("switches", Shape::Map(&NAME, &A_SWITCH), "its switches");
/// `brownfield:`
pub(crate) const BROWNFIELD: Key =
    optional("brownfield", Shape::Struct(&OLD), "what exists and the language would not make");

/// A range of ports of a switch, and who says so.
struct Taken {
    switch: Name,
    range: (u16, u16),
    span: Span,
}

impl Reader<'_> {
    /// One switch.
    pub(crate) fn switch(&mut self, name: At<Name>, field: Field<'_>) -> Option<Switch> {
        let f = self.fields(field)?;
        self.within(&name, &lengths::SWITCH);
        Some(Switch {
            name,
            target: self.required(&f, "target", Self::name),
            model: self.required(&f, "model", Self::name),
            ipv4: self.required(&f, "ipv4", Self::address4),
            ports: f.get("ports").map(|p| self.ports_of(p)).unwrap_or_default(),
        })
    }

    fn ports_of(&mut self, field: Field<'_>) -> Vec<SwitchPorts> {
        let found = self.entries(field, |r, key, value| {
            let range = r.port_range(key);
            let role = r.port_role(value);
            range.zip(role).map(|(range, role)| SwitchPorts { range, role })
        });
        found.into_iter().flatten().collect()
    }

    /// `brownfield:`
    pub(crate) fn brownfield(&mut self, field: Field<'_>) -> Brownfield {
        let Some(f) = self.fields(field) else {
            return Brownfield::default();
        };
        Brownfield {
            tunnels: self.map(&f, "tunnels", Self::old_tunnel),
            switches: self.map(&f, "switches", Self::old_switch),
        }
    }

    fn old_tunnel(&mut self, name: At<Name>, field: Field<'_>) -> Option<OldTunnel> {
        let f = self.fields(field)?;
        Some(OldTunnel {
            name,
            peer: self.required(&f, "peer", Self::address4),
            selectors: self.items(&f, "selectors", Self::selectors),
        })
    }

    fn old_switch(&mut self, name: At<Name>, field: Field<'_>) -> Option<OldSwitch> {
        let f = self.fields(field)?;
        Some(OldSwitch {
            name,
            routes: self.names(&f, "routes"),
            native: f.get("native").map(|n| self.native(n)).unwrap_or_default(),
        })
    }

    fn native(&mut self, field: Field<'_>) -> BTreeMap<u16, At<Name>> {
        let found = self.entries(field, |r, key, value| {
            let port = r.port_number(key);
            let zone = r.name(value);
            port.map(|port| (port, zone))
        });
        found.into_iter().flatten().collect()
    }

    /// Tells every port of a switch that two lines speak of: ranges that overlap, a cable on a listed port.
    pub(crate) fn ports_once(&mut self, school: &Establishment) {
        let mut taken: Vec<Taken> = Vec::new();
        for next in listed(school).into_iter().chain(cabled(school)) {
            let clash = taken
                .iter()
                .find(|t| t.switch == next.switch && t.range.0 <= next.range.1 && next.range.0 <= t.range.1);
            if let Some(first) = clash {
                let port = first.range.0.max(next.range.0);
                let says = format!("port {port} of `{}` is said twice", next.switch);
                let found = Diagnostic::new(&codes::PORT_TWICE, next.span, says)
                    .label("again here")
                    .other(first.span, "first said here")
                    .help("a port has one role or one cable: keep one of the two");
                self.sink.push(found);
            }
            taken.push(next);
        }
    }
}

fn listed(school: &Establishment) -> Vec<Taken> {
    let mut found = Vec::new();
    for switch in school.switches.values() {
        found.extend(switch.ports.iter().map(|ports| Taken {
            switch: switch.name.value.clone(),
            range: ports.range.value,
            span: ports.range.span,
        }));
    }
    found.sort_by_key(|t| t.span);
    found
}

fn cabled(school: &Establishment) -> Vec<Taken> {
    let ends = school.cables.iter().flat_map(|c| [&c.value.a, &c.value.b]);
    ends.filter_map(|end| Some(Taken { switch: end.device.value.clone(), range: end.range()?, span: end.port.span }))
        .collect()
}
