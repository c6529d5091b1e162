//! How the refusal of each variant reads on a terminal, whole: `refusals.txt`, to be read aloud.

use std::collections::BTreeSet;
use std::path::Path;

use etanche::diagnostics::{Colour, render_human};

use crate::proof;
use crate::register::{VARIANTS, cases};
use crate::workspace::{Workspace, replace, text};

/// The one word that asks for the refusals alone.
pub(crate) const FILE: &str = "refusals.txt";

/// The first line that reads otherwise than in the file; `is_update` writes the file instead.
pub(crate) fn problems(root: &Path, is_update: bool) -> Vec<String> {
    let path = root.join("../variants/refusals.txt");
    let now = told(root);
    if is_update {
        replace(&path, &now);
        return Vec::new();
    }
    let then = text(&path);
    let apart = now.lines().zip(then.lines()).find(|(a, b)| a != b);
    let says = match apart {
        Some((now, then)) => format!("reads\n    {now}\n  and not\n    {then}"),
        None if now.len() == then.len() => return Vec::new(),
        None => "is shorter or longer".to_owned(),
    };
    vec![format!("tests/variants/refusals.txt: a refusal {says}\n  (--update writes it)")]
}

/// Every refusal, under the title of its case.
fn told(root: &Path) -> String {
    let cases = cases(root);
    let titles: BTreeSet<&str> = VARIANTS.iter().map(|(_, refused, _)| *refused).collect();
    let mut told = String::new();
    for title in titles {
        let workspace = Workspace::build(root, &cases[title]).expect("the case can be built");
        let checked = proof::check(&workspace);
        let message = render_human(&checked.found, &checked.sources, Colour::None);
        let lines: Vec<&str> = message.lines().map(str::trim_end).collect();
        told += &format!("## {title}\n\n{}\n\n", lines.join("\n"));
    }
    told
}
