//! An answer in words, for a terminal.

use std::collections::BTreeSet;

use super::answer::{Answer, Case, Fate};
use super::link::Link;
use super::walk::{Back, Ending, Hop, Note, Story};
use crate::network::{self, End, Network};

/// The whole answer.
pub fn render(net: &Network, answer: &Answer) -> String {
    if let Some(link) = &answer.link {
        return render_link(&answer.title, link);
    }
    let mut out = format!("{}: {}\n", answer.title, verdict(answer));
    for (titles, case) in &answer.cases {
        if answer.cases.len() > 1 {
            out.push_str(&format!("\n{}\n", titles.join("; ")));
        }
        render_case(net, case, &mut out);
    }
    out.push('\n');
    match answer.policy.as_slice() {
        [] if !answer.given_up.is_empty() => {}
        [] if verdict(answer) == "closed" => out.push_str("policy   no line of the policy asks for it\n"),
        [] => out.push_str("policy   no flow of the policy has these two ends: what opens it is said above\n"),
        lines => lines.iter().for_each(|note| out.push_str(&format!("policy   {}\n", cited(note)))),
    }
    for line in &answer.given_up {
        out.push_str(&format!("given up {}\n", cited(line)));
    }
    for claim in &answer.claims {
        out.push_str(&format!("proof    {claim}\n"));
    }
    out
}

/// Machines of one zone.
fn render_link(title: &str, link: &Link) -> String {
    let mut out = format!("{title}: on one link\n\nVLAN {}: no gateway is asked\n", link.vlan);
    for note in &link.ports {
        out.push_str(&format!("  {:<8}{}\n", note.kind, cited(note)));
    }
    out
}

fn verdict(answer: &Answer) -> &'static str {
    let open = answer.cases.iter().filter(|(_, case)| case.is_open()).count();
    match open {
        0 => "closed",
        all if all == answer.cases.len() => "open",
        _ => "open on some days",
    }
}

fn render_case(net: &Network, case: &Case, out: &mut String) {
    for (family, fate) in &case.families {
        out.push_str(&format!("\n{family}  {}\n", head(fate)));
        if let Fate::Open { story, .. } | Fate::Closed { story, .. } | Fate::Torn(story) = fate {
            render_story(net, story, out);
        }
    }
    if !case.joints.is_empty() {
        out.push_str("\nopen past the gateways\n");
        for joint in &case.joints {
            out.push_str(&format!("  joined  {}\n", cited(joint)));
        }
    }
    if let Some(way) = &case.by_others {
        out.push_str(&format!("\nby way of others, each passing on what it receives\n  {}\n", way.join(" -> ")));
    }
}

fn head(fate: &Fate) -> String {
    match fate {
        Fate::Open { on, not_on, only, .. } => {
            let only = if only.is_empty() { String::new() } else { format!(", {} only", only.join(", ")) };
            let not = if not_on.is_empty() { String::new() } else { format!("; closed on {}", not_on.join(", ")) };
            format!("open on {}{only}{not}", on.join(", "))
        }
        Fate::Closed { but_on, .. } if but_on.is_empty() => "closed".to_owned(),
        Fate::Closed { but_on, .. } => format!("closed, and open on {} alone", but_on.join(", ")),
        Fate::Nothing(why) => why.clone(),
        Fate::Torn(_) => {
            "the packet sets and the rules disagree: this is a mistake in etanche, please report it".to_owned()
        }
    }
}

fn render_story(net: &Network, story: &Story, out: &mut String) {
    out.push_str(&format!("  {}\n", story.packet));
    render_hops(&story.hops, out);
    if let Some(place) = ending(net, &story.ending) {
        out.push_str(&format!("  arrives {place}\n"));
    }
    if let Some(back) = &story.back {
        render_back(back, out);
    }
}

fn render_hops(hops: &[Hop], out: &mut String) {
    for hop in hops {
        out.push_str(&format!("  {}  {}, {} -> {}\n", hop.device, hop.hook, hop.from, hop.to));
        for note in &hop.notes {
            out.push_str(&format!("    {:<8}{}\n", note.kind, cited(note)));
        }
    }
}

/// One line for an answer that comes back by the way of what it answers; its own story for any other.
fn render_back(back: &Back, out: &mut String) {
    if back.is_home && back.is_mirrored {
        out.push_str(&format!("  back    the same way{}\n", let_through(back)));
        return;
    }
    out.push_str(&format!("  back    {}\n", back.packet));
    render_hops(&back.hops, out);
    let end = if back.is_home { "the answer comes back, by another way" } else { "the answer does not come back" };
    out.push_str(&format!("  {end}\n"));
}

/// `, let through at csm/gateway/etanche.nft:481, then 0000001B/gateway/etanche.nft:303  ct state established accept`.
fn let_through(back: &Back) -> String {
    let rules = || back.hops.iter().flat_map(|hop| hop.notes.iter().filter(|note| note.kind == "rule"));
    let places: Vec<&str> = rules().map(|rule| rule.at.as_str()).collect();
    let texts: BTreeSet<&str> = rules().map(|rule| rule.text.as_str()).collect();
    let texts: Vec<&str> = texts.into_iter().collect();
    if places.is_empty() {
        String::new()
    } else {
        format!(", let through at {}  {}", places.join(", then "), texts.join("; "))
    }
}

fn cited(note: &Note) -> String {
    match (note.at.as_str(), note.text.as_str()) {
        ("", text) => text.to_owned(),
        (at, "") => at.to_owned(),
        (at, text) => format!("{at}  {text}"),
    }
}

fn ending(net: &Network, ending: &Ending) -> Option<String> {
    Some(match ending {
        Ending::Zone(zone) => format!("in {}", net.zone_label(*zone)),
        Ending::Process(process) => format!("at {}", network::label(net, &End::Process(*process))),
        Ending::Gateway(site) => format!("at the gateway of {}", net.site(*site).name),
        Ending::Internet => "outside".to_owned(),
        Ending::Far(tunnel) => format!("at the far end of tunnel `{tunnel}`, which is not ours"),
        Ending::Stopped => return None,
    })
}
