//! To the gateway and from it: neighbour discovery, DHCP, tunnels, administration, its processes.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv6Net};

use super::super::permits::Permit;
use super::super::rules::{address, interface as named, is, net as prefix, number, rule, within};
use super::ended::Stage;
use super::guards::{final_deny, noise};
use super::{Gate, base, called, closed};
use crate::config::filter::{Action, Chain, Hook, Key, Match, Rule};
use crate::network::Port;

/// Encapsulating security payload (RFC 4303).
const ESP: u64 = 50;
/// What a gateway hears on a link (RFC 4861): router solicitation, neighbour solicitation and advertisement.
const HEARD: [u64; 3] = [133, 135, 136];
/// Which groups are listened to: multicast listener query (RFC 3810), from a link-local source with hop limit 1.
const LISTENER_QUERY: u64 = 130;
/// What it says: router advertisement, neighbour solicitation and advertisement.
const SAID: [u64; 3] = [134, 135, 136];
/// Version 2 multicast listener report (RFC 3810), hop limit 1.
const LISTENER_REPORT: u64 = 143;

fn link_local() -> IpNet {
    IpNet::V6(Ipv6Net::new(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10).expect("a /10"))
}

fn udp(from: u64, to: u64) -> [Match; 2] {
    [is(Key::UdpSport, [number(from)]), is(Key::UdpDport, [number(to)])]
}

/// Types of link messages with the only hop limit that proves they come from the link.
fn link_message(types: &[u64], hops: u64) -> [Match; 2] {
    [is(Key::Icmp6Type, types.iter().map(|t| number(*t))), is(Key::HopLimit, [number(hops)])]
}

/// To the gateway itself from inside: neither a question to one of its proxies nor supervision.
fn administers(permit: &Permit) -> bool {
    permit.leg.leaves == Port::Local(None) && permit.leg.enters != Port::Wan
}

impl Gate<'_> {
    pub(super) fn input(&self) -> Chain {
        let mut rules = vec![rule(vec![is(Key::In, [named("lo")])], Action::Accept)];
        rules.extend(self.hears());
        rules.extend(self.dhcp_discover());
        rules.extend(self.guard_in());
        rules.push(self.check_source());
        rules.extend(self.connection_state(Stage::Input));
        rules.extend(self.taken_by_gateway());
        rules.push(noise());
        rules.push(final_deny("etanche input "));
        base("input", closed(Hook::Input), rules, "1. to the firewall")
    }

    /// Neighbour discovery is untracked by the kernel: accepted first, from the link only.
    fn hears(&self) -> Vec<Rule> {
        if self.links6.is_empty() {
            return Vec::new();
        }
        let on_link = || within(&[Key::In], "links6");
        let nobody = IpNet::V6(Ipv6Net::from(Ipv6Addr::UNSPECIFIED));
        let link = is(Key::Source6, [prefix(nobody), prefix(link_local())]);
        let zone = within(&[Key::In, Key::Source6], "sources6");
        let line = |source| {
            let [types, hops] = link_message(&HEARD, 255);
            rule(vec![on_link(), source, types, hops], Action::Accept)
        };
        let first = line(link).remark("neighbour discovery (RFC 4861): answered on the link, never forwarded");
        let [types, hops] = link_message(&[LISTENER_QUERY], 1);
        let asked = rule(vec![on_link(), is(Key::Source6, [prefix(link_local())]), types, hops], Action::Accept);
        vec![
            first,
            line(zone),
            asked.remark("listener queries (RFC 3810): a switch that snoops forgets who stays silent"),
        ]
    }

    fn dhcp_discover(&self) -> Option<Rule> {
        let nobody = is(Key::Source4, [address(Ipv4Addr::UNSPECIFIED)]);
        let [from, to] = udp(68, 67);
        let matches = vec![within(&[Key::In, Key::Destination4], "dhcp_asked"), nobody, from, to];
        let asked = rule(matches, Action::Accept).remark("DHCP, asked by who has no address yet (RFC 2131 §4.1)");
        (!self.served.is_empty()).then_some(asked)
    }

    fn taken_by_gateway(&self) -> Vec<Rule> {
        let mut rules = self.ike(Key::In, Key::Source4, Key::Destination4);
        if !self.served.is_empty() {
            let [from, to] = udp(68, 67);
            let matches = vec![within(&[Key::In, Key::Destination4], "dhcp_asked"), from, to];
            rules.push(rule(matches, Action::Accept).counted().remark("1. DHCP, renewed"));
        }
        for permit in self.permits.iter().filter(|p| matches!(p.leg.leaves, Port::Local(_))) {
            let first = vec![is(Key::In, [named(&self.interface(permit.leg.enters))])];
            let lines = self.lines(permit, &first);
            let is_logged = administers(permit);
            rules.extend(lines.into_iter().map(|r| if is_logged { r.logged("etanche admin ") } else { r }));
        }
        rules
    }

    /// IKE and ESP with declared peers (RFC 7296, RFC 3948).
    fn ike(&self, side: Key, peer: Key, own: Key) -> Vec<Rule> {
        if self.peers.is_empty() {
            return Vec::new();
        }
        let line = |what| {
            let ends = [self.on_wan(side), within(&[peer], "peers"), is(own, [address(self.public())])];
            rule(ends.into_iter().chain([what]).collect(), Action::Accept).counted()
        };
        let ike =
            line(is(Key::UdpDport, [number(500), number(4500)])).remark("tunnels: IKE and ESP with declared peers");
        vec![ike, line(is(Key::Protocol, [number(ESP)]))]
    }

    pub(super) fn output(&self) -> Chain {
        let mut rules = Vec::new();
        if !self.uids.is_empty() {
            let own = rule(vec![self.by_process()], Action::Goto("processes".into()));
            rules.push(own.remark("proxies have rights of their own, and no others"));
        }
        rules.push(rule(vec![is(Key::Out, [named("lo")])], Action::Accept));
        rules.extend(self.says());
        rules.extend(self.guard_out());
        rules.extend(self.connection_state(Stage::Output));
        rules.extend(self.sent_by_gateway());
        rules.push(final_deny("etanche output "));
        base("output", closed(Hook::Output), rules, "2. from the firewall")
    }

    fn by_process(&self) -> Match {
        is(Key::Uid, self.uids.iter().map(|u| number(*u)))
    }

    fn says(&self) -> Vec<Rule> {
        if self.links6.is_empty() {
            return Vec::new();
        }
        let line = |types: &[u64], hops| {
            let [types, hops] = link_message(types, hops);
            rule(vec![within(&[Key::Out], "links6"), types, hops], Action::Accept)
        };
        let first = line(&SAID, 255).remark("neighbour discovery (RFC 4861), listener reports (RFC 3810)");
        vec![first, line(&[LISTENER_REPORT], 1)]
    }

    fn sent_by_gateway(&self) -> Vec<Rule> {
        let mut rules = self.ike(Key::Out, Key::Destination4, Key::Source4);
        if !self.served.is_empty() {
            let [from, to] = udp(67, 68);
            let matches = vec![within(&[Key::Out, Key::Source4], "dhcp_server"), from, to];
            rules.push(rule(matches, Action::Accept).counted().remark("2. DHCP answers"));
        }
        for permit in self.permits.iter().filter(|p| p.leg.enters == Port::Local(None)) {
            let first = vec![is(Key::Out, [named(&self.interface(permit.leg.leaves))])];
            rules.extend(self.lines(permit, &first));
        }
        rules
    }

    /// Rights of the gateway's proxies, each by its uid and bound to its source address; the rest is refused them.
    pub(super) fn processes(&self) -> Chain {
        let lo = rule(vec![is(Key::Out, [named("lo")])], Action::Drop).counted();
        let mut rules = vec![lo.remark("no way to the gateway itself, nor from one proxy to another")];
        rules.extend(self.guard_out());
        rules.extend(self.connection_state(Stage::Processes));
        for (id, process) in self.net.processes_of(self.site) {
            for permit in self.permits.iter().filter(|p| p.leg.enters == Port::Local(Some(id))) {
                let out = is(Key::Out, [named(&self.interface(permit.leg.leaves))]);
                let first = vec![is(Key::Uid, [number(process.uid.into())]), out];
                rules.extend(self.lines(permit, &first));
            }
        }
        rules.push(rule(Vec::new(), Action::Drop).logged("etanche proxy ").counted());
        called("processes", rules, "2. processes with rights of their own")
    }
}
