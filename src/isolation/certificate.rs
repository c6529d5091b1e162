//! The certificate: these files and these facts, hence these theorems.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::claim::{Claim, Theorem, Verdict, listed};
use super::facts::facts;
use super::proven::Proven;
use crate::network::Network;

/// What the proof leans on and no text that was read back says, numbered for those who audit.
pub const ASSUMPTIONS: [&str; 12] = [
    "A1 cables, ports and machines are as the policy declares them; what is plugged into a port is a host of the port's zone, or an access point, which gives each network name one of the port's zones and lets no frame pass from one to another",
    "A2 the kernel, strongSwan, Squid and the switches do what the manuals of the stated versions say",
    "A3 each device runs exactly these files, and no other table, hook, route or daemon changes packets; the two links that a gateway names are ports of the machine, and no software joins them to others",
    "A4 a gateway's own system (IKE, SSH, SNMP, DHCP, neighbour discovery) passes nothing on from one side to the other",
    "A5 connection tracking calls established only what follows an accepted new packet of the same flow, or as a reply of its mirror, and related only the errors of such a flow",
    "A6 certificates are issued by the named authority to the site they name, and keys stay where they were made",
    "A7 category lists are filled on the device before the proxy starts; what is in them is adversarial",
    "A8 WANs deliver any packet to any public address, with any source; nothing else joins sites",
    "A9 where no switch is declared (the centre, the academy, an establishment whose fact says `no switch`), each VLAN of the gateway's trunk is one broadcast domain with hosts of one zone",
    "A10 the clock of a gateway is right to the second for dated rules",
    "A11 the far end of a tunnel that is not ours takes nothing from the Internet or from a far end that has another peer and other addresses, and sends nothing there",
    "A12 each span of time is proved by itself: a machine that a dated flow reached keeps nothing of it to pass on by a flow that begins after its end; of centre zones that open towards establishments this is not assumed, for they receive on no day",
];

/// SHA-256 of a text, in hexadecimal.
pub fn digest(text: impl AsRef<[u8]>) -> String {
    Sha256::digest(text.as_ref()).iter().map(|b| format!("{b:02x}")).collect()
}

/// The certificate as JSON, schema `etanche.certificate/1`. The same for the same policy, whatever the day.
pub fn certificate(net: &Network, proven: &Proven) -> Value {
    let files: Vec<Value> =
        proven.files().iter().map(|(path, text)| json!({ "path": path, "sha256": digest(text) })).collect();
    let claims: Vec<Value> = proven.claims().iter().map(|(claim, verdict)| row(net, claim, verdict)).collect();
    let theorems = Theorem::ALL.iter().map(|theorem| {
        let levels: Vec<&str> = theorem.levels().iter().map(|level| level.word()).collect();
        json!({ "theorem": theorem.id(), "from": theorem.basis(), "levels": levels })
    });
    let epochs: Vec<&str> = net.epochs.iter().map(|e| e.title.as_str()).collect();
    json!({
        "schema": "etanche.certificate/1",
        "files": files,
        "facts": facts(net),
        "assumptions": ASSUMPTIONS,
        "theorems": theorems.collect::<Vec<_>>(),
        "epochs": epochs,
        "claims": claims,
    })
}

fn row(net: &Network, claim: &Claim, verdict: &Verdict) -> Value {
    let (word, by) = match verdict {
        Verdict::Strict => ("strict", None),
        Verdict::Shared(zone) => ("shared", Some(net.zone_label(*zone))),
        Verdict::Relay(how) => ("relay", Some(how.clone())),
        Verdict::Waived(waivers) => ("waiver", Some(listed(waivers))),
        Verdict::Leak => ("leak", None),
        Verdict::Unknown(why) => ("unknown", Some(why.clone())),
    };
    json!({ "theorem": claim.theorem.id(), "claim": claim.title(net), "verdict": word, "by": by })
}
