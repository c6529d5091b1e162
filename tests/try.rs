use etanche::diagnostics::*;
#[test]
fn try_it() {
    let mut files = Vec::new();
    fn walk(d: &std::path::Path, out: &mut Vec<(String, String)>) {
        let mut es: Vec<_> = std::fs::read_dir(d).unwrap().map(|e| e.unwrap().path()).collect();
        es.sort();
        for p in es {
            if p.is_dir() {
                walk(&p, out)
            } else {
                out.push((p.to_string_lossy().into_owned(), std::fs::read_to_string(&p).unwrap()))
            }
        }
    }
    walk(std::path::Path::new("policies"), &mut files);
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let policy = etanche::policy::load(files, "policies", &mut sources, &mut sink);
    let net = policy.and_then(|p| etanche::network::connect(&p, &sources, &mut sink));
    println!("{}", render_human(&sink.into_sorted(), &sources, Colour::None));
    if let Some(net) = &net {
        println!(
            "{} sites {} zones {} flows {} tunnels",
            net.sites.len(),
            net.zones.len(),
            net.flows.len(),
            net.tunnels.len()
        );
        for e in &net.epochs {
            println!("{:?}", e);
        }
        for t in &net.tunnels {
            println!("{:?} {}", t.ends, t.pairs.iter().map(|p| p.name.clone()).collect::<Vec<_>>().join(" "));
        }
    }
}
