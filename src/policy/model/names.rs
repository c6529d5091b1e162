//! Words and numbers that name things.

use std::fmt;
use std::sync::Arc;

/// A name people gave to a zone, host, proxy, service, profile, site, switch or port: `[A-Za-z0-9][A-Za-z0-9_-]*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// Wraps a text that the reader has already checked against the pattern.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// UAI code of an establishment: seven digits and a check letter (`"ABCDEFGHJKLMNPRSTUVWXYZ"[number mod 23]`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uai(Name);

impl Uai {
    /// Wraps a code whose letter the reader has already checked.
    pub fn new(text: &str) -> Self {
        Self(Name::new(text))
    }

    /// The code as a site name.
    pub fn name(&self) -> &Name {
        &self.0
    }
}

impl fmt::Display for Uai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// IEEE 802.1Q VLAN number, 1 to 4094.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VlanId(u16);

impl VlanId {
    /// None outside 1..=4094.
    pub fn new(number: u16) -> Option<Self> {
        (1..=4094).contains(&number).then_some(Self(number))
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}
