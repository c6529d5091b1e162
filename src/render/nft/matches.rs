//! Conditions of rules: keys compared with values, a list of them, or a named set.

use super::super::error::Problem;
use super::super::quote;
use super::{single, words};
use crate::config::filter::{Key, Match, Value, Values};

/// Columns after which a list in a rule is broken over lines.
const WIDTH: usize = 80;

/// Spells one condition.
pub(super) fn condition(m: &Match) -> Result<String, Problem> {
    match m.keys.as_slice() {
        [] => Err(Problem::unsupported("a condition that looks at nothing")),
        [key @ (Key::IpsecIn | Key::IpsecOut)] => protected(*key, m),
        [Key::Time] => time(m),
        keys => {
            let not = if m.negated { "!= " } else { "" };
            Ok(format!("{} {not}{}", words::keys(keys), right(keys, &m.values)?))
        }
    }
}

fn right(keys: &[Key], values: &Values) -> Result<String, Problem> {
    let tuples = match values {
        Values::Named(set) => return Ok(format!("@{}", quote::nft_name(set)?)),
        Values::Inline(tuples) => tuples,
    };
    let mut spelled = Vec::new();
    for values in tuples {
        match (keys, values.as_slice()) {
            ([key], [value]) => spelled.extend(words::values(*key, value)?),
            _ => spelled.push(tuple(keys, values)?),
        }
    }
    match spelled.as_slice() {
        [] => Err(Problem::unsupported("a condition without a value")),
        [one] if keys.len() == 1 => Ok(one.clone()),
        many => Ok(braces(many)),
    }
}

/// One value for each key, joined as a concatenation.
pub(super) fn tuple(keys: &[Key], values: &[Value]) -> Result<String, Problem> {
    if keys.len() != values.len() {
        return Err(Problem::unsupported(format!("{} values for {} keys", values.len(), keys.len())));
    }
    let parts: Result<Vec<String>, Problem> = keys.iter().zip(values).map(|(k, v)| words::value(*k, v)).collect();
    Ok(parts?.join(" . "))
}

/// A list between braces, on one line when it is short.
pub(super) fn braces(elements: &[String]) -> String {
    let flat = elements.join(", ");
    if flat.len() <= WIDTH {
        return format!("{{ {flat} }}");
    }
    let mut lines = vec![String::new()];
    for (i, element) in elements.iter().enumerate() {
        let comma = if i + 1 < elements.len() { "," } else { "" };
        let line = lines.last_mut().map_or(0, |l| l.len());
        if line > 0 && line + element.len() + 2 > WIDTH {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            let gap = if line.is_empty() { "" } else { " " };
            line.push_str(&format!("{gap}{element}{comma}"));
        }
    }
    format!("{{\n\t\t\t{}\n\t\t}}", lines.join("\n\t\t\t"))
}

fn protected(key: Key, m: &Match) -> Result<String, Problem> {
    let what = if key == Key::IpsecIn { "meta ipsec" } else { "rt ipsec" };
    let value = match &m.values {
        Values::Inline(tuples) => match tuples.as_slice() {
            [values] if values.len() == 1 => single(&values[0]),
            _ => None,
        },
        Values::Named(_) => None,
    };
    match (value, m.negated) {
        (Some(1), false) | (Some(0), true) => Ok(format!("{what} exists")),
        (Some(0), false) | (Some(1), true) => Ok(format!("{what} missing")),
        _ => Err(Problem::unsupported("an IPsec condition that is neither present nor absent")),
    }
}

/// Whole seconds from the first to the last, as bare numbers: a quoted date is read in the loader's time zone.
fn time(m: &Match) -> Result<String, Problem> {
    let refused = || Problem::unsupported("a time that is not one stretch of seconds");
    let Values::Inline(tuples) = &m.values else { return Err(refused()) };
    let [values] = tuples.as_slice() else { return Err(refused()) };
    let [Value::Numbers(first, last)] = values.as_slice() else { return Err(refused()) };
    if m.negated || first > last {
        return Err(refused());
    }
    let from = (*first > 0).then(|| format!("meta time >= {first}"));
    let until = last.checked_add(1).map(|end| format!("meta time < {end}"));
    let both: Vec<String> = from.into_iter().chain(until).collect();
    if both.is_empty() { Err(refused()) } else { Ok(both.join(" ")) }
}
