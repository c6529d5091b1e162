//! One word for a change, by which a gate decides.

use std::fmt;

/// What a change is to those who must approve it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Nothing changed.
    None,
    /// Texts changed, and mean the same.
    TextOnly,
    /// Own lists of an establishment, inside what the security policy leaves open (annexe III).
    DelegatedList,
    /// Less is permitted, nothing more.
    Narrower,
    /// More is permitted, nothing less.
    Wider,
    /// More here, less there; or a setting is another.
    Mixed,
    /// Topology, addressing or VPN: the Region approves (convention, art. 13).
    Architecture,
}

impl Class {
    /// All of them, the least first.
    pub const ALL: [Self; 7] =
        [Self::None, Self::TextOnly, Self::DelegatedList, Self::Narrower, Self::Wider, Self::Mixed, Self::Architecture];

    /// The word that reports and gates write.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::TextOnly => "text-only",
            Self::DelegatedList => "delegated-list",
            Self::Narrower => "narrower",
            Self::Wider => "wider",
            Self::Mixed => "mixed",
            Self::Architecture => "architecture",
        }
    }

    /// Both at the same time.
    pub(super) fn and(self, other: Self) -> Self {
        match (self.min(other), self.max(other)) {
            (Self::DelegatedList | Self::Narrower, Self::Wider) => Self::Mixed,
            (Self::DelegatedList, Self::Narrower) => Self::Mixed,
            (_, greater) => greater,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
