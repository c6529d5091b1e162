//! What a packet is made of, for a filter: twelve fields, the range of each, the order in which diagrams test them.
//!
//! Gives numbers their names (families, states, protocols). It must not know what an interface or a user is called.

use super::interval::Interval;

/// One field of a packet, or of the circumstances in which a gateway sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Field {
    /// Address family: [`family::V4`] or [`family::V6`]. So an IPv4 packet is never the IPv6 packet of a mapped address.
    Family,
    /// What connection tracking says of the packet: see [`state`].
    State,
    /// Two bits: see [`ipsec`].
    Ipsec,
    /// Protocol number (IPv4) or last next-header (IPv6), IANA: see [`proto`].
    Proto,
    /// Interface of arrival, a number of the caller's: see [`iface`].
    In,
    /// Interface of departure, a number of the caller's: see [`iface`].
    Out,
    /// Numeric user of the process that sent the packet (output hook); free elsewhere.
    Uid,
    /// Time to live (RFC 791) or hop limit (RFC 8200).
    Hops,
    /// Destination address, as a number: 32 bits for IPv4, 128 for IPv6.
    Dst,
    /// Source address, as a number: 32 bits for IPv4, 128 for IPv6.
    Src,
    /// Destination port; for ICMP and ICMPv6, type * 256 + code; for other protocols 0.
    Dport,
    /// Source port; for protocols without ports 0.
    Sport,
}

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = 12;

    /// The order in which diagrams test the fields, and the only place that says it.
    ///
    /// Small domains first, the more specific address first: destination before source alone makes wide rule lists
    /// three to four times smaller.
    pub const ORDER: [Self; Self::COUNT] = [
        Self::Family,
        Self::State,
        Self::Ipsec,
        Self::Proto,
        Self::In,
        Self::Out,
        Self::Uid,
        Self::Hops,
        Self::Dst,
        Self::Src,
        Self::Dport,
        Self::Sport,
    ];

    const LEVELS: [u8; Self::COUNT] = levels();

    /// The greatest value of the field, in any family.
    #[must_use]
    pub const fn max(self) -> u128 {
        match self {
            Self::Family => family::V6,
            Self::State => state::RELATED_REPLY,
            Self::Ipsec => ipsec::ARRIVED | ipsec::LEAVES,
            Self::Proto | Self::Hops => u8::MAX as u128,
            Self::In | Self::Out | Self::Dport | Self::Sport => u16::MAX as u128,
            Self::Uid => u32::MAX as u128,
            Self::Dst | Self::Src => u128::MAX,
        }
    }

    /// Every value the field may have in some packet.
    #[must_use]
    pub const fn domain(self) -> Interval {
        Interval { lo: 0, hi: self.max() }
    }

    /// Position in [`Field::ORDER`].
    pub(super) const fn level(self) -> u8 {
        Self::LEVELS[self as usize]
    }

    /// The field at a position of [`Field::ORDER`]; `None` below the last one.
    pub(super) fn at(level: u8) -> Option<Self> {
        Self::ORDER.get(usize::from(level)).copied()
    }
}

/// The inverse of [`Field::ORDER`].
const fn levels() -> [u8; Field::COUNT] {
    let mut levels = [0; Field::COUNT];
    let mut at = 0;
    while at < Field::COUNT {
        levels[Field::ORDER[at] as usize] = at as u8;
        at += 1;
    }
    levels
}

/// Values of [`Field::Family`].
pub mod family {
    /// IPv4.
    pub const V4: u128 = 0;
    /// IPv6.
    pub const V6: u128 = 1;
    /// The greatest address of IPv4.
    pub const V4_MAX: u128 = u32::MAX as u128;
}

/// Values of [`Field::State`]: what Linux connection tracking calls a packet.
pub mod state {
    /// Opens a connection.
    pub const NEW: u128 = 0;
    /// Belongs to a connection that has seen packets both ways, and goes the way of its opener.
    pub const ESTABLISHED: u128 = 1;
    /// Belongs to no connection but is caused by one, the way of its opener: ICMP errors, helpers' expectations.
    pub const RELATED: u128 = 2;
    /// Exempt from tracking (`notrack`, IPv6 neighbour discovery).
    pub const UNTRACKED: u128 = 3;
    /// Tracking could make nothing of it.
    pub const INVALID: u128 = 4;
    /// [`ESTABLISHED`], the other way.
    pub const ESTABLISHED_REPLY: u128 = 5;
    /// [`RELATED`], the other way.
    pub const RELATED_REPLY: u128 = 6;

    /// The state without its direction: what `ct state` sees of it.
    #[must_use]
    pub const fn undirected(state: u128) -> u128 {
        match state {
            ESTABLISHED_REPLY => ESTABLISHED,
            RELATED_REPLY => RELATED,
            other => other,
        }
    }

    /// What `ct direction` sees of it: 0 the way of the opener, 1 the other way; nothing of what belongs to no connection.
    #[must_use]
    pub const fn direction(state: u128) -> Option<u128> {
        match state {
            NEW | ESTABLISHED | RELATED => Some(0),
            ESTABLISHED_REPLY | RELATED_REPLY => Some(1),
            _ => None,
        }
    }

    /// The words for a state, as nftables writes them.
    pub(crate) fn name(state: u128) -> &'static str {
        match state {
            NEW => "new",
            ESTABLISHED => "established",
            RELATED => "related",
            UNTRACKED => "untracked",
            ESTABLISHED_REPLY => "established, reply",
            RELATED_REPLY => "related, reply",
            _ => "invalid",
        }
    }
}

/// Bits of [`Field::Ipsec`].
pub mod ipsec {
    /// The packet arrived protected by IPsec (`meta ipsec exists` in nftables).
    pub const ARRIVED: u128 = 1;
    /// The packet will leave protected by IPsec (`rt ipsec exists` in nftables).
    pub const LEAVES: u128 = 2;
}

/// Conventional values of [`Field::In`] and [`Field::Out`]; the caller numbers the interfaces of one device from
/// [`iface::FIRST`].
pub mod iface {
    /// No interface: a packet the device sends has no arrival, one it keeps has no departure.
    pub const NONE: u128 = 0;
    /// Any interface nobody declared.
    pub const UNDECLARED: u128 = 1;
    /// The loopback.
    pub const LO: u128 = 2;
    /// The first number free for declared interfaces.
    pub const FIRST: u128 = 3;
}

/// Values of [`Field::Uid`].
pub mod uid {
    /// `(uid_t)-1`, which is no user's: for packets that no process of the device sent.
    pub const NONE: u128 = u32::MAX as u128;
}

/// Values of [`Field::Proto`] with a meaning here (IANA protocol numbers).
pub mod proto {
    /// ICMP (RFC 792).
    pub const ICMP: u128 = 1;
    /// TCP (RFC 9293).
    pub const TCP: u128 = 6;
    /// UDP (RFC 768).
    pub const UDP: u128 = 17;
    /// DCCP (RFC 4340).
    pub const DCCP: u128 = 33;
    /// GRE (RFC 2784).
    pub const GRE: u128 = 47;
    /// ESP (RFC 4303).
    pub const ESP: u128 = 50;
    /// AH (RFC 4302).
    pub const AH: u128 = 51;
    /// ICMPv6 (RFC 4443).
    pub const ICMPV6: u128 = 58;
    /// SCTP (RFC 9260).
    pub const SCTP: u128 = 132;
    /// UDP-Lite (RFC 3828).
    pub const UDPLITE: u128 = 136;

    /// The protocols whose packets have ports.
    pub const WITH_PORTS: [u128; 5] = [TCP, UDP, DCCP, SCTP, UDPLITE];
    /// The protocols whose packets have a type and a code.
    pub const WITH_TYPES: [u128; 2] = [ICMP, ICMPV6];
}

/// The values of [`Field::Dport`] for one type of ICMP or ICMPv6, whatever its code.
#[must_use]
pub fn icmp_type(kind: u8) -> Interval {
    let lo = u128::from(kind) << 8;
    Interval { lo, hi: lo | 0xff }
}
