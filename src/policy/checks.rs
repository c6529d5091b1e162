//! What concerns several files.
use super::load::Draft;
use crate::diagnostics::Sink;
pub(crate) fn run(_draft: &Draft, _sink: &mut Sink) {}
