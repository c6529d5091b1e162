//! One thing that a device newly does, or no longer.

use super::class::Class;

/// More is possible than before, or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// Newly permitted; of a setting: it is there now.
    Opens,
    /// No longer permitted; of a setting: it was there.
    Closes,
    /// Of a setting or a route: it is another.
    Alters,
}

impl Way {
    /// The sign before its line.
    pub(super) fn sign(self) -> char {
        match self {
            Self::Opens => '+',
            Self::Closes => '-',
            Self::Alters => '~',
        }
    }
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A whole device.
    Devices,
    /// Packets that a filter lets pass.
    Packets,
    /// Packets that take another address.
    Translations,
    /// Requests that a proxy lets through.
    Requests,
    /// Where browsers go without their proxy.
    Browsers,
    /// VLANs on a switch's ports.
    Frames,
    /// What a tunnel carries.
    Selectors,
    /// Where packets are sent.
    Routes,
    /// Anything else that a device does.
    Settings,
}

impl Kind {
    /// The word that reports write.
    pub fn word(self) -> &'static str {
        match self {
            Self::Devices => "device",
            Self::Packets => "packets",
            Self::Translations => "translation",
            Self::Requests => "requests",
            Self::Browsers => "browsers",
            Self::Frames => "frames",
            Self::Selectors => "tunnel",
            Self::Routes => "route",
            Self::Settings => "setting",
        }
    }

    /// Neither permits nor refuses by itself.
    pub(super) fn is_setting(self) -> bool {
        matches!(self, Self::Settings | Self::Routes)
    }

    /// What stands between both ends in words.
    fn arrow(self) -> &'static str {
        if self == Self::Selectors { " = " } else { " -> " }
    }
}

/// Something that one device newly does, or no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// More, or less.
    pub way: Way,
    /// What it is about.
    pub kind: Kind,
    /// Who: `0000001B.pedago`; empty where there is no such thing.
    pub from: String,
    /// To whom: `csm.pupils`; empty where there is no such thing.
    pub to: String,
    /// What: `on proxy`.
    pub what: String,
    /// A packet or a request of it.
    pub example: Option<String>,
    /// When; None from the day that counts on.
    pub during: Option<String>,
    /// What a setting is to those who must approve it; what kinds alone say is not said here.
    pub weight: Class,
    /// The device's directory.
    pub device: String,
}

impl Change {
    /// `0000001B.pedago -> csm.pupils on proxy`.
    pub fn rule(&self) -> String {
        in_words(self.kind, &self.from, &self.to, &self.what)
    }

    /// A change without an example, from the day that counts on.
    pub(super) fn new(device: &str, way: Way, kind: Kind, what: impl Into<String>) -> Self {
        Self {
            way,
            kind,
            from: String::new(),
            to: String::new(),
            what: what.into(),
            example: None,
            during: None,
            weight: Class::Mixed,
            device: device.to_owned(),
        }
    }

    /// The same between two ends.
    pub(super) fn between(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.from = from.into();
        self.to = to.into();
        self
    }

    /// The same with an example.
    pub(super) fn such_as(mut self, example: impl Into<String>) -> Self {
        self.example = Some(example.into());
        self
    }

    /// The same with its weight.
    pub(super) fn weighing(mut self, weight: Class) -> Self {
        self.weight = weight;
        self
    }
}

/// Both ends, and what it is about.
pub(super) fn in_words(kind: Kind, from: &str, to: &str, what: &str) -> String {
    let ends = match (from.is_empty(), to.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("to {to}"),
        _ => format!("{from}{}{to}", kind.arrow()),
    };
    let gap = if ends.is_empty() || what.is_empty() || what.starts_with(',') { "" } else { " " };
    format!("{ends}{gap}{what}")
}
