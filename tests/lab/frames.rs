//! Bytes of packets: what a probe looks like on the wire, and what a received packet tells.
//!
//! Every packet carries a *mark*, a number that comes back wherever the packet, its answer or an error about it is seen:
//! TCP sequence number, UDP and ICMP payload, the unused word of an ICMP error.
//! Marks of openers are multiples of 4; the answer to opener `m` is marked `m + 2`, so `m + 1` and `m + 3` are free for TCP acknowledgements.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Protocol numbers (IANA).
pub(crate) const ICMP: u8 = 1;
pub(crate) const TCP: u8 = 6;
pub(crate) const UDP: u8 = 17;
pub(crate) const ICMP6: u8 = 58;
/// TCP flags.
pub(crate) const SYN: u8 = 0x02;
pub(crate) const RST: u8 = 0x04;
pub(crate) const ACK: u8 = 0x10;
/// Ethernet header: destination, source, type.
pub(crate) const ETHERNET: usize = 14;

/// What follows the IP header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Body {
    Tcp {
        sport: u16,
        dport: u16,
        flags: u8,
    },
    Udp {
        sport: u16,
        dport: u16,
    },
    /// ICMP over IPv4, ICMPv6 over IPv6.
    Icmp {
        kind: u8,
        code: u8,
    },
    /// Any other protocol number that is not an IPv6 extension header.
    Other(u8),
}

/// A packet without its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Header {
    pub(crate) src: IpAddr,
    pub(crate) dst: IpAddr,
    pub(crate) body: Body,
    pub(crate) hop_limit: u8,
}

/// A packet as read: its header, and the two numbers that may hold a mark.
pub(crate) struct Parsed<'a> {
    pub(crate) header: Header,
    /// Where the sender of such a packet writes its mark.
    pub(crate) mark: u32,
    /// TCP: the acknowledgement number.
    pub(crate) ack: u32,
    /// ICMP errors: the packet they are about.
    pub(crate) quote: &'a [u8],
}

impl Header {
    /// The protocol number.
    pub(crate) fn proto(&self) -> u8 {
        match self.body {
            Body::Tcp { .. } => TCP,
            Body::Udp { .. } => UDP,
            Body::Icmp { .. } if self.src.is_ipv4() => ICMP,
            Body::Icmp { .. } => ICMP6,
            Body::Other(proto) => proto,
        }
    }

    /// The IP packet of an opener.
    pub(crate) fn opener(&self, mark: u32) -> Vec<u8> {
        let ack = if has(self.body, ACK) { mark + 3 } else { 0 };
        self.packet(mark, ack, echo_id(mark), &[])
    }

    /// The IP packet that answers `opener`, a packet this header was made from by [`Parsed::answer`].
    pub(crate) fn answer(&self, opener: u32) -> Vec<u8> {
        self.packet(opener + 2, opener + 1, echo_id(opener), &[])
    }

    /// The IPv4 packet with this load, whatever it is.
    pub(crate) fn carrying(&self, load: &[u8]) -> Vec<u8> {
        let (IpAddr::V4(src), IpAddr::V4(dst)) = (self.src, self.dst) else { panic!("an IPv4 packet") };
        let mut packet = self.header4(src, dst, u16::try_from(load.len()).expect("probes are short"));
        packet.extend(load);
        packet
    }

    /// The IP packet of an ICMP error about the packet whose bytes are `quote`.
    pub(crate) fn error(&self, mark: u32, quote: &[u8]) -> Vec<u8> {
        self.packet(mark, 0, [0; 4], quote)
    }

    fn packet(&self, mark: u32, ack: u32, id: [u8; 4], quote: &[u8]) -> Vec<u8> {
        let mut load = self.payload(mark, ack, id, quote);
        self.fill_checksum(&mut load);
        let length = u16::try_from(load.len()).expect("probes are short");
        let mut packet = match (self.src, self.dst) {
            (IpAddr::V4(src), IpAddr::V4(dst)) => self.header4(src, dst, length),
            (IpAddr::V6(src), IpAddr::V6(dst)) => self.header6(src, dst, length),
            (src, dst) => panic!("a packet has one family: {src} -> {dst}"),
        };
        packet.append(&mut load);
        packet
    }

    fn payload(&self, mark: u32, ack: u32, id: [u8; 4], quote: &[u8]) -> Vec<u8> {
        let mark = mark.to_be_bytes();
        match self.body {
            Body::Tcp { sport, dport, flags } => {
                let ports = [sport.to_be_bytes(), dport.to_be_bytes()].concat();
                [&ports[..], &mark, &ack.to_be_bytes(), &[0x50, flags, 4, 0, 0, 0, 0, 0]].concat()
            }
            Body::Udp { sport, dport } => {
                let ports = [sport.to_be_bytes(), dport.to_be_bytes()].concat();
                [&ports[..], &[0, 12, 0, 0], &mark].concat()
            }
            Body::Icmp { kind, code } if self.is_error(kind) => [&[kind, code, 0, 0][..], &mark, quote].concat(),
            // With these zeros a redirect, the longest message of neighbour discovery, is whole.
            Body::Icmp { kind, code } => [&[kind, code, 0, 0][..], &id, &mark, &[0; 32]].concat(),
            Body::Other(_) => [&[0; 4][..], &mark, &[0; 8]].concat(),
        }
    }

    /// Whether an ICMP type is an error, which quotes a packet.
    fn is_error(&self, kind: u8) -> bool {
        if self.src.is_ipv4() { matches!(kind, 3 | 4 | 5 | 11 | 12) } else { kind < 128 }
    }

    fn fill_checksum(&self, load: &mut [u8]) {
        let at = match self.body {
            Body::Tcp { .. } => 16,
            Body::Udp { .. } => 6,
            Body::Icmp { .. } => 2,
            Body::Other(_) => return,
        };
        let sum = match (self.src, self.dst, self.proto()) {
            (_, _, ICMP) => checksum(&[load]),
            (IpAddr::V4(src), IpAddr::V4(dst), proto) => {
                checksum(&[&src.octets(), &dst.octets(), &tail(proto, load), load])
            }
            (IpAddr::V6(src), IpAddr::V6(dst), proto) => {
                checksum(&[&src.octets(), &dst.octets(), &tail(proto, load), load])
            }
            _ => return,
        };
        let sum = if sum == 0 { 0xffff } else { sum };
        load[at..at + 2].copy_from_slice(&sum.to_be_bytes());
    }

    fn header4(&self, src: Ipv4Addr, dst: Ipv4Addr, length: u16) -> Vec<u8> {
        let length = (20 + length).to_be_bytes();
        let mut header = vec![0x45, 0, length[0], length[1], 0, 0, 0x40, 0, self.hop_limit, self.proto(), 0, 0];
        header.extend(src.octets());
        header.extend(dst.octets());
        let sum = checksum(&[&header]).to_be_bytes();
        header[10..12].copy_from_slice(&sum);
        header
    }

    fn header6(&self, src: Ipv6Addr, dst: Ipv6Addr, length: u16) -> Vec<u8> {
        let length = length.to_be_bytes();
        let mut header = vec![0x60, 0, 0, 0, length[0], length[1], self.proto(), self.hop_limit];
        header.extend(src.octets());
        header.extend(dst.octets());
        header
    }
}

impl<'a> Parsed<'a> {
    /// Reads an IP packet; `None` if it is not one, or too short.
    pub(crate) fn read(packet: &'a [u8]) -> Option<Parsed<'a>> {
        match packet.first()? >> 4 {
            4 => {
                let src = IpAddr::from(*packet.get(12..)?.first_chunk::<4>()?);
                let dst = IpAddr::from(*packet.get(16..)?.first_chunk::<4>()?);
                let load = packet.get(usize::from(packet[0] & 15) * 4..)?;
                Parsed::read_load(src, dst, packet[9], packet[8], load)
            }
            6 => {
                let src = IpAddr::from(*packet.get(8..)?.first_chunk::<16>()?);
                let dst = IpAddr::from(*packet.get(24..)?.first_chunk::<16>()?);
                Parsed::read_load(src, dst, packet[6], packet[7], packet.get(40..)?)
            }
            _ => None,
        }
    }

    /// Reads what follows an IP header.
    pub(crate) fn read_load(src: IpAddr, dst: IpAddr, proto: u8, hop_limit: u8, load: &'a [u8]) -> Option<Parsed<'a>> {
        let body = match proto {
            TCP => Body::Tcp { sport: short(load, 0)?, dport: short(load, 2)?, flags: *load.get(13)? },
            UDP => Body::Udp { sport: short(load, 0)?, dport: short(load, 2)? },
            ICMP if src.is_ipv4() => Body::Icmp { kind: *load.first()?, code: *load.get(1)? },
            ICMP6 if src.is_ipv6() => Body::Icmp { kind: *load.first()?, code: *load.get(1)? },
            other => Body::Other(other),
        };
        let header = Header { src, dst, body, hop_limit };
        let error = matches!(body, Body::Icmp { kind, .. } if header.is_error(kind));
        let at = match body {
            Body::Udp { .. } => 8,
            Body::Icmp { .. } if !error => 8,
            _ => 4,
        };
        let ack = if proto == TCP { word(load, 8)? } else { 0 };
        let quote = if error { load.get(8..)? } else { &[] };
        Some(Parsed { header, mark: word(load, at)?, ack, quote })
    }

    /// The header of an answer to this packet.
    pub(crate) fn answer(&self) -> Header {
        let body = match self.header.body {
            Body::Tcp { sport, dport, .. } => Body::Tcp { sport: dport, dport: sport, flags: SYN | ACK },
            Body::Udp { sport, dport } => Body::Udp { sport: dport, dport: sport },
            Body::Icmp { kind, code } => Body::Icmp { kind: answering(self.header.proto(), kind), code },
            other => other,
        };
        Header { src: self.header.dst, dst: self.header.src, body, hop_limit: 64 }
    }
}

/// The ICMP type that answers a request.
fn answering(proto: u8, kind: u8) -> u8 {
    match (proto, kind) {
        (ICMP, 8) => 0,
        (ICMP, 13 | 15 | 17) | (ICMP6, 128 | 133 | 135) => kind + 1,
        _ => kind,
    }
}

/// Whether a body is TCP with this flag.
pub(crate) fn has(body: Body, flag: u8) -> bool {
    matches!(body, Body::Tcp { flags, .. } if flags & flag != 0)
}

/// Identifier and sequence number of an echo request: one pair a mark.
fn echo_id(mark: u32) -> [u8; 4] {
    (mark / 4).rotate_left(16).to_be_bytes()
}

/// The end of a pseudo-header: enough of it for both families, for zeros add nothing.
fn tail(proto: u8, load: &[u8]) -> [u8; 4] {
    let length = u16::try_from(load.len()).expect("probes are short").to_be_bytes();
    [0, proto, length[0], length[1]]
}

/// The Internet checksum of parts, all but the last of even length.
fn checksum(parts: &[&[u8]]) -> u16 {
    let words = parts.iter().flat_map(|part| part.chunks(2));
    let sum: u64 = words.map(|pair| u64::from(pair[0]) << 8 | pair.get(1).map_or(0, |&low| u64::from(low))).sum();
    let folded = sum % 0xffff;
    !u16::try_from(folded).expect("a remainder below 2^16")
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}
