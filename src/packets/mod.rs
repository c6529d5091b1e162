//! Exact packet sets.
