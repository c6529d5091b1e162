//! When flows hold: windows, and epochs between the dates of the policy.

/// A span of time in epoch seconds: first second included, last excluded; None is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Window {
    /// First second.
    pub from: Option<i64>,
    /// First second after it.
    pub until: Option<i64>,
}

impl Window {
    /// Always.
    pub const ALWAYS: Self = Self { from: None, until: None };

    /// True when the other one is a part of it.
    pub fn covers(self, other: Self) -> bool {
        let begins = self.from.is_none_or(|f| other.from.is_some_and(|o| f <= o));
        begins && self.until.is_none_or(|u| other.until.is_some_and(|o| o <= u))
    }

    /// True when the instant lies in it.
    pub fn contains(self, instant: i64) -> bool {
        self.from.is_none_or(|f| f <= instant) && self.until.is_none_or(|u| instant < u)
    }
}

/// A span of time in which no permit begins or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    /// Its extent.
    pub window: Window,
    /// `from 2027-06-14 until 2027-07-02`, as people read it.
    pub title: String,
}

impl Epoch {
    /// An instant inside it.
    pub fn instant(&self) -> i64 {
        self.window.from.or(self.window.until.map(|u| u - 1)).unwrap_or(0)
    }

    /// The same as a device's clock shows it: seconds since 1970, and no date of a policy is before.
    pub fn clock(&self) -> u64 {
        u64::try_from(self.instant()).unwrap_or(0)
    }
}
