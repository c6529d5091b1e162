//! `sysctl.conf` back into kernel settings by dotted name (sysctl.d(5), systemd 252).
//!
//! Takes the text, gives a map. A slash in a name stands for a dot of an interface's own name, as systemd has it:
//! `net.ipv4.conf.eth1/20.rp_filter`. An absent setting stays absent: another file or an earlier boot may have set
//! it, so a proof must find what it leans on written here. A setting that may fail without a word keeps its `-`.

use super::words::{Read, Word, decimal, trimmed};
use crate::diagnostics::codes::host;
use crate::diagnostics::{Diagnostic, Sink};
use crate::dialects::words::Words;
use crate::dialects::{Dialect, File, Reading};
use std::collections::BTreeMap;

/// Kernel settings by dotted name.
pub type Settings = BTreeMap<String, String>;

/// What values a setting takes.
#[derive(Clone, Copy)]
enum Values {
    /// Whole numbers up to this one.
    UpTo(u64),
    /// This many whole numbers between blanks.
    Numbers(usize),
}

use Values::{Numbers, UpTo};

/// Settings read (ip-sysctl and nf_conntrack-sysctl of the kernel's documentation); `*` stands for one name.
const SETTINGS: &[(&str, Values)] = &[
    ("net.ipv4.ip_forward", UpTo(1)),
    ("net.ipv4.conf.*.forwarding", UpTo(1)),
    ("net.ipv4.conf.*.mc_forwarding", UpTo(1)),
    ("net.ipv4.conf.*.rp_filter", UpTo(2)),
    ("net.ipv4.conf.*.accept_redirects", UpTo(1)),
    ("net.ipv4.conf.*.secure_redirects", UpTo(1)),
    ("net.ipv4.conf.*.send_redirects", UpTo(1)),
    ("net.ipv4.conf.*.shared_media", UpTo(1)),
    ("net.ipv4.conf.*.accept_source_route", UpTo(1)),
    ("net.ipv4.conf.*.accept_local", UpTo(1)),
    ("net.ipv4.conf.*.route_localnet", UpTo(1)),
    ("net.ipv4.conf.*.proxy_arp", UpTo(1)),
    ("net.ipv4.conf.*.proxy_arp_pvlan", UpTo(1)),
    ("net.ipv4.conf.*.arp_filter", UpTo(1)),
    ("net.ipv4.conf.*.arp_ignore", UpTo(8)),
    ("net.ipv4.conf.*.arp_announce", UpTo(2)),
    ("net.ipv4.conf.*.arp_accept", UpTo(2)),
    ("net.ipv4.conf.*.drop_gratuitous_arp", UpTo(1)),
    ("net.ipv4.conf.*.drop_unicast_in_l2_multicast", UpTo(1)),
    ("net.ipv4.conf.*.log_martians", UpTo(1)),
    ("net.ipv4.conf.*.disable_policy", UpTo(1)),
    ("net.ipv4.conf.*.disable_xfrm", UpTo(1)),
    ("net.ipv4.icmp_echo_ignore_broadcasts", UpTo(1)),
    ("net.ipv4.icmp_ignore_bogus_error_responses", UpTo(1)),
    ("net.ipv4.icmp_errors_use_inbound_ifaddr", UpTo(1)),
    ("net.ipv4.icmp_ratelimit", UpTo(1_000_000)),
    ("net.ipv4.icmp_ratemask", UpTo(4_294_967_295)),
    ("net.ipv4.ip_local_port_range", Numbers(2)),
    ("net.ipv4.ip_no_pmtu_disc", UpTo(3)),
    ("net.ipv4.ip_nonlocal_bind", UpTo(1)),
    ("net.ipv4.tcp_syncookies", UpTo(2)),
    ("net.ipv4.tcp_rfc1337", UpTo(1)),
    ("net.ipv4.tcp_timestamps", UpTo(2)),
    ("net.ipv4.tcp_max_syn_backlog", UpTo(1_048_576)),
    ("net.ipv4.tcp_rmem", Numbers(3)),
    ("net.ipv4.tcp_wmem", Numbers(3)),
    ("net.ipv4.neigh.*.gc_thresh1", UpTo(1_048_576)),
    ("net.ipv4.neigh.*.gc_thresh2", UpTo(1_048_576)),
    ("net.ipv4.neigh.*.gc_thresh3", UpTo(1_048_576)),
    ("net.ipv6.neigh.*.gc_thresh1", UpTo(1_048_576)),
    ("net.ipv6.neigh.*.gc_thresh2", UpTo(1_048_576)),
    ("net.ipv6.neigh.*.gc_thresh3", UpTo(1_048_576)),
    ("net.ipv6.conf.*.forwarding", UpTo(2)),
    ("net.ipv6.conf.*.mc_forwarding", UpTo(1)),
    ("net.ipv6.conf.*.accept_ra", UpTo(2)),
    ("net.ipv6.conf.*.accept_ra_defrtr", UpTo(1)),
    ("net.ipv6.conf.*.accept_ra_pinfo", UpTo(1)),
    ("net.ipv6.conf.*.accept_ra_rtr_pref", UpTo(1)),
    ("net.ipv6.conf.*.accept_redirects", UpTo(1)),
    ("net.ipv6.conf.*.accept_source_route", UpTo(1)),
    ("net.ipv6.conf.*.autoconf", UpTo(1)),
    ("net.ipv6.conf.*.disable_ipv6", UpTo(1)),
    ("net.ipv6.conf.*.disable_policy", UpTo(1)),
    ("net.ipv6.conf.*.drop_unicast_in_l2_multicast", UpTo(1)),
    ("net.ipv6.conf.*.drop_unsolicited_na", UpTo(1)),
    ("net.ipv6.conf.*.proxy_ndp", UpTo(1)),
    ("net.ipv6.conf.*.router_solicitations", UpTo(255)),
    ("net.ipv6.conf.*.use_tempaddr", UpTo(2)),
    ("net.ipv6.conf.*.max_addresses", UpTo(65_535)),
    ("net.ipv6.conf.*.dad_transmits", UpTo(255)),
    ("net.ipv6.conf.*.seg6_enabled", UpTo(1)),
    ("net.ipv6.icmp.ratelimit", UpTo(1_000_000)),
    ("net.netfilter.nf_conntrack_helper", UpTo(1)),
    ("net.netfilter.nf_conntrack_max", UpTo(4_294_967_295)),
    ("net.netfilter.nf_conntrack_acct", UpTo(1)),
    ("net.netfilter.nf_conntrack_checksum", UpTo(1)),
    ("net.netfilter.nf_conntrack_timestamp", UpTo(1)),
    ("net.netfilter.nf_conntrack_tcp_loose", UpTo(1)),
    ("net.netfilter.nf_conntrack_tcp_be_liberal", UpTo(1)),
    ("net.netfilter.nf_conntrack_tcp_timeout_established", UpTo(4_294_967_295)),
    ("net.netfilter.nf_conntrack_log_invalid", UpTo(255)),
    ("net.netfilter.nf_log_all_netns", UpTo(1)),
    ("net.core.rmem_max", UpTo(4_294_967_295)),
    ("net.core.wmem_max", UpTo(4_294_967_295)),
    ("net.core.netdev_max_backlog", UpTo(1_048_576)),
    ("net.core.bpf_jit_harden", UpTo(2)),
    ("net.core.xfrm_acq_expires", UpTo(86_400)),
    ("kernel.kptr_restrict", UpTo(2)),
    ("kernel.dmesg_restrict", UpTo(1)),
    ("kernel.randomize_va_space", UpTo(2)),
    ("kernel.sysrq", UpTo(511)),
    ("kernel.unprivileged_bpf_disabled", UpTo(2)),
    ("kernel.perf_event_paranoid", UpTo(4)),
    ("kernel.panic", UpTo(86_400)),
    ("kernel.panic_on_oops", UpTo(1)),
    ("fs.protected_hardlinks", UpTo(1)),
    ("fs.protected_symlinks", UpTo(1)),
    ("fs.suid_dumpable", UpTo(2)),
];

/// Settings that a kernel may lack, and whose absence is the safe value: only these may be tried with `-`.
///
/// Automatic helpers left the kernel with Linux 6.0; without IPv6 there is nothing to set.
const MAY_BE_ABSENT: &[&str] = &["net.netfilter.nf_conntrack_helper", "net.ipv6."];

/// The row of this dialect.
pub static DIALECT: Dialect = Dialect {
    id: "sysctl",
    name: "kernel settings (sysctl.d)",
    claims: |path| path == "sysctl.conf",
    read: read_files,
    codes: &[],
};

fn read_files(reading: &mut Reading<'_>) {
    for file in &reading.files {
        reading.bundle.host.get_or_insert_default().sysctl = read(file, reading.sink).unwrap_or_default();
    }
}

/// The settings that the text makes; None when it has an error, with every finding in the sink.
pub fn read(text: &File<'_>, sink: &mut Sink) -> Option<Settings> {
    let mut found = Sink::default();
    let mut settings = Settings::new();
    let mut places: BTreeMap<String, Word> = BTreeMap::new();
    if let Some(stray) = text.stray() {
        found.push(stray);
    }
    for word in text.lines() {
        if word.text.is_empty() || word.text.starts_with(['#', ';']) {
            continue;
        }
        match assignment(text, &word) {
            Ok((key, name, value)) => {
                let plain = name.trim_start_matches('-').to_owned();
                if let Some(first) = places.insert(plain, key.clone()) {
                    found.push(twice(&key, &first));
                }
                settings.insert(name, value);
            }
            Err(finding) => found.push(*finding),
        }
    }
    let clean = !found.has_errors();
    sink.append(found);
    clean.then_some(settings)
}

fn twice(key: &Word, first: &Word) -> Diagnostic {
    key.wrong(&host::DUPLICATE, format!("`{}` is set twice", key.text))
        .other(first.span, "first here")
        .help("the last one would win: write it once")
}

/// The key as written, its dotted name, its value.
fn assignment(text: &File<'_>, line: &Word) -> Read<(Word, String, String)> {
    let Some(equals) = line.text.find('=') else {
        return Err(Box::new(line.wrong(&host::SYNTAX, "this line sets nothing")));
    };
    let at = line.span.start + equals;
    let key = text.word(line.span.start..line.span.start + trimmed(&line.text[..equals]).end);
    let value = trimmed(&text.text[at + 1..line.span.end]);
    let value = text.word(at + 1 + value.start..at + 1 + value.end);
    let (optional, plain) = match key.text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, key.text.as_str()),
    };
    let name = dotted(plain);
    let Some((_, values)) = SETTINGS.iter().find(|(known, _)| matches(known, &name)) else {
        return Err(Box::new(unknown(&key)));
    };
    let absent = MAY_BE_ABSENT.iter().any(|safe| name.starts_with(safe));
    if optional && !absent {
        return Err(Box::new(
            key.wrong(&host::UNMODELLED, format!("`{}` may fail without a word", key.text)).help("leave the `-` out"),
        ));
    }
    let value = spelled(&value, *values)?;
    let name = if optional { format!("-{name}") } else { name };
    Ok((key, name, value))
}

fn unknown(key: &Word) -> Diagnostic {
    let finding = key.wrong(&host::UNKNOWN_KEY, format!("`{}` is not a kernel setting that is read", key.text));
    if key.text.contains(['*', '?', '[']) {
        return finding.help("patterns are not read: `all` and `default` name every interface");
    }
    finding
}

/// A name with dots between its parts: after a first slash, slashes and dots change places (sysctl.d(5)).
fn dotted(name: &str) -> String {
    match name.find(['.', '/']) {
        Some(at) if name.as_bytes()[at] == b'/' => name
            .chars()
            .map(|c| match c {
                '/' => '.',
                '.' => '/',
                other => other,
            })
            .collect(),
        _ => name.to_owned(),
    }
}

fn matches(known: &str, name: &str) -> bool {
    let parts: Vec<&str> = name.split('.').collect();
    let wanted: Vec<&str> = known.split('.').collect();
    let fits = |(wanted, part): (&&str, &&str)| match *wanted {
        "*" => is_interface(part),
        exact => exact == *part,
    };
    parts.len() == wanted.len() && wanted.iter().zip(&parts).all(fits)
}

fn is_interface(part: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_');
    (1..=15).contains(&part.len()) && part.bytes().all(plain)
}

/// The value with one space between its numbers.
fn spelled(value: &Word, values: Values) -> Read<String> {
    let words = value.words();
    let count = match values {
        UpTo(_) => 1,
        Numbers(n) => n,
    };
    if words.len() != count {
        return Err(Box::new(value.wrong(&host::VALUE, format!("`{}` is not {count} numbers", value.text))));
    }
    for word in &words {
        let number = decimal::<u64>(word)?;
        if matches!(values, UpTo(most) if number > most) {
            let message = format!("`{}` is out of range", word.text);
            return Err(Box::new(word.wrong(&host::VALUE, message)));
        }
    }
    let texts: Vec<String> = words.into_iter().map(|w| w.text).collect();
    Ok(texts.join(" "))
}
