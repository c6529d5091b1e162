//! What strongSwan's own values spell: booleans, durations, identities, interface numbers.

use crate::diagnostics::codes::host;
use crate::dialects::words::{Read, Word, among, decimal, hexadecimal, list};

/// A boolean, as strongswan.conf(5) and swanctl.conf(5) take them; capitals are refused though the daemon takes them.
pub(in crate::dialects) fn boolean(word: &Word) -> Read<bool> {
    among(
        word,
        &[
            ("yes", true),
            ("no", false),
            ("true", true),
            ("false", false),
            ("enabled", true),
            ("disabled", false),
            ("1", true),
            ("0", false),
        ],
    )
}

/// A duration in seconds: digits and one of `s m h d` (swanctl.conf(5), TIME FORMATS).
pub(in crate::dialects) fn seconds(word: &Word) -> Read<u32> {
    const UNITS: [(char, u32); 4] = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)];
    let unit = UNITS.iter().find_map(|(letter, s)| Some((word.text.strip_suffix(*letter)?, *s)));
    let (digits, each) = unit.unwrap_or((&word.text, 1));
    let number = Word { text: digits.to_owned(), ..word.clone() };
    decimal::<u32>(&number).ok().and_then(|n| n.checked_mul(each)).ok_or_else(|| {
        Box::new(word.wrong(&host::VALUE, format!("`{}` is not a duration such as `30s` or `1h`", word.text)))
    })
}

/// An identity as text; None for the spellings that stand for any identity.
///
/// The daemon takes `%any`, `*`, and the unspecified addresses alike for `ID_ANY`.
pub(super) fn identity(word: &Word) -> Option<String> {
    const ANY: [&str; 6] = ["%any", "%any6", "*", "0.0.0.0", "::", "0::0"];
    (!ANY.contains(&word.text.as_str())).then(|| word.text.clone())
}

/// The number of an XFRM interface; 0 is none.
pub(super) fn interface_number(word: &Word) -> Read<Option<u32>> {
    if word.text.starts_with("%unique") {
        let message = format!("`{}` gives each tunnel a number of its own", word.text);
        return Err(Box::new(
            word.wrong(&host::UNMODELLED, message).help("write the number of the peer's XFRM interface"),
        ));
    }
    Ok(Some(hexadecimal(word)?).filter(|n| *n != 0))
}

/// Names between commas.
pub(super) fn names(word: &Word) -> Read<Vec<String>> {
    Ok(list(word)?.into_iter().map(|w| w.text).collect())
}

/// True when peers prove themselves by certificate (`auth` of swanctl.conf(5), local and remote).
pub(super) fn is_certificate(word: &Word) -> Read<bool> {
    let scheme = word.text.strip_prefix("ike:").unwrap_or(&word.text);
    let mut parts = scheme.split('-');
    let first = parts.next().unwrap_or_default();
    let keys = ["pubkey", "rsa", "rsa/pss", "ecdsa", "ed25519", "ed448"];
    let constraint = |p: &str| {
        keys.contains(&p)
            || ["sha256", "sha384", "sha512", "identity"].contains(&p)
            || (!p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
    };
    if keys.contains(&first) && parts.all(constraint) {
        return Ok(true);
    }
    let other = first == "psk" && word.text == "psk";
    let other = other || ((first == "eap" || first == "xauth") && !word.text.starts_with("ike:"));
    if other {
        return Ok(false);
    }
    Err(Box::new(word.wrong(&host::VALUE, format!("`{}` is not a way to prove an identity that is read", word.text))))
}
