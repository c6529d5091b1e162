//! What was read back, against what was intended: exactly equal, or the first difference.
//!
//! One file a part of a device. Each takes the intent and what was read; each difference is a finding on the line of
//! the generated text, with the nearest line of the policy beside it.

mod filter;
mod time;

pub(super) use filter::{Passing, ReadFilter, crossing, filter, passing};
pub(super) use time::time_cuts;

use super::readback::ReadDevice;
use crate::diagnostics::{Sink, Sources};
use crate::network::Network;

/// Everything but the packet filter, device by device.
pub(super) fn rest(_net: &Network, _devices: &[ReadDevice], _sources: &Sources, _sink: &mut Sink) {}
