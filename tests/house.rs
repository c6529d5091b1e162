//! The house stands as DESIGN §3 draws it: arrows point down, every file says what it is for, no file is a warehouse.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms below that it may name.
const ROOMS: &[(&str, &[&str])] = &[
    ("packets", &[]),
    ("diagnostics", &[]),
    ("config", &["packets"]),
    ("policy", &["diagnostics"]),
    ("network", &["diagnostics", "policy"]),
    ("render", &["config"]),
    ("dialects", &["config", "diagnostics"]),
    ("compile", &["config", "diagnostics", "network"]),
    ("intent", &["network", "packets"]),
    ("isolation", &["config", "diagnostics", "dialects", "intent", "network", "packets"]),
    ("explain", &["config", "diagnostics", "intent", "isolation", "network", "packets"]),
    ("diff", &["config", "diagnostics", "dialects", "network", "packets"]),
    ("verify", &["config", "diagnostics", "dialects", "diff", "isolation", "packets"]),
    ("graph", &["network"]),
    ("rights", &["policy"]),
    ("pipeline", &["compile", "diagnostics", "isolation", "network", "packets", "policy", "render"]),
    ("against", &["diagnostics", "isolation", "network", "pipeline"]),
    ("junit", &["against", "diagnostics", "isolation", "network", "pipeline"]),
    (
        "cli",
        &[
            "against",
            "diagnostics",
            "diff",
            "explain",
            "graph",
            "isolation",
            "junit",
            "network",
            "packets",
            "pipeline",
            "policy",
            "verify",
        ],
    ),
];

/// Lines of one source file; beyond it a file holds more than one idea.
const MOST_LINES: usize = 800;

fn sources() -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut left = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(dir) = left.pop() {
        for entry in fs::read_dir(dir).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = String::from_utf8(fs::read(&path).expect("a source")).expect("UTF-8");
                found.insert(path, text);
            }
        }
    }
    found
}

/// The room a file is in: the first part of its path below `src`.
fn room(path: &Path) -> String {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("below src");
    let first = below.components().next().expect("a part").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Rooms that a text names by `crate::room`.
fn named(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (place, _) in text.match_indices("crate::") {
        let rest = &text[place + "crate::".len()..];
        let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        all.push(word);
    }
    all
}

#[test]
fn arrows_point_down() {
    let mut problems = Vec::new();
    for (path, text) in sources() {
        let here = room(&path);
        if matches!(here.as_str(), "lib" | "main") {
            continue;
        }
        let Some((_, below)) = ROOMS.iter().find(|(name, _)| *name == here) else {
            problems.push(format!("{}: no room `{here}` in the table", path.display()));
            continue;
        };
        for other in named(&text) {
            let is_room = ROOMS.iter().any(|(name, _)| *name == other);
            if is_room && other != here && !below.contains(&other.as_str()) {
                problems.push(format!("{}: `{here}` names `{other}`", path.display()));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<_> =
        sources().into_iter().filter(|(_, text)| !text.starts_with("//!")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "no header in {silent:?}");
}

#[test]
fn no_file_is_a_warehouse() {
    let large: Vec<_> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, n)| *n > MOST_LINES)
        .collect();
    assert!(large.is_empty(), "split {large:?}");
}

#[test]
fn every_room_of_the_table_exists() {
    let rooms: Vec<String> = sources().keys().map(|path| room(path)).collect();
    let gone: Vec<_> = ROOMS.iter().filter(|(name, _)| !rooms.iter().any(|r| r == name)).collect();
    assert!(gone.is_empty(), "{gone:?}");
}
