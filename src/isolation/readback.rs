//! The texts of every device, read back.

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

/// Reads every device; None when one of them holds something that its readers do not know.
pub fn read(outputs: &[Output], sources: &mut Sources, sink: &mut Sink) -> Option<Vec<ReadDevice>> {
    let mut all = Vec::new();
    let mut whole = true;
    for output in outputs {
        let before = sources.iter().count();
        let bundle = dialects::read(&output.files, &output.path, sources, sink);
        let files = sources.iter().skip(before).map(|(id, _)| id).collect();
        match bundle {
            Some(bundle) => all.push(ReadDevice {
                path: output.path.clone(),
                site: output.site,
                role: output.role,
                bundle,
                places: Places { files },
            }),
            None => whole = false,
        }
    }
    whole.then_some(all)
}
