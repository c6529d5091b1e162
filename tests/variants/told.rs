//! How each refusal reads on a terminal, whole: snapshots to read aloud.

use std::collections::BTreeSet;
use std::path::Path;

use etanche::diagnostics::{Colour, render_human};
use etanche::isolation::Output;
use etanche::packets::Limits;
use etanche::pipeline::{self, Options};

use crate::register::{VARIANTS, cases};
use crate::workspace::{Workspace, edited};

#[test]
fn every_refusal_reads_well() {
    let cases = cases();
    let titles: BTreeSet<&str> = VARIANTS.iter().map(|(_, refused, _)| *refused).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let mut told = String::new();
    for title in titles {
        let workspace = Workspace::build(&root, &cases[title]).expect("the case can be built");
        told += &format!("## {title}\n\n{}\n", message(&workspace));
    }
    insta::assert_snapshot!(told);
}

/// What `etanche check` says of a workspace.
fn message(workspace: &Workspace) -> String {
    let given = pipeline::Workspace {
        root: String::new(),
        policy: workspace.files.clone().into_iter().collect(),
        overrides: workspace.overrides.clone(),
    };
    let mut limits = Limits::default();
    limits.nodes = workspace.nodes.unwrap_or(limits.nodes);
    let tamper = |outputs: &mut Vec<Output>| plant(workspace, outputs);
    let run = pipeline::run_with(&given, Options { limits }, &tamper);
    assert!(run.proven.is_none(), "a refusal");
    let text = render_human(&run.sink.into_sorted(), &run.sources, Colour::None);
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn plant(workspace: &Workspace, outputs: &mut [Output]) {
    for (number, block) in &workspace.plants {
        for output in outputs.iter_mut() {
            let Some(name) = block.path.strip_prefix(&format!("{}/", output.path)) else { continue };
            let Some(text) = output.files.get_mut(name) else { continue };
            *text = edited(text, *number, block).expect("the change can be planted").0;
        }
    }
}
