//! Which rule of a filter decides on a packet, and what to say when none accepts it.

use crate::config::Filter;
use crate::config::filter::{Action, Chain, Key, Value};
use crate::config::meaning::{Interfaces, Step};
use crate::packets::{Field, Packet};

/// Why a filter does not accept, in words; the rule itself is shown beside them.
pub(super) fn reason(filter: &Filter, interfaces: &Interfaces, steps: &[Step], packet: &Packet) -> String {
    let Some(last) = steps.last() else { return "no chain looks at it".to_owned() };
    let Some(chain) = filter.chains.iter().find(|c| c.name == last.chain) else { return String::new() };
    let end = match last.rule {
        None => format!("the policy of chain `{}` drops it", chain.name),
        Some(_) if catches_all(chain, last) => format!("the last rule of chain `{}` drops it", chain.name),
        Some(_) => return format!("in chain `{}`", chain.name),
    };
    match undecided(filter, interfaces, chain, steps, packet) {
        Some(why) => format!("{why}, so {end}"),
        None => end,
    }
}

fn catches_all(chain: &Chain, step: &Step) -> bool {
    step.rule.and_then(|nth| chain.rules.get(nth)).is_some_and(|rule| rule.matches.is_empty())
}

/// What the verdict maps of a chain had to say, when they did not decide.
fn undecided(
    filter: &Filter,
    interfaces: &Interfaces,
    chain: &Chain,
    steps: &[Step],
    packet: &Packet,
) -> Option<String> {
    for (nth, rule) in chain.rules.iter().enumerate() {
        let Action::Dispatch { keys, map } = &rule.action else { continue };
        let met = steps.iter().find(|s| s.chain == chain.name && s.rule == Some(nth));
        if let Some(Step { action: Action::Jump(name) | Action::Goto(name), .. }) = met {
            return Some(format!("no rule of chain `{name}` accepts it"));
        }
        if met.is_none()
            && keys.iter().all(|key| matches!(key, Key::In | Key::Out))
            && is_missing(filter, map, interfaces, packet)
        {
            let pair: Vec<&str> = keys.iter().map(|key| name(interfaces, packet, *key)).collect();
            return Some(format!("the verdict map `{map}` has no entry for {}", pair.join(" . ")));
        }
    }
    None
}

fn is_missing(filter: &Filter, map: &str, interfaces: &Interfaces, packet: &Packet) -> bool {
    let Some(map) = filter.sets.iter().find(|set| set.name == map) else { return false };
    let wanted: Vec<Value> =
        map.keys.iter().map(|key| Value::Interface(name(interfaces, packet, *key).to_owned())).collect();
    map.entries.iter().all(|entry| entry.values != wanted)
}

fn name<'i>(interfaces: &'i Interfaces, packet: &Packet, key: Key) -> &'i str {
    let field = if key == Key::In { Field::In } else { Field::Out };
    interfaces.name(packet.get(field)).unwrap_or("no interface")
}
