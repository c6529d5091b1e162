//! The nftables reader and the meaning of what it reads, against texts, the kernel, and a second road to the verdicts.
//!
//! `nft_reader/gateway.nft` is a ruleset such as an expert would write. The tests of the kernel need root and `nft`.

#[path = "mutants/changes.rs"]
mod changes;
#[path = "nft_reader/common.rs"]
mod common;
#[path = "nft_reader/kernel.rs"]
mod kernel;
#[path = "nft_reader/laxer.rs"]
mod laxer;
#[path = "nft_reader/loads.rs"]
mod loads;
#[path = "nft_reader/meaning.rs"]
mod meaning;
#[path = "nft_reader/misread.rs"]
mod misread;
#[path = "nft_reader/mutants.rs"]
mod mutants;
#[path = "nft_reader/naive.rs"]
mod naive;
#[path = "nft_reader/random.rs"]
mod random;
#[path = "nft_reader/reading.rs"]
mod reading;
#[path = "nft_reader/refusals.rs"]
mod refusals;
#[path = "nft_reader/sweep.rs"]
mod sweep;
