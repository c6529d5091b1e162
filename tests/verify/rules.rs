//! Rulesets as a kernel might list them, edited by hand: ten that mean the same, and more that do not.

use crate::{compared, device, edited, passed, refused};

const GATEWAY: &str = "0000001B/gateway";

/// The listing that its script would give.
fn listing() -> String {
    let script = &device(GATEWAY).files["etanche.nft"];
    let at = script.find("table inet etanche {").expect("a definition");
    script[at..].to_owned()
}

/// The first rule of pupils that opens something at the centre.
const PROXY: &str = "tcp dport 3128 counter accept";

/// Each line changed.
fn each(text: &str, change: impl Fn(&str) -> String) -> String {
    text.lines().map(|line| change(line) + "\n").collect()
}

#[test]
fn dumps_that_mean_the_same_pass() {
    let text = listing();
    let without_comments = each(&text, |line| line.split(" comment \"").next().unwrap_or(line).to_owned());
    let handles = each(&text, |line| match line.trim() {
        "" => line.to_owned(),
        rest if rest.starts_with('#') || rest.ends_with(',') => line.to_owned(),
        _ => format!("{line} # handle 12"),
    });
    let same: [(&str, String); 13] = [
        ("as it was written", text.clone()),
        ("with counters that counted", text.replace(" counter ", " counter packets 17 bytes 1394 ")),
        ("with handles", handles),
        ("without the comments of rules", without_comments),
        ("with an old comment", edited(&text, "lycee-cible2.yaml:29", "lycee-cible2.yaml:12")),
        (
            "elements in another order",
            edited(&text, "192.0.2.10,\n\t\t\t203.0.113.10", "203.0.113.10,\n\t\t\t192.0.2.10"),
        ),
        ("a prefix as a range", edited(&text, "\t10.0.0.0/8,", "\t10.0.0.0-10.255.255.255,")),
        (
            "a rule in two",
            edited(
                &text,
                "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } counter accept",
                "icmpv6 type { destination-unreachable, packet-too-big } accept\n\t\ticmpv6 type 3-4 counter accept",
            ),
        ),
        ("another name of a chain", text.replace("wifi_staff_to_site_csm", "staff")),
        (
            "a rule that nothing is left for",
            edited(
                &text,
                "\t\tct state established accept\n",
                "\t\tct state established accept\n\t\tct state established drop\n",
            ),
        ),
        (
            "a policy that nothing comes to",
            edited(&text, "hook forward priority filter; policy drop;", "hook forward priority filter; policy accept;"),
        ),
        ("lines that end as on other systems", text.replace('\n', "\r\n")),
        (
            "another table that hooks into nothing",
            format!(
                "{text}table ip nothing {{\n\tset a {{\n\t\ttype ipv4_addr\n\t\tflags timeout\n\t}}\n\n\tchain unused {{\n\t}}\n}}\n"
            ),
        ),
    ];
    for (title, text) in same {
        let told = passed(GATEWAY, &text, &[]);
        assert!(told.contains("not compared  49 other files of this device: apply.sh,"), "{title}: {told}");
    }
}

#[test]
fn dumps_that_mean_something_else_are_told_apart() {
    let text = listing();
    let other: [(&str, String, &str); 11] = [
        ("another port", edited(&text, PROXY, "tcp dport 3129 counter accept"), "now permits 0000001B."),
        ("a rule is gone", edited(&text, PROXY, "tcp dport 3128 counter continue"), "no longer permits 0000001B."),
        (
            "the order is another",
            edited(
                &text,
                "\t\tct state established accept\n\t\tct state related goto related\n\n\t\t# 4. business",
                "\t\tct state established drop\n\t\tct state related goto related\n\n\t\t# 4. business",
            ),
            "no longer permits",
        ),
        (
            "nothing is dropped at the end",
            edited(
                &edited(
                    &text,
                    "hook forward priority filter; policy drop;",
                    "hook forward priority filter; policy accept;",
                ),
                "log prefix \"etanche forward \"\n\t\tcounter drop\n",
                "log prefix \"etanche forward \"\n",
            ),
            "now permits",
        ),
        ("an element more", edited(&text, "\t10.0.0.0/8,", "\t10.0.0.0/8, 198.18.0.0/15,"), "no longer permits"),
        (
            "an element less",
            edited(&text, "\t\t\"eth1.41\" . \"xf-csm\" : jump wifi_staff_to_site_csm,\n", ""),
            "no longer permits 0000001B.wifi_staff",
        ),
        (
            "a jump more",
            edited(
                &text,
                "\t\tct state new iifname . oifname vmap @flows",
                "\t\tiifname \"eth1.41\" oifname \"eth1.11\" jump open\n\t\tct state new iifname . oifname vmap @flows",
            )
            .replacen("\tchain related {", "\tchain open {\n\t\taccept\n\t}\n\n\tchain related {", 1),
            "now permits 0000001B.wifi_staff -> 0000001B.admin_servers",
        ),
        ("a permit longer by an hour", text.replace("1814565600", "1814569200"), "now permits 0000001B.exam"),
        (
            "an address translated to another",
            edited(&text, "snat ip to 198.51.100.129", "snat ip to 198.51.100.130"),
            "now translates",
        ),
        (
            "the last guard of the WAN is gone",
            edited(&text, "\t\toifname \"eth0\" ip saddr @inside4 rt ipsec missing counter drop\n", ""),
            "now, at postrouting: ",
        ),
        (
            "that guard before the translation",
            edited(&text, "hook postrouting priority 110", "hook postrouting priority 90"),
            "is filtered after its translation",
        ),
    ];
    told_apart(&other);
}

#[test]
fn what_is_not_understood_does_not_pass() {
    let text = listing();
    let other: [(&str, String, &str); 5] = [
        (
            "a set that forgets",
            edited(
                &text,
                "\tset peers {\n\t\ttype ipv4_addr\n",
                "\tset peers {\n\t\ttype ipv4_addr\n\t\tflags timeout\n",
            ),
            "elements of a set with the flag `timeout` change while it is used",
        ),
        (
            "a mark",
            edited(&text, PROXY, "tcp dport 3128 meta mark set 1 counter accept"),
            "a statement whose meaning is not modelled",
        ),
        (
            "before tracking",
            edited(&text, "hook input priority filter", "hook input priority raw"),
            "a base chain before connection tracking",
        ),
        ("cut short", text[..text.len() / 2].to_owned(), "the listing ends inside a table"),
        ("a prompt above", format!("root@gw:~# nft list ruleset\n{text}"), "a listing holds tables"),
    ];
    told_apart(&other);
}

/// Each is refused, and told with these words.
fn told_apart(dumps: &[(&str, String, &str)]) {
    for (title, text, says) in dumps {
        let told = refused(GATEWAY, text, &[]);
        assert!(told.contains(says), "{title}: no `{says}` in\n{told}");
    }
}

#[test]
fn a_table_that_does_nothing_is_no_filter() {
    let text = listing();
    let dormant = edited(&text, "table inet etanche {", "table inet etanche {\n\tflags dormant");
    assert!(
        refused(GATEWAY, &dormant, &[])
            .contains("the table `inet etanche` is dormant: it is loaded, and filters nothing")
    );
    let owned = edited(&text, "table inet etanche {", "table inet etanche {\n\tflags owner,persist");
    assert!(refused(GATEWAY, &owned, &[]).contains("has the flag owner, persist"));
    assert!(refused(GATEWAY, "", &[]).contains("holds no table at all"));
    assert!(refused(GATEWAY, &text.repeat(2), &[]).contains("more than once"));
    let elsewhere = text.replacen("table inet etanche", "table ip etanche", 1);
    assert!(refused(GATEWAY, &elsewhere, &[]).contains("no table `inet etanche`"));
}

/// Tables of somebody else, and what is told of each.
const FOREIGN: [(&str, &str, &str); 9] = [
    (
        "ip nat",
        "chain a {\n type nat hook postrouting priority srcnat; policy accept;\n masquerade\n }",
        "translates addresses (postrouting)",
    ),
    (
        "inet early",
        "chain a {\n type filter hook prerouting priority raw; policy accept;\n notrack\n }",
        "acts before connections are tracked (prerouting)",
    ),
    (
        "ip early",
        "chain a {\n type filter hook output priority -300;\n }",
        "acts before connections are tracked (output)",
    ),
    (
        "inet other_way",
        "chain a {\n type route hook output priority mangle; policy accept;\n meta mark set 0x1\n }",
        "sends packets another way (output)",
    ),
    (
        "bridge b",
        "chain a {\n type filter hook forward priority filter; policy accept;\n }",
        "acts on frames between bridged links (forward)",
    ),
    (
        "netdev n",
        "chain a {\n type filter hook ingress device \"eth0\" priority filter; policy accept;\n }",
        "acts on frames before any filter (ingress)",
    ),
    (
        "inet n",
        "chain a {\n type filter hook ingress device \"eth0\" priority filter; policy accept;\n }",
        "acts on frames before any filter (ingress)",
    ),
    (
        "inet fast",
        "flowtable f {\n hook ingress priority filter\n devices = { eth0, eth1 }\n }\n chain a {\n type filter hook forward priority filter - 1; policy accept;\n meta l4proto tcp flow add @f\n }",
        "hands connections past the filter (flowtable f)",
    ),
    (
        "inet marks",
        "chain a {\n type filter hook input priority filter; policy accept;\n meta mark set 1\n }",
        "filters by statements that are not read (input)",
    ),
];

#[test]
fn foreign_tables_fail_unless_they_are_named_and_are_told_each_time() {
    for (title, body, says) in FOREIGN {
        let text = format!("{}table {title} {{\n {body}\n}}\n", listing());
        let told = refused(GATEWAY, &text, &[]);
        assert!(told.contains(&format!("`{title}` ")) && told.contains(says), "{title}: {told}");
        assert!(told.contains("it is not ours, and nobody named it"), "{title}: {told}");
        let named = passed(GATEWAY, &text, &[title]);
        assert!(named.contains("the proof is not of a device that has it"), "{title}: {named}");
        refused(GATEWAY, &text, &["inet other"]);
    }
}

#[test]
fn a_foreign_filter_that_is_read_can_only_drop_more() {
    let bans = "table ip f2b-table {\n\tset addr-set-sshd {\n\t\ttype ipv4_addr\n\t\telements = { 203.0.113.7 }\n\t}\n\n\tchain f2b-chain {\n\t\ttype filter hook input priority filter - 1; policy accept;\n\t\ttcp dport 22 ip saddr @addr-set-sshd reject with icmp port-unreachable\n\t}\n}\n";
    let text = format!("{bans}{}", listing());
    assert!(refused(GATEWAY, &text, &[]).contains("it can only drop more; it is not ours"));
    assert!(
        passed(GATEWAY, &text, &["ip  f2b-table"])
            .contains("`ip f2b-table` filter at input: it can only drop more; you named it")
    );
    let found = compared(GATEWAY, &text, &["ip f2b-table"]);
    assert_eq!(found.foreign.len(), 1);
}
