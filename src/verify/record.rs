//! The manifest of an output, and the certificate beside it: what was written, and whether these two are the workspace's.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

/// What an output's own manifest says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Digest of what was written.
    pub(super) sha256: String,
    /// Last day on which it may stand there; None without an end, the text when it is no day.
    pub(super) until: Option<Result<Date, String>>,
}

/// Rows of a manifest by path; None when it is none of ours.
pub(super) fn rows(bytes: &[u8]) -> Option<BTreeMap<String, Row>> {
    let value: Value = serde_json::from_slice(bytes).ok().filter(|v: &Value| v["schema"] == "etanche.manifest/1")?;
    let row = |row: &Value| {
        let until = match &row["valid_until"] {
            Value::Null => None,
            day => Some(day.as_str().and_then(|day| day.parse().ok()).ok_or_else(|| day.to_string())),
        };
        Some((row["path"].as_str()?.to_owned(), Row { sha256: row["sha256"].as_str()?.to_owned(), until }))
    };
    value["files"].as_array()?.iter().map(row).collect()
}

/// Places at which two documents differ, as paths of keys; no more than a few.
pub(super) fn places(old: &[u8], new: &[u8]) -> Vec<String> {
    let [old, new] = [old, new].map(serde_json::from_slice::<Value>);
    match (old, new) {
        (Ok(old), Ok(new)) => {
            let mut found = Vec::new();
            walk(&old, &new, String::new(), &mut found);
            found
        }
        _ => vec!["it is no JSON".to_owned()],
    }
}

const MOST: usize = 4;

fn walk(old: &Value, new: &Value, path: String, found: &mut Vec<String>) {
    if old == new || found.len() >= MOST {
        return;
    }
    match (old, new) {
        (Value::Object(a), Value::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                walk(&old[key.as_str()], &new[key.as_str()], format!("{path}/{key}"), found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (number, (one, other)) in a.iter().zip(b).enumerate() {
                let name = other["path"].as_str().map_or_else(|| number.to_string(), |path| format!("[{path}]"));
                walk(one, other, format!("{path}/{name}"), found);
            }
        }
        _ => found.push(path),
    }
}
