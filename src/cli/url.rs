//! `etanche explain ZONE internet --url URL`: the way to each proxy that the zone opens to, and the rule there that decides.

use etanche::diagnostics::Sink;
use etanche::explain::{self, Question, Unknown};
use etanche::isolation;
use etanche::network::{End, L4, Network};
use etanche::pipeline::Run;

use super::exit::Stop;
use super::explain::asked;

/// The whole answer.
///
/// # Errors
/// When the URL cannot be read, or no proxy is for who asks.
pub(crate) fn told(run: &Run, net: &Network, question: &Question, url: &str) -> Result<String, Stop> {
    let no = |why: Unknown| Stop::input(why.message).help(why.help);
    let url = explain::url(url).map_err(no)?;
    let from = &question.from;
    let label = etanche::network::label(net, from);
    if !matches!(question.to, End::Internet(_)) {
        return Err(Stop::input("a URL is asked of the Internet").help(format!("write `{label} internet --url`")));
    }
    let mut sources = run.sources.clone();
    let devices = isolation::read(run.texts(), &mut sources, &mut Sink::default()).unwrap_or_default();
    let mut out = Vec::new();
    for proxy in explain::proxies_of(net, from) {
        let service = Some((format!("tcp/{}", proxy.port), vec![L4::Tcp(proxy.port, proxy.port)]));
        let to_it = Question { to: proxy.place.clone(), service, ..question.clone() };
        let Some(way) = asked(run, net, &to_it)? else { continue };
        let mut text = explain::render(net, &way);
        let filtered = explain::filtered(net, &devices, &sources, (from, proxy), &url).filter(|_| way.is_open());
        if let Some(filtered) = filtered {
            text.push_str(&format!("\n{}  {}\n", filtered.proxy, filtered.request));
            for rule in &filtered.rules {
                text.push_str(&format!("  {:<12}{}  {}\n", rule.kind, rule.at, rule.text));
            }
        }
        out.push(text);
    }
    if out.is_empty() {
        return Err(Stop::input(format!("`{label}` is led to no proxy"))
            .help(format!("ask `{label} internet`, what it may open without one")));
    }
    Ok(out.join("\n"))
}
