//! What browsers are told, read back: by our reader and by a browser's own functions (pacparser), for the file as it is
//! written and for thousands of small changes of it.

#[path = "common/texts.rs"]
mod texts;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Command, Stdio};

use etanche::config::{FileSet, Pac};
use etanche::diagnostics::{Sink, Sources};
use etanche::dialects;
use etanche::pipeline::{self, Options, Workspace};

use texts::texts;

/// Debian's python3, for which its pacparser is built.
const PYTHON: &str = "/usr/bin/python3";

/// The files that the project's own policy gives browsers, by path.
fn written() -> FileSet {
    let policy = texts(Path::new("policies"), "policies/");
    let workspace = Workspace { root: "policies".to_owned(), policy, ..Workspace::default() };
    let run = pipeline::run(&workspace, Options::default());
    let proven = run.proven.expect("the policy is proved");
    let files = proven.files().into_iter().filter(|(path, _)| path.ends_with(".pac"));
    files.map(|(path, text)| (path.rsplit('/').next().expect("a name").to_owned(), text.to_owned())).collect()
}

/// What our reader takes a text for; None when it refuses it.
fn read(text: &str) -> Option<Pac> {
    let files = FileSet::from([("pedago.pac".to_owned(), text.to_owned())]);
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let mut bundle = dialects::read(&files, "0000010L/pac", &mut sources, &mut sink)?;
    bundle.pac.pop()
}

/// What a browser with this file does for an address.
fn answer(pac: &Pac, host: Ipv4Addr) -> String {
    if pac.direct.iter().any(|d| d.net.contains(&host)) {
        return "DIRECT".to_owned();
    }
    let doors: Vec<String> = pac.proxies.iter().map(|(address, port)| format!("PROXY {address}:{port}")).collect();
    doors.join("; ")
}

/// The first and last address of each prefix, and those just outside.
fn edges(pacs: &[&Pac]) -> BTreeSet<Ipv4Addr> {
    let mut all = BTreeSet::from([Ipv4Addr::new(192, 0, 2, 1), Ipv4Addr::new(10, 0, 0, 1)]);
    for net in pacs.iter().flat_map(|p| &p.direct).map(|d| d.net) {
        let (first, last) = (u32::from(net.network()), u32::from(net.broadcast()));
        all.extend([first, last, first.wrapping_sub(1), last.wrapping_add(1)].map(Ipv4Addr::from));
    }
    all.into_iter().filter(|a| !a.is_unspecified()).collect()
}

/// Answers of pacparser; None for a text that it does not take.
fn judge(cases: &[(String, Vec<Ipv4Addr>)]) -> Vec<Option<Vec<String>>> {
    let asked: Vec<_> = cases.iter().map(|(pac, hosts)| serde_json::json!({ "pac": pac, "hosts": hosts })).collect();
    let mut child = Command::new(PYTHON)
        .arg("tests/pac_reader/ask.py")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3");
    let input = serde_json::to_vec(&asked).expect("JSON");
    let mut stdin = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || stdin.write_all(&input).expect("written"));
    let output = child.wait_with_output().expect("an answer");
    writer.join().expect("the writer");
    assert!(output.status.success(), "tests/run installs pacparser: {output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn a_browser_does_what_our_reader_says_of_every_file_we_write() {
    let files = written();
    assert_eq!(files.len(), 6, "{:?}", files.keys());
    let read: Vec<(String, Pac)> = files.into_values().map(|t| (t.clone(), read(&t).expect("it is read"))).collect();
    let grid: Vec<Ipv4Addr> = edges(&read.iter().map(|(_, p)| p).collect::<Vec<_>>()).into_iter().collect();
    let asked: Vec<_> = read.iter().map(|(text, _)| (text.clone(), grid.clone())).collect();
    let mut direct = 0;
    for ((_, pac), said) in read.iter().zip(judge(&asked)) {
        let ours: Vec<String> = grid.iter().map(|host| answer(pac, *host)).collect();
        assert_eq!(Some(&ours), said.as_ref(), "{}", pac.name);
        direct += ours.iter().filter(|a| *a == "DIRECT").count();
    }
    assert!(direct > 20, "{direct} answers without a proxy");
}

/// Small changes of a text: each character left out, doubled, and in turn each of some others in its place; each line
/// left out, doubled, and changed with the next.
fn changes(text: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (at, c) in text.char_indices() {
        let (before, after) = (&text[..at], &text[at + c.len_utf8()..]);
        all.insert(format!("{before}{after}"));
        all.insert(format!("{before}{c}{c}{after}"));
        for other in ['0', '1', '9', '"', ';', ',', '\n', '\r', '/', '*', '\u{2028}', '\u{a0}'] {
            all.insert(format!("{before}{other}{after}"));
        }
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for at in 0..lines.len() {
        let without: Vec<&str> = lines.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, l)| *l).collect();
        all.insert(without.concat());
        all.insert([&lines[..=at], &lines[at..]].concat().concat());
        if at + 1 < lines.len() {
            let mut turned = lines.clone();
            turned.swap(at, at + 1);
            all.insert(turned.concat());
        }
    }
    all.remove(text);
    all
}

#[test]
fn whatever_small_change_our_reader_takes_a_browser_takes_alike() {
    let text = written().remove("pedago.pac").expect("pedago");
    let changed = changes(&text);
    let taken: Vec<(String, Pac)> = changed.iter().filter_map(|t| Some((t.clone(), read(t)?))).collect();
    let own = read(&text).expect("it is read");
    let asked: Vec<_> =
        taken.iter().map(|(text, pac)| (text.clone(), edges(&[pac, &own]).into_iter().collect::<Vec<_>>())).collect();
    for (((text, pac), (_, grid)), said) in taken.iter().zip(&asked).zip(judge(&asked)) {
        let ours: Vec<String> = grid.iter().map(|host| answer(pac, *host)).collect();
        assert_eq!(Some(ours), said, "{text}");
    }
    assert!(changed.len() > 8_000 && taken.len() > 200, "{} changes, {} taken", changed.len(), taken.len());
    assert!(taken.len() * 3 < changed.len(), "{} of {} changes are taken", taken.len(), changed.len());
}
