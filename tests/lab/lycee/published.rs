//! Real connections to what a lycée publishes: from outside by its public address, on its port, and by no other way.
//!
//! Sockets of this machine's kernel in namespaces around the generated gateway: no packet is made by hand.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use etanche::network::{End, Flow, Published, zone_interface};

use super::super::netns::Netns;
use super::super::region::{Written, region};

/// Of the range for benchmarks (RFC 2544): somebody on the Internet.
const SOMEBODY: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 10);
/// Long enough for a connection inside one machine.
const PATIENCE: Duration = Duration::from_secs(3);

/// The gateway, the machine that it publishes, somebody outside and somebody inside.
struct Scene {
    _gateway: Netns,
    machine: Netns,
    outside: Netns,
    inside: Netns,
    address: IpAddr,
    published: Published,
    /// The far ends of the other cables: without them the gateway loses addresses.
    _nobody: Netns,
}

/// The flow of a site that is published.
fn flow(written: &Written) -> (&'static Flow, Published) {
    let here = |flow: &&Flow| flow.legs.iter().any(|leg| leg.site == written.site);
    let mut flows = region().net.flows.iter().filter(here);
    flows.find_map(|flow| Some((flow, flow.published?))).expect("the lycée publishes something")
}

impl Scene {
    fn new(written: &Written) -> Scene {
        let net = &region().net;
        let (flow, published) = flow(written);
        let End::Host(host) = flow.to else { panic!("a machine is published") };
        let host = &net.hosts[host.index()];
        let site = net.site(written.site);
        let zone = net.zone(host.zones[0]);
        let pedago = site.zones.iter().map(|z| net.zone(*z)).find(|z| z.name.as_str() == "pedago").expect("pupils");
        let name = |vlan| zone_interface(&site.gateway.lan, vlan);
        let (gateway, machine) = (Netns::new("gw"), Netns::new("machine"));
        let (outside, inside, nobody) = (Netns::new("outside"), Netns::new("inside"), Netns::new("nobody"));
        for (number, link) in written.links().iter().enumerate() {
            let peer = match &link.name {
                name if *name == site.gateway.wan => (&outside, "eth0".to_owned()),
                own if *own == name(zone.vlan) => (&machine, "eth0".to_owned()),
                own if *own == name(pedago.vlan) => (&inside, "eth0".to_owned()),
                _ => (&nobody, format!("n{number}")),
            };
            let (there, end) = (peer.0.name(), peer.1);
            gateway.ip(&format!(
                "link add {} type veth peer name {end} netns {there}\nlink set dev {} up",
                link.name, link.name
            ));
            peer.0.ip(&format!("link set dev {end} up"));
        }
        let address = host.addresses.iter().copied().find(IpAddr::is_ipv4).expect("an IPv4 address");
        let hop = site.gateway.next_hop;
        outside.ip(&format!("address add {hop}/24 dev eth0\naddress add {SOMEBODY}/32 dev lo"));
        let of =
            |nets: ipnet::Ipv4Net, address: IpAddr| format!("address add {address}/{} dev eth0", nets.prefix_len());
        machine.ip(&format!("{}\nroute add default via {}", of(zone.v4, address), zone.gateway4()));
        let pupil = IpAddr::V4((u32::from(pedago.v4.network()) + 77).into());
        inside.ip(&format!("{}\nroute add default via {}", of(pedago.v4, pupil), pedago.gateway4()));
        gateway.ip(&written.ip_lines());
        gateway.nft(written.nft());
        gateway.sysctl("net/ipv4/ip_forward", "1");
        Scene { _gateway: gateway, machine, outside, inside, address, published, _nobody: nobody }
    }

    fn greets(&self, port: u16) {
        greets(&self.machine, self.address, port);
    }
}

/// A machine that greets whoever connects to a port, with the address that it sees.
pub(super) fn greets(machine: &Netns, address: impl Into<IpAddr>, port: u16) {
    let listener = {
        let _there = machine.enter();
        TcpListener::bind(SocketAddr::new(address.into(), port)).expect("the machine's own address")
    };
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            let seen = stream.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
            drop(stream.write_all(seen.as_bytes()));
        }
    });
}

/// Whom the machine says that it sees; None when nothing answers.
pub(super) fn asked(from: &Netns, to: impl Into<IpAddr>, port: u16) -> Option<String> {
    let _there = from.enter();
    let mut stream = TcpStream::connect_timeout(&SocketAddr::new(to.into(), port), PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).expect("a time");
    let mut seen = String::new();
    stream.read_to_string(&mut seen).ok()?;
    Some(seen)
}

#[test]
fn a_published_service_is_reached_by_its_public_address_on_its_port_and_by_no_other_way() {
    let written = region().gateway("0000001B");
    let scene = Scene::new(&written);
    let site = region().net.site(written.site);
    scene.greets(443);
    scene.greets(8443);
    scene.outside.ip("route replace 198.51.100.0/24 dev eth0 src 198.18.0.10");
    let public = scene.published.at;
    assert_eq!(asked(&scene.outside, public, 443), Some(SOMEBODY.to_string()), "the machine sees who comes");
    assert_eq!(asked(&scene.outside, public, 8443), None, "another port");
    assert_eq!(asked(&scene.outside, site.gateway.public.value, 443), None, "the supervision address");
    for exit in &site.gateway.exits {
        assert_eq!(asked(&scene.outside, *exit, 443), None, "the exit");
    }
    assert_eq!(asked(&scene.inside, public, 443), None, "no way back in from inside");
    assert!(asked(&scene.inside, scene.address, 443).is_some(), "from inside, by the machine's own address");
}
