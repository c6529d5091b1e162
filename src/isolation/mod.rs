//! The proof: what was read back means exactly what was intended, and the theorems hold on it.
//!
//! Takes the texts that are about to be written, the network and its epochs; gives a [`Proven`], which nobody else can
//! make and without which nothing is written, or a [`Refusal`]. It reads the bytes back itself and never sees the
//! policy: source lines come through [`crate::network::Origin`] ids. Audit and compile take this one path.
//!
//! - `readback` texts to what devices do; `agree` what they do against what was intended
//! - `segment` broadcast domains; `reach` who can open to whom, packet by packet; `graph` closures over both
//! - `spaces` the parts of the proof, one an establishment
//! - `waived` which steps exist by a derogation; `idle` which derogations no theorem needs
//! - `theorems` one file each; `claim` what is claimed and how it ended; `blame` which line to show
//! - `world` what was read back, for those who ask why
//! - `certificate` files and facts to theorems; `write` the only way to a disk

mod agree;
mod blame;
mod certificate;
mod claim;
mod facts;
mod gates;
mod graph;
mod idle;
mod origins;
mod prove;
mod proven;
mod published;
mod reach;
mod readback;
mod segment;
mod spaces;
mod theorems;
mod told;
mod unwritten;
mod waived;
mod world;
mod write;

pub use certificate::{ASSUMPTIONS, certificate, digest};
pub use claim::{Claim, Level, Source, Target, Theorem, Verdict, listed};
pub use facts::facts;
pub use prove::{prove, prove_epoch};
pub use proven::{Held, Proven, Refusal, Tally};
pub use reach::Node;
pub use readback::{Output, Places, ReadDevice, read};
pub use spaces::{Division, Method};
pub use world::{Joint, Openings, World};
pub use write::{CERTIFICATE, MANIFEST, OutDir, WriteError, Written, expected, write};
