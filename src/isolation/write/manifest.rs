//! The record of what stands in an output directory: made with each write, and what makes a directory ours to replace.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use super::error::WriteError;
use super::standing::read;
use super::{Text, Wanted};
use crate::isolation::certificate::digest;
use crate::isolation::proven::Proven;
use crate::isolation::readback::Output;
use crate::network::{Network, SiteId};

/// Name of the record of an output.
pub const MANIFEST: &str = "manifest.json";
/// Name of the certificate beside it.
pub const CERTIFICATE: &str = "certificate.json";
/// What it says first, so that nobody else's file of that name is taken for it.
const SCHEMA: &str = "etanche.manifest/1";

/// Path, digest, target and source files of everything that stands there.
pub(super) fn manifest(net: &Network, proven: &Proven, files: &Wanted) -> Value {
    let of_device = |output: &Output| (output.path.clone(), (output.target.clone(), sources_of(net, output.site)));
    let devices: BTreeMap<String, (String, Vec<String>)> = proven.outputs().iter().map(of_device).collect();
    let row = |(path, text): (&String, &Text)| {
        let device = path.match_indices('/').find_map(|(end, _)| devices.get(&path[..end]));
        json!({
            "path": path,
            "sha256": text.written,
            "target": device.map(|(target, _)| target),
            "sources": device.map(|(_, sources)| sources.as_slice()).unwrap_or_default(),
            "valid_until": Value::Null,
        })
    };
    json!({ "schema": SCHEMA, "files": files.iter().map(row).collect::<Vec<_>>() })
}

/// Policy files whose flows a site's devices carry.
fn sources_of(net: &Network, site: SiteId) -> Vec<String> {
    let flows = net.flows.at(site).map(|(_, flow)| flow);
    let files: BTreeSet<String> =
        flows.filter_map(|f| net.origin(f.origin).cite.rsplit_once(':').map(|(file, _)| file.to_owned())).collect();
    files.into_iter().collect()
}

/// What is proved follows from every file that was proved: the certificate names them all, and says of each whether it
/// stands there with these bytes. With one site alone written, some do not.
pub(super) fn standing_of(mut certificate: Value, files: &Wanted) -> Value {
    for row in certificate["files"].as_array_mut().into_iter().flatten() {
        let text = row["path"].as_str().and_then(|path| files.get(path));
        let stands = text.is_some_and(|text| row["sha256"] == digest(&text.bytes));
        row["written"] = stands.into();
    }
    certificate
}

/// Digests by path of what an earlier write left in a directory; None without a manifest of ours.
pub(super) fn listed(dir: &Path) -> Result<Option<BTreeMap<String, String>>, WriteError> {
    let Some(bytes) = read(&dir.join(MANIFEST))? else { return Ok(None) };
    let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let row = |row: &Value| Some((row["path"].as_str()?.to_owned(), row["sha256"].as_str()?.to_owned()));
    let rows = value["files"].as_array().filter(|_| value["schema"] == SCHEMA);
    Ok(rows.and_then(|rows| rows.iter().map(row).collect()))
}
