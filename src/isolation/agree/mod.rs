//! What was read back, against what was intended: exactly equal, or the first difference.
//!
//! One file a part of a device. Each takes the intent and what was read; each difference is a finding on the line of
//! the generated text, with the nearest line of the policy beside it.

mod differences;
mod host;
mod tunnel;
mod web;

pub(in crate::isolation) use host::host;
pub(in crate::isolation) use tunnel::tunnel;
pub(in crate::isolation) use web::web;

#[cfg(test)]
mod roundtrip;
