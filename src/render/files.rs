//! From a descriptor's rules to files: which parts a device has, what each template is given, where its text goes.
//!
//! Must not know any syntax: a page is a template, a path and a context.

use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;
use std::collections::BTreeMap;

use super::error::{Problem, RenderError};
use super::target::{FileRule, ForEach, Layout, Part, Target};
use super::templates::Templates;
use super::{host, nft, pac, proxy, switch, tunnel};
use crate::config::{Bundle, FileSet, VlanTable};

/// What one file is made of.
pub(super) struct Page {
    context: Value,
}

/// A part that no file of the target says would be lost without a word.
pub(super) fn every_part_has_a_file(bundle: &Bundle, target: &Target) -> Result<(), RenderError> {
    for part in
        [Part::Filter, Part::Host, Part::Accounts, Part::Tunnels, Part::Lan, Part::Web, Part::Services, Part::Pac]
    {
        if has(bundle, part) && !target.files.iter().any(|f| f.from == part) {
            let what = format!("the device's {}", name(part));
            return Err(Problem::unsupported(what).at(&target.name, "."));
        }
    }
    Ok(())
}

/// The pages of one rule: none when the device lacks the part, one, or one for each of something.
pub(super) fn pages(bundle: &Bundle, target: &Target, rule: &FileRule) -> Result<Vec<Page>, RenderError> {
    contexts(bundle, target, rule)
        .map(|all| all.into_iter().map(|context| Page { context }).collect())
        .map_err(|p| p.at(&target.name, &rule.path))
}

/// The path and text of a page.
pub(super) fn write(
    page: &Page,
    target: &Target,
    rule: &FileRule,
    templates: &Templates,
) -> Result<(String, String), RenderError> {
    let path = templates.path(&rule.path, &page.context).map_err(|p| p.at(&target.name, &rule.path))?;
    let text = templates.text(&rule.template, &page.context).map_err(|p| p.at(&target.name, &path))?;
    Ok((path, text))
}

/// Adds a file; the same path may come twice only with the same text.
pub(super) fn insert(written: &mut FileSet, path: String, text: String, target: &Target) -> Result<(), RenderError> {
    if written.get(&path).is_some_and(|before| *before != text) {
        return Err(Problem::WrittenTwice.at(&target.name, &path));
    }
    written.insert(path, text);
    Ok(())
}

/// An absent list of tunnels on a gateway is a fact (no tunnel), not an absent part.
fn has(bundle: &Bundle, part: Part) -> bool {
    match part {
        Part::Filter => bundle.filter.is_some(),
        Part::Host => bundle.host.is_some(),
        Part::Accounts => bundle.host.as_ref().is_some_and(|h| !h.accounts.is_empty()),
        Part::Tunnels => !bundle.tunnels.is_empty(),
        Part::Lan => bundle.lan.is_some(),
        Part::Web => !bundle.web.is_empty(),
        Part::Services => !bundle.services.is_empty(),
        Part::Pac => !bundle.pac.is_empty(),
    }
}

fn name(part: Part) -> &'static str {
    match part {
        Part::Filter => "packet filter",
        Part::Host => "interfaces and routes",
        Part::Accounts => "accounts",
        Part::Tunnels => "tunnels",
        Part::Lan => "VLAN table",
        Part::Web => "web proxies",
        Part::Services => "programs of the boot",
        Part::Pac => "browser settings",
    }
}

fn contexts(bundle: &Bundle, target: &Target, rule: &FileRule) -> Result<Vec<Value>, Problem> {
    match (rule.from, rule.for_each) {
        (Part::Filter, ForEach::Device) => {
            bundle.filter.iter().map(|f| Ok(named("filter", nft::ruleset(f)?))).collect()
        }
        (Part::Tunnels, ForEach::Device) => Ok(vec![named("tunnels", tunnel::connections(&bundle.tunnels)?)]),
        (Part::Lan, ForEach::Device) => bundle.lan.iter().map(|l| lan(l, target, rule.layout)).collect(),
        (Part::Host, each) => {
            bundle.host.iter().map(|h| host::contexts(h, each)).collect::<Result<Vec<_>, _>>().map(|all| all.concat())
        }
        (Part::Accounts, ForEach::Device) => Ok(accounts(bundle)),
        (Part::Web, ForEach::Proxy) => bundle.web.iter().map(|w| Ok(named("proxy", proxy::proxy(w)?))).collect(),
        (Part::Web, ForEach::List) => proxy::lists(&bundle.web),
        (Part::Services, ForEach::Service) => Ok(bundle.services.iter().map(|s| named("service", s)).collect()),
        (Part::Pac, ForEach::Zone) => Ok(pac::contexts(&bundle.pac)),
        (part, each) => Err(Problem::Source(format!("{} cannot be written once for each {each:?}", name(part)))),
    }
}

fn lan(lan: &VlanTable, target: &Target, layout: Layout) -> Result<Value, Problem> {
    Ok(match layout {
        Layout::ByVlan => named("switch", switch::aos::switch(lan, target)?),
        Layout::ByPort => named("switch", switch::ios::switch(lan, target)?),
    })
}

/// One file when the host has accounts of its own, else none.
fn accounts(bundle: &Bundle) -> Vec<Value> {
    let all = bundle.host.iter().map(|h| &h.accounts).filter(|a| !a.is_empty());
    all.map(|accounts| named("accounts", accounts)).collect()
}

/// A context with one name.
pub(super) fn named<T: Serialize>(name: &str, value: T) -> Value {
    Value::from(Serde(BTreeMap::from([(name, value)])))
}
