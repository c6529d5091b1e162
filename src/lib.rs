//! etanche: a network policy compiler that writes nothing it has not proved on the very text it is about to write.

pub mod against;
pub mod compile;
pub mod config;
pub mod diagnostics;
pub mod dialects;
pub mod diff;
pub mod explain;
pub mod graph;
pub mod intent;
pub mod isolation;
pub mod junit;
pub mod network;
pub mod packets;
pub mod pipeline;
pub mod policy;
pub mod render;
pub mod rights;
pub mod verify;
