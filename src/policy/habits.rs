//! What people type from habit in expressions, and what to write instead.

/// The first word or sign of what is left.
pub(crate) fn token(rest: &str) -> &str {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let Some(first) = rest.chars().next() else {
        return "";
    };
    if first.is_whitespace() {
        return &rest[..first.len_utf8()];
    }
    let end = rest
        .char_indices()
        .skip(1)
        .find(|(_, c)| c.is_whitespace() || is_word(*c) != is_word(first))
        .map_or(rest.len(), |(i, _)| i);
    &rest[..end]
}

/// What people type from habit, and what to write instead.
pub(crate) fn habit(found: &str) -> Option<&'static str> {
    Some(match found {
        "=>" | "→" | "-->" | ">" | ">>" | "to" | "vers" => "write `->` between who opens and to whom",
        "<-" | "<=" | "<->" | "<=>" | "↔" => {
            "a flow has one direction, who opens `->` to whom: replies follow by themselves"
        }
        "any" | "all" | "*" | "everyone" | "tous" => {
            "there is no `any`: name the zones one by one, or write `internet` for what is outside"
        }
        "self" | "firewall" | "localhost" => "write `gateway` for the gateway's own processes",
        "&&" | "&" | "and" | "et" | "+" | ";" | "||" | "or" => "separate with a comma",
        ":" | "sur" | "port" | "via" => "write `on` before the services",
        _ if found.starts_with(char::is_whitespace) => "put an ordinary space here",
        _ if found.starts_with(|c: char| c.is_alphabetic() && !c.is_ascii()) => {
            "names have no accents: the letters `a` to `z`, digits, `_` and `-`"
        }
        _ => return None,
    })
}

/// A token as a message shows it, also when it cannot be seen.
pub(crate) fn shown(found: &str) -> String {
    match found.chars().next() {
        Some(c) if c.is_whitespace() => format!("the character U+{:04X}", u32::from(c)),
        _ => format!("`{found}`"),
    }
}

/// What to write in place of numbers that begin with zeros; None when the text is no such thing.
pub(crate) fn without_zeros(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split_inclusive(['.', '/']).collect();
    let is_number = |part: &&str| part.trim_end_matches(['.', '/']).bytes().all(|b| b.is_ascii_digit());
    let plain: String = parts.iter().map(|part| shorter(part)).collect();
    let help = || format!("write `{plain}`: to some programs a number that begins with 0 is octal");
    (parts.iter().all(is_number) && plain != text).then(help)
}

/// A number without its leading zeros, with what ends it.
fn shorter(part: &str) -> &str {
    let digits = part.bytes().take_while(u8::is_ascii_digit).count();
    let zeros = part.bytes().take_while(|b| *b == b'0').count();
    &part[zeros.min(digits.saturating_sub(1))..]
}
