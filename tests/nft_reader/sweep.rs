//! Every small change of the gateway's ruleset: what the reader takes, nft loads, and the kernel says it means that.

use crate::changes::{Change, Line, changes, lines};
use crate::common::{GATEWAY, difference, listing, script};
use crate::kernel::{in_namespace, reader_says, said};
use crate::loads::asked;

/// The whole text with a change of one line.
fn changed(lines: &[Line], at: usize, change: &Change) -> String {
    let mut lines: Vec<String> = lines.iter().map(|l| l.text.to_owned()).collect();
    lines.splice(at..at + change.gone, change.new.iter().cloned());
    lines.join("\n") + "\n"
}

/// The kernel lists `th dport` behind one protocol as a port of that protocol: other words, to be compared by meaning.
const OTHER_WORDS: &str = "meta l4proto { tcp,  } th dport";

fn is_listed_alike(text: &str) -> bool {
    let listed = in_namespace(text, "nft -f -; nft list ruleset").expect("it loads");
    difference(&script(text).expect("read"), &listing(&listed).expect("read")).is_none()
}

#[test]
fn a_changed_ruleset_that_is_read_loads_and_means_what_the_kernel_says() {
    let lines = lines(GATEWAY);
    let all = (0..lines.len()).flat_map(|at| changes(&lines, at).into_iter().map(move |change| (at, change)));
    let mut taken = Vec::new();
    for (at, change) in all {
        let text = changed(&lines, at, &change);
        if let Ok(filter) = script(&text) {
            taken.push((format!("{:?} of line {}: {:?}", change.kind, at + 1, change.new), text, filter));
        }
    }
    let texts: Vec<String> = taken.iter().map(|(_, text, _)| text.clone()).collect();
    assert!(texts.len() > 500, "only {} are read", texts.len());
    let mut wrong = Vec::new();
    for ((title, text, filter), load) in taken.iter().zip(asked(&texts, "nft -j list ruleset")) {
        match load {
            Err(error) => wrong.push(format!("{title}: {error}")),
            Ok(json) if said(&json) == reader_says(filter) => {}
            Ok(_) if text.contains(OTHER_WORDS) && is_listed_alike(text) => {}
            Ok(_) => wrong.push(format!("{title}: means something else")),
        }
    }
    assert!(wrong.is_empty(), "{} changes are read wrongly:\n{}", wrong.len(), wrong.join("\n"));
}
