//! `nft -j list ruleset` said again as `nft list ruleset` says it (libnftables-json(5)), so that one reader reads both.
//!
//! Takes the JSON; gives the text. Total: what this page has no words for stands in the text as it is, behind a `?`,
//! which begins no word of nft, so that whoever reads the text stops there. Names and values are written only when they
//! are of plain characters, for nothing that a name holds may become a word of its own.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// A table while its parts come in: chains are told before their rules.
#[derive(Default)]
struct Table {
    title: (String, String),
    /// Everything but chains, a text each.
    items: Vec<String>,
    chains: Vec<Chain>,
}

struct Chain {
    name: String,
    lines: Vec<String>,
}

/// The listing that a JSON document holds.
///
/// # Errors
/// Why it is no such document, in a phrase.
pub fn listing(text: &str) -> Result<String, String> {
    let document: Value = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
    let items = document.as_object().filter(|object| object.len() == 1).and_then(|object| object.get("nftables"));
    let items = items.and_then(Value::as_array).ok_or("no `nftables` list, as `nft -j list ruleset` prints it")?;
    let mut tables: Vec<Table> = Vec::new();
    for item in items {
        let (kind, own) = single(item).ok_or("an entry that is no single object")?;
        if kind != "metainfo" {
            let own = own.as_object().ok_or("an entry that is no object")?;
            place(kind, own, &mut tables)?;
        }
    }
    Ok(tables.iter().map(written).collect())
}

/// The only key of an object, and its value.
fn single(value: &Value) -> Option<(&str, &Value)> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    object.iter().next().map(|(key, value)| (key.as_str(), value))
}

fn word<'v>(own: &'v Map<String, Value>, key: &str) -> &'v str {
    own.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Puts an entry where it belongs: its table is told before it, and the chain of a rule too.
fn place(kind: &str, own: &Map<String, Value>, tables: &mut Vec<Table>) -> Result<(), String> {
    let family = word(own, "family").to_owned();
    if kind == "table" {
        let items = own.iter().filter_map(|(key, value)| table_clause(key, value)).collect();
        tables.push(Table { title: (family, word(own, "name").to_owned()), items, chains: Vec::new() });
        return Ok(());
    }
    let title = (family, word(own, "table").to_owned());
    let table = tables.iter_mut().find(|table| table.title == title);
    let table = table.ok_or_else(|| format!("a {kind} of a table that is not told before it"))?;
    match kind {
        "chain" => table.chains.push(Chain { name: word(own, "name").to_owned(), lines: base(own) }),
        "rule" => {
            let name = word(own, "chain");
            let chain = table.chains.iter_mut().find(|chain| chain.name == name);
            chain.ok_or("a rule of a chain that is not told before it")?.lines.push(rule(own));
        }
        "set" | "map" => table.items.push(set(kind, own)),
        _ => table.items.push(format!("{} {} {{\n{}\n}}", plain(kind), plain(word(own, "name")), unsaid(own))),
    }
    Ok(())
}

/// What says nothing of what a table, a chain or a set does.
const NAMES: [&str; 4] = ["family", "name", "table", "handle"];

fn table_clause(key: &str, value: &Value) -> Option<String> {
    match (key, value) {
        ("flags", Value::String(flag)) => Some(format!("flags {}", plain(flag))),
        ("flags", Value::Array(flags)) => Some(format!("flags {}", list(flags, ",", &|flag| bare(flag)))),
        _ if NAMES.contains(&key) => None,
        ("comment", Value::String(text)) => Some(format!("comment {}", quoted(text))),
        _ => Some(unsaid(value)),
    }
}

fn written(table: &Table) -> String {
    let (family, name) = &table.title;
    let mut out = format!("table {} {} {{\n", plain(family), plain(name));
    for item in &table.items {
        let _ = writeln!(out, "{item}");
    }
    for chain in &table.chains {
        let _ = writeln!(out, "chain {} {{\n{}\n}}", plain(&chain.name), chain.lines.join("\n"));
    }
    out + "}\n"
}

fn base(own: &Map<String, Value>) -> Vec<String> {
    const KNOWN: [&str; 5] = ["type", "hook", "prio", "policy", "comment"];
    let mut lines: Vec<String> = Vec::new();
    let device = own.get("dev").map(|dev| format!(" device {}", dev.as_str().map_or_else(|| unsaid(dev), quoted)));
    if own.contains_key("hook") || own.contains_key("type") {
        let (kind, hook) = (plain(word(own, "type")), plain(word(own, "hook")));
        let priority = own.get("prio").map_or_else(|| "?".to_owned(), bare);
        lines.push(format!("type {kind} hook {hook}{} priority {priority};", device.unwrap_or_default()));
    }
    lines.extend(own.get("policy").map(|policy| format!("policy {};", bare(policy))));
    lines.extend(own.get("comment").and_then(Value::as_str).map(|text| format!("comment {}", quoted(text))));
    let unknown = own.iter().filter(|(key, _)| {
        let key = key.as_str();
        !NAMES.contains(&key) && !KNOWN.contains(&key) && key != "dev"
    });
    lines.extend(unknown.map(|(_, value)| unsaid(value)));
    lines
}

fn set(kind: &str, own: &Map<String, Value>) -> String {
    let types: Vec<&Value> = match own.get("type") {
        Some(Value::Array(types)) => types.iter().collect(),
        one => one.into_iter().collect(),
    };
    let names: Vec<bool> = types.iter().map(|kind| kind.as_str() == Some("ifname")).collect();
    let types: Vec<String> = types.into_iter().map(bare).collect();
    let verdict = own.get("map").map(|map| format!(" : {}", bare(map))).unwrap_or_default();
    let mut lines = vec![format!("type {}{verdict}", types.join(" . "))];
    for (key, value) in own {
        match (key.as_str(), value) {
            ("type" | "map" | "elem", _) => {}
            ("flags", Value::Array(flags)) => lines.push(format!("flags {}", list(flags, ",", &|flag| bare(flag)))),
            ("auto-merge", Value::Bool(true)) => lines.push("auto-merge".to_owned()),
            ("comment", Value::String(text)) => lines.push(format!("comment {}", quoted(text))),
            (key, _) if NAMES.contains(&key) => {}
            _ => lines.push(unsaid(value)),
        }
    }
    if let Some(elements) = own.get("elem").and_then(Value::as_array) {
        lines.push(format!("elements = {{ {} }}", elements_of(elements, kind == "map", &names)));
    }
    format!("{kind} {} {{\n{}\n}}", plain(word(own, "name")), lines.join("\n"))
}

fn elements_of(elements: &[Value], is_map: bool, names: &[bool]) -> String {
    list(elements, ", ", &|element| match element.as_array().map(Vec::as_slice) {
        Some([key, verdict]) if is_map => format!("{} : {}", value(key, names), statement(verdict)),
        _ if is_map => unsaid(element),
        _ => value(element, names),
    })
}

fn rule(own: &Map<String, Value>) -> String {
    const KNOWN: [&str; 6] = ["family", "table", "chain", "handle", "comment", "expr"];
    let mut parts: Vec<String> = own
        .get("expr")
        .and_then(Value::as_array)
        .map_or_else(|| vec!["?".to_owned()], |statements| statements.iter().map(statement).collect());
    parts.extend(own.iter().filter(|(key, _)| !KNOWN.contains(&key.as_str())).map(|(_, value)| unsaid(value)));
    parts.extend(
        own.get("comment").map(|text| format!("comment {}", text.as_str().map_or_else(|| unsaid(text), quoted))),
    );
    parts.join(" ")
}

fn statement(own: &Value) -> String {
    let Some((kind, value)) = single(own) else { return unsaid(own) };
    let said = match (kind, value) {
        ("accept" | "drop" | "return" | "continue" | "reject" | "log" | "counter" | "masquerade", Value::Null) => {
            Some(kind.to_owned())
        }
        ("match", _) => matched(value),
        ("jump" | "goto", _) => keys(value, &["target"]).map(|[target]| format!("{kind} {}", bare(target))),
        ("counter", _) => keys(value, &["packets", "bytes"]).map(|_| kind.to_owned()),
        ("limit", _) => keys(value, &["rate", "burst", "per"])
            .map(|[rate, burst, per]| format!("limit rate {}/{} burst {} packets", bare(rate), bare(per), bare(burst))),
        ("log", _) => logged(value),
        ("reject", _) => rejected(value),
        ("vmap", _) => keys(value, &["key", "data"]).and_then(|[key, data]| {
            let (key, names) = looked(key)?;
            Some(format!("{key} vmap {}", entries(data, &names)?))
        }),
        ("mangle", _) => clamped(value),
        ("snat" | "dnat", _) => translated(kind, value),
        _ => None,
    };
    said.unwrap_or_else(|| unsaid(own))
}

/// Values of an object that has exactly these keys.
fn keys<'v, const N: usize>(value: &'v Value, names: &[&str; N]) -> Option<[&'v Value; N]> {
    let object = value.as_object().filter(|object| object.len() == N)?;
    let mut found = [&Value::Null; N];
    for (place, name) in found.iter_mut().zip(names) {
        *place = object.get(*name)?;
    }
    Some(found)
}

/// What a match or a lookup looks at, and for each of its keys whether its values are written in quotation marks.
fn looked(key: &Value) -> Option<(String, Vec<bool>)> {
    match single(key)? {
        ("meta" | "ct" | "rt", own) => {
            let [name] = keys(own, &["key"])?;
            let name = name.as_str()?;
            let is_quoted = matches!(name, "iifname" | "oifname" | "time");
            Some((format!("{} {}", single(key)?.0, plain(name)), vec![is_quoted]))
        }
        ("payload", own) => {
            let [protocol, field] = keys(own, &["protocol", "field"])?;
            Some((format!("{} {}", bare(protocol), bare(field)), vec![false]))
        }
        ("concat", own) => {
            let parts: Option<Vec<_>> = own.as_array()?.iter().map(looked).collect();
            let (texts, names): (Vec<String>, Vec<Vec<bool>>) = parts?.into_iter().unzip();
            Some((texts.join(" . "), names.concat()))
        }
        _ => None,
    }
}

fn matched(own: &Value) -> Option<String> {
    let [op, left, right] = keys(own, &["op", "left", "right"])?;
    let (key, names) = looked(left)?;
    let is_flag = matches!(key.as_str(), "meta ipsec" | "rt ipsec");
    let has_bits = matches!(key.as_str(), "ct state" | "tcp flags");
    let op = op.as_str()?;
    let right = match right {
        Value::Bool(protected) if is_flag => if *protected { "exists" } else { "missing" }.to_owned(),
        Value::Bool(_) => return None,
        _ if is_flag => return None,
        // Of bits, `in` is any of them, and what a listing says without a sign; `==` is exactly these.
        Value::Array(bits) if has_bits && op == "in" => list(bits, ",", &bare),
        Value::String(bit) if has_bits && op == "in" => plain(bit),
        _ if op == "in" => return None,
        _ => compared(right, &names)?,
    };
    match op {
        "in" => Some(format!("{key} {right}")),
        "==" if key == "tcp flags" => Some(format!("{key} == {right}")),
        "==" => Some(format!("{key} {right}")),
        sign @ ("!=" | "<" | ">" | "<=" | ">=") => Some(format!("{key} {sign} {right}")),
        _ => None,
    }
}

/// What stands right of a comparison: a value, a set in place, or the name of one.
fn compared(right: &Value, names: &[bool]) -> Option<String> {
    match (right, single(right)) {
        (Value::String(name), _) if name.starts_with('@') => Some(format!("@{}", plain(&name[1..]))),
        (_, Some(("set", elements))) => Some(format!("{{ {} }}", elements_of(elements.as_array()?, false, names))),
        (Value::Array(_), _) => None,
        _ => Some(value(right, names)),
    }
}

fn entries(data: &Value, names: &[bool]) -> Option<String> {
    match (data, single(data)) {
        (Value::String(name), _) => name.strip_prefix('@').map(|name| format!("@{}", plain(name))),
        (_, Some(("set", elements))) => Some(format!("{{ {} }}", elements_of(elements.as_array()?, true, names))),
        _ => None,
    }
}

/// A value, an element of a set, or one for each key of a concatenation.
fn value(own: &Value, names: &[bool]) -> String {
    let is_name = names == [true];
    match (own, single(own)) {
        (Value::String(text), _) if is_name => quoted(text),
        (Value::String(_) | Value::Number(_), _) if names.len() == 1 => bare(own),
        (_, Some(("concat", parts))) => parts.as_array().filter(|parts| parts.len() == names.len()).map_or_else(
            || unsaid(own),
            |parts| parts.iter().zip(names).map(|(part, name)| value(part, &[*name])).collect::<Vec<_>>().join(" . "),
        ),
        (_, Some(("prefix", prefix))) => match keys(prefix, &["addr", "len"]) {
            Some([address, length]) => format!("{}/{}", bare(address), bare(length)),
            None => unsaid(own),
        },
        (_, Some(("range", ends))) => match ends.as_array().map(Vec::as_slice) {
            Some([first, last]) => format!("{}-{}", value(first, names), value(last, names)),
            _ => unsaid(own),
        },
        (_, Some(("elem", element))) => match keys(element, &["val", "comment"]) {
            Some([inner, Value::String(comment)]) => format!("{} comment {}", value(inner, names), quoted(comment)),
            _ => unsaid(own),
        },
        _ => unsaid(own),
    }
}

fn logged(own: &Value) -> Option<String> {
    let object = own.as_object()?;
    let mut out = "log".to_owned();
    for (key, value) in object {
        match key.as_str() {
            "prefix" => out.push_str(&format!(" prefix {}", quoted(value.as_str()?))),
            "level" => out.push_str(&format!(" level {}", bare(value))),
            _ => return None,
        }
    }
    Some(out)
}

fn rejected(own: &Value) -> Option<String> {
    if let Some([kind]) = keys(own, &["type"]) {
        return (kind == "tcp reset").then(|| "reject with tcp reset".to_owned());
    }
    let [kind, reason] = keys(own, &["type", "expr"])?;
    Some(format!("reject with {} {}", bare(kind), bare(reason)))
}

/// The segment size lowered to the route's: the only change of a packet that is read.
fn clamped(own: &Value) -> Option<String> {
    let known = serde_json::json!({
        "key": { "tcp option": { "name": "maxseg", "field": "size" } },
        "value": { "rt": { "key": "mtu" } },
    });
    (*own == known).then(|| "tcp option maxseg size set rt mtu".to_owned())
}

fn translated(kind: &str, own: &Value) -> Option<String> {
    if let Some([family, address]) = keys(own, &["family", "addr"]) {
        return Some(format!("{kind} {} to {}", bare(family), bare(address)));
    }
    let [family, address, port] = keys(own, &["family", "addr", "port"])?;
    let address = if family == "ip6" { format!("[{}]", bare(address)) } else { bare(address) };
    Some(format!("{kind} {} to {address}:{}", bare(family), bare(port)))
}

fn list(values: &[Value], between: &str, said: &dyn Fn(&Value) -> String) -> String {
    values.iter().map(said).collect::<Vec<_>>().join(between)
}

/// A word or a number.
fn bare(value: &Value) -> String {
    match value {
        Value::String(text) => plain(text),
        Value::Number(number) => number.to_string(),
        _ => unsaid(value),
    }
}

/// A word of characters that no other word begins or ends with.
fn plain(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_.:/-".contains(c);
    let is_word = !text.is_empty() && text != "." && text != ":" && text.chars().all(is_plain);
    if is_word { text.to_owned() } else { unsaid(text) }
}

fn quoted(text: &str) -> String {
    let is_whole = text.chars().all(|c| c != '"' && !c.is_control());
    if is_whole { format!("\"{text}\"") } else { unsaid(text) }
}

/// What has no words here, without the signs that open and close tables and texts.
fn unsaid(value: impl serde::Serialize) -> String {
    let text = serde_json::to_string(&value).unwrap_or_default();
    format!("?{}", text.replace(['{', '['], "(").replace(['}', ']'], ")").replace('"', "'").replace(['#', ';'], "?"))
}
