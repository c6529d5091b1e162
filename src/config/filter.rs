//! A packet filter as chains of first-match rules, with named sets and verdict maps.

use ipnet::IpNet;
use serde::Serialize;
use std::net::IpAddr;

use super::Loc;

/// A whole ruleset: the only table of the device (DESIGN §2 (3)).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// Named sets and verdict maps, in the order written.
    pub sets: Vec<NamedSet>,
    /// Base chains and others, in the order written.
    pub chains: Vec<Chain>,
}

/// A named set, or a verdict map when its entries carry actions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedSet {
    /// Its name.
    pub name: String,
    /// What an entry is made of; more than one key is a concatenation.
    pub keys: Vec<Key>,
    /// Its entries.
    pub entries: Vec<Entry>,
    /// True for a verdict map.
    pub is_map: bool,
    /// A line for the reader, written above it.
    pub remark: Option<String>,
    /// Where it was read.
    pub at: Loc,
}

/// One entry of a set or map: one value for each key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// One value a key.
    pub values: Vec<Value>,
    /// What a verdict map does with it; `Continue` in a set.
    pub action: Action,
    /// Where it was read.
    pub at: Loc,
}

/// What a match looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Key {
    /// Interface a packet came in by.
    In,
    /// Interface it leaves by.
    Out,
    /// Address family, [`Value::Numbers`] 4 or 6.
    Family,
    /// IPv4 source address; implies IPv4.
    Source4,
    /// IPv6 source address; implies IPv6.
    Source6,
    /// IPv4 destination address; implies IPv4.
    Destination4,
    /// IPv6 destination address; implies IPv6.
    Destination6,
    /// Transport protocol number (IANA).
    Protocol,
    /// TCP destination port; implies TCP.
    TcpDport,
    /// TCP source port; implies TCP.
    TcpSport,
    /// UDP destination port; implies UDP.
    UdpDport,
    /// UDP source port; implies UDP.
    UdpSport,
    /// Destination port of whatever transport (the first two bytes after the source port): only sound beside a `Protocol` match.
    AnyDport,
    /// ICMP type (RFC 792).
    IcmpType,
    /// ICMPv6 type (RFC 4443).
    Icmp6Type,
    /// Connection state: 0 new, 1 established, 2 related, 3 untracked, 4 invalid.
    State,
    /// Direction in its connection: 0 original, 1 reply; implies that it has one.
    Direction,
    /// 1 when the packet arrived protected by IPsec, 0 when it did not.
    IpsecIn,
    /// 1 when the packet's route will protect it by IPsec, 0 when not.
    IpsecOut,
    /// Numeric user id of the local process that sent it.
    Uid,
    /// IPv6 hop limit; implies IPv6.
    HopLimit,
    /// Seconds since 1970-01-01 UTC at which the packet passes.
    Time,
}

/// What a key is compared with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Value {
    /// Interface name, whole.
    Interface(String),
    /// A prefix; a single address is a prefix of full length.
    Net(IpNet),
    /// Addresses from the first to the second, both included.
    Addresses(IpAddr, IpAddr),
    /// A number, or numbers from the first to the second, both included.
    Numbers(u64, u64),
}

impl Value {
    /// A single number.
    pub fn number(n: impl Into<u64>) -> Self {
        let n = n.into();
        Self::Numbers(n, n)
    }
}

/// One condition of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    /// What is looked at; more than one key is a concatenation.
    pub keys: Vec<Key>,
    /// What it must (or must not) be.
    pub values: Values,
    /// True for `!=`.
    pub negated: bool,
}

/// Values written in place, or the name of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Values {
    /// Alternatives; each holds one value a key.
    Inline(Vec<Vec<Value>>),
    /// A named set.
    Named(String),
}

/// What a rule does with a packet that all its matches accept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Action {
    /// Nothing but counting or logging; the next rule follows.
    Continue,
    /// Lets it pass this base chain.
    Accept,
    /// Drops it silently.
    Drop,
    /// Drops it with an answer.
    Reject,
    /// Goes through another chain, and comes back when that one decides nothing.
    Jump(String),
    /// Goes through another chain and does not come back.
    Goto(String),
    /// Ends this chain.
    Return,
    /// Looks up the keys in a verdict map; without an entry the next rule follows.
    Dispatch {
        /// What is looked at.
        keys: Vec<Key>,
        /// The named map.
        map: String,
    },
    /// The same with entries written in place.
    DispatchInline {
        /// What is looked at.
        keys: Vec<Key>,
        /// The entries.
        entries: Vec<Entry>,
    },
    /// Source address translation.
    Snat(IpAddr),
    /// Source address translation to the outgoing interface's address.
    Masquerade,
    /// Destination translation, with another port or the same.
    Dnat(IpAddr, Option<u16>),
    /// Lowers the TCP maximum segment size to the path's (RFC 4459 §3.2); decides nothing.
    ClampMss,
}

/// A log line, rate-limited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Log {
    /// Text before the packet.
    pub prefix: String,
    /// Lines a second at most; None when not limited.
    pub per_second: Option<u32>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// All must hold.
    pub matches: Vec<Match>,
    /// Logs first. A rule whose log is limited still acts on every packet: it is written as two lines.
    pub log: Option<Log>,
    /// Counts packets.
    pub counter: bool,
    /// What it does.
    pub action: Action,
    /// The comment kept with the rule (128 bytes at most): rule id and source line.
    pub comment: Option<String>,
    /// Why, on a line above it; not kept by the kernel.
    pub remark: Option<String>,
    /// Where it was read.
    pub at: Loc,
}

/// A list of rules, attached to a hook or called by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// Its name.
    pub name: String,
    /// Where the kernel calls it; None when only other chains do.
    pub base: Option<Base>,
    /// Its rules.
    pub rules: Vec<Rule>,
    /// A line for the reader, written above it.
    pub remark: Option<String>,
    /// Where it was read.
    pub at: Loc,
}

/// Attachment of a base chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Base {
    /// Filter or NAT.
    pub kind: Kind,
    /// Point in the packet's way.
    pub hook: Hook,
    /// Chains of one hook run by rising priority; an accept ends only its own chain.
    pub priority: i32,
    /// What happens at its end.
    pub policy: Policy,
}

/// Kind of a base chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Kind {
    /// Decides.
    Filter,
    /// Rewrites the first packet of a connection.
    Nat,
}

/// Point in the packet's way (netfilter hooks of the IP families).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Hook {
    /// Before routing.
    Prerouting,
    /// Towards the device itself.
    Input,
    /// Through the device.
    Forward,
    /// From the device itself.
    Output,
    /// After routing.
    Postrouting,
}

impl Hook {
    /// The priority at which the kernel translates here, whatever that of a nat chain is: it orders nat chains among
    /// themselves only (measured; `NF_IP_PRI_NAT_DST`, `NF_IP_PRI_NAT_SRC`). None where nothing is translated.
    #[must_use]
    pub const fn translation(self) -> Option<i32> {
        match self {
            Self::Prerouting | Self::Output => Some(-100),
            Self::Input | Self::Postrouting => Some(100),
            Self::Forward => None,
        }
    }
}

/// End of a base chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Policy {
    /// Passes.
    Accept,
    /// Dropped.
    Drop,
}
