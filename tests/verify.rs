//! `verify` on the model region, in memory: outputs that somebody touched, dumps edited by hand, each told apart or not.
//!
//! What the kernel itself lists is the lab's (`tests/lab/live.rs`); the command as people meet it is in `tests/cli`.

#[path = "common/texts.rs"]
mod texts;

mod verify {
    pub(crate) mod disk;
    pub(crate) mod json;
    pub(crate) mod rules;
    pub(crate) mod switches;
}

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use etanche::diagnostics::Colour;
use etanche::diff;
use etanche::isolation::{self, Output, Proven};
use etanche::network::Network;
use etanche::packets::Limits;
use etanche::pipeline::{self, Workspace};
use etanche::verify::{Dump, Live, Reference, human_live, live};
use jiff::tz::TimeZone;
use serde_json::Value;

/// The model region, proved.
struct Region {
    net: Network,
    proven: Proven,
    facts: Value,
}

fn region() -> &'static Region {
    static MADE: OnceLock<Region> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
        let policy = texts::texts(&folder, "policies/");
        let workspace = Workspace { root: "policies".to_owned(), policy, overrides: BTreeMap::new() };
        let run = pipeline::run(&workspace, pipeline::Options::default());
        let (net, proven) = (run.network.expect("a network"), run.proven.expect("a proof"));
        let facts = isolation::facts(&net);
        Region { net, proven, facts }
    })
}

fn options() -> diff::Options {
    diff::Options { limits: Limits::default(), from: 0, zone: TimeZone::UTC, services: BTreeMap::new() }
}

fn device(path: &str) -> &'static Output {
    region().proven.outputs().iter().find(|output| output.path == path).expect("a device")
}

/// A dump of a device, compared.
fn compared(path: &str, text: &str, foreign: &[&str]) -> Live {
    let device = device(path);
    let reference = Reference { device: path, files: &device.files, facts: &region().facts };
    let foreign: Vec<String> = foreign.iter().map(|name| (*name).to_owned()).collect();
    let dump = Dump { name: "dump".to_owned(), text: text.to_owned() };
    live(reference, &dump, &foreign, &options()).expect("a device that has dumps")
}

/// What is told of a dump that must not pass.
fn refused(path: &str, text: &str, foreign: &[&str]) -> String {
    let found = compared(path, text, foreign);
    let told = human_live(&found, Colour::None);
    assert!(!found.is_same(), "passed:\n{told}");
    told
}

/// What is told of a dump that must pass.
fn passed(path: &str, text: &str, foreign: &[&str]) -> String {
    let found = compared(path, text, foreign);
    let told = human_live(&found, Colour::None);
    assert!(found.is_same(), "refused:\n{told}");
    told
}

/// One change of a text that must have been there.
fn edited(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "no `{old}`");
    text.replacen(old, new, 1)
}
