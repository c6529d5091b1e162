//! A changed ruleset that the reader takes, nft loads: of every form of line that is generated, each kind of change.

use etanche::diagnostics::{Sink, Sources};
use etanche::dialects::File;
use etanche::dialects::nft::{Form, ruleset};

use crate::loads::loads;
use crate::region::region;
use crate::sweep::{all, sampled, text};

fn is_read(text: &str) -> bool {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let source = sources.add("etanche.nft", text);
    let starts = etanche::dialects::line_starts(text);
    let file = File { path: "etanche.nft", text, source, number: 0, starts: &starts };
    ruleset(file, Form::Script, &mut sink).is_some()
}

#[test]
fn nft_loads_every_changed_ruleset_that_is_read() {
    let region = region();
    let rulesets = all(region).into_iter().filter(|mutant| mutant.dialect == "nftables").collect();
    let texts = sampled(rulesets, 1).into_iter().map(|mutant| (text(region, &mutant), mutant));
    let (texts, taken): (Vec<String>, Vec<_>) = texts.filter(|(text, _)| is_read(text)).unzip();
    assert!(texts.len() > 200, "only {} are read", texts.len());
    let refused = taken.iter().zip(loads(&texts)).filter_map(|(mutant, load)| {
        let place = format!("{}/{}:{}", region.outputs[mutant.device].path, mutant.file, mutant.line + 1);
        load.err().map(|error| format!("{place}: {:?}\n  {error}", mutant.change))
    });
    let refused: Vec<String> = refused.collect();
    assert!(refused.is_empty(), "nft refuses {} that are read:\n{}", refused.len(), refused.join("\n"));
}
