//! The centre's ruleset grows linearly with the number of schools, and a region of copies is proved like one school.

use std::fs;
use std::path::Path;

use etanche::pipeline::{self, Run, Workspace};

/// `"ABCDEFGHJKLMNPRSTUVWXYZ"[number mod 23]` (domain report, UAI).
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPRSTUVWXYZ";

fn read(dir: &Path, into: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = fs::read_dir(dir).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read(&path, into);
        } else {
            let text = String::from_utf8(fs::read(&path).expect("a policy file")).expect("UTF-8");
            into.push((path.to_string_lossy().replace("tests/four", "policies"), text));
        }
    }
}

/// A region of copies of the model lycée, each with its own block, addresses and code; benchmark prefix (RFC 2544) on the WAN.
fn region(schools: usize) -> Workspace {
    let mut files = Vec::new();
    read(Path::new("tests/four"), &mut files);
    let model = files
        .iter()
        .find(|(p, _)| p.ends_with("0000001B.yaml") && p.contains("establishments"))
        .expect("the model")
        .1
        .clone();
    files.retain(|(p, _)| !p.contains("establishments/") && !p.contains("delegated/"));
    for (path, text) in &mut files {
        if path.ends_with("region.yaml") {
            *text = text.replace("198.51.100.0/24", "198.19.0.0/16");
        }
        if path.ends_with("waivers.yaml") {
            *text = "[]\n".to_owned();
        }
    }
    files.extend((1..=schools).map(|n| copy(&model, n)));
    Workspace { root: "policies".to_owned(), policy: files, ..Workspace::default() }
}

fn copy(model: &str, n: usize) -> (String, String) {
    let uai = format!("{n:07}{}", char::from(LETTERS[n % LETTERS.len()]));
    let block = (n - 1) * 32;
    let at = |offset: usize| format!("10.{}.{}", 128 + (block + offset) / 256, (block + offset) % 256);
    let text = model
        .replace("0000001B", &uai)
        .replace("10.128.0.0/19", &format!("{}.0/19", at(0)))
        .replace("10.128.24.", &format!("{}.", at(24)))
        .replace("10.128.5.", &format!("{}.", at(5)))
        .replace("2001:db8:1:", &format!("2001:db8:{n:x}:"))
        .replace("2001:db8:1::/48", &format!("2001:db8:{n:x}::/48"))
        .replace("198.51.100.129", &format!("198.19.101.{n}"))
        .replace("198.51.100.254", "198.19.255.254")
        .replace("198.51.100.1 ", &format!("198.19.100.{n} "));
    (format!("policies/establishments/{uai}.yaml"), text)
}

/// Lines of the centre's ruleset, and the run.
fn centre(schools: usize) -> (usize, Run) {
    let lines = std::cell::Cell::new(0);
    let run = pipeline::run_with(&region(schools), pipeline::Options::default(), &|outputs| {
        let centre = outputs.iter().find(|o| o.path == "csm/gateway").expect("the centre's gateway");
        lines.set(centre.files["etanche.nft"].lines().count());
    });
    (lines.get(), run)
}

#[test]
fn each_school_adds_as_many_lines_to_the_centre_as_the_one_before() {
    let counts: Vec<usize> = [5, 10, 15].into_iter().map(|n| centre(n).0).collect();
    assert!(counts[0] > 0);
    assert_eq!(counts[1] - counts[0], counts[2] - counts[1], "{counts:?}");
}

#[test]
fn a_region_of_copies_is_proved_and_its_claims_grow_linearly() {
    let tally = |n| {
        let (_, run) = centre(n);
        run.proven.unwrap_or_else(|| panic!("{n} copies are proved")).tally().clone()
    };
    let (five, ten, fifteen) = (tally(5), tally(10), tally(15));
    assert_eq!(ten.strict - five.strict, fifteen.strict - ten.strict);
    assert_eq!(ten.shared - five.shared, fifteen.shared - ten.shared);
    assert_eq!(ten.establishments, 10);
}
