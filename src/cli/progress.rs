//! A sign of life when a run takes more than half a second and a person watches.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::output::Output;

/// How long nobody needs a sign of life.
const PATIENCE: Duration = Duration::from_millis(500);

/// Does some work; shows `doing` with the time it has taken, once that is long.
pub(crate) fn during<T>(doing: &'static str, work: impl FnOnce() -> T) -> T {
    if !Output::is_watched() {
        return work();
    }
    let (done, wait) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || show(doing, &wait));
        let answer = work();
        drop(done);
        answer
    })
}

fn show(doing: &'static str, wait: &mpsc::Receiver<()>) {
    if wait.recv_timeout(PATIENCE) != Err(mpsc::RecvTimeoutError::Timeout) {
        return;
    }
    let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}").expect("a template that is known to be good");
    let bar = ProgressBar::new_spinner().with_style(style).with_message(doing);
    bar.enable_steady_tick(Duration::from_millis(100));
    // The sender is dropped when the work ends, or unwinds.
    let _ = wait.recv();
    bar.finish_and_clear();
}
