//! Sites whose texts two workspaces can make differently; of a region of many, a change of one school's file touches few.
//!
//! What a site's devices say depends on its own files, on its profile, on what the region says once, and on the sites that
//! it shares a flow or a tunnel with. So a change of a school's own files or of a profile touches those, and whom they meet
//! in either network; any other change touches all.

use std::collections::BTreeSet;

use super::Workspace;
use crate::network::{Network, Sited};
use crate::policy::Policy;

/// Sites that can differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touched {
    /// Any of them.
    All,
    /// These alone, by name.
    Only(BTreeSet<String>),
}

impl Touched {
    /// The site can differ.
    pub fn holds(&self, site: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.contains(site),
        }
    }
}

/// A workspace with what it says.
#[derive(Debug, Clone, Copy)]
pub struct Said<'w> {
    /// Its texts.
    pub workspace: &'w Workspace,
    /// Its policy.
    pub policy: &'w Policy,
    /// Its network.
    pub network: &'w Network,
}

/// Sites whose texts the two can make differently.
pub fn touched(sides: [Said<'_>; 2]) -> Touched {
    let [old, new] = sides.map(|side| side.workspace);
    if old.root != new.root || old.overrides != new.overrides {
        return Touched::All;
    }
    let [before, after] = [old, new].map(|workspace| workspace.policy.iter().collect::<BTreeSet<_>>());
    let mut named = BTreeSet::new();
    for (path, _) in before.symmetric_difference(&after) {
        match of_file(path, &old.root, sides) {
            Some(names) if !names.is_empty() => named.extend(names),
            _ => return Touched::All,
        }
    }
    let met: Vec<String> = sides.into_iter().flat_map(|side| whom_they_meet(side.network, &named)).collect();
    named.extend(met);
    Touched::Only(named)
}

/// Sites that a policy file speaks of; None when it speaks of all, or of who knows whom.
fn of_file(path: &str, root: &str, sides: [Said<'_>; 2]) -> Option<BTreeSet<String>> {
    let below = path.strip_prefix(root)?.trim_start_matches('/');
    let (folder, name) = below.strip_suffix(".yaml")?.split_once('/')?;
    let is_managed = |uai: &str| sides.iter().any(|side| side.network.sites.iter().any(|s| s.name.as_str() == uai));
    match folder {
        "establishments" | "delegated" => is_managed(name).then(|| BTreeSet::from([name.to_owned()])),
        "profiles" => {
            let schools = sides.into_iter().flat_map(|side| side.policy.establishments.values());
            let own = schools.filter(|school| school.profile.value.as_str() == name);
            Some(own.map(|school| school.uai.value.to_string()).collect())
        }
        _ => None,
    }
}

/// Sites that share a flow or a tunnel with some.
fn whom_they_meet(net: &Network, named: &BTreeSet<String>) -> BTreeSet<String> {
    let mut met = BTreeSet::new();
    for (id, _) in net.site_ids().filter(|(_, site)| named.contains(site.name.as_str())) {
        let flows = net.flows.at(id).flat_map(|(_, flow)| flow.sites());
        let tunnels = net.tunnels.at(id).flat_map(|(_, tunnel)| tunnel.sites());
        met.extend(flows.chain(tunnels).map(|other| net.site(other).name.to_string()));
    }
    met
}
