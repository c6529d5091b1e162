//! Templates that are subtly wrong, put in the place of the right ones: nothing they write is proved.

use etanche::pipeline::{Options, Run, run};

use crate::region::workspace;

/// Title, template, its text (found exactly once), what stands in its place.
type Slip = (&'static str, &'static str, &'static str, &'static str);

const FILTER: &str = "templates/nftables/etanche.nft.j2";
const TUNNELS: &str = "templates/nftables/swanctl.conf.j2";
const LINK: &str = "templates/nftables/link.network.j2";
const DEVICE: &str = "templates/nftables/link.netdev.j2";
const KERNEL: &str = "templates/nftables/sysctl.conf.j2";
const UNIT: &str = "templates/nftables/etanche-firewall.service.j2";
const DAEMON: &str = "templates/nftables/charon.conf.j2";
const MANAGER: &str = "templates/nftables/networkd.conf.j2";
const ACCOUNTS: &str = "templates/nftables/sysusers.conf.j2";
const APPLY: &str = "templates/nftables/apply.tsv.j2";
const SCRIPT: &str = "templates/gateway/apply.sh";
const PROXY: &str = "templates/squid/squid.conf.j2";
const PROGRAM: &str = "templates/squid/proxy.service.j2";
const LIST: &str = "templates/squid/list.txt.j2";
const SWITCH: &str = "templates/aruba-aos-s/aos-s.cfg.j2";
const CISCO: &str = "templates/cisco-ios/ios.cfg.j2";

const RULE: &str = "{{ rule.text }}";

const SLIPS: &[Slip] = &[
    ("a missing negation", FILTER, RULE, "{{ rule.text | replace('!= ', '') }}"),
    (
        "source and destination swapped",
        FILTER,
        RULE,
        "{{ rule.text | replace('saddr', 'addr_') | replace('daddr', 'saddr') | replace('addr_', 'daddr') }}",
    ),
    ("a port off by one", FILTER, RULE, "{{ rule.text | replace('3128', '3129') }}"),
    ("both ends of a range", FILTER, RULE, "{{ rule.text | replace('22, 5986', '22-5986') }}"),
    ("the IPv6 half lost", FILTER, RULE, "{% if 'ip6 ' not in rule.text %}{{ rule.text }}{% else %}counter{% endif %}"),
    ("guards without their flag", FILTER, RULE, "{{ rule.text | replace(' meta ipsec missing', '') }}"),
    ("guards on the wrong flag", FILTER, RULE, "{{ rule.text | replace('rt ipsec missing', 'rt ipsec exists') }}"),
    (
        "guards that let pass",
        FILTER,
        RULE,
        "{{ rule.text | replace('missing counter drop', 'missing counter accept') }}",
    ),
    ("no check of sources", FILTER, RULE, "{{ rule.text | replace('jump anti_spoof', 'accept') }}"),
    (
        "proxies with a loopback",
        FILTER,
        RULE,
        "{{ rule.text | replace('oifname \"lo\" counter drop', 'oifname \"lo\" accept') }}",
    ),
    ("one user for both proxies", FILTER, RULE, "{{ rule.text | replace('skuid 6002', 'skuid 6001') }}"),
    ("permits without an end", FILTER, RULE, "{{ rule.text | replace('meta time < 1819749600 ', '') }}"),
    ("everything related", FILTER, RULE, "{{ rule.text | replace('related goto related', 'related accept') }}"),
    (
        "translation to the address of supervision",
        FILTER,
        RULE,
        "{{ rule.text | replace('snat ip to 198.51.100.129', 'snat ip to 198.51.100.1') }}",
    ),
    (
        "a service published at the address of supervision",
        FILTER,
        RULE,
        "{{ rule.text | replace('ip daddr 198.51.100.201', 'ip daddr 198.51.100.1') }}",
    ),
    (
        "a published service led to the administration",
        FILTER,
        RULE,
        "{{ rule.text | replace('dnat ip to 10.128.25.10', 'dnat ip to 10.128.6.10') }}",
    ),
    (
        "a service published to the inside too",
        FILTER,
        RULE,
        "{{ rule.text | replace('iifname \"eth0\" ip daddr 198.51.100.201', 'ip daddr 198.51.100.201') }}",
    ),
    (
        "a service led to the address of supervision",
        FILTER,
        RULE,
        "{{ rule.text | replace('dnat ip to 10.128.25.10', 'dnat ip to 198.51.100.1') }}",
    ),
    ("the first rule of each chain lost", FILTER, "{% for rule in chain.rules %}", "{% for rule in chain.rules[1:] %}"),
    ("the last rule of each chain lost", FILTER, "{% for rule in chain.rules %}", "{% for rule in chain.rules[:-1] %}"),
    ("rules in the other order", FILTER, "{% for rule in chain.rules %}", "{% for rule in chain.rules | reverse %}"),
    (
        "a closed chain that accepts what it does not know",
        FILTER,
        "{{ chain.base }}\n{% endif %}\n{% for rule in chain.rules %}",
        "{{ chain.base | replace('drop', 'accept') }}\n{% endif %}\n{% for rule in chain.rules[:-1] %}",
    ),
    (
        "the filter on another hook",
        FILTER,
        "{{ chain.base }}",
        "{{ chain.base | replace('hook forward', 'hook input') }}",
    ),
    (
        "the last guard before translation",
        FILTER,
        "{{ chain.base }}",
        "{{ chain.base | replace('priority 110', 'priority 90') }}",
    ),
    ("the table of yesterday kept", FILTER, "delete table inet etanche\n", ""),
    ("IPv4 alone", FILTER, "table inet etanche {", "table ip etanche {"),
    ("one element too few", FILTER, "{% for element in set.elements %}", "{% for element in set.elements[1:] %}"),
    ("ranges read as points", FILTER, "\t\tflags interval\n", ""),
    ("a selector too wide", TUNNELS, "local_ts = {{ child.local | join(\",\") }}", "local_ts = 10.128.0.0/9"),
    ("selectors swapped", TUNNELS, "local_ts = {{ child.local |", "local_ts = {{ child.remote |"),
    ("any peer with a certificate", TUNNELS, "id = {{ auth.id | swan_value }}", "id = %any"),
    ("any authority", TUNNELS, "cacerts = {{ auth.cacerts | map(\"swan_value\") | join(\",\") }}\n", "\n"),
    ("a shared key", TUNNELS, "auth = pubkey", "auth = psk"),
    ("children that fall back to clear", TUNNELS, "{{ child.start_action | swan_name }}", "none"),
    ("children that end in clear", TUNNELS, "{{ child.close_action | swan_name }}", "none"),
    ("headers in clear", TUNNELS, "mode = {{ child.mode | swan_name }}", "mode = transport"),
    ("an old key exchange", TUNNELS, "version = {{ tunnel.version }}", "version = 1"),
    ("no interface inwards", TUNNELS, "if_id_in = {{ tunnel.if_id_in }}\n", "\n"),
    ("one interface for two peers", TUNNELS, "if_id_out = {{ tunnel.if_id_out }}", "if_id_out = 1"),
    (
        "a weaker suite",
        TUNNELS,
        "esp_proposals = {{ child.esp | map(\"swan_name\") | join(\",\") }}",
        "esp_proposals = aes128-sha1",
    ),
    ("one child too few", TUNNELS, "{% for child in tunnel.children %}", "{% for child in tunnel.children[1:] %}"),
    ("no unreachable route", LINK, "Type=unreachable\n", ""),
    (
        "router advertisements heard",
        LINK,
        "IPv6AcceptRA={{ \"yes\" if link.accept_ra else \"no\" }}",
        "IPv6AcceptRA=yes",
    ),
    ("an address by DHCP", LINK, "DHCP={{ \"yes\" if link.dhcp_client else \"no\" }}", "DHCP=yes"),
    (
        "every link serves DHCP",
        LINK,
        "DHCPServer={{ \"yes\" if link.serve and link.serve.dhcp4 else \"no\" }}",
        "DHCPServer=yes",
    ),
    ("one VLAN less on the trunk", LINK, "{% for vlan in link.vlans %}", "{% for vlan in link.vlans[1:] %}"),
    ("one tunnel less on the WAN", LINK, "{% for xfrm in link.xfrms %}", "{% for xfrm in link.xfrms[1:] %}"),
    ("no pinned source", LINK, "PreferredSource={{ route.preferred_source }}\n", "\n"),
    ("another address", LINK, "Address={{ address }}", "Address={{ address | replace('.1/', '.2/') }}"),
    ("another route", LINK, "Destination={{ route.to }}", "Destination={{ route.to | replace('/24', '/23') }}"),
    ("the next VLAN", DEVICE, "Id={{ link.id }}\n{% elif", "Id={{ link.id | int + 1 }}\n{% elif"),
    (
        "the next interface number",
        DEVICE,
        "InterfaceId={{ link.id }}",
        "InterfaceId={{ link.id | replace('6', '7') | replace('0xc', '0xd') }}",
    ),
    (
        "forwarding from the start",
        KERNEL,
        "{{ value | setting_value }}",
        "{{ 1 if key == 'net.ipv4.ip_forward' else value }}",
    ),
    ("redirects heard", KERNEL, "{{ value | setting_value }}", "{{ 1 if 'accept_redirects' in key else value }}"),
    ("no check of the way back", KERNEL, "{{ value | setting_value }}", "{{ 0 if 'rp_filter' in key else value }}"),
    (
        "IPv6 alive where there is none",
        KERNEL,
        "{{ value | setting_value }}",
        "{{ 0 if 'disable_ipv6' in key else value }}",
    ),
    (
        "forwarding before the rules",
        UNIT,
        "{% for command in boot.start %}",
        "{% for command in boot.start | reverse %}",
    ),
    ("after the network", UNIT, "Before={{ unit | unit_name }}", "After={{ unit | unit_name }}"),
    ("wanted by nobody", UNIT, "WantedBy={{ unit | unit_name }}\n", "\n"),
    ("a failure overlooked", UNIT, "ExecStart={{", "ExecStart=-{{"),
    ("a proxy as root", PROGRAM, "User={{ service.user | account_name }}\n", ""),
    ("a proxy as another's account", PROGRAM, "User={{ service.user | account_name }}", "User=proxy"),
    ("a proxy without the rules", PROGRAM, "Requires={{ unit | unit_name }}", "After={{ unit | unit_name }}"),
    ("a proxy without its lists", PROGRAM, "AssertFileNotEmpty={{ path | squid_path }}\n", "\n"),
    ("a proxy that may do anything", PROGRAM, "{{ key | unit_name }}={{ value | confined_value }}", ""),
    ("routes by the daemon", DAEMON, "{{ line.value | setting_value }}", "yes"),
    ("foreign routes swept away", MANAGER, "{{ value | setting_value }}", "yes"),
    ("another number for an account", ACCOUNTS, "{{ uid }}", "{{ uid + 1 }}"),
    ("a file left where it was", APPLY, "{% for row in apply %}", "{% for row in apply[1:] %}"),
    ("a file anybody may write", APPLY, "0644", "0666"),
    ("a script with one word more", SCRIPT, "set -eu", "set -u"),
    (
        "rules in the other order, for URLs",
        PROXY,
        "{% for rule in proxy.rules %}",
        "{% for rule in proxy.rules | reverse %}",
    ),
    ("the last rule lost, for URLs", PROXY, "{% for rule in proxy.rules %}", "{% for rule in proxy.rules[:-1] %}"),
    ("the first rules lost, for URLs", PROXY, "{% for rule in proxy.rules %}", "{% for rule in proxy.rules[2:] %}"),
    (
        "a negation lost, for URLs",
        PROXY,
        "{{ rule.when | join(\" \") }}",
        "{{ rule.when | join(\" \") | replace(\"!\", \"\") }}",
    ),
    ("one list less", PROXY, "{% for acl in proxy.acls %}", "{% for acl in proxy.acls[:-1] %}"),
    ("listening everywhere", PROXY, "http_port {{ address }}", "http_port 3128"),
    ("the gateway's own resolver", PROXY, "{% if proxy.resolvers %}", "{% if false %}"),
    ("another user", PROXY, "{{ proxy.user | squid_name }}", "root"),
    ("a list cut short", LIST, "{% for name in list.domains %}", "{% for name in list.domains[1:] %}"),
    ("a trunk without its tagged VLANs", SWITCH, "   tagged {{ vlan.tagged }}\n", "\n"),
    (
        "tagged where frames come without",
        SWITCH,
        "   untagged {{ vlan.untagged }}\n",
        "   tagged {{ vlan.untagged }}\n",
    ),
    ("unused ports open", SWITCH, "   disable\n", "\n"),
    ("VLANs by neighbours' word", SWITCH, "{% if not switch.hardening.no_gvrp %}", "{% if true %}"),
    ("a switch that routes", SWITCH, "{% if switch.routing %}", "{% if true %}"),
    ("management from every VLAN", SWITCH, "management-vlan {{ switch.management_vlan }}\n", "\n"),
    ("administration in clear", SWITCH, "{% if switch.hardening.no_telnet %}", "{% if false %}"),
    ("the community everybody knows", SWITCH, "no snmp-server community \"public\"\n", ""),
    ("every port trusted", SWITCH, "{% if interface.trusted %}", "{% if true %}"),
    ("the voice VLAN", SWITCH, "{% if vlan.voice %}", "{% if vlan.id == 20 %}"),
    ("a link that nobody joins", SWITCH, "trunk {{ link.ports }} trk{{ link.number }} lacp\n", "\n"),
    ("a link without LACP", SWITCH, " trk{{ link.number }} lacp", " trk{{ link.number }} trunk"),
    ("Cisco: ports left out of their link", CISCO, "{% if port.link is not none %}", "{% if false %}"),
    ("Cisco: a link without LACP", CISCO, " mode active\n", " mode on\n"),
    ("Cisco: a trunk whose native VLAN is a zone's", CISCO, "{{ port.trunk[0] }}", "11"),
    ("Cisco: a trunk without a list", CISCO, " switchport trunk allowed vlan {{ port.trunk[1] }}\n", ""),
    ("Cisco: a list one VLAN short", CISCO, "{{ port.trunk[1] }}", "{{ port.trunk[1] | replace('80-81', '80') }}"),
    ("Cisco: ports that negotiate", CISCO, " switchport nonegotiate\n", ""),
    ("Cisco: ports as the neighbour likes", CISCO, " switchport mode access\n", " switchport mode dynamic auto\n"),
    (
        "Cisco: a voice VLAN of another zone",
        CISCO,
        " switchport mode access\n",
        " switchport mode access\n switchport voice vlan 11\n",
    ),
    ("Cisco: ports without their VLAN", CISCO, " switchport access vlan {{ port.access }}\n", ""),
    ("Cisco: unused ports open", CISCO, "{% if not port.enabled %}", "{% if false %}"),
    ("Cisco: the last port overlooked", CISCO, "{% for port in switch.ports %}", "{% for port in switch.ports[:-1] %}"),
    ("Cisco: VLANs by neighbours' word", CISCO, "{% if switch.hardening.no_gvrp %}", "{% if false %}"),
    ("Cisco: a switch that routes", CISCO, "no ip routing\n", "ip routing\n"),
    (
        "Cisco: one more address",
        CISCO,
        "interface Vlan1\n no ip address\n shutdown\n",
        "interface Vlan1\n ip address 10.128.0.250 255.255.252.0\n",
    ),
    ("Cisco: an address in the next VLAN", CISCO, "interface Vlan{{ id }}", "interface Vlan{{ id - 18 }}"),
    (
        "Cisco: a management port",
        CISCO,
        "interface FastEthernet0\n no ip address\n shutdown\n",
        "interface FastEthernet0\n no ip address\n",
    ),
    ("Cisco: the network installs it", CISCO, "no vstack\n", "\n"),
    ("Cisco: administration in clear", CISCO, "{{ \"ssh\" if switch.hardening.no_telnet else \"all\" }}", "all"),
    ("Cisco: half of the sessions", CISCO, "[\"0 4\", \"5 15\"]", "[\"0 4\"]"),
    ("Cisco: pages in clear", CISCO, "no ip http server\n", "\n"),
    ("Cisco: every port trusted", CISCO, "{% if port.trusted %}\n ip dhcp", "{% if true %}\n ip dhcp"),
    ("Cisco: no guard of spanning tree", CISCO, " spanning-tree bpduguard enable\n", "\n"),
    ("Cisco: no inspection of ARP", CISCO, "ip arp inspection vlan {{ switch.arp_protect }}\n", "\n"),
    ("Cisco: snooping said and not on", CISCO, "{% if switch.hardening.dhcp_snooping %}", "{% if false %}"),
    ("Cisco: a banner that goes on", CISCO, "^C\n!\nline con 0", "!\nline con 0"),
];

/// Templates in other words: title with the reason why their texts mean the same.
const SAME: &[Slip] = &[
    (
        "all states in the map: the rules above leave new packets only",
        FILTER,
        RULE,
        "{{ rule.text | replace('ct state new iifname', 'iifname') }}",
    ),
    (
        "an unreachable route first: longer prefixes win whatever their rank",
        LINK,
        "Metric={{ route.metric }}",
        "Metric=0",
    ),
    (
        "no VTP at all: a switch that passes others' messages on takes no VLAN from them",
        CISCO,
        "vtp mode transparent\n",
        "vtp mode off\n",
    ),
    (
        "VLAN 1 on every port: each is taken untagged by another VLAN",
        SWITCH,
        "   no untagged {{ vlan.no_untagged }}\n",
        "\n",
    ),
];

#[test]
fn a_template_in_other_words_is_proved() {
    for slip in SAME {
        let run = with(slip);
        assert!(run.proven.is_some(), "{}: {:?}", slip.0, run.sink.into_sorted().first());
    }
}

#[test]
fn no_text_of_a_wrong_template_is_proved() {
    let (mut shown, mut proved) = (Vec::new(), Vec::new());
    for slip in SLIPS {
        let run = with(slip);
        let found = run.sink.into_sorted();
        let place = |d: &etanche::diagnostics::Diagnostic| format!("{} {}", d.code.name, run.sources.cite(d.span));
        match found.first() {
            Some(first) if run.proven.is_none() => {
                shown.push(format!("{}\n    {}\n    {}", slip.0, place(first), first.message))
            }
            _ => proved.push(slip.0),
        }
    }
    assert!(proved.is_empty(), "proved: {proved:?}");
    insta::assert_snapshot!(shown.join("\n"));
}

fn with((title, path, old, new): &Slip) -> Run {
    let home = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(home.join(path)).expect("the template can be read");
    let text = String::from_utf8(bytes).expect("the template is UTF-8");
    assert_eq!(text.matches(old).count(), 1, "{title}: `{old}` stands once in {path}");
    let mut workspace = workspace();
    workspace.overrides.insert((*path).to_owned(), text.replacen(old, new, 1));
    run(&workspace, Options::default())
}
