//! The texts of every device, read back.

use rayon::prelude::*;

use crate::config::{Bundle, FileSet, Loc};
use crate::diagnostics::{Sink, SourceId, Sources, Span};
use crate::dialects;
use crate::network::{Role, SiteId};

/// The files of one device, as they would be written.
#[derive(Debug, Clone)]
pub struct Output {
    /// Directory below the output: `0000001B/gateway`.
    pub path: String,
    /// Its site.
    pub site: SiteId,
    /// What it is.
    pub role: Role,
    /// Its target descriptor's name.
    pub target: String,
    /// Its files.
    pub files: FileSet,
}

/// Where the texts of one device stand among the sources of the run.
#[derive(Debug, Clone, Default)]
pub struct Places {
    files: Vec<SourceId>,
}

impl Places {
    /// The device's texts, in order.
    pub(super) fn texts<'s>(&self, sources: &'s Sources) -> impl Iterator<Item = &'s str> {
        self.files.iter().map(|source| sources.get(*source).text.as_str())
    }

    /// The whole line that something was read from; the first line of the first file when it was read from none.
    pub fn span(&self, at: Loc, sources: &Sources) -> Option<Span> {
        let source = self.files.get(at.file as usize)?;
        Some(sources.line_span(*source, at.line.max(1) as usize))
    }
}

/// One device as its texts make it.
#[derive(Debug, Clone)]
pub struct ReadDevice {
    /// Directory below the output.
    pub path: String,
    /// Its site.
    pub site: SiteId,
    /// What it is.
    pub role: Role,
    /// What it does.
    pub bundle: Bundle,
    /// Where its texts stand.
    pub places: Places,
}

/// Reads every device, several at a time; None when one of them holds something that its readers do not know. Gives them
/// site by site.
pub fn read(outputs: &[Output], sources: &mut Sources, sink: &mut Sink) -> Option<Vec<ReadDevice>> {
    let added: Vec<Vec<SourceId>> = outputs.iter().map(|o| dialects::add(&o.files, &o.path, sources)).collect();
    let one = |(output, files): (&Output, Vec<SourceId>)| {
        let mut found = Sink::default();
        let bundle = dialects::read_added(&output.files, &files, &mut found);
        let device = bundle.map(|bundle| ReadDevice {
            path: output.path.clone(),
            site: output.site,
            role: output.role,
            bundle,
            places: Places { files },
        });
        (device, found)
    };
    let read: Vec<(Option<ReadDevice>, Sink)> = outputs.par_iter().zip(added).map(one).collect();
    let mut all = Vec::new();
    for (device, found) in read {
        sink.append(found);
        all.extend(device);
    }
    let is_whole = all.len() == outputs.len();
    all.sort_by_key(|device| device.site);
    is_whole.then_some(all)
}

/// The devices of one site, of all site by site.
pub(super) fn at_site(devices: &[ReadDevice], site: SiteId) -> &[ReadDevice] {
    let first = devices.partition_point(|device| device.site < site);
    let end = devices.partition_point(|device| device.site <= site);
    &devices[first..end]
}
