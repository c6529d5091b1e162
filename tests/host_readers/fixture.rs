//! The files of one gateway, edits of them, and how they read.

use etanche::config::{Bundle, FileSet};
use etanche::diagnostics::{Sink, Sources};
use etanche::dialects;
use include_dir::{Dir, include_dir};
use serde_json::Value;

static GATEWAY: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/tests/host_readers/gateway");

/// A finding as tests name it: its code, and the text it underlines.
pub(crate) type Finding = (&'static str, String);

/// The files of the gateway, with the constant script.
pub(crate) fn gateway() -> FileSet {
    let mut files = FileSet::new();
    for dir in [Some(&GATEWAY), GATEWAY.get_dir("network")].into_iter().flatten() {
        for file in dir.files() {
            let path = file.path().to_str().expect("a path of plain letters");
            files.insert(path.to_owned(), file.contents_utf8().expect("a text").to_owned());
        }
    }
    files.insert("apply.sh".to_owned(), dialects::apply::BODY.to_owned());
    files
}

/// The same files with one text of one file replaced, which must stand there exactly once.
pub(crate) fn edited(path: &str, from: &str, to: &str) -> FileSet {
    let mut files = gateway();
    let text = files.get_mut(path).unwrap_or_else(|| panic!("no {path}"));
    assert_eq!(text.matches(from).count(), 1, "{from:?} does not stand exactly once in {path}");
    *text = text.replace(from, to);
    files
}

/// What files mean, or everything that is wrong with them.
pub(crate) fn read(files: &FileSet) -> Result<Bundle, Vec<Finding>> {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let bundle = dialects::read(files, "0000001B/gateway", &mut sources, &mut sink);
    let findings: Vec<Finding> =
        sink.into_sorted().iter().map(|d| (d.code.name, sources.text(d.span).to_owned())).collect();
    match bundle {
        Some(bundle) if findings.is_empty() => Ok(bundle),
        Some(_) => panic!("read, with findings: {findings:?}"),
        None => Err(findings),
    }
}

/// The gateway's own bundle.
pub(crate) fn bundle() -> Bundle {
    read(&gateway()).unwrap_or_else(|findings| panic!("the gateway does not read: {findings:#?}"))
}

/// A value without the lines it was read from.
pub(crate) fn meaning(value: &impl serde::Serialize) -> Value {
    let mut value = serde_json::to_value(value).expect("a bundle is plain data");
    forget_places(&mut value);
    value
}

fn forget_places(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("at");
            fields.values_mut().for_each(forget_places);
        }
        Value::Array(all) => all.iter_mut().for_each(forget_places),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
