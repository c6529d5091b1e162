//! Where differences are told: on the line of the generated text, with the nearest line of the policy beside it.

use std::collections::BTreeSet;
use std::fmt::Display;

use crate::config::Loc;
use crate::diagnostics::{Code, Diagnostic, Sink, SourceId, Sources, Span};
use crate::isolation::ReadDevice;
use crate::network::{Network, OriginId, Site};

/// The way out of every difference.
const HELP: &str = "the template, this program or a hand edit is wrong: nothing is written";

/// One device under comparison.
pub(super) struct Differences<'a> {
    /// What was declared.
    pub(super) net: &'a Network,
    /// What was read back.
    pub(super) device: &'a ReadDevice,
    sources: &'a Sources,
    sink: &'a mut Sink,
}

impl<'a> Differences<'a> {
    pub(super) fn new(net: &'a Network, device: &'a ReadDevice, sources: &'a Sources, sink: &'a mut Sink) -> Self {
        Self { net, device, sources, sink }
    }

    /// The device's site.
    pub(super) fn site(&self) -> &'a Site {
        self.net.site(self.device.site)
    }

    /// The line that something was read from. What stands on no line is at the head of a device's only file, or at the
    /// site's declaration.
    pub(super) fn at(&self, loc: Loc) -> Span {
        let is_somewhere = loc.line > 0 || self.texts().nth(1).is_none();
        let span = self.device.places.span(loc, self.sources).filter(|_| is_somewhere);
        span.unwrap_or(self.site().span)
    }

    /// The first line of a file that begins with a text; its first line when none does.
    pub(super) fn line(&self, file: &str, begins: &str) -> Span {
        let Some(source) = self.file(file) else {
            return self.site().span;
        };
        let text = &self.sources.get(source).text;
        let line = text.lines().position(|l| l.trim_start().starts_with(begins)).unwrap_or(0);
        self.sources.line_span(source, line + 1)
    }

    fn file(&self, name: &str) -> Option<SourceId> {
        let path = format!("{}/{name}", self.device.path);
        self.texts().find(|source| self.sources.get(*source).path == path)
    }

    fn texts(&self) -> impl Iterator<Item = SourceId> {
        (0..).map_while(|file| Some(self.device.places.span(Loc { file, line: 1 }, self.sources)?.source))
    }

    /// The device's files, below its directory.
    pub(super) fn files(&self) -> BTreeSet<String> {
        let below = format!("{}/", self.device.path);
        let paths = self.texts().map(|source| self.sources.get(source).path.as_str());
        paths.map(|path| path.strip_prefix(&below).unwrap_or(path).to_owned()).collect()
    }

    /// Tells one difference.
    pub(super) fn tell(&mut self, code: &'static Code, span: Span, message: impl Into<String>) {
        self.tell_beside(code, span, message, None);
    }

    /// Tells one difference, with the line of the policy that intends it otherwise.
    pub(super) fn tell_beside(
        &mut self,
        code: &'static Code,
        span: Span,
        message: impl Into<String>,
        policy: Option<Span>,
    ) {
        let mut found = Diagnostic::new(code, span, message);
        if let Some(policy) = policy.filter(|p| *p != span) {
            found = found.other(policy, "nearest line of the policy");
        }
        self.sink.push(found.help(HELP));
    }

    /// The line of the policy behind an origin.
    pub(super) fn origin(&self, id: Option<OriginId>) -> Option<Span> {
        id.map(|id| self.net.origin(id).span)
    }
}

/// The first thing that only what was read has, and the first that only the intent has, in words: `has address
/// 10.0.0.2/24, not 10.0.0.1/24`.
pub(super) fn apart<T: Ord + Display>(does: &str, read: &BTreeSet<T>, intended: &BTreeSet<T>) -> Option<String> {
    match (read.difference(intended).next(), intended.difference(read).next()) {
        (None, None) => None,
        (Some(extra), Some(missing)) => Some(format!("{does} {extra}, not {missing}")),
        (Some(extra), None) => Some(format!("{does} {extra}, which the policy does not say")),
        (None, Some(missing)) => Some(format!("must be one that {does} {missing}, and is not")),
    }
}
