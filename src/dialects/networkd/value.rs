//! What systemd's own values spell: booleans, spans of time, sizes.

use crate::diagnostics::codes::host;
use crate::dialects::words::{Read, Word, among, decimal};

/// A boolean (systemd.syntax(7)); capitals are refused though systemd takes them.
pub(in crate::dialects) fn boolean(word: &Word) -> Read<bool> {
    among(
        word,
        &[
            ("yes", true),
            ("no", false),
            ("true", true),
            ("false", false),
            ("on", true),
            ("off", false),
            ("1", true),
            ("0", false),
        ],
    )
}

/// A span of time in seconds: digits and one unit of systemd.time(7).
pub(in crate::dialects) fn seconds(word: &Word) -> Read<u64> {
    const UNITS: [(&str, u64); 6] = [("min", 60), ("sec", 1), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];
    let unit = UNITS.iter().find_map(|(name, s)| Some((word.text.strip_suffix(name)?, *s)));
    let (digits, each) = unit.unwrap_or((&word.text, 1));
    let number = Word { text: digits.to_owned(), ..word.clone() };
    decimal::<u32>(&number).map(|n| u64::from(n) * each).map_err(|_| {
        Box::new(word.wrong(&host::VALUE, format!("`{}` is not a span of time such as `30s` or `1h`", word.text)))
    })
}

/// Bytes of a packet, from what IPv4 needs (RFC 791) to what a length field holds.
pub(super) fn mtu(word: &Word) -> Read<u32> {
    match decimal::<u32>(word) {
        Ok(bytes @ 68..=65_535) => Ok(bytes),
        _ => Err(Box::new(
            word.wrong(&host::VALUE, format!("`{}` is not a number of bytes from 68 to 65535", word.text)),
        )),
    }
}
