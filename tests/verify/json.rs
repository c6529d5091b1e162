//! `nft -j list ruleset` said again as text: what it says, and that nothing it holds is let by.

use etanche::dialects::nft::listing_of_json;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::refused;

const GATEWAY: &str = "0000001B/gateway";

fn ruleset(items: &[Value]) -> String {
    json!({ "nftables": items }).to_string()
}

/// Our table with one chain at the hook input, and one rule of these statements in it.
fn with_rule(statements: &Value) -> String {
    ruleset(&[
        json!({ "metainfo": { "version": "1.0.6", "json_schema_version": 1 } }),
        json!({ "table": { "family": "inet", "name": "etanche", "handle": 1 } }),
        json!({ "chain": { "family": "inet", "table": "etanche", "name": "input", "handle": 2, "type": "filter", "hook": "input", "prio": 0, "policy": "drop" } }),
        json!({ "rule": { "family": "inet", "table": "etanche", "chain": "input", "handle": 3, "expr": statements } }),
    ])
}

fn matched(op: &str, left: &Value, right: &Value) -> Value {
    json!({ "match": { "op": op, "left": left, "right": right } })
}

fn said(statements: &Value) -> String {
    let text = listing_of_json(&with_rule(statements)).expect("a ruleset");
    text.lines().nth(4).expect("a rule").to_owned()
}

#[test]
fn statements_have_the_words_of_a_listing() {
    let ports = json!({ "payload": { "protocol": "tcp", "field": "dport" } });
    let state = json!({ "ct": { "key": "state" } });
    let pair =
        json!({ "concat": [{ "meta": { "key": "iifname" } }, { "payload": { "protocol": "ip", "field": "saddr" } }] });
    let rules = [
        json!([matched("==", &ports, &json!({ "set": [22, { "range": [80, 90] }] })), { "counter": { "packets": 1, "bytes": 2 } }, { "accept": null }]),
        json!([matched("!=", &ports, &json!(25)), { "jump": { "target": "x" } }]),
        json!([matched("in", &state, &json!(["established", "related"])), { "accept": null }]),
        json!([matched("in", &state, &json!("new")), { "vmap": { "key": pair, "data": "@flows" } }]),
        json!([matched("==", &pair, &json!("@sources4")), { "return": null }]),
        json!([matched("==", &pair, &json!({ "set": [{ "concat": ["eth1.10", { "prefix": { "addr": "10.0.0.0", "len": 8 } }] }] })), { "drop": null }]),
        json!([matched("==", &json!({ "meta": { "key": "iifname" } }), &json!("lo")), { "accept": null }]),
        json!([matched("==", &json!({ "rt": { "key": "ipsec" } }), &json!(false)), { "reject": { "type": "icmpx", "expr": "admin-prohibited" } }]),
        json!([matched(">=", &json!({ "meta": { "key": "time" } }), &json!("2027-06-14 00:00:00")), { "goto": { "target": "y" } }]),
        json!([{ "limit": { "rate": 5, "burst": 10, "per": "second" } }, { "log": { "prefix": "a {b} ", "level": "warn" } }]),
        json!([matched("in", &json!({ "payload": { "protocol": "tcp", "field": "flags" } }), &json!("syn")), { "mangle": { "key": { "tcp option": { "name": "maxseg", "field": "size" } }, "value": { "rt": { "key": "mtu" } } } }]),
        json!([{ "dnat": { "family": "ip", "addr": "10.0.0.1", "port": 8080 } }]),
        json!([{ "vmap": { "key": ports, "data": { "set": [[22, { "accept": null }], [{ "range": [80, 90] }, { "goto": { "target": "z" } }]] } } }]),
    ];
    assert_snapshot!(rules.each_ref().map(said).join("\n"), @r#"
    tcp dport { 22, 80-90 } counter accept
    tcp dport != 25 jump x
    ct state established,related accept
    ct state new meta iifname . ip saddr vmap @flows
    meta iifname . ip saddr @sources4 return
    meta iifname . ip saddr { "eth1.10" . 10.0.0.0/8 } drop
    meta iifname "lo" accept
    rt ipsec missing reject with icmpx admin-prohibited
    meta time >= "2027-06-14 00:00:00" goto y
    limit rate 5/second burst 10 packets log level warn prefix "a {b} "
    tcp flags syn tcp option maxseg size set rt mtu
    dnat ip to 10.0.0.1:8080
    tcp dport vmap { 22 : accept, 80-90 : goto z }
    "#);
}

#[test]
fn what_has_no_words_is_no_text_that_anybody_reads() {
    let ports = json!({ "payload": { "protocol": "tcp", "field": "dport" } });
    let state = json!({ "ct": { "key": "state" } });
    let unknown = [
        json!([{ "xt": { "type": "match", "name": "conntrack" } }, { "accept": null }]),
        json!([{ "mangle": { "key": { "meta": { "key": "mark" } }, "value": 1 } }, { "accept": null }]),
        json!([{ "counter": "a_named_one" }, { "accept": null }]),
        json!([{ "limit": { "rate": 5, "burst": 10, "per": "second", "inv": true } }, { "drop": null }]),
        json!([{ "log": { "group": 2 } }]),
        json!([{ "masquerade": { "flags": "random" } }]),
        json!([matched("==", &ports, &json!("22 accept\n\t\taccept")), { "drop": null }]),
        json!([matched("==", &json!({ "meta": { "key": "iifname" } }), &json!("eth0\" accept \"")), { "drop": null }]),
        json!([matched("==", &json!({ "payload": { "base": "ih", "offset": 0, "len": 8 } }), &json!(1)), { "accept": null }]),
        json!([matched("==", &json!({ "payload": { "protocol": "tcp", "field": "dport", "more": 1 } }), &json!(1)), { "accept": null }]),
        // A packet has one state: exactly both is none, and no list says so.
        json!([matched("==", &state, &json!(["established", "related"])), { "accept": null }]),
        json!([matched("in", &ports, &json!(22)), { "accept": null }]),
        json!([matched("==", &ports, &json!({ "set": [{ "elem": { "val": 22, "timeout": 60 } }] })), { "accept": null }]),
        json!([{ "accept": null, "drop": null }]),
        json!([{ "accept": 1 }]),
    ];
    for statements in unknown {
        let told = refused(GATEWAY, &with_rule(&statements), &[]);
        assert!(told.contains("it holds what no reader knows"), "{statements}: {told}");
    }
}

#[test]
fn a_table_with_more_than_its_name_is_not_taken_for_ours() {
    let table = |more: Value| {
        let mut own = json!({ "family": "inet", "name": "etanche", "handle": 1 });
        own.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        ruleset(&[json!({ "table": own })])
    };
    // nft 1.0.6 says the name of the table where the flag should be.
    assert!(refused(GATEWAY, &table(json!({ "flags": "etanche" })), &[]).contains("has the flag etanche"));
    assert!(refused(GATEWAY, &table(json!({ "flags": ["dormant"] })), &[]).contains("is dormant"));
    assert!(refused(GATEWAY, &table(json!({ "heard_of": 1 })), &[]).contains("it holds what no reader knows"));
    let set = |more: Value| {
        let mut own = json!({ "family": "inet", "table": "etanche", "name": "s", "handle": 1, "type": "ipv4_addr" });
        own.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        ruleset(&[json!({ "table": { "family": "inet", "name": "etanche", "handle": 1 } }), json!({ "set": own })])
    };
    for more in [json!({ "timeout": 60 }), json!({ "flags": ["dynamic"] }), json!({ "size": 3 }), json!({ "stmt": [] })]
    {
        assert!(refused(GATEWAY, &set(more), &[]).contains("it holds what no reader knows"));
    }
}

#[test]
fn a_document_of_another_shape_is_told() {
    for (text, says) in [
        ("{", "no JSON"),
        ("{}", "no `nftables` list"),
        ("{\"nftables\": 3}", "no `nftables` list"),
        ("{\"nftables\": [3]}", "no single object"),
        ("{\"nftables\": [{\"rule\": {\"family\": \"inet\", \"table\": \"t\"}}]}", "not told before it"),
        (
            "{\"nftables\": [{\"table\": {\"family\": \"inet {}\", \"name\": \"etanche\"}}]}",
            "it holds what no reader knows",
        ),
        ("{\"nftables\": []}", "no table at all"),
    ] {
        let told = refused(GATEWAY, text, &[]);
        assert!(told.contains(says), "{text}: {told}");
    }
}
