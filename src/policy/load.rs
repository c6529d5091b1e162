//! From the files of a workspace to a policy, or to everything that is wrong with them.
//!
//! Each file is read by itself; what concerns several files is checked at the end, and a file that could not be
//! read silences the checks that would only repeat it.

use std::collections::{BTreeMap, BTreeSet};

use super::checks;
use super::model::{
    Centre, Delegated, Establishment, Experiment, Name, Policy, Profile, Region, Security, Uai, Unmanaged, Waiver,
};
use super::reader::{Field, Reader};
use super::rights::Holder;
use super::services::Services;
use super::shape::Shape;
use super::tree::{self, Kind as NodeKind};
use super::unmanaged::is_unmanaged;
use super::{centre, delegated, establishment, experiment, profile, region, security, services, waiver};
use crate::diagnostics::codes::policy as codes;
use crate::diagnostics::{At, Diagnostic, Sink, SourceId, Sources, Span, nearest};

/// Kinds of files, by where they stand under the workspace's root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FileKind {
    Region,
    Security,
    Services,
    Waivers,
    Experiments,
    Centre,
    Profile,
    Establishment,
    Delegated,
}

/// One kind of file.
pub(crate) struct FileRow {
    pub(crate) kind: FileKind,
    /// As one writes it, `*` for what the file is about.
    pub(crate) path: &'static str,
    pub(crate) shape: Shape,
    /// Who merges it: one holder a file (DESIGN §4).
    pub(crate) holder: Holder,
    pub(crate) says: &'static str,
}

const fn row(kind: FileKind, path: &'static str, shape: Shape, holder: Holder, says: &'static str) -> FileRow {
    FileRow { kind, path, shape, holder, says }
}

/// Every kind of file.
pub(crate) static FILES: &[FileRow] = &[
    row(
        FileKind::Region,
        "region.yaml",
        Shape::Struct(&region::REGION),
        Holder::Region,
        "the plan and the wide-area networks",
    ),
    row(
        FileKind::Security,
        "security.yaml",
        Shape::Struct(&security::SECURITY),
        Holder::Academy,
        "classes, isolation, web filters, delegation",
    ),
    row(
        FileKind::Services,
        "services.yaml",
        Shape::Struct(&services::FILE),
        Holder::Operator,
        "services and cryptographic suites",
    ),
    row(FileKind::Waivers, "waivers.yaml", waiver::REGISTER, Holder::Academy, "the register of derogations"),
    row(
        FileKind::Experiments,
        "experiments.yaml",
        experiment::EXPERIMENTS,
        Holder::Region,
        "the register of experiments",
    ),
    row(
        FileKind::Centre,
        "centre/*.yaml",
        Shape::Struct(&centre::CENTRE),
        Holder::Operator,
        "a site of the centre or of the academy",
    ),
    row(
        FileKind::Profile,
        "profiles/*.yaml",
        Shape::Struct(&profile::PROFILE),
        Holder::Operator,
        "what establishments of a kind share",
    ),
    row(
        FileKind::Establishment,
        "establishments/*.yaml",
        Shape::Struct(&establishment::ESTABLISHMENT),
        Holder::Operator,
        "one establishment",
    ),
    row(
        FileKind::Delegated,
        "delegated/*.yaml",
        Shape::Struct(&delegated::DELEGATED),
        Holder::Establishment,
        "what an establishment's network manager says",
    ),
];

/// The policy while files are being read.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) region: Option<Region>,
    pub(crate) security: Option<Security>,
    pub(crate) services: Option<Services>,
    pub(crate) waivers: Vec<Waiver>,
    pub(crate) experiments: Vec<Experiment>,
    pub(crate) centres: BTreeMap<Name, Centre>,
    pub(crate) profiles: BTreeMap<Name, Profile>,
    pub(crate) establishments: BTreeMap<Uai, Establishment>,
    pub(crate) unmanaged: BTreeMap<Uai, Unmanaged>,
    pub(crate) delegated: BTreeMap<Uai, Delegated>,
    /// Files, by kind and by the name they go by, that exist but could not be read.
    pub(crate) broken: BTreeSet<(FileKind, String)>,
}

/// Reads all files of a workspace: `root` is the part of their paths that leads to it (`policies`, or nothing).
///
/// Gives no policy when an error was found; every error of every file is then in the sink.
pub fn load(files: Vec<(String, String)>, root: &str, sources: &mut Sources, sink: &mut Sink) -> Option<Policy> {
    let mut found = Sink::default();
    let files = add_sorted(files, sources);
    let mut draft = Draft::default();
    for (id, path) in &files {
        let text = &sources.get(*id).text;
        match placed(path, root) {
            Some((row, stem)) => read_file(row, stem, *id, text, &mut draft, &mut found),
            None => found.push(unknown_file(*id, path, root, text)),
        }
    }
    missing_files(&files, root, sources, &mut found);
    nobody(&draft, &mut found);
    experiment::place(&mut draft);
    checks::run(&draft, &mut found);
    let has_errors = found.has_errors();
    sink.append(found);
    if has_errors { None } else { finish(draft) }
}

/// Adds files in the order of their paths, so that nothing depends on who listed them.
fn add_sorted(mut files: Vec<(String, String)>, sources: &mut Sources) -> Vec<(SourceId, String)> {
    files.sort();
    files.into_iter().map(|(path, text)| (sources.add(path.clone(), text), path)).collect()
}

/// The part of a path below the root.
fn below<'p>(path: &'p str, root: &str) -> &'p str {
    path.strip_prefix(root.trim_end_matches('/')).map_or(path, |rest| rest.trim_start_matches('/'))
}

/// The kind of a file, and its name without folder and ending.
fn placed<'p>(path: &'p str, root: &str) -> Option<(&'static FileRow, &'p str)> {
    let path = below(path, root);
    FILES.iter().find_map(|row| {
        let Some((before, after)) = row.path.split_once('*') else {
            return (row.path == path).then_some((row, path));
        };
        let stem = path.strip_prefix(before)?.strip_suffix(after)?;
        (!stem.is_empty() && !stem.contains('/')).then_some((row, stem))
    })
}

fn read_file(row: &'static FileRow, stem: &str, id: SourceId, text: &str, draft: &mut Draft, sink: &mut Sink) {
    let is_read = tree::parse(id, text, sink).is_some_and(|node| {
        let place = match &node.kind {
            NodeKind::Map(entries) => entries.first().map_or(node.span, |e| e.key_span),
            _ => node.span,
        };
        let path = row.path.replace('*', stem);
        let root = Field { key: &path, place, shape: &row.shape, node: &node, is_item: false };
        let mut reader = Reader { text, sink };
        reader.file(row.kind, stem, root, draft)
    });
    if !is_read {
        draft.broken.insert((row.kind, stem.to_owned()));
    }
}

impl Reader<'_> {
    /// Reads one file into the draft; false when there is nothing to keep.
    fn file(&mut self, kind: FileKind, stem: &str, root: Field<'_>, draft: &mut Draft) -> bool {
        match kind {
            FileKind::Region => keep(&mut draft.region, self.region(root)),
            FileKind::Security => keep(&mut draft.security, self.security(root)),
            FileKind::Services => keep(&mut draft.services, self.services_file(root)),
            FileKind::Waivers => {
                draft.waivers = self.register(root, Self::waiver);
                true
            }
            FileKind::Experiments => {
                draft.experiments = self.register(root, Self::experiment);
                true
            }
            FileKind::Centre => self.centre(root).is_some_and(|c| {
                self.named_after(stem, &c.site);
                draft.centres.insert(Name::new(stem), c);
                true
            }),
            FileKind::Profile => self.profile(root).is_some_and(|p| {
                self.named_after(stem, &p.name);
                draft.profiles.insert(Name::new(stem), p);
                true
            }),
            FileKind::Establishment if is_unmanaged(root) => self.unmanaged(root).is_some_and(|e| {
                self.named_after(stem, &e.uai.clone().map(|u| u.name().clone()));
                draft.unmanaged.insert(Uai::new(stem), e);
                true
            }),
            FileKind::Establishment => self.establishment(root).is_some_and(|e| {
                self.named_after(stem, &e.uai.clone().map(|u| u.name().clone()));
                draft.establishments.insert(Uai::new(stem), e);
                true
            }),
            FileKind::Delegated => self.delegated(root).is_some_and(|d| {
                self.named_after(stem, &d.uai.clone().map(|u| u.name().clone()));
                draft.delegated.insert(Uai::new(stem), d);
                true
            }),
        }
    }

    /// Tells a file whose name is not the name inside.
    fn named_after(&mut self, stem: &str, inside: &At<Name>) {
        if inside.value.as_str() == stem || super::names::is_told(&inside.value) {
            return;
        }
        let says = format!("this file is called `{stem}.yaml` but speaks of `{}`", inside.value);
        let help =
            format!("write `{stem}` here, or rename it to `{}.yaml` if no other file is called that", inside.value);
        self.report(&codes::FILE_NAME, inside.span, says, &help);
    }
}

fn keep<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    *place = value;
    place.is_some()
}

/// The first line of a file, where there is no better place.
fn first_line(id: SourceId, text: &str) -> Span {
    let length = text.find(['\n', '\r']).unwrap_or(text.len());
    Span { source: id, start: 0, end: length }
}

fn unknown_file(id: SourceId, path: &str, root: &str, text: &str) -> Diagnostic {
    let path = below(path, root);
    let folder = path.split('/').next().unwrap_or(path);
    let known = FILES.iter().map(|row| row.path.split('/').next().unwrap_or(row.path));
    let says = format!("a workspace has no file `{path}`");
    let found = Diagnostic::new(&codes::UNKNOWN_FILE, first_line(id, text), says);
    let list: Vec<String> = FILES.iter().map(|row| format!("`{}`", row.path)).collect();
    match nearest(folder, known).filter(|near| *near != folder) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!("files of a workspace are {}", list.join(", "))),
    }
}

/// Tells each file that every workspace has and this one has not.
fn missing_files(files: &[(SourceId, String)], root: &str, sources: &mut Sources, sink: &mut Sink) {
    for row in FILES.iter().take(3) {
        if files.iter().any(|(_, path)| below(path, root) == row.path) {
            continue;
        }
        let path = format!("{root}/{}", row.path);
        let id = sources.add(path.trim_start_matches('/'), "");
        let says = format!("this workspace has no `{}`", row.path);
        sink.push(
            Diagnostic::new(&codes::MISSING_FILE, first_line(id, ""), says)
                .help(format!("write it: it holds {}", row.says)),
        );
    }
}

/// Without an establishment every theorem would hold, of nobody.
fn nobody(draft: &Draft, sink: &mut Sink) {
    let has_broken = draft.broken.iter().any(|(kind, _)| *kind == FileKind::Establishment);
    let Some(region) = draft.region.as_ref().filter(|_| draft.establishments.is_empty() && !has_broken) else {
        return;
    };
    let says = format!("region `{}` has no establishment: nothing would be proved", region.name.value);
    sink.push(
        Diagnostic::new(&codes::NO_ESTABLISHMENT, region.name.span, says)
            .help("write one file an establishment, such as `establishments/0000001B.yaml`"),
    );
}

fn finish(draft: Draft) -> Option<Policy> {
    let services = draft.services?;
    Some(Policy {
        region: draft.region?,
        security: draft.security?,
        services: services.services,
        suites: services.suites,
        waivers: draft.waivers,
        experiments: draft.experiments,
        centres: draft.centres,
        profiles: draft.profiles,
        establishments: draft.establishments,
        unmanaged: draft.unmanaged,
        delegated: draft.delegated,
    })
}
