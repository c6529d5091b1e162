//! The kernel as a judge: the gateway's ruleset is loaded in a throwaway network namespace, and what the kernel says of
//! it must mean the same, read as text by our reader and as JSON by another one.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use etanche::config::Filter;
use etanche::config::filter::{Action, Entry, Key, Match, Rule, Value, Values};

use crate::common::{GATEWAY, difference, listing, script, table};
use crate::random::{ACTIONS, MATCHES, SETS};

/// Runs commands in a network namespace of their own, with a ruleset on their input; what they print, or their errors.
pub(crate) fn in_namespace(ruleset: &str, commands: &str) -> Result<String, String> {
    let mut child = Command::new("unshare")
        .args(["--net", "sh", "-ec", commands])
        .env("TZ", "UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("`unshare` runs: this test needs root");
    let mut input = child.stdin.take().expect("piped");
    input.write_all(ruleset.as_bytes()).expect("written");
    drop(input);
    let output = child.wait_with_output().expect("ended");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

fn gateway(commands: &str) -> String {
    in_namespace(GATEWAY, commands).unwrap_or_else(|errors| panic!("needs root and nft: {errors}"))
}

/// Reads a script and what the kernel lists of it; the reason when nft refuses it. A rule that nothing can match may be
/// listed in a form we refuse (`icmpv6 checksum` for `th dport` behind an ICMPv6 type): it counts as no rule.
fn both(text: &str) -> Result<(Filter, Filter), String> {
    let written = script(text).unwrap_or_else(|e| panic!("{e:#?}\n{text}"));
    let listed = in_namespace(text, "nft -f -; nft list ruleset")?;
    let nothing = script(&small("")).expect("read");
    match listing(&listed) {
        Ok(kernel) => Ok((written, kernel)),
        Err(_) if difference(&written, &nothing).is_none() => Ok((written, nothing)),
        Err(found) => panic!("{found:#?}\n{listed}"),
    }
}

#[test]
fn what_the_kernel_lists_means_what_was_written() {
    let (written, kernel) = both(GATEWAY).unwrap_or_else(|errors| panic!("needs root and nft: {errors}"));
    assert_eq!(difference(&written, &kernel), None);
}

#[test]
fn each_match_and_action_is_listed_with_the_same_meaning() {
    for rule in MATCHES.iter().map(|m| format!("{m} accept")).chain(ACTIONS.iter().map(|a| format!("{a}\naccept"))) {
        let (written, kernel) = both(&small(&rule)).unwrap_or_else(|errors| panic!("{rule}: {errors}"));
        assert_eq!(difference(&written, &kernel), None, "{rule}");
    }
}

#[test]
fn pairs_of_matches_are_listed_with_the_same_meaning() {
    let numbered = || MATCHES.iter().enumerate();
    let pairs = numbered().flat_map(|(i, a)| numbered().map(move |(j, b)| (i + 2 * j, a, b)));
    let mut loaded = 0;
    for (_, a, b) in pairs.filter(|(n, ..)| n % 7 == 0) {
        let text = small(&format!("{a} {b} accept"));
        if script(&text).is_ok()
            && let Ok((written, kernel)) = both(&text)
        {
            loaded += 1;
            assert_eq!(difference(&written, &kernel), None, "{a} {b}");
        }
    }
    assert!(loaded > 50, "nft loads only {loaded}");
}

fn small(rule: &str) -> String {
    let base = "type filter hook forward priority filter; policy drop;";
    let others = "chain two {\ntcp dport 443 accept\n}\nchain one {\nudp dport 443 drop\n}";
    table(&format!("{SETS}{others}\nchain forward {{\n{base}\n{rule}\n}}"))
}

#[test]
fn loading_twice_is_loading_once() {
    let text =
        gateway("cat > /dev/shm/etanche.$$; f=/dev/shm/etanche.$$; nft -f $f; nft -f $f; rm $f; nft list ruleset");
    let once = gateway("nft -f -; nft list ruleset");
    assert_eq!(text, once);
}

/// A ruleset in plain words: rules by chain, sets, base chains.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    rules: BTreeMap<String, Vec<Vec<String>>>,
    sets: BTreeMap<String, String>,
    bases: BTreeMap<String, String>,
}

/// What the kernel says of the gateway's ruleset, as JSON.
pub(crate) fn kernel_says() -> Said {
    said(&gateway("nft -f -; nft -j list ruleset"))
}

/// A ruleset as the kernel's JSON says it.
pub(crate) fn said(json: &str) -> Said {
    let json: Json = serde_json::from_str(json).expect("json");
    let items = json["nftables"].as_array().expect("a list");
    let mut rules: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for chain in items.iter().filter_map(|item| item.get("chain")) {
        rules.insert(chain["name"].as_str().expect("a name").to_owned(), Vec::new());
    }
    for rule in items.iter().filter_map(|item| item.get("rule")) {
        let chain = rule["chain"].as_str().expect("a chain").to_owned();
        rules.entry(chain).or_default().push(json_rule(rule));
    }
    Said { rules, sets: json_sets(items), bases: json_bases(items) }
}

/// What was read of it.
pub(crate) fn reader_says(filter: &Filter) -> Said {
    let rules = filter.chains.iter().map(|c| (c.name.clone(), c.rules.iter().map(our_rule).collect()));
    Said { rules: rules.collect(), sets: our_sets(filter), bases: our_bases(filter) }
}

#[test]
fn the_kernels_json_has_the_same_rules() {
    assert_eq!(reader_says(&script(GATEWAY).expect("read")), kernel_says());
}

// ---- what we read, as plain words ----

fn our_rule(rule: &Rule) -> Vec<String> {
    let mut words: Vec<_> = rule.matches.iter().map(our_match).collect();
    words.extend(our_action(&rule.action));
    words
}

fn our_match(found: &Match) -> String {
    let keys = our_keys(&found.keys);
    match (&found.values, found.keys.as_slice()) {
        (Values::Named(name), _) => {
            format!("{keys} {} @{name}", if found.negated { "!=" } else { "==" })
        }
        (Values::Inline(tuples), [Key::Time]) => match tuples[0][0] {
            Value::Numbers(from, u64::MAX) => format!("{keys} >= {from}"),
            Value::Numbers(_, to) => format!("{keys} < {}", to + 1),
            _ => panic!("an instant is a number"),
        },
        (Values::Inline(tuples), _) => {
            let op = if found.negated { "!=" } else { "==" };
            format!("{keys} {op} {}", our_tuples(tuples.iter()))
        }
    }
}

fn our_tuples<'a>(tuples: impl Iterator<Item = &'a Vec<Value>>) -> String {
    sorted(tuples.map(|values| values.iter().map(our_value).collect::<Vec<_>>().join(" . ")))
}

fn our_value(value: &Value) -> String {
    match value {
        Value::Interface(name) => name.clone(),
        Value::Net(net) if net.prefix_len() == net.max_prefix_len() => net.addr().to_string(),
        Value::Net(net) => net.to_string(),
        Value::Addresses(from, to) => format!("{from}-{to}"),
        Value::Numbers(from, to) if from == to => from.to_string(),
        Value::Numbers(from, to) => format!("{from}-{to}"),
    }
}

fn our_keys(keys: &[Key]) -> String {
    keys.iter().map(|key| our_key(*key)).collect::<Vec<_>>().join(" . ")
}

fn our_key(key: Key) -> &'static str {
    match key {
        Key::In => "iifname",
        Key::Out => "oifname",
        Key::Family => "nfproto",
        Key::Source4 => "ip saddr",
        Key::Source6 => "ip6 saddr",
        Key::Destination4 => "ip daddr",
        Key::Destination6 => "ip6 daddr",
        Key::Protocol => "l4proto",
        Key::TcpDport => "tcp dport",
        Key::TcpSport => "tcp sport",
        Key::UdpDport => "udp dport",
        Key::UdpSport => "udp sport",
        Key::AnyDport => "th dport",
        Key::IcmpType => "icmp type",
        Key::Icmp6Type => "icmpv6 type",
        Key::State => "ct state",
        Key::Direction => "ct direction",
        Key::IpsecIn => "ipsec",
        Key::IpsecOut => "rt ipsec",
        Key::Uid => "skuid",
        Key::HopLimit => "ip6 hoplimit",
        Key::Time => "time",
    }
}

fn our_action(action: &Action) -> Vec<String> {
    let word = match action {
        Action::Continue => return Vec::new(),
        Action::Jump(name) => format!("jump {name}"),
        Action::Goto(name) => format!("goto {name}"),
        Action::Dispatch { keys, map } => format!("{} vmap @{map}", our_keys(keys)),
        Action::DispatchInline { keys, entries } => {
            format!("{} vmap {}", our_keys(keys), our_entries(entries))
        }
        Action::Snat(to) => format!("snat {to}"),
        Action::Dnat(to, None) => format!("dnat {to}"),
        Action::Dnat(to, Some(port)) => format!("dnat {to} {port}"),
        Action::ClampMss => "mangle".into(),
        plain => format!("{plain:?}").to_lowercase(),
    };
    vec![word]
}

fn our_entries(entries: &[Entry]) -> String {
    sorted(entries.iter().map(|entry| {
        let values = entry.values.iter().map(our_value).collect::<Vec<_>>().join(" . ");
        format!("{values} : {}", our_action(&entry.action).join(""))
    }))
}

fn our_sets(filter: &Filter) -> BTreeMap<String, String> {
    let sets = filter.sets.iter().map(|set| {
        let entries = if set.is_map {
            our_entries(&set.entries)
        } else {
            our_tuples(set.entries.iter().map(|entry| &entry.values))
        };
        (set.name.clone(), entries)
    });
    sets.collect()
}

fn our_bases(filter: &Filter) -> BTreeMap<String, String> {
    let based = filter.chains.iter().filter_map(|c| Some((c.name.clone(), c.base?)));
    based
        .map(|(name, b)| {
            let text = format!("{:?} {:?} {} {:?}", b.kind, b.hook, b.priority, b.policy);
            (name, text.to_lowercase())
        })
        .collect()
}

// ---- what the kernel says, as the same words ----

fn json_rule(rule: &Json) -> Vec<String> {
    let expressions = rule["expr"].as_array().expect("a list");
    let clamps = expressions.iter().any(|e| e.get("mangle").is_some());
    let flags = |e: &&Json| !(clamps && e["match"]["left"]["payload"]["field"] == "flags");
    expressions.iter().filter(flags).filter_map(json_expression).collect()
}

fn json_expression(expression: &Json) -> Option<String> {
    let (kind, body) = expression.as_object()?.iter().next()?;
    Some(match kind.as_str() {
        "match" => json_match(body),
        "counter" | "log" | "limit" => return None,
        "vmap" => format!("{} vmap {}", json_key(&body["key"]), json_data(&body["data"])),
        "jump" | "goto" => format!("{kind} {}", body["target"].as_str()?),
        "snat" | "dnat" => format!("{kind} {} {}", body["addr"].as_str()?, body["port"]).replace(" null", ""),
        _ => kind.clone(),
    })
}

fn json_match(body: &Json) -> String {
    let key = json_key(&body["left"]);
    let op = match body["op"].as_str().expect("an operator") {
        "in" => "==",
        other => other,
    };
    let right = &body["right"];
    let values = match right {
        Json::String(name) if name.starts_with('@') => name.clone(),
        Json::String(_) if key == "time" => json_value(&key, right),
        Json::Array(many) => sorted(many.iter().map(|v| json_value(&key, v))),
        _ => match right.get("set") {
            Some(many) => sorted(many.as_array().expect("a list").iter().map(|v| json_value(&key, v))),
            None => sorted([json_value(&key, right)].into_iter()),
        },
    };
    format!("{key} {op} {values}")
}

fn json_key(left: &Json) -> String {
    if let Some(parts) = left.get("concat") {
        let parts = parts.as_array().expect("a list").iter();
        return parts.map(json_key).collect::<Vec<_>>().join(" . ");
    }
    let (kind, body) = left.as_object().expect("an object").iter().next().expect("one");
    let word = |name: &str| body[name].as_str().expect("a word").to_owned();
    match kind.as_str() {
        "meta" => word("key"),
        "payload" => format!("{} {}", word("protocol"), word("field")),
        other => format!("{other} {}", word("key")),
    }
}

fn json_value(key: &str, value: &Json) -> String {
    if let Some(parts) = value.get("concat") {
        let keys = key.split(" . ").chain(std::iter::repeat(""));
        let parts = parts.as_array().expect("a list").iter().zip(keys);
        return parts.map(|(part, key)| json_value(key, part)).collect::<Vec<_>>().join(" . ");
    }
    if let Some(prefix) = value.get("prefix") {
        return format!("{}/{}", prefix["addr"].as_str().expect("an address"), prefix["len"]);
    }
    if let Some(range) = value.get("range") {
        return format!("{}-{}", json_value(key, &range[0]), json_value(key, &range[1]));
    }
    match value {
        Json::String(word) if key == "time" => seconds(word),
        Json::String(word) => named(key, word),
        Json::Bool(there) => u8::from(*there).to_string(),
        other => other.to_string(),
    }
}

fn seconds(text: &str) -> String {
    let civil: jiff::civil::DateTime = text.parse().expect("an instant");
    let zoned = jiff::tz::TimeZone::UTC.to_timestamp(civil).expect("an instant");
    zoned.as_second().to_string()
}

/// Numbers of the words that nft prints, written here again.
fn named(key: &str, word: &str) -> String {
    let number = match (key, word) {
        ("nfproto", "ipv4") => 4,
        ("nfproto", "ipv6") => 6,
        (_, "tcp") => 6,
        (_, "udp") => 17,
        (_, "esp") => 50,
        (_, "ah") => 51,
        ("ct state", "new") => 0,
        ("ct state", "established") => 1,
        ("ct state", "related") => 2,
        ("ct state", "untracked") => 3,
        ("ct state", "invalid") => 4,
        ("icmp type", "echo-request") => 8,
        ("icmp type", "destination-unreachable") => 3,
        ("icmp type", "time-exceeded") => 11,
        ("icmp type", "parameter-problem") => 12,
        ("icmpv6 type", "destination-unreachable") => 1,
        ("icmpv6 type", "packet-too-big") => 2,
        ("icmpv6 type", "time-exceeded") => 3,
        ("icmpv6 type", "parameter-problem") => 4,
        ("icmpv6 type", "echo-request") => 128,
        ("icmpv6 type", "nd-router-solicit") => 133,
        ("icmpv6 type", "nd-router-advert") => 134,
        ("icmpv6 type", "nd-neighbor-solicit") => 135,
        ("icmpv6 type", "nd-neighbor-advert") => 136,
        _ => return word.to_owned(),
    };
    number.to_string()
}

fn json_data(data: &Json) -> String {
    match data.as_str() {
        Some(name) => name.to_owned(),
        None => json_entries("ct state", data["set"].as_array().expect("a list")),
    }
}

fn json_entries(key: &str, entries: &[Json]) -> String {
    sorted(entries.iter().map(|entry| {
        let verdict = json_expression(&entry[1]).expect("a verdict");
        format!("{} : {verdict}", json_value(key, &entry[0]))
    }))
}

fn json_sets(items: &[Json]) -> BTreeMap<String, String> {
    let sets = items.iter().filter_map(|item| item.get("set").or(item.get("map")));
    sets.map(|set| {
        let name = set["name"].as_str().expect("a name").to_owned();
        let elements = set["elem"].as_array().map_or(&[][..], Vec::as_slice);
        let text = match set.get("map") {
            Some(_) => json_entries("", elements),
            None => sorted(elements.iter().map(|e| json_value("", e))),
        };
        (name, text)
    })
    .collect()
}

fn json_bases(items: &[Json]) -> BTreeMap<String, String> {
    let chains = items.iter().filter_map(|item| item.get("chain"));
    let based = chains.filter(|chain| chain.get("hook").is_some());
    based
        .map(|c| {
            let word = |name: &str| c[name].as_str().expect("a word").to_owned();
            let text = format!("{} {} {} {}", word("type"), word("hook"), c["prio"], word("policy"));
            (word("name"), text)
        })
        .collect()
}

fn sorted(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<_> = words.collect();
    words.sort();
    words.dedup();
    format!("{{ {} }}", words.join(", "))
}
