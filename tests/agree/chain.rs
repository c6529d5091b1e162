//! A path is followed through as many gateways as it has.

use etanche::isolation::Output;
use etanche::pipeline::{Options, run_with};

use crate::{said, whole};

const PUPILS: &str = "10.128.0.0/22";
const SERVERS: &str = "10.128.114.0/24";

/// Sites on the way, with the interface where packets come in and the one where they go out.
const WAY: [(&str, &str, &str); 5] = [
    ("0000001B", "eth1.20", "xf-csm"),
    ("csm", "xf-0000001B", "xf-0000002C"),
    ("0000002C", "xf-csm", "xf-academy"),
    ("academy", "xf-0000002C", "xf-0000004E"),
    ("0000004E", "xf-academy", "eth1.70"),
];

fn file<'o>(outputs: &'o mut [Output], site: &str, suffix: &str) -> &'o mut String {
    let gateway = format!("{site}/gateway");
    let device = outputs.iter_mut().find(|o| o.path == gateway).expect("a gateway");
    device.files.iter_mut().find(|(name, _)| name.ends_with(suffix)).map(|(_, text)| text).expect("a file")
}

fn insert_after(text: &mut String, mark: &str, more: &str) {
    let place = text.find(mark).unwrap_or_else(|| panic!("no {mark:?}")) + mark.len();
    text.insert_str(place, more);
}

/// One child more in the tunnel behind an interface.
fn carry(outputs: &mut [Output], site: &str, interface: &str, local: &str, remote: &str) {
    let peer = interface.strip_prefix("xf-").expect("a tunnel");
    let text = file(outputs, site, "swanctl.conf");
    let tunnel = text.find(&format!("to-{peer} {{")).expect("a tunnel");
    let mut rest = text.split_off(tunnel);
    let child = format!(
        "\n\t\t\tplanted {{\n\t\t\t\tlocal_ts = {local}\n\t\t\t\tremote_ts = {remote}\n\t\t\t\tesp_proposals = \
         aes256gcm16-ecp384\n\t\t\t\tmode = tunnel\n\t\t\t\tstart_action = trap\n\t\t\t\tdpd_action = trap\n\t\t\t\t\
         close_action = trap\n\t\t\t\trekey_time = 3600s\n\t\t\t}}\n"
    );
    insert_after(&mut rest, "children {", &child);
    text.push_str(&rest);
}

fn plant(outputs: &mut [Output], site: &str, enters: &str, leaves: &str) {
    let rule = format!("\n\t\tiifname \"{enters}\" oifname \"{leaves}\" ip saddr {PUPILS} ip daddr {SERVERS} accept\n");
    let filter = file(outputs, site, "etanche.nft");
    insert_after(filter, "type filter hook forward priority filter; policy drop;", &rule);
    if enters.starts_with("xf-") {
        carry(outputs, site, enters, SERVERS, PUPILS);
    }
    if leaves.starts_with("xf-") {
        carry(outputs, site, leaves, PUPILS, SERVERS);
        let routes = file(outputs, site, &format!("-{leaves}.network"));
        routes.push_str(&format!("\n[Route]\nDestination={SERVERS}\n"));
    }
}

#[test]
fn a_path_through_five_gateways_is_found() {
    let run = run_with(&whole(), Options::default(), &|outputs| {
        for (site, enters, leaves) in WAY {
            plant(outputs, site, enters, leaves);
        }
    });
    let found = run.sink.into_sorted();
    let says = "`0000001B.pedago` can open a connection to `0000004E.dmz`, in another establishment";
    assert!(found.iter().any(|d| d.message == says), "{}", said(&found, &run.sources));
}
