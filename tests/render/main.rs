//! What is written for three devices of an invented lycée: as people read it, and as the vendors' programs take it.

mod gateway;
mod hostile;
mod pages;
mod programs;
mod proxy;
mod switch;

use etanche::config::{Bundle, FileSet};
use etanche::render::{RenderError, Targets, Templates, device};
use ipnet::IpNet;
use std::collections::BTreeMap;
use std::net::IpAddr;

fn net(text: &str) -> IpNet {
    let full = if text.contains('/') {
        text.to_owned()
    } else {
        format!("{text}/{}", if text.contains(':') { 128 } else { 32 })
    };
    full.parse().expect("a prefix")
}

fn nets(texts: &[&str]) -> Vec<IpNet> {
    texts.iter().map(|t| net(t)).collect()
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

/// Writes a device with the embedded descriptors and templates.
fn try_write(bundle: &Bundle, target: &str) -> Result<FileSet, RenderError> {
    let targets = Targets::load(&BTreeMap::new())?;
    let templates = Templates::load(&BTreeMap::new())?;
    device(bundle, targets.get(target).expect("an embedded target"), &templates)
}

fn write(bundle: &Bundle, target: &str) -> FileSet {
    try_write(bundle, target).expect("the device is written")
}
