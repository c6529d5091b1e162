//! What was read back, against what was intended: exactly equal, or the first difference.
//!
//! One file a part of a device. Each takes the intent and what was read; each difference is a finding on the line of
//! the generated text, with the nearest line of the policy beside it.
