//! Full files as people read them: one snapshot a file, and what is true of every file.

use etanche::config::{Bundle, FileSet};
use insta::assert_snapshot;

use crate::{gateway, proxy, switch, write};

fn gateway_file(path: &str) -> String {
    file(&write(&gateway::bundle(), "nftables"), path)
}

fn file(files: &FileSet, path: &str) -> String {
    files.get(path).unwrap_or_else(|| panic!("no {path} among {:?}", files.keys())).clone()
}

#[test]
fn a_gateway_is_written_as_these_files() {
    let files = write(&gateway::bundle(), "nftables");
    assert_snapshot!(files.keys().cloned().collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_ruleset_reads_as_an_expert_would_write_it() {
    assert_snapshot!(gateway_file("etanche.nft"));
}

#[test]
fn tunnels_have_one_child_a_pair_of_zones_and_no_secret() {
    assert_snapshot!(gateway_file("swanctl.conf"));
}

#[test]
fn the_wan_has_an_unreachable_route_for_every_private_prefix() {
    assert_snapshot!(gateway_file("network/10-eth0.network"));
}

#[test]
fn the_trunk_names_its_vlans_and_has_no_address() {
    assert_snapshot!(gateway_file("network/11-eth1.network"));
}

#[test]
fn a_zone_that_is_served_answers_in_both_families() {
    assert_snapshot!(gateway_file("network/20-eth1.20.network"));
}

#[test]
fn links_that_the_device_makes_have_a_netdev() {
    let vlan = gateway_file("network/20-eth1.20.netdev");
    let xfrm = gateway_file("network/30-xf-csm.netdev");
    assert_snapshot!(format!("{vlan}---\n{xfrm}"));
}

#[test]
fn a_tunnel_s_routes_pin_the_source_of_the_gateway_s_own_packets() {
    assert_snapshot!(gateway_file("network/30-xf-csm.network"));
}

#[test]
fn daemons_and_kernel_get_their_settings() {
    let files = write(&gateway::bundle(), "nftables");
    let pages = ["charon.conf", "networkd.conf", "sysctl.conf", "sysusers.conf", "apply.tsv"].map(|p| file(&files, p));
    assert_snapshot!(pages.join("---\n"));
}

#[test]
fn rules_are_loaded_before_forwarding_is_turned_on() {
    assert_snapshot!(gateway_file("etanche-firewall.service"));
}

#[test]
fn a_proxy_denies_the_inside_before_it_allows_anything() {
    let files = write(&proxy::bundle(), "squid");
    assert_snapshot!(file(&files, "squid-pupils.conf"));
}

#[test]
fn a_proxy_is_started_as_its_account_after_the_rules_and_never_without_its_lists() {
    assert_snapshot!(gateway_file("etanche-proxy-pupils.service"));
}

#[test]
fn an_establishment_s_own_list_is_a_file_and_a_category_is_a_slot() {
    let files = write(&proxy::bundle(), "squid");
    let lists: Vec<&String> = files.keys().filter(|p| p.starts_with("lists/")).collect();
    assert_eq!(lists, ["lists/pupils-deny.txt"]);
    assert_snapshot!(file(&files, "lists/pupils-deny.txt"));
}

#[test]
fn a_switch_is_written_as_show_running_config_prints_it() {
    assert_snapshot!(file(&write(&switch::bundle(), "aruba-aos-s"), "aos-s.cfg"));
}

#[test]
fn a_cisco_switch_is_written_as_show_running_config_prints_it() {
    assert_snapshot!(file(&write(&switch::cisco(), "cisco-ios"), "ios.cfg"));
}

#[test]
fn every_file_is_the_same_each_time_and_ends_with_one_newline() {
    let devices: [(Bundle, &str); 4] = [
        (gateway::bundle(), "nftables"),
        (proxy::bundle(), "squid"),
        (switch::bundle(), "aruba-aos-s"),
        (switch::cisco(), "cisco-ios"),
    ];
    for (bundle, target) in devices {
        let files = write(&bundle, target);
        assert_eq!(files, write(&bundle, target));
        for (path, text) in files {
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path} does not end with one newline");
            assert!(
                !text.contains('\r') && !text.contains("\n\n\n"),
                "{path} has a carriage return or two blank lines"
            );
            let blank = text.lines().find(|l| l.ends_with([' ', '\t']));
            assert_eq!(blank, None, "{path} has a trailing blank");
        }
    }
}

#[test]
fn the_body_of_the_apply_script_is_copied_byte_for_byte() {
    assert_eq!(gateway_file("apply.sh"), include_str!("../../templates/gateway/apply.sh"));
}
