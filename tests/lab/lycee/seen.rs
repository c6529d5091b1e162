//! Real connections of a machine of a private zone, to other sites and from them: each sees the other as the policy says.
//!
//! Sockets of this machine's kernel in namespaces around the generated gateway; a plain cable has the tunnel's name, so what
//! comes out of the gateway there is what would be in the tunnel.

use std::net::Ipv4Addr;

use etanche::network::zone_interface;

use super::super::netns::Netns;
use super::super::region::{Region, Written, region_with};
use super::published::{asked, greets};

const SCHOOL: &str = "policies/establishments/0000002C.yaml";
const WAIVERS: &str = "policies/waivers.yaml";
const MACHINE: &str = "hosts:
  cdi: { in: [pedago], ipv4: 172.17.4.10, seen_as: 10.128.34.10 }
flows:
  - allow: cdi -> csm.pedago on https
    because: catalogue commun
";
const WAIVER: &str = "- waiver: D-2027-009
  opens: pedago@0000001B -> cdi@0000002C on https
  reason: un seul catalogue pour les deux lycées
  owner: proviseur 0000001B
  signed: { by: rssi, on: 2026-09-01 }
  until: 2027-08-31
";

const OWN: Ipv4Addr = Ipv4Addr::new(172, 17, 4, 10);
const SEEN: Ipv4Addr = Ipv4Addr::new(10, 128, 34, 10);
/// A machine beside it, in the same zone.
const NEIGHBOUR: Ipv4Addr = Ipv4Addr::new(172, 17, 0, 77);
/// Of `csm.pedago`, and of `0000001B.pedago`.
const CENTRE: Ipv4Addr = Ipv4Addr::new(10, 0, 32, 10);
const PUPIL: Ipv4Addr = Ipv4Addr::new(10, 128, 0, 77);

const TRIES: usize = 3;

/// The gateway, the zone of the machine, and what is behind the tunnel.
struct Scene {
    _gateway: Netns,
    inside: Netns,
    beyond: Netns,
    /// The far ends of the other cables: without them the gateway loses addresses.
    _nobody: Netns,
}

impl Scene {
    fn new(region: &Region, written: &Written) -> Scene {
        let site = region.net.site(written.site);
        let zone = |name: &str| {
            let mut zones = site.zones.iter().map(|zone| region.net.zone(*zone));
            zones.find(|zone| zone.name.as_str() == name).expect("a zone")
        };
        let (pedago, devices) = (zone("pedago"), zone("mgmt"));
        let (gateway, inside, beyond) = (Netns::new("gw"), Netns::new("inside"), Netns::new("beyond"));
        let nobody = Netns::new("nobody");
        let link = zone_interface(&site.gateway.lan, pedago.vlan);
        for (number, own) in written.links().iter().map(|link| &link.name).enumerate() {
            let (there, end) = match own {
                own if *own == link => (&inside, "eth0".to_owned()),
                own if own == "xf-csm" => (&beyond, "eth0".to_owned()),
                _ => (&nobody, format!("n{number}")),
            };
            let name = there.name();
            gateway.ip(&format!("link add {own} type veth peer name {end} netns {name}\nlink set dev {own} up"));
            there.ip(&format!("link set dev {end} up"));
        }
        let length = pedago.v4.prefix_len();
        inside.ip(&format!("address add {OWN}/{length} dev eth0\naddress add {NEIGHBOUR}/{length} dev eth0"));
        inside.ip(&format!("route add default via {} src {OWN}", pedago.gateway4()));
        // An address of the gateway's that answers on the cable: a tunnel asks for none.
        let hop = format!("via {} dev eth0 onlink", devices.gateway4());
        beyond.ip(&format!("address add {CENTRE}/32 dev eth0\naddress add {PUPIL}/32 dev eth0"));
        beyond.ip(&format!("route add default {hop} src {PUPIL}"));
        gateway.ip(&written.ip_lines());
        gateway.nft(written.nft());
        gateway.sysctl("net/ipv4/ip_forward", "1");
        Scene { _gateway: gateway, inside, beyond, _nobody: nobody }
    }
}

#[test]
fn a_machine_of_a_private_zone_is_met_by_its_other_address_and_shows_it() {
    let region = region_with(&[(SCHOOL, MACHINE), (WAIVERS, WAIVER)]);
    let written = region.gateway("0000002C");
    let scene = Scene::new(&region, &written);
    greets(&scene.inside, OWN, 443);
    greets(&scene.inside, OWN, 8443);
    greets(&scene.beyond, CENTRE, 443);
    assert_eq!(met(&scene.inside, CENTRE), Some(SEEN.to_string()), "the centre sees the other address");
    assert_eq!(met(&scene.beyond, SEEN), Some(PUPIL.to_string()), "the machine sees who comes");
    assert_eq!(asked(&scene.beyond, SEEN, 8443), None, "another port");
    scene.inside.ip(&format!("route replace default via {} src {NEIGHBOUR}", gateway_of(&region, &written)));
    assert_eq!(asked(&scene.inside, CENTRE, 443), None, "a machine beside it");
}

/// Whom it says that it sees; asked again, for the first packets over new cables may be lost.
fn met(from: &Netns, to: Ipv4Addr) -> Option<String> {
    (0..TRIES).find_map(|_| asked(from, to, 443))
}

fn gateway_of(region: &Region, written: &Written) -> Ipv4Addr {
    let mut zones = region.net.site(written.site).zones.iter().map(|zone| region.net.zone(*zone));
    zones.find(|zone| zone.v4.contains(&OWN)).expect("its zone").gateway4()
}
