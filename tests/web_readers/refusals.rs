//! Texts that the reader refuses, each with the words it underlines.

use std::io::Write;
use std::process::Command;

use super::{PUPILS, device, read};

/// Code, text replaced, replacement, what is underlined.
const REFUSED: &[(&str, &str, &str, &str)] = &[
    ("unknown-statement", "via on", "vie off", "vie"),
    ("unknown-statement", "via on", "quick_abort_min 0 KB", "quick_abort_min"),
    ("unknown-statement", "http_access deny inside", "http_acces deny inside", "http_acces"),
    ("unmodelled", "via on", "include /etc/squid/conf.d/more.conf", "include /etc/squid/conf.d/more.conf"),
    ("unmodelled", "via on", "cache_peer parent.example parent 3128 0", "cache_peer parent.example parent 3128 0"),
    ("unmodelled", "via on", "url_rewrite_program /usr/bin/rewrite", "url_rewrite_program /usr/bin/rewrite"),
    ("unmodelled", "via on", "always_direct allow all", "always_direct allow all"),
    ("unmodelled", "via on", "never_direct deny all", "never_direct deny all"),
    ("unmodelled", "via on", "ssl_bump peek all", "ssl_bump peek all"),
    ("unmodelled", "via on", "icap_enable on", "icap_enable on"),
    ("unmodelled", "via on", "auth_param basic program /bin/true", "auth_param basic program /bin/true"),
    ("unmodelled", "via on", "external_acl_type x /bin/true", "external_acl_type x /bin/true"),
    ("unmodelled", "via on", "configuration_includes_quoted_values on", "configuration_includes_quoted_values on"),
    ("unmodelled", "via on", "cache_dir ufs /var/spool/squid 100 16 256", "cache_dir ufs /var/spool/squid 100 16 256"),
    ("unmodelled", "acl exam src 10.128.27.0/24", "acl exam srcdomain .exam.example", "srcdomain"),
    ("unmodelled", "acl exam src 10.128.27.0/24", "acl exam time MTWHF", "time"),
    ("unmodelled", "method CONNECT", "method GET", "GET"),
    ("unmodelled", "[.]?$ :", "[.]?$", "-n ^(0x[0-9a-f]*|[0-9]+)([.](0x[0-9a-f]*|[0-9]+))*[.]?$"),
    ("unmodelled", "dstdom_regex -n ", "dstdom_regex ", "^(0x[0-9a-f]*|[0-9]+)([.](0x[0-9a-f]*|[0-9]+))*[.]?$ :"),
    (
        "unmodelled",
        "ut1/adult/domains\"",
        "ut1/adult/domains\" .x.example",
        "-n \"/etc/squid/ut1/adult/domains\" .x.example",
    ),
    ("bad-value", "10.0.49.10:3128", "3128", "3128"),
    ("bad-value", "10.0.49.10:3128", "0.0.0.0:3128", "0.0.0.0:3128"),
    ("bad-value", "10.0.49.10:3128", "10.0.49.10:3128 intercept", "intercept"),
    ("bad-value", "10.0.49.10:3128", "10.0.49.10:3128 tproxy", "tproxy"),
    ("bad-value", "10.0.49.10:3128", "10.0.49.10:70000", "10.0.49.10:70000"),
    ("bad-value", "10.128.27.0/24", "10.128.27.1/24", "10.128.27.1/24"),
    ("bad-value", "10.128.27.0/24", "10.128.27.0/255.255.255.0", "10.128.27.0/255.255.255.0"),
    ("bad-value", "10.128.27.0/24", "10.128.27.0-10.128.27.9", "10.128.27.0-10.128.27.9"),
    ("bad-value", "10.128.27.0/24", "0.0.0.0/0", "0.0.0.0/0"),
    ("bad-value", "2001:db8:1:20::/64", "::ffff:10.0.0.0/104", "::ffff:10.0.0.0/104"),
    ("bad-value", "2001:db8:1:20::/64", "2001:DB8:1:20::/64", "2001:DB8:1:20::/64"),
    ("bad-value", "acl connect_ports port 443", "acl connect_ports port 443-80", "443-80"),
    ("bad-value", "acl connect_ports port 443", "acl connect_ports port https", "https"),
    ("bad-value", ".jeux.example .paris", "jeux.example .paris", "jeux.example"),
    ("bad-value", ".jeux.example .paris", ".Jeux.example .paris", ".Jeux.example"),
    ("bad-value", ".jeux.example .paris", ".10.0.0.1 .paris", ".10.0.0.1"),
    ("bad-value", "forwarded_for delete", "forwarded_for maybe", "maybe"),
    ("bad-value", "icp_port 0", "icp_port 3130", "3130"),
    ("bad-value", "follow_x_forwarded_for deny all", "follow_x_forwarded_for allow all", "allow all"),
    ("bad-value", "cache deny all", "cache deny pupils", "deny pupils"),
    ("bad-value", "access_log stdio:/var/log/squid/pupils.log squid", "access_log none pupils", "none pupils"),
    ("bad-value", "pid_filename /run/squid/pupils.pid", "pid_filename /run/../etc/passwd", "/run/../etc/passwd"),
    ("bad-value", "cache_effective_user proxy", "cache_effective_user 6002", "6002"),
    ("bad-value", "tcp_outgoing_address 10.0.49.10", "tcp_outgoing_address 10.0.49.10 pupils", "pupils"),
    ("bad-value", "http_access deny inside", "http_access deny", "http_access deny"),
    ("bad-value", "http_access deny inside", "http_access refuse inside", "refuse"),
    ("unmodelled", "acl own_deny dstdomain -n ", "acl own_deny dstdomain ", ".jeux.example .paris.example"),
    ("fails-open", "src 10.128.27.0/24", "src 10.128.27.0/24 10.128.0.0/9", "10.128.27.0/24 10.128.0.0/9"),
    (
        "fails-open",
        "acl exam src 10.128.27.0/24",
        "acl exam src 10.128.27.0/24\nacl exam src 10.128.27.128/25",
        "10.128.27.128/25",
    ),
    (
        "fails-open",
        ".jeux.example .paris.example",
        ".paris.example .jeux.paris.example",
        "-n .paris.example .jeux.paris.example",
    ),
    (
        "missing-file",
        "lists/0000001B-allow.txt",
        "lists/0000001B-allowed.txt",
        "\"/etc/squid/lists/0000001B-allowed.txt\"",
    ),
    ("missing-file", "/etc/squid/ut1/adult/domains", "/etc/squid/ut1/adult/urls", "\"/etc/squid/ut1/adult/urls\""),
    (
        "missing-file",
        "/etc/squid/ut1/adult/domains",
        "/etc/squid/ut1/../passwd/domains",
        "\"/etc/squid/ut1/../passwd/domains\"",
    ),
    ("unknown-name", "deny pupils games", "deny pupils gamse", "gamse"),
    ("unknown-name", "deny CONNECT !connect_ports", "deny CONNECT !ssl_ports", "!ssl_ports"),
    ("unknown-name", "acl exam src 10.128.27.0/24", "http_access allow exam\nacl exam src 10.128.27.0/24", "exam"),
    ("repeated", "via on", "via on\nvia on", "via on"),
    (
        "repeated",
        "tcp_outgoing_address 10.0.49.10",
        "tcp_outgoing_address 10.0.49.10\ntcp_outgoing_address 10.0.49.11",
        "tcp_outgoing_address 10.0.49.11",
    ),
    ("repeated", "acl exam src", "acl all src", "all"),
    ("repeated", "acl exam src 10.128.27.0/24", "acl pupils port 80\nacl exam src 10.128.27.0/24", "80"),
    ("repeated", "acl vpn dstdomain", "acl adult dstdomain", "-n \"/etc/squid/ut1/vpn/domains\""),
    ("repeated", "acl exam src 10.128.27.0/24", "acl exam src 10.128.27.0/24\nacl Exam src 10.128.28.0/24", "Exam"),
    (
        "repeated",
        "acl exam src 10.128.27.0/24",
        "acl Connect_ports port 1-65535\nacl exam src 10.128.27.0/24",
        "Connect_ports",
    ),
    ("repeated", "acl exam src 10.128.27.0/24", "acl MANAGER src 10.0.0.0/8\nacl exam src 10.128.27.0/24", "MANAGER"),
    ("repeated", "acl exam src 10.128.27.0/24", "acl connect port 443\nacl exam src 10.128.27.0/24", "connect"),
    ("repeated", "acl exam src 10.128.27.0/24", "acl CONNECT port 443\nacl exam src 10.128.27.0/24", "CONNECT"),
    ("repeated", "http_access deny inside", "http_access deny INSIDE", "INSIDE"),
    ("repeated", "http_access deny inside", "http_access deny !ALL", "!ALL"),
    ("unmodelled", "acl exam src 10.128.27.0/24", "acl exam SRC 10.128.27.0/24", "SRC"),
    ("unknown-statement", "http_access deny inside", "HTTP_ACCESS deny inside", "HTTP_ACCESS"),
    ("bad-value", "http_access deny inside", "http_access Deny inside", "Deny"),
    ("stray-byte", "via on", "via\u{a0}on", "\u{a0}"),
    ("stray-byte", "via on", "\u{a0}via on", "\u{a0}"),
    ("stray-byte", "via on", "via on\u{2003}", "\u{2003}"),
    ("missing-file", "lists/0000001B-allow.txt", "lists/0000001b-allow.txt", "\"/etc/squid/lists/0000001b-allow.txt\""),
    ("stray-byte", "via on", "via on # said", "#"),
    ("stray-byte", "via on", "via o\\ff", "\\"),
    ("stray-byte", "via on", "via\toff", "via\toff"),
    ("stray-byte", "via on", " via on", " "),
    ("stray-byte", "via on", "via on\r", "via on\r"),
    ("stray-byte", "via on", "visible_hostname ${process_name}", "{"),
    ("stray-byte", "via on", "#line 5 other.conf", "#line 5 other.conf"),
    ("stray-byte", "via on", "via 'off'", "'"),
];

#[test]
fn every_refusal_underlines_its_own_words() {
    let mut wrong = Vec::new();
    for (code, from, to, underlined) in REFUSED {
        assert!(PUPILS.contains(from), "{from}");
        let found = read(&device(&PUPILS.replacen(from, to, 1))).err().unwrap_or_default();
        let told: Vec<_> = found.iter().map(|(d, text)| (d.code.name, text.as_str(), &d.message)).collect();
        if !told.iter().any(|t| t.0 == format!("readback/{code}") && t.1 == *underlined) {
            wrong.push(format!("{to:?} should be {code} at {underlined:?}: {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn refused_with(path: &str, text: Option<&str>, code: &str, underlined: &str) {
    let mut files = device(PUPILS);
    match text {
        Some(text) => files.insert(path.to_owned(), text.to_owned()),
        None => files.remove(path),
    };
    let found = read(&files).expect_err("refused");
    let hit = found.iter().any(|(d, t)| d.code.name == format!("readback/{code}") && t == underlined);
    assert!(hit, "{path}: {found:#?}");
}

/// Squid's own word on names in capitals: an acl's are folded, a directive's and a type's are not.
#[test]
fn squid_folds_the_names_of_acls_alone() {
    let head = "http_port 10.0.49.10:3128\nvisible_hostname x.example\n";
    let said = |lines: &str| squid_parses(&format!("{head}{lines}\n"));
    assert!(said("acl one port 80\nacl ONE method GET").contains("Bungled"), "one acl, two types");
    assert!(said("acl connect port 80").contains("Bungled"), "`CONNECT` is Squid's own");
    assert!(!said("acl one port 80\nhttp_access deny ONE").contains("FATAL"));
    assert!(said("ACL one port 80").contains("unrecognized: 'ACL'"));
    assert!(said("acl one PORT 80").contains("Invalid ACL type"));
}

#[test]
fn an_acl_of_connect_may_be_written_again_under_its_own_name() {
    let again = PUPILS.replacen("acl exam src", "acl CONNECT method CONNECT\nacl exam src", 1);
    assert!(read(&device(&again)).is_ok());
}

#[test]
fn list_files_are_read_to_the_last_byte() {
    let path = super::ALLOW_PATH;
    refused_with(path, None, "missing-file", "\"/etc/squid/lists/0000001B-allow.txt\"");
    refused_with(path, Some(""), "fails-open", "");
    refused_with(path, Some("# nothing\n"), "fails-open", "# nothing");
    refused_with(path, Some(".a.example\nb.example\n"), "bad-value", "b.example");
    refused_with(path, Some(".a.example\n.x.a.example\n"), "fails-open", ".a.example\n.x.a.example");
    refused_with(path, Some(".a.example\n.a.example\n"), "fails-open", ".a.example\n.a.example");
    refused_with(path, Some(".a.example\r\n"), "stray-byte", ".a.example\r");
    refused_with(path, Some(".a.example # note\n"), "bad-value", ".a.example # note");
    refused_with("lists/other.txt", Some(".a.example\n"), "unused-file", "");
    refused_with("squid-third.conf", Some("via on\n"), "incomplete", "");
    refused_with("squid.conf", Some("via on\n"), "unknown-file", "");
    refused_with("squid-second.conf", Some(PUPILS), "repeated", "");
}

/// Squid's own answer to a text, with the paths left as they are.
fn squid_parses(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("squid.conf");
    let written = std::fs::File::create(&path).and_then(|mut f| f.write_all(text.as_bytes()));
    written.expect("written");
    let done = Command::new("squid").args(["-k", "parse", "-f"]).arg(&path).output();
    String::from_utf8_lossy(&done.expect("squid is needed").stderr).into_owned()
}

#[test]
fn the_end_of_a_long_comment_is_a_directive_to_squid_and_refused_here() {
    let comment = format!("#{}http_access allow all\n", "x".repeat(8190));
    let text = format!("http_port 10.0.49.10:3128\n{comment}");
    assert!(squid_parses(&text).contains("Processing: http_access allow all"));
    let found = read(&device(&PUPILS.replacen("via on\n", &comment, 1))).expect_err("refused");
    assert_eq!(found[0].0.code.name, "readback/stray-byte");
}

#[test]
fn squid_stays_silent_on_an_empty_rule_and_on_a_wide_ipv6_prefix() {
    for line in ["http_access deny", "acl z src ::/0"] {
        let said = squid_parses(&format!("http_port 10.0.49.10:3128\n{line}\n"));
        let complaint = ["WARNING", "ERROR", "FATAL"].iter().any(|w| said.contains(w));
        assert!(!complaint, "{said}");
        assert!(read(&device(&format!("{PUPILS}{line}\n"))).is_err());
    }
}
