//! A connection that a dated flow opened ends with it, both ways, at once; one beside it goes on.
//!
//! The kernel's clock cannot be set, so the gateway is given the same policy with its last day moved into the past: rules are
//! replaced in one transaction, and connections stay known.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use etanche::network::zone_interface;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::super::netns::Netns;
use super::super::region::{Region, Written, region_with};

const SCHOOL: &str = "policies/establishments/0000001B.yaml";
const MACHINE: Ipv4Addr = Ipv4Addr::new(10, 128, 5, 10);
const PUPIL: Ipv4Addr = Ipv4Addr::new(10, 128, 0, 77);
const DATED: u16 = 8443;
const ALWAYS: u16 = 9443;

/// Long enough for a packet inside one machine, and for a lost one that is sent again.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often the machine says something of its own.
const PULSE: Duration = Duration::from_millis(50);

/// The region with two flows more, the first from and until some days from today.
fn region_open(from: i64, until: i64) -> Region {
    let today = TimeZone::UTC.to_datetime(Timestamp::now()).date();
    let day = |days: i64| today.checked_add(days.days()).expect("a day near today");
    let lines = format!(
        "  - allow: pedago -> replique on tcp/{DATED}
    because: essai
    from: {}
    until: {}
  - allow: pedago -> replique on tcp/{ALWAYS}
    because: réplique locale
",
        day(from),
        day(until)
    );
    region_with(&[(SCHOOL, &lines)])
}

/// The gateway between a pupil and the machine.
struct Scene {
    gateway: Netns,
    pupil: Netns,
    machine: Netns,
    /// The far ends of the other cables: without them the gateway loses addresses.
    _nobody: Netns,
}

impl Scene {
    fn new(region: &Region, written: &Written) -> Scene {
        let (gateway, pupil, machine) = (Netns::new("gw"), Netns::new("pupil"), Netns::new("machine"));
        let nobody = Netns::new("nobody");
        let site = region.net.site(written.site);
        let zone = |address: Ipv4Addr| {
            let mut zones = site.zones.iter().map(|zone| region.net.zone(*zone));
            zones.find(|zone| zone.v4.contains(&address)).expect("its zone")
        };
        let ends = [(&pupil, PUPIL), (&machine, MACHINE)];
        for (number, own) in written.links().iter().map(|link| &link.name).enumerate() {
            let stands =
                |(_, address): &&(&Netns, Ipv4Addr)| zone_interface(&site.gateway.lan, zone(*address).vlan) == *own;
            let (there, end) = match ends.iter().find(stands) {
                Some((there, _)) => (*there, "eth0".to_owned()),
                None => (&nobody, format!("n{number}")),
            };
            let name = there.name();
            gateway.ip(&format!("link add {own} type veth peer name {end} netns {name}\nlink set dev {own} up"));
            there.ip(&format!("link set dev {end} up"));
        }
        for (there, address) in ends {
            let (length, hop) = (zone(address).v4.prefix_len(), zone(address).gateway4());
            there.ip(&format!("address add {address}/{length} dev eth0\nroute add default via {hop}"));
        }
        gateway.ip(&written.ip_lines());
        gateway.nft(written.nft());
        gateway.sysctl("net/ipv4/ip_forward", "1");
        Scene { gateway, pupil, machine, _nobody: nobody }
    }
}

/// One connection, which both ends keep open.
struct Line {
    stream: TcpStream,
    /// Bytes that the machine heard.
    heard: Arc<AtomicUsize>,
}

impl Line {
    /// The machine listens, the pupil connects; from then on the machine says something at every pulse.
    fn open(scene: &Scene, port: u16) -> Line {
        let to = SocketAddr::new(IpAddr::V4(MACHINE), port);
        let listener = {
            let _there = scene.machine.enter();
            TcpListener::bind(to).expect("the machine's own address")
        };
        let heard = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&heard);
        std::thread::spawn(move || serve(&listener, &count));
        let _there = scene.pupil.enter();
        Line { stream: TcpStream::connect_timeout(&to, PATIENCE).expect("a permitted connection"), heard }
    }

    /// The machine hears what the pupil says now.
    fn carries_there(&mut self) -> bool {
        let before = self.heard.load(Ordering::SeqCst);
        self.stream.write_all(b"x").expect("room in the pupil's own buffer");
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end && self.heard.load(Ordering::SeqCst) == before {
            std::thread::sleep(PULSE);
        }
        self.heard.load(Ordering::SeqCst) > before
    }

    /// The pupil hears what the machine says, beyond what had arrived already.
    fn carries_back(&mut self) -> bool {
        let mut buffer = [0; 4096];
        self.stream.set_nonblocking(true).expect("a socket");
        while matches!(listen(&mut self.stream, &mut buffer), Ok(1..)) {}
        self.stream.set_nonblocking(false).expect("a socket");
        self.stream.set_read_timeout(Some(PATIENCE)).expect("a time");
        match listen(&mut self.stream, &mut buffer) {
            Ok(bytes) => bytes > 0,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => false,
            Err(error) => panic!("the connection broke: {error}"),
        }
    }
}

/// Reads once. The kernel interrupts a read that has a time limit when the process is stopped and goes on: no word of the peer.
fn listen(stream: &mut TcpStream, buffer: &mut [u8]) -> std::io::Result<usize> {
    loop {
        match stream.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

fn serve(listener: &TcpListener, heard: &AtomicUsize) {
    let (mut stream, _) = listener.accept().expect("a connection");
    let mut reading = stream.try_clone().expect("a socket");
    std::thread::spawn(move || {
        while stream.write_all(b".").is_ok() {
            std::thread::sleep(PULSE);
        }
    });
    let mut byte = [0];
    while matches!(listen(&mut reading, &mut byte), Ok(1)) {
        heard.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_connection_of_a_dated_flow_is_cut_both_ways_when_its_days_are_over_and_no_other_is() {
    let (open, over) = (region_open(-10, 10), region_open(-20, -10));
    let (open, over) = ((open.gateway("0000001B"), open), over.gateway("0000001B"));
    let scene = Scene::new(&open.1, &open.0);
    let mut lines = [DATED, ALWAYS].map(|port| Line::open(&scene, port));
    for line in &mut lines {
        assert!(line.carries_there() && line.carries_back(), "within its days");
    }
    scene.gateway.nft(over.nft());
    let [dated, always] = &mut lines;
    assert!(!dated.carries_there(), "the opener's side after the last day");
    assert!(!dated.carries_back(), "the other side after the last day");
    assert!(always.carries_there() && always.carries_back(), "the flow beside it");
    scene.gateway.nft(open.0.nft());
    assert!(dated.carries_there() && dated.carries_back(), "the kernel knew it all the time: the rules cut it");
}
