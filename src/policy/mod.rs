//! What people wrote: the source language, read into one checked [`Policy`] with a span on every value.
//!
//! Takes the files of a workspace; gives a `Policy` in which every name is declared somewhere, or diagnostics.
//! Knows no nftables, no packet set and no theorem. What needs profiles applied to establishments (overlaps,
//! containment, VLANs used twice, missing links) is found by `network`, which works on this model.

mod accepts;
mod categories;
mod centre;
mod characters;
mod checks;
mod contradictions;
mod dates;
mod delegated;
mod establishment;
mod experiment;
mod expr;
mod grammar;
mod habits;
mod interfaces;
mod kinds;
mod layer4;
mod lengths;
mod load;
mod machines;
mod model;
mod names;
mod parts;
mod profile;
mod reader;
mod region;
pub mod rights;
mod scalars;
mod schema;
mod security;
mod services;
mod shape;
mod suites;
mod switch;
mod tree;
mod unmanaged;
mod waiver;
mod zones;

pub use load::load;
pub use model::*;
pub use schema::schema;
