//! Sockets of the lab: frames in and out of a host's interface, packets a gateway kept or sent for itself, and the barrier.
//!
//! A socket is opened by a thread that is inside the namespace it belongs to; it stays there wherever the thread goes.

use std::net::{IpAddr, SocketAddrV4, SocketAddrV6};
use std::num::NonZeroU32;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicUsize, Ordering};

use nix::errno::Errno;
use nix::ifaddrs::getifaddrs;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::socket::{
    AddressFamily, LinkAddr, MsgFlags, SockFlag, SockProtocol, SockType, SockaddrIn, SockaddrIn6, bind, recvfrom, send,
    sendto, setsockopt, socket, sockopt,
};
use nix::unistd::{Pid, Uid, setfsuid};

use super::frames::{ETHERNET, Parsed};
use super::netns::Netns;

/// Room for what may arrive between two readings.
const BUFFER: usize = 32 << 20;
/// `sll_pkttype` of a frame that the interface's own side sent (packet(7)).
const OUTGOING: u8 = 4;

/// One end of a cable: sends frames and reads those that arrive.
pub(crate) struct Port {
    fd: OwnedFd,
}

impl Port {
    /// Opens an interface of the namespace the thread is in.
    pub(crate) fn open(interface: &str) -> Port {
        let fd = socket(AddressFamily::Packet, SockType::Raw, quiet(), SockProtocol::EthAll)
            .expect("root may open packet sockets");
        setsockopt(&fd, sockopt::RcvBufForce, &BUFFER).expect("root may enlarge a buffer");
        bind(fd.as_raw_fd(), &link_address(interface)).expect("an interface of ours can be bound");
        Port { fd }
    }

    pub(crate) fn send(&self, frame: &[u8]) {
        send(self.fd.as_raw_fd(), frame, MsgFlags::empty()).expect("a frame fits its cable");
    }

    /// Hands over each frame that arrived since the last call.
    pub(crate) fn drain(&self, mut each: impl FnMut(&[u8])) {
        let mut buffer = [0; 2048];
        loop {
            match recvfrom::<LinkAddr>(self.fd.as_raw_fd(), &mut buffer) {
                Ok((_, Some(from))) if from.pkttype() == OUTGOING => {}
                Ok((length, _)) => each(&buffer[..length]),
                Err(Errno::EAGAIN) => return,
                Err(error) => panic!("reading a port: {error}"),
            }
        }
    }
}

/// Packets of one protocol that a gateway accepted for itself: a raw IP socket gets its copy after the input hook.
pub(crate) struct Ear {
    fd: OwnedFd,
    v4: bool,
    proto: u8,
}

impl Ear {
    /// Listens in the namespace the thread is in.
    pub(crate) fn open(v4: bool, proto: u8) -> Ear {
        let fd = raw_socket(v4, proto);
        setsockopt(&fd, sockopt::RcvBufForce, &BUFFER).expect("root may enlarge a buffer");
        Ear { fd, v4, proto }
    }

    pub(crate) fn hears(&self, v4: bool, proto: u8) -> bool {
        self.v4 == v4 && self.proto == proto
    }

    /// Hands over each packet accepted since the last call. IPv6 sockets give no header: addresses are then unspecified.
    pub(crate) fn drain(&self, mut each: impl FnMut(&Parsed<'_>)) {
        let mut buffer = [0; 2048];
        loop {
            match rustix::net::recv(&self.fd, &mut buffer, rustix::net::RecvFlags::empty()) {
                Ok((_, length)) => {
                    if let Some(parsed) = self.parse(&buffer[..length]) {
                        each(&parsed);
                    }
                }
                Err(rustix::io::Errno::AGAIN) => return,
                Err(error) => panic!("reading a raw socket: {error}"),
            }
        }
    }

    fn parse<'a>(&self, bytes: &'a [u8]) -> Option<Parsed<'a>> {
        let nowhere = IpAddr::from([0u16; 8]);
        if self.v4 { Parsed::read(bytes) } else { Parsed::read_load(nowhere, nowhere, self.proto, 0, bytes) }
    }
}

/// Sends whole packets from a gateway itself, as a process of a numeric user would.
pub(crate) struct Mouth {
    v4: OwnedFd,
    v6: OwnedFd,
    uid: u32,
}

impl Mouth {
    /// Opens in the namespace the thread is in. The kernel takes a socket's user from its opener's file-system uid, which is the thread's own.
    pub(crate) fn open(uid: u32) -> Mouth {
        let before = setfsuid(Uid::from_raw(uid));
        let mouth = Mouth { v4: raw_socket(true, 255), v6: raw_socket(false, 255), uid };
        setfsuid(before);
        mouth
    }

    pub(crate) fn is_of(&self, uid: u32) -> bool {
        self.uid == uid
    }

    /// Sends an IP packet; a refusal by the output hook, or no route, is no error here: it is what a probe asks.
    pub(crate) fn send(&self, packet: &[u8], dst: IpAddr) {
        let sent = match dst {
            IpAddr::V4(dst) => {
                sendto(self.v4.as_raw_fd(), packet, &SockaddrIn::from(SocketAddrV4::new(dst, 0)), MsgFlags::empty())
            }
            IpAddr::V6(dst) => sendto(
                self.v6.as_raw_fd(),
                packet,
                &SockaddrIn6::from(SocketAddrV6::new(dst, 0, 0, 0)),
                MsgFlags::empty(),
            ),
        };
        match sent {
            Ok(_)
            | Err(
                Errno::EPERM
                | Errno::ENETUNREACH
                | Errno::EHOSTUNREACH
                | Errno::EACCES
                | Errno::EINVAL
                | Errno::ECONNREFUSED,
            ) => {}
            Err(error) => panic!("sending from the gateway: {error}"),
        }
    }
}

/// Knows when the kernel is done with every frame sent before.
///
/// Frames between virtual cables wait in one queue per processor, first in, first out; this thread keeps to one processor. A frame on a
/// cable of our own that comes back was queued behind all others; each turn covers one more crossing of the queue (host to gateway, gateway to host).
/// So "did not arrive" needs no timeout.
pub(crate) struct Barrier {
    _netns: Netns,
    near: Port,
    far: Port,
}

/// Crossings covered: two for a forwarded packet, two more for one that goes through `lo` or is answered.
const TURNS: usize = 4;
/// Ethernet type for local experiments (IEEE 802).
const EXPERIMENT: [u8; 2] = [0x88, 0xb5];

impl Barrier {
    /// Pins the calling thread, which must be the one that sends.
    pub(crate) fn new() -> Barrier {
        pin();
        let netns = Netns::new("bar");
        netns.ip("link add name near type veth peer name far\nlink set dev near up\nlink set dev far up");
        let (near, far) = {
            let _inside = netns.enter();
            (Port::open("near"), Port::open("far"))
        };
        Barrier { _netns: netns, near, far }
    }

    /// Returns when everything sent before has been delivered or dropped.
    pub(crate) fn wait(&self) {
        for _ in 0..TURNS {
            self.near.send(&[&[0xff; 12][..], &EXPERIMENT, &[0; 46]].concat());
            self.wait_for_one();
        }
    }

    fn wait_for_one(&self) {
        let mut back = false;
        while !back {
            self.far.drain(|frame| back |= frame.get(12..ETHERNET) == Some(&EXPERIMENT));
            if !back {
                let mut fds = [PollFd::new(self.far.fd.as_fd(), PollFlags::POLLIN)];
                match poll(&mut fds, PollTimeout::from(5000u16)) {
                    // A stopped and continued process: look again.
                    Err(Errno::EINTR) => {}
                    ready => assert!(ready.expect("poll") > 0, "the barrier did not come back within 5 s"),
                }
            }
        }
    }
}

/// How many threads have been pinned: the next one takes the next processor.
static PINNED: AtomicUsize = AtomicUsize::new(0);

/// Keeps the calling thread on one processor it may use: delivery between virtual cables is then in order.
fn pin() {
    let me = Pid::from_raw(0);
    let allowed = sched_getaffinity(me).expect("affinity can be read");
    let mine: Vec<usize> = (0..CpuSet::count()).filter(|&cpu| allowed.is_set(cpu) == Ok(true)).collect();
    let turn = PINNED.fetch_add(1, Ordering::Relaxed);
    let mut one = CpuSet::new();
    one.set(mine[turn % mine.len()]).expect("the processor exists");
    sched_setaffinity(me, &one).expect("a thread may keep to one of its processors");
}

fn quiet() -> SockFlag {
    SockFlag::SOCK_NONBLOCK | SockFlag::SOCK_CLOEXEC
}

fn link_address(interface: &str) -> LinkAddr {
    getifaddrs()
        .expect("interfaces can be listed")
        .filter(|found| found.interface_name == interface)
        .find_map(|found| found.address.and_then(|address| address.as_link_addr().copied()))
        .unwrap_or_else(|| panic!("no interface `{interface}` in this namespace"))
}

fn raw_socket(v4: bool, proto: u8) -> OwnedFd {
    use rustix::net::{AddressFamily, Protocol, SocketFlags, SocketType, socket_with};
    let family = if v4 { AddressFamily::INET } else { AddressFamily::INET6 };
    let proto = NonZeroU32::new(u32::from(proto)).map(Protocol::from_raw);
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    socket_with(family, SocketType::RAW, flags, proto).expect("root may open raw sockets")
}
