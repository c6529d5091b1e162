//! What names become: each is a part of something that holds so many bytes, and sometimes no capital letters.
//!
//! Told at the name people wrote, before anything is made of it.

use super::model::Name;
use super::names::is_told;
use super::reader::Reader;
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Span};

/// What a kind of names becomes.
pub(crate) struct Becomes {
    bytes: usize,
    /// What it is made into knows no difference between small letters and capitals, or no capitals at all.
    is_small: bool,
    /// "It is ...".
    says: &'static str,
}

const fn becomes(bytes: usize, is_small: bool, says: &'static str) -> Becomes {
    Becomes { bytes, is_small, says }
}

/// Any name.
pub(crate) const NAME: Becomes = becomes(32, false, "it is a part of file names, and of the names of rules and VLANs");

/// A site of the centre.
pub(crate) const SITE: Becomes = becomes(
    12,
    true,
    "it is the end of an interface name, `xf-…`, which holds 15 bytes, and the beginning of a domain name",
);

/// A switch.
pub(crate) const SWITCH: Becomes =
    becomes(23, false, "with the UAI code before it, it is the switch's host name, which holds 32 bytes");

/// A proxy of a gateway.
pub(crate) const PROCESS: Becomes =
    becomes(23, true, "it is the end of an account's name, `etanche-…`, which holds 31 bytes and no capital letters");

/// A web filter.
pub(crate) const FILTER: Becomes = becomes(
    16,
    true,
    "with `_allow_` and a UAI code it is the name of a list in Squid, which holds 31 bytes and knows no capital letters",
);

/// A category of web sites.
pub(crate) const CATEGORY: Becomes = becomes(
    27,
    true,
    "with `ut1_` before it, it is the name of a list in Squid, which holds 31 bytes and knows no capital letters",
);

/// The domain that peers are named in.
pub(crate) const IDENTITY: Becomes =
    becomes(238, false, "with a site before it, it is the name of a certificate's file, which holds 255 bytes");

impl Becomes {
    /// True for a text that it can be made of.
    pub(crate) fn holds(&self, text: &str) -> bool {
        text.len() <= self.bytes && !(self.is_small && text.bytes().any(|b| b.is_ascii_uppercase()))
    }
}

impl Reader<'_> {
    /// Tells a name that is longer than what it becomes, or that has letters it has not.
    pub(crate) fn within(&mut self, name: &At<Name>, limit: &Becomes) {
        let text = name.value.as_str();
        if is_told(&name.value) || text.len() > NAME.bytes {
            return;
        }
        self.at_most(text, name.span, limit);
        if limit.is_small && text.bytes().any(|b| b.is_ascii_uppercase()) {
            let help = format!("write `{}`: {}", text.to_lowercase(), limit.says);
            self.report(&codes::BAD_NAME, name.span, format!("`{text}` has capital letters"), &help);
        }
    }

    /// Tells a text that is too long.
    pub(crate) fn at_most(&mut self, text: &str, span: Span, limit: &Becomes) {
        if text.len() > limit.bytes {
            let says = format!("this name has {} bytes, {} at most", text.len(), limit.bytes);
            self.report(&codes::NAME_TOO_LONG, span, says, &format!("choose a shorter one: {}", limit.says));
        }
    }
}
