//! The day of the run and the day that is asked about: the only place of the program where a clock is read.

use clap::Args;
use etanche::network::Today;
use jiff::Timestamp;
use jiff::civil::Date;

/// What day it is, for commands that tell what has ended.
#[derive(Debug, Clone, Args)]
pub(crate) struct Now {
    /// Tell what is over, and what ends within 30 days, as of this day [default: today]
    ///
    /// A day is a civil day of the region's zone. Nothing that is proved or written depends on it.
    #[arg(long, value_name = "DATE", env = "ETANCHE_TODAY", hide_env = true, value_parser = day)]
    today: Option<Date>,
}

impl Now {
    /// The day that was given, or what the clock shows.
    pub(crate) fn today(&self) -> Today {
        self.today.map_or_else(|| Today::Now(Timestamp::now()), Today::Day)
    }
}

/// The day whose epoch is asked about.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct At {
    /// Look at this day alone: at the span of time, between two dates of the policy, that it lies in
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) at: Option<Date>,
}

/// Year, month, day, as policies write it.
fn day(text: &str) -> Result<Date, String> {
    let is_shaped = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    let date: Option<Date> = is_shaped.then(|| text.parse().ok()).flatten();
    match date {
        None => Err("write year, month and day, such as `2027-06-14`".to_owned()),
        Some(date) if !(2000..=2100).contains(&date.year()) => Err("years run from 2000 to 2100".to_owned()),
        Some(date) => Ok(date),
    }
}
