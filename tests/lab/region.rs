//! The region of `policies/`, compiled: texts of every device, the network they come from, and how each text reads back.
//!
//! Runs the pipeline once for all tests. Every test of the lab then works on texts that would be written, never on others.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::OnceLock;

use etanche::config::host::Link;
use etanche::config::{Bundle, FileSet, Filter};
use etanche::diagnostics::{Sink, Sources};
use etanche::dialects::nft::{Form, ruleset};
use etanche::dialects::{self, File, line_starts};
use etanche::isolation::Output;
use etanche::network::{Network, Role, SiteId};
use etanche::pipeline::{Options, Run, Workspace, load, run_with};
use etanche::policy::L4;
use include_dir::{Dir, include_dir};

static POLICIES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/policies");

/// What the pipeline gave.
pub(crate) struct Region {
    /// What the services of `services.yaml` are on the wire.
    pub(crate) services: Vec<L4>,
    pub(crate) net: Network,
    pub(crate) outputs: Vec<Output>,
}

/// One gateway: its site, its texts, and what they mean.
pub(crate) struct Written {
    pub(crate) site: SiteId,
    pub(crate) path: String,
    pub(crate) files: FileSet,
    pub(crate) bundle: Bundle,
}

/// The region, made at the first call.
pub(crate) fn region() -> &'static Region {
    static MADE: OnceLock<Region> = OnceLock::new();
    MADE.get_or_init(|| made(policy()))
}

/// The region with lines more at the end of some files.
pub(crate) fn region_with(more: &[(&str, &str)]) -> Region {
    let mut policy = policy();
    for (path, lines) in more {
        let file = policy.iter_mut().find(|(other, _)| other == path).unwrap_or_else(|| panic!("no file {path}"));
        file.1.push_str(lines);
    }
    made(policy)
}

fn made(policy: Vec<(String, String)>) -> Region {
    let workspace = Workspace { root: "policies".to_owned(), policy, overrides: BTreeMap::new() };
    let texts = std::sync::Mutex::new(Vec::new());
    let run: Run = run_with(&workspace, Options::default(), &|outputs| {
        texts.lock().expect("one thread").clone_from(outputs);
    });
    let found: Vec<String> = run.sink.into_sorted().iter().map(|d| format!("{}: {}", d.code.name, d.message)).collect();
    assert!(run.proven.is_some(), "the region of `policies/` is not proved:\n{}", found.join("\n"));
    let outputs = texts.into_inner().expect("one thread");
    let policy = load(&workspace, &mut Run::default()).expect("a proved policy loads");
    let services = policy.services.values().flat_map(|service| &service.items).map(|item| item.value).collect();
    Region { services, net: run.network.expect("a proved run has a network"), outputs }
}

fn policy() -> Vec<(String, String)> {
    let mut all = Vec::new();
    collect(&POLICIES, &mut all);
    all.sort();
    all
}

fn collect(dir: &Dir<'static>, all: &mut Vec<(String, String)>) {
    for file in dir.files() {
        let path = Path::new("policies").join(file.path()).to_string_lossy().into_owned();
        all.push((path, file.contents_utf8().expect("a text").to_owned()));
    }
    dir.dirs().for_each(|below| collect(below, all));
}

impl Region {
    /// The gateways, read back.
    pub(crate) fn gateways(&self) -> Vec<Written> {
        self.outputs.iter().filter(|o| o.role == Role::Gateway).map(written).collect()
    }

    /// The gateway of a site.
    pub(crate) fn gateway(&self, site: &str) -> Written {
        let mut all = self.gateways();
        let at = all.iter().position(|g| self.net.site(g.site).name.as_str() == site);
        all.swap_remove(at.unwrap_or_else(|| panic!("no gateway of {site}")))
    }

    /// Devices that hold a web proxy, read back.
    pub(crate) fn proxies(&self) -> Vec<Written> {
        self.outputs.iter().map(written).filter(|w| !w.bundle.web.is_empty()).collect()
    }
}

fn written(output: &Output) -> Written {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let bundle = dialects::read(&output.files, &output.path, &mut sources, &mut sink);
    let bundle = bundle.unwrap_or_else(|| panic!("{} does not read: {:?}", output.path, sink.into_sorted()));
    Written { site: output.site, path: output.path.clone(), files: output.files.clone(), bundle }
}

impl Written {
    /// Its ruleset.
    pub(crate) fn nft(&self) -> &str {
        let file = self.files.iter().find(|(path, _)| path.ends_with(".nft"));
        file.map(|(_, text)| text.as_str()).expect("a gateway has a ruleset")
    }

    /// Its interfaces, with addresses and routes, as read back.
    pub(crate) fn links(&self) -> &[Link] {
        &self.bundle.host.as_ref().expect("a gateway has host files").links
    }

    /// The same as lines of `ip -batch`.
    pub(crate) fn ip_lines(&self) -> String {
        let mut lines = String::new();
        for link in self.links() {
            for net in &link.addresses {
                let nodad = if net.addr().is_ipv6() { " nodad" } else { "" };
                writeln!(lines, "address add {net} dev {}{nodad}", link.name).expect("text");
            }
        }
        for (link, route) in self.links().iter().flat_map(|link| link.routes.iter().map(move |route| (link, route))) {
            let kind = if route.unreachable { "unreachable " } else { "" };
            write!(lines, "route add {kind}{}", route.to).expect("text");
            let part = |lines: &mut String, word: &str, value: Option<String>| {
                if let Some(value) = value {
                    write!(lines, " {word} {value}").expect("text");
                }
            };
            part(&mut lines, "via", route.via.map(|via| via.to_string()));
            part(&mut lines, "dev", (!route.unreachable).then(|| link.name.clone()));
            part(&mut lines, "src", route.preferred_source.map(|source| source.to_string()));
            part(&mut lines, "metric", route.metric.map(|metric| metric.to_string()));
            lines.push_str(if route.on_link { " onlink\n" } else { "\n" });
        }
        lines
    }

    /// What its ruleset says.
    pub(crate) fn filter(&self) -> &Filter {
        self.bundle.filter.as_ref().expect("a gateway has a filter")
    }
}

/// A ruleset read back, whatever it came from.
pub(crate) fn read(text: &str, form: Form) -> Filter {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let source = sources.add("ruleset", text);
    let starts = line_starts(text);
    let file = File { path: "etanche.nft", text, source, number: 0, starts: &starts };
    let filter = ruleset(file, form, &mut sink);
    filter.unwrap_or_else(|| panic!("the ruleset does not read: {:#?}\n{text}", sink.into_sorted()))
}
