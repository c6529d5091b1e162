//! The packet filter of a gateway, in the order of ANSSI DAT-NT-006: to the firewall, from the firewall,
//! protection, business flows, noise, final deny.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv6Net};

use super::permits::{self, Permit, interface};
use super::rules::{
    address, address_keys, interface as named, is, net as prefix, number, rule, service_lines, set, within,
};
use crate::config::Loc;
use crate::config::filter::{Action, Base, Chain, Filter, Hook, Key, Kind, Match, NamedSet, Policy, Rule, Value};
use crate::network::{Network, Port, SiteId, Window};

const NEW: u64 = 0;
const ESTABLISHED: u64 = 1;
const RELATED: u64 = 2;
const UNTRACKED: u64 = 3;
const INVALID: u64 = 4;
const ESP: u64 = 50;
/// NAT of sources runs at 100 (`srcnat`); what checks its result runs after it.
const AFTER_SRCNAT: i32 = 110;
const SRCNAT: i32 = 100;
/// ICMP errors that a connection may cause (RFC 792): destination unreachable, time exceeded, parameter problem.
const ERRORS4: [u64; 3] = [3, 11, 12];
/// The same for ICMPv6 (RFC 4443), packet too big among them (RFC 4890 §4.3.1).
const ERRORS6: [u64; 4] = [1, 2, 3, 4];
/// Neighbour discovery a gateway hears: router solicitation, neighbour solicitation and advertisement (RFC 4861).
const ND_HEARD: [u64; 3] = [133, 135, 136];
/// Neighbour discovery a gateway says: router advertisement, neighbour solicitation and advertisement (RFC 4861).
const ND_SAID: [u64; 3] = [134, 135, 136];
/// Version 2 multicast listener report (RFC 3810), hop limit 1.
const MLD_REPORT: u64 = 143;

/// Everything the chains need to know of one gateway.
struct Gate<'n> {
    net: &'n Network,
    site: SiteId,
    wan: String,
    permits: Vec<Permit<'n>>,
    sources: BTreeMap<String, Vec<IpNet>>,
    /// VLAN interfaces with IPv6.
    links6: Vec<String>,
    /// Uids of processes with rights of their own.
    uids: Vec<u64>,
    peers: Vec<std::net::Ipv4Addr>,
}

/// The whole ruleset of a gateway.
pub(super) fn ruleset(net: &Network, site: SiteId) -> Filter {
    let place = net.site(site);
    let zones = || place.zones.iter().map(|z| net.zone(*z));
    let gate = Gate {
        net,
        site,
        wan: place.gateway.wan.clone(),
        permits: permits::at_site(net, site),
        sources: permits::sources(net, site),
        links6: zones()
            .filter(|z| z.v6.is_some())
            .map(|z| crate::network::zone_interface(&place.gateway.lan, z.vlan))
            .collect(),
        uids: net.processes_of(site).map(|(_, p)| u64::from(p.uid)).collect(),
        peers: peers(net, site),
    };
    let mut sets = gate.sets();
    let mut chains = vec![gate.input(), gate.output(), gate.forward()];
    chains.push(gate.related());
    chains.push(gate.anti_spoof());
    if !gate.uids.is_empty() {
        chains.push(gate.processes());
    }
    let (map, more_sets, pairs) = gate.forward_pairs();
    sets.extend(more_sets);
    sets.push(map);
    chains.extend(pairs);
    chains.push(gate.nat());
    chains.push(gate.leave());
    Filter { sets, chains }
}

/// Public addresses of tunnel peers, ours and not ours.
fn peers(net: &Network, site: SiteId) -> Vec<std::net::Ipv4Addr> {
    let ours = net.tunnels_of(site).map(|(_, peer, _)| net.site(peer).gateway.public.value);
    let all: BTreeSet<_> = ours.chain(net.site(site).old_tunnels.iter().map(|t| t.peer)).collect();
    all.into_iter().collect()
}

fn base(name: &str, kind: Kind, hook: Hook, priority: i32, policy: Policy, rules: Vec<Rule>, remark: &str) -> Chain {
    let base = Some(Base { kind, hook, priority, policy });
    Chain { name: name.to_owned(), base, rules, remark: Some(remark.to_owned()), at: Loc::MADE }
}

fn called(name: &str, rules: Vec<Rule>, remark: &str) -> Chain {
    Chain { name: name.to_owned(), base: None, rules, remark: Some(remark.to_owned()), at: Loc::MADE }
}

fn states(values: &[u64]) -> Match {
    is(Key::State, values.iter().map(|v| number(*v)))
}

/// Deny, with and without log.
fn final_deny(prefix: &str) -> Rule {
    rule(Vec::new(), Action::Drop).logged(prefix).counted().remark("6. final deny, logged")
}

impl Gate<'_> {
    fn sets(&self) -> Vec<NamedSet> {
        let region = &self.net.region;
        let flat = |nets: Vec<IpNet>| nets.into_iter().map(|n| (vec![prefix(n)], Action::Continue));
        let inside4 = region.inside4.iter().map(|n| IpNet::V4(*n)).collect();
        let inside6 = region.inside6.iter().map(|n| IpNet::V6(*n)).collect();
        let mut sets = vec![
            set("inside4", &[Key::Source4], flat(inside4), "ranges that never cross the WAN in clear"),
            set("inside6", &[Key::Source6], flat(inside6), "the same for IPv6"),
            self.source_set(4),
            self.source_set(6),
        ];
        sets.retain(|s| !s.entries.is_empty());
        if !self.links6.is_empty() {
            let rows = self.links6.iter().map(|l| (vec![named(l)], Action::Continue));
            sets.push(set("links6", &[Key::In], rows, "links with IPv6"));
        }
        if !self.peers.is_empty() {
            let rows = self.peers.iter().map(|p| (vec![address(*p)], Action::Continue));
            sets.push(set("peers", &[Key::Source4], rows, "other ends of tunnels"));
        }
        if !self.net.site(self.site).served.is_empty() {
            sets.extend(self.dhcp_sets());
        }
        sets
    }

    fn source_set(&self, family: u8) -> NamedSet {
        let (key, _) = address_keys(family);
        let rows = self.sources.iter().flat_map(|(name, nets)| {
            nets.iter().filter(|n| is_family(n, family)).map(|n| (vec![named(name), prefix(*n)], Action::Continue))
        });
        let remark = "source addresses that an interface may carry";
        set(&format!("sources{family}"), &[Key::In, key], rows, remark)
    }

    /// Links with a DHCP server: the server's address on each, and for questions the broadcast address too.
    fn dhcp_sets(&self) -> [NamedSet; 2] {
        let site = self.net.site(self.site);
        let links: Vec<(String, std::net::Ipv4Addr)> = site
            .served
            .iter()
            .map(|z| self.net.zone(*z))
            .map(|z| (crate::network::zone_interface(&site.gateway.lan, z.vlan), z.gateway4()))
            .collect();
        let row = |name: &str, a: std::net::Ipv4Addr| (vec![named(name), address(a)], Action::Continue);
        let asked = links.iter().flat_map(|(n, own)| [row(n, *own), row(n, std::net::Ipv4Addr::BROADCAST)]);
        let answering = links.iter().map(|(n, own)| row(n, *own));
        [
            set("dhcp_asked", &[Key::In, Key::Destination4], asked, "links with a DHCP server, and where it is asked"),
            set("dhcp_server", &[Key::Out, Key::Source4], answering, "links with a DHCP server, and its address there"),
        ]
    }

    fn on_wan_in(&self) -> Match {
        is(Key::In, [named(&self.wan)])
    }

    fn on_wan_out(&self) -> Match {
        is(Key::Out, [named(&self.wan)])
    }

    fn links6(&self, key: Key) -> Match {
        within(&[key], "links6")
    }

    /// Clear text on the WAN that claims to come from inside.
    fn guard_in(&self) -> Vec<Rule> {
        let line = |key, set| {
            let clear = is(Key::IpsecIn, [number(0)]);
            rule(vec![self.on_wan_in(), within(&[key], set), clear], Action::Drop).counted()
        };
        vec![
            line(Key::Source4, "inside4").remark("3. nothing from inside arrives in clear on the WAN"),
            line(Key::Source6, "inside6"),
        ]
    }

    /// Clear text towards inside that would leave by the WAN: what no child covers must not leave (RFC 4301 §4.4.1).
    fn guard_out(&self) -> Vec<Rule> {
        let line = |key, set| {
            let clear = is(Key::IpsecOut, [number(0)]);
            rule(vec![self.on_wan_out(), within(&[key], set), clear], Action::Drop).counted()
        };
        vec![
            line(Key::Destination4, "inside4").remark("3. nothing for inside leaves in clear by the WAN"),
            line(Key::Destination6, "inside6"),
        ]
    }

    fn not_wan_in(&self) -> Match {
        self.on_wan_in().not()
    }

    fn connection_state(&self) -> Vec<Rule> {
        vec![
            rule(vec![states(&[INVALID, UNTRACKED])], Action::Drop).counted(),
            rule(vec![states(&[ESTABLISHED])], Action::Accept).remark("replies follow those who opened"),
            rule(vec![states(&[RELATED])], Action::Goto("related".into())),
        ]
    }

    fn related(&self) -> Chain {
        let errors4 = is(Key::IcmpType, ERRORS4.map(number));
        let errors6 = is(Key::Icmp6Type, ERRORS6.map(number));
        let rules = vec![
            rule(vec![errors4], Action::Accept).counted(),
            rule(vec![errors6], Action::Accept).counted(),
            rule(Vec::new(), Action::Drop).counted(),
        ];
        called("related", rules, "ICMP errors about a known connection, and nothing else (RFC 4890 §4.3)")
    }

    fn anti_spoof(&self) -> Chain {
        let mut rules = Vec::new();
        for (family, key) in [(4, Key::Source4), (6, Key::Source6)] {
            if self.sources.values().flatten().any(|n| is_family(n, family)) {
                rules.push(rule(vec![within(&[Key::In, key], &format!("sources{family}"))], Action::Return));
            }
        }
        rules.push(rule(Vec::new(), Action::Drop).logged("etanche spoof ").counted());
        called("anti_spoof", rules, "every interface but the WAN carries its own sources only (T8)")
    }

    fn input(&self) -> Chain {
        let mut rules = vec![rule(vec![is(Key::In, [named("lo")])], Action::Accept)];
        rules.extend(self.nd_heard());
        rules.extend(self.dhcp_discover());
        rules.extend(self.guard_in());
        rules.push(rule(vec![self.not_wan_in()], Action::Jump("anti_spoof".into())));
        rules.extend(self.old_tunnels(Hook::Input));
        rules.extend(self.connection_state());
        rules.extend(self.to_gateway());
        rules.push(noise());
        rules.push(final_deny("etanche input "));
        base("input", Kind::Filter, Hook::Input, 0, Policy::Drop, rules, "1. to the firewall")
    }

    /// Neighbour discovery is untracked by the kernel: accepted first, from the link only (hop limit 255).
    fn nd_heard(&self) -> Vec<Rule> {
        if self.links6.is_empty() {
            return Vec::new();
        }
        let link_local = [Value::Net(IpNet::V6(Ipv6Net::from(std::net::Ipv6Addr::UNSPECIFIED))), prefix(link_local())];
        let nd = || [is(Key::Icmp6Type, ND_HEARD.map(number)), is(Key::HopLimit, [number(255)])];
        let [types, hops] = nd();
        let from_link = rule(vec![self.links6(Key::In), is(Key::Source6, link_local), types, hops], Action::Accept)
            .remark("neighbour discovery (RFC 4861): answered on the link, never forwarded");
        let [types, hops] = nd();
        let from_zone =
            rule(vec![self.links6(Key::In), within(&[Key::In, Key::Source6], "sources6"), types, hops], Action::Accept);
        vec![from_link, from_zone]
    }

    fn dhcp_discover(&self) -> Vec<Rule> {
        if self.net.site(self.site).served.is_empty() {
            return Vec::new();
        }
        let nobody = is(Key::Source4, [address(std::net::Ipv4Addr::UNSPECIFIED)]);
        let mut matches = vec![within(&[Key::In, Key::Destination4], "dhcp_asked"), nobody];
        matches.extend(dhcp_ports(68, 67));
        vec![rule(matches, Action::Accept).remark("DHCP, asked by who has no address yet (RFC 2131 §4.1)")]
    }

    fn to_gateway(&self) -> Vec<Rule> {
        let mut rules = Vec::new();
        if !self.peers.is_empty() {
            rules.extend(self.ike(Key::In, Key::Source4, Key::Destination4));
        }
        if !self.net.site(self.site).served.is_empty() {
            let mut matches = vec![within(&[Key::In, Key::Destination4], "dhcp_asked")];
            matches.extend(dhcp_ports(68, 67));
            rules.push(rule(matches, Action::Accept).counted().remark("1. DHCP, renewed"));
        }
        for permit in self.permits.iter().filter(|p| matches!(p.leg.leaves, Port::Local(_))) {
            let from = interface(self.net, self.site, permit.leg.enters).expect("input comes in by an interface");
            rules.extend(self.lines(permit, vec![is(Key::In, [named(&from)])], &|r| r.logged("etanche admin ")));
        }
        rules
    }

    /// IKE and ESP with declared peers (RFC 7296, RFC 3948).
    fn ike(&self, side: Key, peer: Key, own: Key) -> Vec<Rule> {
        let public = self.net.site(self.site).gateway.public.value;
        let ends = || vec![is(side, [named(&self.wan)]), within(&[peer], "peers"), is(own, [address(public)])];
        let mut ike = ends();
        ike.push(is(Key::UdpDport, [number(500), number(4500)]));
        let mut esp = ends();
        esp.push(is(Key::Protocol, [number(ESP)]));
        vec![
            rule(ike, Action::Accept).counted().remark("tunnels: IKE and ESP with declared peers"),
            rule(esp, Action::Accept).counted(),
        ]
    }

    fn output(&self) -> Chain {
        let mut rules = Vec::new();
        if !self.uids.is_empty() {
            rules.push(
                rule(vec![self.uid_match()], Action::Goto("processes".into()))
                    .remark("proxies have rights of their own, and no others"),
            );
        }
        rules.push(rule(vec![is(Key::Out, [named("lo")])], Action::Accept));
        if !self.links6.is_empty() {
            let said = is(Key::Icmp6Type, ND_SAID.map(number));
            let report = is(Key::Icmp6Type, [number(MLD_REPORT)]);
            rules.push(
                rule(vec![self.links6(Key::Out), said, is(Key::HopLimit, [number(255)])], Action::Accept)
                    .remark("neighbour discovery (RFC 4861) and listener reports (RFC 3810)"),
            );
            rules.push(rule(vec![self.links6(Key::Out), report, is(Key::HopLimit, [number(1)])], Action::Accept));
        }
        rules.extend(self.guard_out());
        rules.extend(self.connection_state());
        rules.extend(self.from_gateway());
        rules.push(final_deny("etanche output "));
        base("output", Kind::Filter, Hook::Output, 0, Policy::Drop, rules, "2. from the firewall")
    }

    fn uid_match(&self) -> Match {
        is(Key::Uid, self.uids.iter().map(|u| number(*u)))
    }

    fn from_gateway(&self) -> Vec<Rule> {
        let mut rules = Vec::new();
        if !self.peers.is_empty() {
            rules.extend(self.ike(Key::Out, Key::Destination4, Key::Source4));
        }
        if !self.net.site(self.site).served.is_empty() {
            let mut matches = vec![within(&[Key::Out, Key::Source4], "dhcp_server")];
            matches.extend(dhcp_ports(67, 68));
            rules.push(rule(matches, Action::Accept).counted().remark("2. DHCP answers"));
        }
        for permit in self.permits.iter().filter(|p| p.leg.enters == Port::Local(None)) {
            let to = interface(self.net, self.site, permit.leg.leaves).expect("output leaves by an interface");
            rules.extend(self.lines(permit, vec![is(Key::Out, [named(&to)])], &|r| r));
        }
        rules
    }

    /// Rights of the gateway's proxies, each by its uid and bound to its source address; the rest is refused them.
    fn processes(&self) -> Chain {
        let lo = rule(vec![is(Key::Out, [named("lo")])], Action::Drop).counted();
        let mut rules = vec![lo.remark("no way to the gateway itself, nor from one proxy to another")];
        rules.extend(self.guard_out());
        rules.extend(self.connection_state());
        for (id, process) in self.net.processes_of(self.site) {
            for permit in self.permits.iter().filter(|p| p.leg.enters == Port::Local(Some(id))) {
                let to = interface(self.net, self.site, permit.leg.leaves).expect("output leaves by an interface");
                let first = vec![is(Key::Uid, [number(u64::from(process.uid))]), is(Key::Out, [named(&to)])];
                rules.extend(self.lines(permit, first, &|r| r));
            }
        }
        rules.push(rule(Vec::new(), Action::Drop).logged("etanche proxy ").counted());
        called("processes", rules, "2. processes with rights of their own")
    }

    fn forward(&self) -> Chain {
        let mut rules = Vec::new();
        let tunnels: Vec<String> = self.tunnel_interfaces();
        if !tunnels.is_empty() {
            let out = is(Key::Out, tunnels.iter().map(|t| named(t)));
            rules.push(rule(vec![out], Action::ClampMss).remark("segments fit the tunnel (RFC 4459 §3.2)"));
        }
        rules.extend(self.guard_in());
        rules.extend(self.guard_out());
        rules.push(rule(vec![self.not_wan_in()], Action::Jump("anti_spoof".into())));
        rules.extend(self.old_tunnels(Hook::Forward));
        rules.extend(self.connection_state());
        let keys = vec![Key::In, Key::Out];
        rules.push(
            rule(vec![states(&[NEW])], Action::Dispatch { keys, map: "flows".into() })
                .remark("4. business flows, by (in, out) pair"),
        );
        rules.push(noise());
        rules.push(final_deny("etanche forward "));
        base("forward", Kind::Filter, Hook::Forward, 0, Policy::Drop, rules, "3 to 6. through the firewall")
    }

    fn tunnel_interfaces(&self) -> Vec<String> {
        let peers = self.net.tunnels_of(self.site);
        peers.map(|(_, peer, _)| crate::network::tunnel_interface(&self.net.site(peer).name)).collect()
    }

    /// Brownfield: what the selectors cover is let through, both ways, protected by IPsec.
    fn old_tunnels(&self, hook: Hook) -> Vec<Rule> {
        let mut rules = Vec::new();
        if hook != Hook::Forward {
            return rules;
        }
        for old in &self.net.site(self.site).old_tunnels {
            let cite = &self.net.origin(old.origin);
            for selector in &old.selectors {
                let (local, remote) = selector.value;
                let (src, dst) = address_keys(if is_family(&local, 4) { 4 } else { 6 });
                let ways = [
                    vec![
                        self.on_wan_out(),
                        is(src, [prefix(local)]),
                        is(dst, [prefix(remote)]),
                        is(Key::IpsecOut, [number(1)]),
                    ],
                    vec![
                        self.on_wan_in(),
                        is(src, [prefix(remote)]),
                        is(dst, [prefix(local)]),
                        is(Key::IpsecIn, [number(1)]),
                    ],
                ];
                for matches in ways {
                    rules.push(
                        rule(matches, Action::Accept)
                            .counted()
                            .remark(format!("existing tunnel {}", old.name))
                            .comment(format!("{} {}", cite.id, cite.cite)),
                    );
                }
            }
        }
        rules
    }

    /// The lines of one flow after its interfaces: one for each family and transport.
    fn lines(&self, permit: &Permit, first: Vec<Match>, finish: &dyn Fn(Rule) -> Rule) -> Vec<Rule> {
        let mut rules = Vec::new();
        for family in [4, 6] {
            let (src, dst) = address_keys(family);
            let source = of_family(&permit.leg.source, family);
            let Some(to) = self.destination(permit, family, dst) else { continue };
            if source.is_empty() {
                continue;
            }
            let mut matches = first.clone();
            matches.push(is(src, source));
            matches.extend(to);
            rules.extend(self.service_rules(permit, family, &matches, finish));
        }
        rules
    }

    fn service_rules(&self, permit: &Permit, family: u8, first: &[Match], finish: &dyn Fn(Rule) -> Rule) -> Vec<Rule> {
        let origin = self.net.origin(permit.origin);
        let lines = service_lines(permit.services, family).into_iter();
        lines
            .map(|service| {
                let mut matches = first.to_vec();
                matches.push(service);
                matches.extend(time(permit.window));
                let made = rule(matches, Action::Accept).counted().remark(origin.because.clone());
                finish(made.comment(format!("{} {}", origin.id, origin.cite)))
            })
            .collect()
    }

    /// Destination of a flow in one family; None when it has none there.
    fn destination(&self, permit: &Permit, family: u8, key: Key) -> Option<Vec<Match>> {
        if !permit.leg.internet {
            let nets = of_family(&permit.leg.destination, family);
            return (!nets.is_empty()).then(|| vec![is(key, nets)]);
        }
        let outside: Vec<IpNet> = self.net.region.public.iter().filter(|n| is_family(n, family)).copied().collect();
        let mut matches = vec![within(&[key], &format!("inside{family}")).not()];
        if !outside.is_empty() {
            matches.push(is(key, outside.into_iter().map(prefix)).not());
        }
        Some(matches)
    }

    /// The verdict map of (in, out) pairs, the sets it needs, and one chain for each kind of pair.
    fn forward_pairs(&self) -> (NamedSet, Vec<NamedSet>, Vec<Chain>) {
        let mut sets = Sets::default();
        let mut chains: Vec<Chain> = Vec::new();
        let mut elements: BTreeMap<(String, String), String> = BTreeMap::new();
        for group in self.groups() {
            let chain = format!("{}_to_{}", group.enters, group.leaves);
            for permit in &group.permits {
                let [enters, leaves] = [permit.leg.enters, permit.leg.leaves]
                    .map(|p| interface(self.net, self.site, p).expect("forwarded"));
                elements.insert((enters, leaves), chain.clone());
            }
            let rules = self.group_rules(&group, &mut sets);
            chains.push(called(&chain, rules, &format!("{} to {}", group.enters, group.leaves)));
        }
        let rows = elements.into_iter().map(|((a, b), chain)| (vec![named(&a), named(&b)], Action::Jump(chain)));
        let mut map = set("flows", &[Key::In, Key::Out], rows, "which chain decides for a pair of interfaces");
        map.is_map = true;
        (map, sets.made, chains)
    }

    /// Flows by kind of pair, in the order of the policy: at a centre all tunnels to schools are one kind.
    fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: Vec<Group> = Vec::new();
        for permit in self.permits.iter().filter(|p| p.leg.is_forwarded()) {
            let (enters, leaves) = (self.kind(permit.leg.enters), self.kind(permit.leg.leaves));
            match groups.iter_mut().find(|g| g.enters == enters && g.leaves == leaves) {
                Some(group) => group.permits.push(permit),
                None => groups.push(Group { enters, leaves, permits: vec![permit] }),
            }
        }
        groups
    }

    fn kind(&self, port: Port) -> String {
        match port {
            Port::Zone(z) => self.net.zone(z).name.to_string(),
            Port::Wan | Port::Local(_) => "wan".to_owned(),
            Port::Tunnel(t) => {
                let ends = self.net.tunnel(t).ends;
                let peer = self.net.site(if ends[0] == self.site { ends[1] } else { ends[0] });
                if peer.is_establishment { "schools".to_owned() } else { format!("site_{}", peer.name) }
            }
        }
    }

    fn group_rules(&self, group: &Group, sets: &mut Sets) -> Vec<Rule> {
        let many = [&group.enters, &group.leaves].map(|k| k == "schools");
        if many == [false, false] {
            return group.permits.iter().flat_map(|p| self.lines(p, Vec::new(), &|r| r)).collect();
        }
        let mut rules = Vec::new();
        for alike in alike(&group.permits) {
            for family in [4, 6] {
                rules.extend(self.shared_line(&alike, many, family, sets));
            }
        }
        rules
    }

    /// One line for the same flow of many schools: their sources (or destinations) are one set with their interfaces.
    fn shared_line(&self, alike: &[&Permit], many: [bool; 2], family: u8, sets: &mut Sets) -> Vec<Rule> {
        let (src, dst) = address_keys(family);
        let first = alike[0];
        let mut matches = Vec::new();
        let sides = [(Key::In, src, many[0]), (Key::Out, dst, many[1])];
        for (side, (port_key, key, shared)) in sides.into_iter().enumerate() {
            let nets = |p: &Permit| of_family(if side == 0 { &p.leg.source } else { &p.leg.destination }, family);
            if shared {
                let rows: Vec<Vec<Value>> = alike
                    .iter()
                    .flat_map(|p| {
                        let port = if side == 0 { p.leg.enters } else { p.leg.leaves };
                        let name = interface(self.net, self.site, port).expect("forwarded");
                        nets(p).into_iter().map(move |n| vec![named(&name), n])
                    })
                    .collect();
                if rows.is_empty() {
                    return Vec::new();
                }
                let set = sets.named(&set_name(self.net, first, side, family), &[port_key, key], rows);
                matches.push(within(&[port_key, key], &set));
            } else {
                let values = nets(first);
                if values.is_empty() {
                    return Vec::new();
                }
                matches.push(is(key, values));
            }
        }
        self.service_rules(first, family, &matches, &|r| r)
    }

    fn nat(&self) -> Chain {
        let mut rows: BTreeMap<(u8, Vec<IpNet>), (std::net::Ipv4Addr, &Permit)> = BTreeMap::new();
        for permit in &self.permits {
            if let Some(exit) = permit.leg.translated {
                let wide = permit.leg.source.iter().map(|n| 32 - n.prefix_len()).max().unwrap_or(0);
                rows.entry((wide, permit.leg.source.clone())).or_insert((exit, permit));
            }
        }
        let rules = rows.into_iter().map(|((_, source), (exit, permit))| {
            let origin = self.net.origin(permit.origin);
            let matches = vec![self.on_wan_out(), is(Key::Source4, source.into_iter().map(prefix))];
            rule(matches, Action::Snat(exit.into())).counted().comment(format!("{} {}", origin.id, origin.cite))
        });
        base(
            "exits",
            Kind::Nat,
            Hook::Postrouting,
            SRCNAT,
            Policy::Accept,
            rules.collect(),
            "public addresses that inside traffic leaves by",
        )
    }

    /// After translation: no inside source leaves in clear.
    fn leave(&self) -> Chain {
        let line = |key, set: &str| {
            rule(vec![self.on_wan_out(), within(&[key], set), is(Key::IpsecOut, [number(0)])], Action::Drop)
                .logged("etanche leave ")
                .counted()
        };
        let rules = vec![line(Key::Source4, "inside4"), line(Key::Source6, "inside6")];
        base(
            "leave",
            Kind::Filter,
            Hook::Postrouting,
            AFTER_SRCNAT,
            Policy::Accept,
            rules,
            "3. nothing leaves by the WAN in clear with an inside source",
        )
    }
}

/// Flows of one kind of pair.
struct Group<'p> {
    enters: String,
    leaves: String,
    permits: Vec<&'p Permit<'p>>,
}

/// Named sets made on the way; equal contents are one set.
#[derive(Default)]
struct Sets {
    made: Vec<NamedSet>,
}

impl Sets {
    fn named(&mut self, wanted: &str, keys: &[Key], rows: Vec<Vec<Value>>) -> String {
        let new = set(wanted, keys, rows.into_iter().map(|r| (r, Action::Continue)), "schools, each with its tunnel");
        if let Some(same) = self.made.iter().find(|s| s.keys == new.keys && s.entries == new.entries) {
            return same.name.clone();
        }
        let taken = |name: &str| self.made.iter().any(|s| s.name == name);
        let name = std::iter::once(wanted.to_owned())
            .chain((2..).map(|n| format!("{wanted}_{n}")))
            .find(|n| !taken(n))
            .expect("endless");
        self.made.push(NamedSet { name: name.clone(), ..new });
        name
    }
}

/// `pedago_of_schools4`: the zone of the schools' side.
fn set_name(net: &Network, permit: &Permit, side: usize, family: u8) -> String {
    let zone = if side == 0 { permit.sender.clone() } else { receiver(net, permit) };
    format!("{zone}_of_schools{family}")
}

fn receiver(net: &Network, permit: &Permit) -> String {
    let flow = net.flows.iter().find(|f| f.legs.iter().any(|l| std::ptr::eq(l, permit.leg)));
    let label = flow.map(|f| crate::network::label(net, &f.to)).unwrap_or_default();
    label.rsplit('.').next().unwrap_or_default().to_owned()
}

/// Flows that differ in the school only: same far side, services, time and zone name.
fn alike<'a>(permits: &[&'a Permit<'a>]) -> Vec<Vec<&'a Permit<'a>>> {
    let mut rows: Vec<Vec<&Permit>> = Vec::new();
    let same = |a: &Permit, b: &Permit| {
        let far = |p: &Permit| match (p.leg.enters, p.leg.leaves) {
            (Port::Tunnel(_), Port::Tunnel(_)) => None,
            (Port::Tunnel(_), _) => Some(p.leg.destination.clone()),
            _ => Some(p.leg.source.clone()),
        };
        far(a).is_some() && far(a) == far(b) && a.services == b.services && a.window == b.window && a.sender == b.sender
    };
    for permit in permits {
        match rows.iter_mut().find(|r| same(r[0], permit)) {
            Some(row) => row.push(permit),
            None => rows.push(vec![permit]),
        }
    }
    rows
}

fn noise() -> Rule {
    let ports = [(67, 68), (137, 138), (1900, 1900), (5353, 5353), (5355, 5355)];
    rule(vec![is(Key::UdpDport, ports.map(|(a, b)| Value::Numbers(a, b)))], Action::Drop)
        .counted()
        .remark("5. noise, not logged")
}

fn dhcp_ports(from: u64, to: u64) -> [Match; 2] {
    [is(Key::UdpSport, [number(from)]), is(Key::UdpDport, [number(to)])]
}

fn link_local() -> Ipv6Net {
    Ipv6Net::new(std::net::Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10).expect("a /10")
}

fn is_family(net: &IpNet, family: u8) -> bool {
    matches!(net, IpNet::V4(_)) == (family == 4)
}

fn of_family(nets: &[IpNet], family: u8) -> Vec<Value> {
    nets.iter().filter(|n| is_family(n, family)).map(|n| prefix(*n)).collect()
}

/// Whole seconds from the first to the last; open ends are 0 and the largest number.
fn time(window: Window) -> Option<Match> {
    if window == Window::ALWAYS {
        return None;
    }
    let second = |s: Option<i64>, open: u64| s.map_or(open, |s| u64::try_from(s).unwrap_or(0));
    let until = window.until.map(|u| u - 1);
    Some(is(Key::Time, [Value::Numbers(second(window.from, 0), second(until, u64::MAX))]))
}
