//! The way out of a refusal that names none of its own, by its code.

use crate::diagnostics::codes::{host, readback};
use crate::diagnostics::{Code, Diagnostic};

use super::nft::codes::{HOOK, IDEMPOTENT, MEANING, NAME, ORDER, OTHER_TABLE, SYNTAX, UNSUPPORTED, VALUE};
use super::{CLAIMED_TWICE, UNKNOWN_FILE};

/// One row a code: those of the packet filter, then those of every other reader.
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
    (&readback::READBACK_BAD_VALUE, "write a value that this statement takes, whole and in its plain spelling"),
    (&CLAIMED_TWICE, "give the file the name under which one reader alone knows it"),
    (
        &readback::READBACK_FAILS_OPEN,
        "write it so that the program takes it whole: a refusal must not end as a warning",
    ),
    (&host::DUPLICATE, "say it once: take one of the two lines away"),
    (&host::INCLUDE, "write what it would draw in, here"),
    (&host::LINKS, "one .netdev makes an interface, one .network is for it, and one parent names it"),
    (&host::MISSING, "write it, even where it is the default of today"),
    (&host::SCRIPT, "put the constant body back: what varies stands in the table beside it"),
    (&host::SECRET, "refer to a named slot of the device"),
    (&host::SYNTAX, "mend the text: the program would refuse it, or read something else"),
    (&host::UNKNOWN_KEY, "take the key away, or teach the reader what it does"),
    (&host::UNKNOWN_SECTION, "take the section away, or teach the reader what it does"),
    (&host::UNMODELLED, "write the value whose effect is a part of the proof"),
    (&host::VALUE, "write a value that its key takes, in the one spelling that every program reads alike"),
    (&readback::READBACK_INCOMPLETE, "write the missing statement: nothing is left to the device"),
    (&readback::READBACK_MISSING_FILE, "write the file, or take away the line that names it"),
    (
        &readback::READBACK_REPEATED,
        "say it once: take one of the two lines away, or mend the value that makes them meet",
    ),
    (&readback::READBACK_SECRET, "refer to a named slot of the device"),
    (&readback::READBACK_STRAY_BYTE, "take the character away, or write the one that it seems to be"),
    (&UNKNOWN_FILE, "take the file away, or give it the name of a file that some reader knows"),
    (&readback::READBACK_UNKNOWN_NAME, "define the name above this line, or mend its spelling"),
    (&readback::READBACK_UNKNOWN_STATEMENT, "take the statement away, or mend its spelling"),
    (&readback::READBACK_UNMODELLED, "take the statement away: what it does is in no proof"),
    (&readback::READBACK_UNUSED_FILE, "name the file where it is meant to be read, or take it away"),
];

/// The finding with a way out.
pub(in crate::dialects) fn helped(finding: Diagnostic) -> Diagnostic {
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
    use super::*;
    use crate::dialects::codes;

    #[test]
    fn every_code_of_a_reader_has_a_way_out() {
        let all: Vec<&Code> = codes().chain(host::ALL.iter().copied()).chain(readback::ALL.iter().copied()).collect();
        for code in all {
            assert!(HELPS.iter().any(|(known, _)| known.name == code.name), "{}", code.name);
        }
    }

    #[test]
    fn each_code_has_one_row() {
        for (place, (code, _)) in HELPS.iter().enumerate() {
            assert!(HELPS[place + 1..].iter().all(|(other, _)| other.name != code.name), "{}", code.name);
        }
    }
}
