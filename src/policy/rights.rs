//! Who may change what: one holder a file, one right a key (domain report §3; convention, annexe I).

use super::load::FILES;

/// Who holds a file: its merges are this holder's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// The Region: architecture and addressing (convention, art. 13).
    Region,
    /// The academy's security officer (RSSI): rules, waivers, audit (art. 13).
    Academy,
    /// The Region's contractor (SRUMCO): everything that is installed and run (art. 8).
    Operator,
    /// The establishment's network manager: what is delegated to it (annexe III).
    Establishment,
}

impl Holder {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Region, Self::Academy, Self::Operator, Self::Establishment];

    /// The word that the first line of a policy file says.
    pub fn word(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Academy => "academy",
            Self::Operator => "operator",
            Self::Establishment => "establishment",
        }
    }
}

/// A right of the delegation matrix, as a breach names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// Such as `switch.*`.
    pub name: &'static str,
    /// Who may use it in a policy file.
    pub holder: Holder,
}

impl Right {
    /// The right and whose it is, as a breach says it.
    pub(super) fn said(self) -> String {
        format!("the right `{}`, which is the {}'s", self.name, self.holder.word())
    }
}

/// What the security policy decides.
pub(super) const POLICY: Right = right("policy.*", Holder::Academy);
/// What passes between zones.
pub(super) const FLOW: Right = right("flow.*", Holder::Operator);

const fn right(name: &'static str, holder: Holder) -> Right {
    Right { name, holder }
}

/// Keys of an establishment that its own file would have to hold for more than is delegated, and the right each takes.
const KEYS: &[(&str, Right)] = &[
    ("flows", FLOW),
    ("zones", right("address.*", Holder::Operator)),
    ("block", right("address.*", Holder::Operator)),
    ("block6", right("address.*", Holder::Operator)),
    ("hosts", right("address.*", Holder::Operator)),
    ("supervision", right("supervision.*", Holder::Operator)),
    ("exit", right("address.*", Holder::Operator)),
    ("gateway", right("vpn.*", Holder::Operator)),
    ("links", right("vpn.*", Holder::Operator)),
    ("brownfield", right("vpn.*", Holder::Operator)),
    ("switches", right("switch.*", Holder::Operator)),
    ("cables", right("topology.*", Holder::Operator)),
    ("devices", right("supervision.*", Holder::Operator)),
    ("proxies", right("proxy.*", Holder::Operator)),
    ("resolvers", right("proxy.*", Holder::Operator)),
    ("serve", right("address.*", Holder::Operator)),
    ("pac", right("proxy.*", Holder::Operator)),
    ("profile", right("topology.*", Holder::Operator)),
    ("managed", right("topology.*", Holder::Operator)),
    ("classes", POLICY),
    ("isolate", POLICY),
    ("may_start", POLICY),
    ("meet", POLICY),
    ("publish", POLICY),
    ("relays", POLICY),
    ("kinds", POLICY),
    ("accepts", POLICY),
    ("delegation", POLICY),
    ("experiment", right("experiment.*", Holder::Region)),
    ("waiver", POLICY),
];

/// The right that a key takes.
pub fn of_key(key: &str) -> Option<Right> {
    KEYS.iter().find(|(name, _)| *name == key).map(|(_, right)| *right)
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyFile {
    /// Below the workspace, `*` for what the file is about.
    pub path: &'static str,
    /// Who merges it.
    pub holder: Holder,
    /// What it holds.
    pub says: &'static str,
}

/// Every kind of file, in the order of the language's description.
pub fn files() -> impl Iterator<Item = PolicyFile> {
    FILES.iter().map(|row| PolicyFile { path: row.path, holder: row.holder, says: row.says })
}

/// Who holds a file of a workspace, whatever leads to it, and what its name stands for; None for a file that no workspace has.
pub fn of_file(path: &str) -> Option<(Holder, &str)> {
    let below = |depth: usize| {
        let start = path.rmatch_indices('/').nth(depth).map_or(0, |(at, _)| at + 1);
        &path[start..]
    };
    // Files in folders first: a profile may be called `security`.
    FILES.iter().rev().find_map(|row| {
        let end = below(row.path.matches('/').count());
        let Some((before, after)) = row.path.split_once('*') else {
            return (row.path == end).then_some((row.holder, end));
        };
        let stem = end.strip_prefix(before)?.strip_suffix(after)?;
        (!stem.is_empty()).then_some((row.holder, stem))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_its_holders_wherever_the_workspace_stands() {
        assert_eq!(of_file("policies/security.yaml"), Some((Holder::Academy, "security.yaml")));
        assert_eq!(of_file("a/b/delegated/0000001B.yaml"), Some((Holder::Establishment, "0000001B")));
        assert_eq!(of_file("establishments/0000001B.yaml"), Some((Holder::Operator, "0000001B")));
        assert_eq!(of_file("region.yaml"), Some((Holder::Region, "region.yaml")));
        assert_eq!(of_file("policies/profiles/security.yaml"), Some((Holder::Operator, "security")));
        assert_eq!(of_file("policies/notes.txt"), None);
        assert_eq!(of_file("policies/delegated/.yaml"), None);
    }

    #[test]
    fn no_key_that_an_establishment_has_itself_is_somebody_elses() {
        let own = ["uai", "web", "withdraw"];
        assert!(own.iter().all(|key| of_key(key).is_none()));
        let names: Vec<&str> = KEYS.iter().map(|(name, _)| *name).collect();
        assert!(names.iter().enumerate().all(|(n, name)| !names[..n].contains(name)), "{names:?}");
    }

    /// A key that the language gains must say whose it is.
    #[test]
    fn every_key_of_an_establishment_and_its_profile_has_a_right() {
        let tables = [&super::super::establishment::ESTABLISHMENT, &super::super::profile::PROFILE];
        let free = ["uai", "name", "wan", "has_no"];
        for key in tables.iter().flat_map(|t| t.keys).filter(|k| !free.contains(&k.name)) {
            assert!(of_key(key.name).is_some(), "`{}` has no right", key.name);
        }
    }
}
