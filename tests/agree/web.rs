//! Web proxies.

use crate::{Edit, all_told, said, tampered, workspace};

const FILE: &str = "0000002C/gateway/squid-staff.conf";
const WEB: &str = "isolation/web-differs";

const fn edit(from: &'static str, to: &'static str, code: &'static str, says: &'static str) -> Edit {
    Edit { file: FILE, from, to, code, says }
}

#[test]
fn a_proxy_listens_asks_and_runs_as_intended() {
    all_told(&[
        edit("10.128.32.1:3128", "10.128.32.1:3129", WEB, "listens on 10.128.32.1:3129, not 10.128.32.1:3128"),
        edit(
            "http_port 10.128.32.1:3128",
            "http_port 10.128.32.1:3128\nhttp_port 127.0.0.1:3128",
            WEB,
            "listens on 127.0.0.1:3128",
        ),
        edit(
            "tcp_outgoing_address 198.51.100.130",
            "tcp_outgoing_address 198.51.100.2",
            WEB,
            "sends from 198.51.100.2",
        ),
        edit("tcp_outgoing_address 198.51.100.130\n", "", WEB, "must be one that sends from 198.51.100.130"),
        edit(
            "dns_nameservers 198.18.0.53",
            "dns_nameservers 198.18.0.54",
            WEB,
            "asks resolver 198.18.0.54, not 198.18.0.53",
        ),
        edit(
            "cache_effective_user etanche-staff",
            "cache_effective_user etanche-pupils",
            WEB,
            "runs as `etanche-pupils`, not as `etanche-staff`",
        ),
    ]);
}

#[test]
fn every_request_is_decided_as_intended() {
    const INSIDE: &str = "isolation/proxy-reaches-inside";
    all_told(&[
        edit("http_access deny inside\n", "", INSIDE, "an address inside"),
        edit(" 172.16.0.0/12", "", INSIDE, "172.16.0"),
        edit("http_access deny literal\n", "", WEB, "which the policy refuses"),
        edit("http_access deny for_staff ut1_malware\n", "", WEB, "(list malware)"),
        edit(
            "http_access deny for_staff ut1_phishing",
            "http_access allow for_staff ut1_phishing",
            WEB,
            "(list phishing)",
        ),
        edit("http_access allow for_staff\n", "http_access deny for_staff\n", WEB, "which the policy lets through"),
        edit("acl for_staff src 10.128.32.0/24", "acl for_staff src 10.128.32.0/23", WEB, "from 10.128.33."),
        edit("http_access deny CONNECT !tls_port\n", "", WEB, "CONNECT"),
        edit("acl web_ports port 80 443", "acl web_ports port 80 443 8080", WEB, ":8080"),
        edit("http_access deny manager\n", "", WEB, "management page"),
        edit("http_access deny all", "http_access allow all", WEB, "which the policy refuses"),
    ]);
}

#[test]
fn rules_in_another_order_with_the_same_meaning_pass() {
    let two = "http_access deny for_staff ut1_malware\nhttp_access deny for_staff ut1_phishing\n";
    let turned = "http_access deny for_staff ut1_phishing\nhttp_access deny for_staff ut1_malware\n";
    let run = tampered(&workspace(), &[(FILE, two, turned)]);
    assert!(run.proven.is_some(), "{}", said(&run.sink.into_sorted(), &run.sources));
}

#[test]
fn a_second_spelling_of_a_name_is_refused() {
    const REPEATED: &str = "readback/repeated";
    all_told(&[
        edit("acl for_staff", "acl WEB_PORTS port 1-65535\nacl for_staff", REPEATED, "`WEB_PORTS` is `web_ports`"),
        edit("acl for_staff", "acl Tls_port port 1-65535\nacl for_staff", REPEATED, "`Tls_port` is `tls_port`"),
    ]);
}
