//! Descriptors of targets: `targets/NAME.yaml`, embedded in the binary and overridden by the same path of a workspace.
//!
//! A descriptor says what a device is written as (templates and paths), what it can do, what its firmware does when a
//! line is absent, and how its own programs check and apply the text. Knows no configuration.

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

use super::error::{Problem, RenderError};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/targets");

/// All targets, by name.
#[derive(Debug, Clone)]
pub struct Targets(BTreeMap<String, Target>);

/// One target.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Its name, as the policy writes it: the file's name.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// What it is in the network.
    pub kind: Kind,
    /// Versions its text is written for and checked with, by program or firmware.
    pub versions: BTreeMap<String, String>,
    /// Manuals, by the same names.
    pub manuals: BTreeMap<String, String>,
    /// What it can do; a flow that needs another one is refused where it is written.
    pub capabilities: BTreeSet<Capability>,
    /// What it is written as.
    pub files: Vec<FileRule>,
    /// Command that applies the files on the device, as words.
    pub apply: Vec<String>,
    /// Hardware, by the word the policy uses; empty when it does not matter.
    #[serde(default)]
    pub models: BTreeMap<String, Model>,
    /// What absent lines mean, by name.
    #[serde(default)]
    pub defaults: BTreeMap<String, VendorDefault>,
}

/// What a target is in the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Routes, filters, ends tunnels.
    Gateway,
    /// Answers web requests.
    Proxy,
    /// Bridges VLANs.
    Switch,
    /// Tells browsers which proxy to ask.
    Pac,
}

/// What a target can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Filters with connection state, both address families.
    StatefulFilter,
    /// Rules that begin and end on a date.
    DatedRules,
    /// Rules for one local process.
    ProcessRules,
    /// Source address translation.
    SourceNat,
    /// Destination address translation.
    DestinationNat,
    /// Route-based IPsec with certificates.
    RouteBasedVpn,
    /// VLAN interfaces.
    VlanInterfaces,
    /// Answers DHCPv4.
    DhcpServer,
    /// Sends router advertisements.
    RouterAdvertisements,
    /// Runs web proxies itself.
    LocalProxies,
    /// Decides by domain, category, method and source.
    WebFilter,
    /// Untagged and tagged VLANs a port.
    VlanTable,
    /// DHCP snooping and ARP protection.
    LanProtection,
    /// A limit of stations on a port.
    StationLimit,
    /// Tells browsers which proxy to ask.
    BrowserSettings,
}

/// One template and where its text goes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRule {
    /// Path under `templates/`; without `.j2` it is copied byte for byte.
    pub template: String,
    /// Output path in the device's directory, itself a template.
    pub path: String,
    /// Part of the configuration it says; the file is absent when the device lacks the part.
    pub from: Part,
    /// How many of it there are.
    #[serde(default)]
    pub for_each: ForEach,
    /// Which way the template lays a switch out.
    #[serde(default)]
    pub layout: Layout,
    /// Command of the vendor that checks it, as words; `PATH` stands for the file.
    #[serde(default)]
    pub check: Vec<String>,
}

/// A part of a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Packet filter.
    Filter,
    /// The host's facts.
    Host,
    /// Accounts that the host's programs run as.
    Accounts,
    /// IPsec tunnels.
    Tunnels,
    /// Ports and VLANs of a switch.
    Lan,
    /// Web proxies.
    Web,
    /// Programs that the boot starts.
    Services,
    /// What browsers are told.
    Pac,
}

/// Which way a switch is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// A block a VLAN, with its ports.
    #[default]
    ByVlan,
    /// A block a port, with its VLANs.
    ByPort,
}

/// How many files a rule gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum ForEach {
    /// One a device.
    #[default]
    Device,
    /// One a link.
    Link,
    /// One a link that the device makes itself (VLAN, XFRM).
    VirtualLink,
    /// One a proxy.
    Proxy,
    /// One a list of domains that is written here.
    List,
    /// One a program that the boot starts.
    Service,
    /// One a zone whose browsers are told of proxies.
    Zone,
}

/// Hardware of a target.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The vendor's order number, which opens the text.
    pub number: String,
    /// The vendor's name of it.
    pub title: String,
    /// Its ports are numbered from 1 to this.
    pub ports: u16,
}

/// What an absent line means.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorDefault {
    /// The value.
    pub is: String,
    /// Where the manual says so.
    pub manual: String,
}

impl Targets {
    /// Reads the embedded descriptors, each replaced by the text at the same path (`targets/NAME.yaml`) of `overrides`.
    ///
    /// # Errors
    /// A descriptor with an unknown key, a missing one, or another name than its file.
    pub fn load(overrides: &BTreeMap<String, String>) -> Result<Self, RenderError> {
        let mut targets = BTreeMap::new();
        for (path, text) in sources(&EMBEDDED, "targets", overrides, ".yaml") {
            let target = read(&path, &text)?;
            targets.insert(target.name.clone(), target);
        }
        Ok(Self(targets))
    }

    /// The target of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Target> {
        self.0.get(name)
    }

    /// All, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Target> {
        self.0.values()
    }
}

impl Target {
    /// Whether it can do something.
    #[must_use]
    pub fn has(&self, capability: Capability) -> bool {
        self.capabilities.contains(&capability)
    }

    /// The hardware of a word: the policy's (`48g-4sfp`) or the vendor's number (`JL260A`).
    #[must_use]
    pub fn model(&self, word: &str) -> Option<&Model> {
        self.models.get(word).or_else(|| self.models.values().find(|m| m.number == word))
    }
}

fn read(path: &str, text: &str) -> Result<Target, RenderError> {
    let stem = path.trim_start_matches("targets/").trim_end_matches(".yaml");
    let target: Target = serde_saphyr::from_str(text).map_err(|e| Problem::Source(e.to_string()).at(stem, path))?;
    if target.name != stem {
        let message = format!("a descriptor named `{}` must stand in targets/{}.yaml", target.name, target.name);
        return Err(Problem::Source(message).at(stem, path));
    }
    Ok(target)
}

/// Embedded texts and a workspace's, by path from the top of the workspace.
pub(super) fn sources(
    embedded: &Dir<'static>,
    top: &str,
    overrides: &BTreeMap<String, String>,
    end: &str,
) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut dirs = vec![embedded];
    while let Some(dir) = dirs.pop() {
        dirs.extend(dir.dirs());
        for file in dir.files() {
            if let Some(text) = file.contents_utf8() {
                found.insert(format!("{top}/{}", file.path().display()), text.to_owned());
            }
        }
    }
    let prefix = format!("{top}/");
    found.extend(overrides.iter().filter(|(path, _)| path.starts_with(&prefix)).map(|(p, t)| (p.clone(), t.clone())));
    found.retain(|path, _| path.ends_with(end));
    found
}
