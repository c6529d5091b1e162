//! Pages whose examples are no text that one could put into a file, or need more around them: the suite tries them.

/// The code, and what its examples are.
pub(crate) const ELSEWHERE: &[(&str, &str)] = &[];
