//! What people wrote: the source language, read into one checked [`Policy`] with a span on every value.
//!
//! Takes the files of a workspace; gives a `Policy` in which every name is declared somewhere, or diagnostics.
//! Knows no nftables, no packet set and no theorem. What needs profiles applied to establishments (overlaps,
//! containment, VLANs used twice, missing links) is found by `network`, which works on this model.

mod model;

pub use model::*;
