//! How long names may be: each becomes a part of something that holds so many bytes and no more.
//!
//! Told at the name people wrote, before anything is made of it.

use super::model::Name;
use super::names::is_told;
use super::reader::Reader;
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Span};

/// A bound, and where it comes from.
pub(crate) struct Limit {
    bytes: usize,
    /// What the name becomes: "it is ...".
    becomes: &'static str,
}

/// Any name.
pub(crate) const NAME: Limit =
    Limit { bytes: 32, becomes: "it is a part of file names, and of the names of rules and VLANs" };

/// A site of the centre.
pub(crate) const SITE: Limit =
    Limit { bytes: 12, becomes: "it is the end of an interface name, `xf-…`, which holds 15" };

/// A switch.
pub(crate) const SWITCH: Limit =
    Limit { bytes: 23, becomes: "with the UAI code before it, it is the switch's host name, which holds 32" };

/// A proxy of a gateway.
pub(crate) const PROCESS: Limit =
    Limit { bytes: 23, becomes: "it is the end of an account's name, `etanche-…`, which holds 31" };

/// The domain that peers are named in.
pub(crate) const IDENTITY: Limit =
    Limit { bytes: 238, becomes: "with a site before it, it is the name of a certificate's file, which holds 255" };

impl Reader<'_> {
    /// Tells a name that is longer than what it becomes.
    pub(crate) fn within(&mut self, name: &At<Name>, limit: &Limit) {
        if !is_told(&name.value) && name.value.as_str().len() <= NAME.bytes {
            self.at_most(name.value.as_str(), name.span, limit);
        }
    }

    /// The same for any text; false when it is too long.
    pub(crate) fn at_most(&mut self, text: &str, span: Span, limit: &Limit) -> bool {
        let is_short = text.len() <= limit.bytes;
        if !is_short {
            let says = format!("this name has {} bytes, {} at most", text.len(), limit.bytes);
            self.report(&codes::NAME_TOO_LONG, span, says, &format!("choose a shorter one: {}", limit.becomes));
        }
        is_short
    }
}
