//! "Nothing is written unproven" bites for every dialect: templates that are subtly wrong, generated texts with one
//! small change each.
//!
//! `cargo test --release --test mutants -- --nocapture` prints the score of each dialect.

#![expect(clippy::disallowed_macros, reason = "the score of each dialect is printed for who reads the run")]

#[path = "mutants/changes.rs"]
mod changes;
#[path = "mutants/harmless.rs"]
mod harmless;
#[path = "nft_reader/loads.rs"]
mod loads;
#[path = "mutants/region.rs"]
mod region;
#[path = "mutants/sweep.rs"]
mod sweep;
#[path = "mutants/taken.rs"]
mod taken;
#[path = "mutants/templates.rs"]
mod templates;
#[path = "common/texts.rs"]
mod texts;
