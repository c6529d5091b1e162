//! The project's own region: its network and the texts of all its devices, made once and proved again with a change.

use std::path::Path;
use std::sync::OnceLock;

use etanche::diagnostics::Sources;
use etanche::isolation::{Method, Output, prove};
use etanche::network::Network;
use etanche::pipeline::{Options, Workspace, run};

use crate::texts::texts;

/// A region that was proved.
pub(crate) struct Region {
    pub(crate) net: Network,
    pub(crate) sources: Sources,
    pub(crate) outputs: Vec<Output>,
}

/// How a changed text ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Refused: the codes, sorted.
    Refused(Vec<&'static str>),
    /// Proved all the same.
    Proved,
    /// The program stopped: no answer is no proof, but no refusal either.
    Panicked,
}

/// The whole region of `policies/`.
pub(crate) fn region() -> &'static Region {
    static REGION: OnceLock<Region> = OnceLock::new();
    REGION.get_or_init(|| made(&workspace()))
}

/// The same with one establishment of each kind: quicker, and no line of another form.
pub(crate) fn smaller_region() -> &'static Region {
    static REGION: OnceLock<Region> = OnceLock::new();
    REGION.get_or_init(|| {
        let mut workspace = workspace();
        workspace.policy.retain(|(path, _)| !["0000003D", "0000004E", "erea"].iter().any(|gone| path.contains(gone)));
        made(&workspace)
    })
}

fn made(workspace: &Workspace) -> Region {
    let run = run(workspace, Options::default());
    let proven = run.proven.expect("the project's own region is proved");
    Region { net: run.network.expect("a network"), sources: run.sources, outputs: proven.outputs().to_vec() }
}

/// `tests/four/` as texts, with a switch of another make and a service that is published.
pub(crate) fn workspace() -> Workspace {
    let mut policy = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/four"), "policies/");
    second_make(&mut policy);
    published(&mut policy);
    Workspace { root: "policies".to_owned(), policy, ..Workspace::default() }
}

/// The second switch of 0000001B is of another make than the first, and two cables between them are one link.
fn second_make(files: &mut [(String, String)]) {
    const FROM: &str = "    target: aruba-aos-s\n    model: 24g-4sfp\n    ipv4: 10.128.24.12\n";
    const CABLE: &str = "sw-rdc-1.49 = sw-serveurs.25\n";
    const TO: &str = "    target: cisco-ios\n    model: 24ts-l\n    ipv4: 10.128.24.12\n";
    let file = files.iter_mut().find(|(path, _)| path.ends_with("0000001B.yaml") && path.contains("establishments"));
    let (_, text) = file.expect("the establishment");
    assert_eq!(text.matches(FROM).count(), 1, "the switch stands once in its establishment");
    *text = text.replacen(FROM, TO, 1);
    assert_eq!(text.matches(CABLE).count(), 1, "the cable between them");
    *text = text.replacen(CABLE, "sw-rdc-1.49-50 = sw-serveurs.25-26\n", 1);
}

/// 0000001B publishes its school-life server.
fn published(files: &mut [(String, String)]) {
    let host = "hosts:\n  vie_scolaire: { in: [dmz], ipv4: 10.128.25.10 }\n";
    let flow = "  - allow: internet -> vie_scolaire on https\n    at: 198.51.100.201\n    auth: otp\n    because: cahier de textes\n";
    for (path, text) in files {
        match path.as_str() {
            "policies/establishments/0000001B.yaml" => *text = text.replacen("hosts:\n", host, 1) + flow,
            "policies/security.yaml" => text.push_str("publish:\n  - meeting on https with otp\n"),
            _ => {}
        }
    }
}

impl Region {
    /// Proves the region with one file changed.
    pub(crate) fn fate(&self, device: usize, file: &str, text: String) -> Fate {
        let mut outputs = self.outputs.clone();
        outputs[device].files.insert(file.to_owned(), text);
        let prove = || {
            let mut sources = self.sources.clone();
            prove(outputs, &self.net, &mut sources, Method::default())
        };
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(prove)) {
            Ok(Ok(_)) => Fate::Proved,
            Ok(Err(refusal)) => {
                let mut codes: Vec<&str> = refusal.found.iter().map(|d| d.code.name).collect();
                codes.sort_unstable();
                codes.dedup();
                Fate::Refused(codes)
            }
            Err(_) => Fate::Panicked,
        }
    }
}
