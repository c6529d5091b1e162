//! A sound region of fictional schools, from a number and a seed.
//!
//! Its centre, its academy, its services and its security policy are those of the model region (`policies/`); profiles,
//! establishments and registers are made here. Codes are of department 000, addresses of the documentation and benchmark
//! prefixes (RFC 5737, RFC 3849, RFC 2544).
//!
//! - `profiles` a dozen kinds of school; `school` one establishment; `registers` waivers, experiments, lists of their own

mod profiles;
mod random;
mod registers;
mod school;

use random::Random;
use school::School;

/// Establishments that one address plan holds: a /19 each of 10.128.0.0/9.
pub(crate) const BLOCKS: usize = 1024;

/// A file of a workspace: its path below the workspace's root, and its text.
pub(crate) type File = (String, String);

/// How many establishments each region of a country has: as few regions as hold them, all of about one size.
pub(crate) fn sizes(schools: usize) -> impl Iterator<Item = usize> {
    let regions = schools.div_ceil(BLOCKS).max(1);
    (0..regions).map(move |number| schools / regions + usize::from(number < schools % regions))
}

/// Every file of a region of some establishments.
pub(crate) fn region(schools: usize, seed: u64) -> Vec<File> {
    let mut random = Random::new(seed);
    let schools: Vec<School> = (1..=schools).map(|number| School::new(number, &mut random)).collect();
    let mut files: Vec<File> = vec![
        file("region.yaml", REGION.to_owned()),
        file("security.yaml", security()),
        file("services.yaml", include_str!("../../../policies/services.yaml").to_owned()),
        file("centre/csm.yaml", include_str!("../../../policies/centre/csm.yaml").to_owned()),
        file("centre/academy.yaml", include_str!("../../../policies/centre/academy.yaml").to_owned()),
        file("waivers.yaml", registers::waivers(&schools)),
        file("experiments.yaml", registers::experiments(&schools)),
    ];
    let drawn = |p: &&profiles::Profile| schools.iter().any(|s| s.is_managed && s.profile.name == p.name);
    files.extend(profiles::ALL.iter().filter(drawn).map(|p| file(&format!("profiles/{}.yaml", p.name), p.text())));
    files.extend(schools.iter().map(|s| file(&format!("establishments/{}.yaml", s.uai), s.text(&mut random))));
    let own = schools.iter().filter_map(|s| Some((s, registers::delegated(s)?)));
    files.extend(own.map(|(s, text)| file(&format!("delegated/{}.yaml", s.uai), text)));
    files
}

/// The security policy of the model region, some of whose grants no school that is made here uses.
fn security() -> String {
    const ACCEPTED: &str =
        "  - rule: lint/unused-grant\n    because: la politique de la région modèle, gardée entière\n";
    let text = include_str!("../../../policies/security.yaml");
    text.replacen("delegation: ", &format!("{ACCEPTED}delegation: "), 1)
}

fn file(path: &str, text: String) -> File {
    (path.to_owned(), text)
}

/// The plan, with public addresses for as many schools as it holds.
const REGION: &str = "# owner: region
region: exemple
timezone: Europe/Paris
plan:
  ipv4: 10.128.0.0/9
  ipv6: 2001:db8::/32
private: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7]
wans:
  aster:   { operator: region,  public: 198.19.0.0/16,  mtu: 1500 }
  renater: { operator: renater, public: 203.0.113.0/24, mtu: 1500 }
  academy: { operator: academy, public: 192.0.2.0/24,   mtu: 1500 }
ike: { identity: vpn.exemple.example, authority: aster-vpn }
dark: { unused: 998, native: 999 }
owners:
  region: \"@exemple/region\"
  academy: \"@exemple/rssi\"
  operator: \"@exemple/exploitation\"
  establishments: \"@exemple/{uai}\"
";
