//! No hostile text passes a quoting filter with a character that its target gives a meaning to.

use super::*;

const HOSTILE: &[&str] = &[
    "\"; accept #",
    "a\nb",
    "a\r\nb",
    "a\\",
    "\\\"",
    "$(reboot)",
    "${x}",
    "`x`",
    "{{ x }}",
    "{% x %}",
    "}",
    "a\tb",
    "a\u{0}b",
    "a\u{2028}b",
    "a\u{202e}b",
    "",
    " ",
    " a",
    "a ",
    "*",
    "eth*",
    "../x",
    "/",
    "#",
    "; exit",
    "%n",
    "@x",
    "a=b\n[Route]",
    "-x",
    "é",
    "tcp",
    "a,b",
    "a b",
];

/// For each filter that refuses: characters that what it lets through never holds, wherever it is written.
const NEVER: &[(&str, &str)] = &[
    ("account_name", " \"#\\$`'{};!/*,.%"),
    ("confined_value", "\"#\\$`'{};!/*,.%="),
    ("domain", " \"#\\$`'{};!/*,"),
    ("exec_word", " \"#\\$`'{};%!*"),
    ("hash_line", "\\"),
    ("ini_value", "\\"),
    ("ios_text", "\"\\?^!"),
    ("link_name", " \"#\\$`'{};!/*,"),
    ("nft_comment", "\"\\"),
    ("nft_log", "\"\\$"),
    ("nft_name", " \"#\\$`'{};!/*,@"),
    ("pac_remark", "\"#\\$`'{};!\t*[]"),
    ("setting_key", " \"#\\$`'{};!=,"),
    ("setting_value", "\"#\\$`'{};!=%*"),
    ("squid_name", " \"#\\$`'{};!/*,"),
    ("squid_path", " \"#\\$`'{};!*,"),
    ("squid_words", "\"#\\$`'"),
    ("swan_name", " \"#\\$`'{};!/*,="),
    ("swan_value", "\\\n"),
    ("tsv_cell", "\"#\\$`'{};!\t*"),
    ("unit_name", " \"#\\$`'{};!/*,=%"),
];

#[test]
fn every_filter_has_a_line_in_the_table_of_what_it_never_lets_through() {
    let filters: Vec<&str> = FILTERS.iter().map(|(name, _)| *name).collect();
    let table: Vec<&str> = NEVER.iter().map(|(name, _)| *name).collect();
    assert_eq!(filters, table);
}

#[test]
fn a_hostile_text_is_refused_or_comes_out_without_a_character_of_the_syntax() {
    let accents = "é".repeat(300);
    for ((name, quoting), (_, never)) in FILTERS.iter().zip(NEVER) {
        for text in HOSTILE.iter().copied().chain([accents.as_str()]) {
            let Ok(quoted) = quoting(text) else { continue };
            let bad = quoted.chars().find(|c| never.contains(*c) || c.is_control() || unseen(*c));
            assert_eq!(bad, None, "{name} of {text:?} gives {quoted:?}");
        }
    }
}

#[test]
fn only_comments_are_changed_to_fit() {
    let accents = "é".repeat(300);
    for (name, quoting) in FILTERS {
        if ["hash_line", "nft_comment", "domain", "swan_value"].contains(name) {
            continue;
        }
        for text in HOSTILE.iter().copied().chain([accents.as_str()]) {
            if let Ok(quoted) = quoting(text) {
                assert_eq!(quoted, text, "{name}");
            }
        }
    }
}

#[test]
fn a_comment_is_cut_on_a_character_boundary_within_128_bytes() {
    let Ok(comment) = nft_comment(&"é".repeat(300)) else { panic!("a comment is never refused") };
    assert_eq!(comment.len(), 127);
    assert_eq!(comment, format!("{}…", "é".repeat(62)));
    assert_eq!(nft_comment(&"a".repeat(128)).map(|c| c.len()), Ok(128));
    assert_eq!(nft_comment("\"; accept #\nx\\"), Ok("'; accept # x/".to_owned()));
}

#[test]
fn a_value_of_swanctl_is_bare_or_between_quotes() {
    assert_eq!(swan_value("0000001b.vpn.exemple.example"), Ok("0000001b.vpn.exemple.example".to_owned()));
    assert_eq!(swan_value("C=FR, O=Région, CN=x # } y"), Ok("\"C=FR, O=Région, CN=x # } y\"".to_owned()));
    assert!(swan_value("a\" }").is_err());
    assert!(swan_value("a\\").is_err());
}

#[test]
fn a_switch_string_is_printable_ascii_within_its_length() {
    assert_eq!(aos_quoted("sw-rdc-1 (baie 2)", 32), Ok("\"sw-rdc-1 (baie 2)\"".to_owned()));
    for text in ["\"\nno dhcp-snooping", "é", "", "a\\", "a\u{7f}"] {
        assert!(aos_quoted(text, 32).is_err(), "{text:?}");
    }
    assert!(aos_quoted(&"a".repeat(33), 32).is_err());
}

#[test]
fn a_line_of_ios_takes_names_without_blanks_and_texts_without_quotes() {
    assert_eq!(ios_word("0000004E-sw-2", 63), Ok("0000004E-sw-2".to_owned()));
    assert_eq!(ios_text("vers sw-1 25, baie 2"), Ok("vers sw-1 25, baie 2".to_owned()));
    for text in ["a b", "a\nno ip routing", "é", "", "a?", "\"a\""] {
        assert!(ios_word(text, 32).is_err(), "{text:?}");
    }
    assert!(ios_word(&"a".repeat(33), 32).is_err());
    for text in ["a\nshutdown", "é", "", " a", "a ", "a?", "^C", "a\\", "! a", &"a".repeat(201)] {
        assert!(ios_text(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_domain_is_written_once_with_its_dot() {
    assert_eq!(domain("wikipedia.example"), Ok(".wikipedia.example".to_owned()));
    assert_eq!(domain(".wikipedia.example"), Ok(".wikipedia.example".to_owned()));
    for text in
        ["é.example", "A.example", "a..example", ".", "a.example b.example", "*.example", "-a.example", "10.0.0.1"]
    {
        assert!(domain(text).is_err(), "{text:?}");
    }
}

#[test]
fn an_output_path_stays_inside_the_device_s_directory() {
    assert_eq!(path("network/10-eth1.20.network"), Ok("network/10-eth1.20.network".to_owned()));
    for text in ["/etc/passwd", "../x", "a/../b", "a//b", ".hidden", "", "a b"] {
        assert!(path(text).is_err(), "{text:?}");
    }
}
