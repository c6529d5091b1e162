//! Exact packet sets: what a filter accepts, what a rewrite makes of it, and a packet that shows it.
//!
//! Takes products of intervals over the fields of a packet ([`FieldProduct`]); gives sets ([`PacketSet`]) of one
//! arena ([`Space`]) in which two sets are equal exactly when their numbers are. A set is an interval decision
//! diagram: one node tests one field, its edges are intervals, equal nodes are one node.
//!
//! - `field` what a packet is made of, and the order of the diagram; `interval`, `product` what rules write
//! - `arena` nodes interned under a budget; `space` the universe of valid packets
//! - `ops` union, intersection, difference, and the questions that build nothing; `image` rewriting (NAT)
//! - `list` which rule of a first-match list decides; `copy` sets from another space
//! - `witness`, `boxes`, `measure`, `packet` what people are shown
//!
//! It must know no school, no device, no dialect: interface numbers and users mean what the caller says.

mod arena;
mod boxes;
mod copy;
mod field;
mod image;
mod interval;
mod list;
mod measure;
mod open;
mod ops;
mod packet;
mod product;
mod space;
mod witness;

#[cfg(test)]
mod tests;

pub use arena::{Limits, OverBudget};
pub use field::{Field, family, icmp_type, iface, ipsec, proto, state, uid};
pub use image::ImageError;
pub use interval::{Interval, IntervalSet};
pub use list::Decision;
pub use open::{ICMP_WORDS, open_on};
pub use packet::Packet;
pub use product::FieldProduct;
pub use space::{PacketSet, Space};
