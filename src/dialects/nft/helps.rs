//! The way out of a refusal that names none of its own, by its code.

use crate::diagnostics::{Code, Diagnostic};

use super::codes::{HOOK, IDEMPOTENT, MEANING, NAME, ORDER, OTHER_TABLE, SYNTAX, UNSUPPORTED, VALUE};

const HELPS: &[(&Code, &str)] = &[
    (&HOOK, "move the rule to a chain whose hook can answer"),
    (&IDEMPOTENT, "add the table, delete it, define it: in one file"),
    (&MEANING, "write it so that neither the order of loading nor what stands before it changes what it means"),
    (&NAME, "define it once, of the kind and type it is used as"),
    (&ORDER, "write one rule for each thing that is done, what ends it last"),
    (&OTHER_TABLE, "put all rules of the device into its one table"),
    (&SYNTAX, "mend the text: nft would refuse the whole file, and the device would keep its old rules"),
    (&UNSUPPORTED, "say it with interfaces, addresses, protocols, ports and states, whose meaning is exact"),
    (&VALUE, "write a value that stands for the same on every machine: decimal, whole, within its bounds"),
];

/// The finding with a way out.
pub(super) fn helped(finding: Diagnostic) -> Diagnostic {
    if finding.notes.iter().any(|note| note.kind == "help") {
        return finding;
    }
    let help = HELPS.iter().find(|(code, _)| code.name == finding.code.name);
    match help {
        Some((_, help)) => finding.help(*help),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::super::codes::ALL;
    use super::*;

    #[test]
    fn every_code_has_a_way_out() {
        for code in ALL {
            assert!(HELPS.iter().any(|(known, _)| known.name == code.name), "{}", code.name);
        }
    }
}
