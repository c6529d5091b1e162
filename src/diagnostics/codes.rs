//! The table of codes: one row each, with its page. One file an area.

use super::Code;

pub mod host;
pub mod isolation;
pub mod lint;
pub mod network;
pub mod policy;
pub mod readback;
pub mod render;
pub mod time;

/// Every code, area by area; sorted and unique inside an area.
pub static AREAS: &[&[&Code]] =
    &[host::ALL, isolation::ALL, lint::ALL, network::ALL, policy::ALL, readback::ALL, render::ALL, time::ALL];

/// Every code of every area, sorted by name.
pub fn all() -> Vec<&'static Code> {
    let mut all: Vec<&Code> = AREAS.iter().flat_map(|area| area.iter().copied()).collect();
    all.sort_by_key(|code| code.name);
    all
}

/// Writes an area's rows and their list in one place, so that no row can be forgotten.
macro_rules! codes {
    ($($name:ident = $severity:ident $code:literal { says: $says:literal, wrong: $wrong:literal, right: $right:literal, basis: $basis:literal $(,)? })*) => {
        $(
            #[doc = $says]
            pub static $name: $crate::diagnostics::Code = $crate::diagnostics::Code {
                name: $code,
                severity: $crate::diagnostics::Severity::$severity,
                says: $says,
                wrong: $wrong,
                right: $right,
                basis: $basis,
            };
        )*
        /// Every code of this area.
        pub static ALL: &[&$crate::diagnostics::Code] = &[$(&$name),*];
    };
}
pub(crate) use codes;
