//! Numbers and paths as people read them.

use std::path::Path;
use std::time::Duration;

/// `1 error`, `2 errors`.
pub(crate) fn count(number: usize, one: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {one}{s}")
}

/// `0.04 s`.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// A directory with its slash, from where the person stands when it lies below.
pub(crate) fn folder(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let short = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf));
    let path = short.filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| path.to_path_buf());
    format!("{}/", path.display().to_string().trim_end_matches('/'))
}

/// A known name that a word was probably meant to be; the first of them when none is near.
pub(crate) fn did_you_mean<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> String {
    let lower = word.to_lowercase();
    let mut near: Vec<(usize, &str)> =
        names.map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), name)).collect();
    near.sort_unstable();
    match near.first() {
        Some((distance, name)) if *distance <= 1 + word.len() / 4 => format!("did you mean `{name}`?"),
        _ => format!("there are {}", listed(near.iter().map(|(_, name)| *name), 6)),
    }
}

/// The first names in order, with how many are left out.
fn listed<'n>(names: impl Iterator<Item = &'n str>, most: usize) -> String {
    let mut all: Vec<&str> = names.collect();
    all.sort_unstable();
    let more = all.len().saturating_sub(most);
    let list: Vec<String> = all.iter().take(most).map(|name| format!("`{name}`")).collect();
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{rest}", list.join(", "))
}
