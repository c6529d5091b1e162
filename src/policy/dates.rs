//! Civil days, written year, month, day, of an age in which somebody means them.

use jiff::civil::Date;

use super::reader::{Field, Reader, StandIn};
use crate::diagnostics::At;
use crate::diagnostics::codes::policy as codes;

/// Years a permit may speak of: their days are whole seconds after 1970 in every time zone.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

impl Reader<'_> {
    /// A civil day, `2027-06-14`.
    pub(crate) fn date(&mut self, field: Field<'_>) -> At<Date> {
        let Some(text) = self.written(field) else {
            return At::new(Date::stand_in(), field.node.span);
        };
        if let Some(date) = parse_date(text.value) {
            return self.in_this_age(At::new(date, text.span));
        }
        let help = match turned_date(text.value) {
            Some(date) => format!("write `{date}`: year, month, day"),
            None => "write year, month and day, such as `2027-06-14`".to_owned(),
        };
        let says = format!("`{}` is not a date", text.value);
        self.report(&codes::BAD_DATE, text.span, says, &help);
        At::new(Date::stand_in(), text.span)
    }

    /// A day that gateways can hold in their clocks, and that somebody means.
    fn in_this_age(&mut self, date: At<Date>) -> At<Date> {
        if YEARS.contains(&date.value.year()) {
            return date;
        }
        let says = format!("the year of `{}` is not one of this age", date.value);
        let help = format!("years go from {} to {}", YEARS.start(), YEARS.end());
        self.report(&codes::BAD_DATE, date.span, says, &help);
        date.map(|_| Date::stand_in())
    }
}

fn parse_date(text: &str) -> Option<Date> {
    let is_shaped = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    is_shaped.then(|| text.parse().ok())?
}

/// `14/06/2027`, as one writes it in French.
fn turned_date(text: &str) -> Option<Date> {
    let parts: Vec<i16> = text.split(['/', '.', '-']).map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let [day, month, year] = parts[..] else {
        return None;
    };
    let year = if (0..100).contains(&year) { 2000 + year } else { year };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
