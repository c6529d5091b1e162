//! A product: for each field the values a rule allows. What a rule of a filter says, and what people are shown.
//!
//! Takes one interval set a field; gives the conjunction. It says nothing of which packets are valid (`space` does):
//! a product on addresses of one family must also say that family, for a number alone is an address of both.

use super::field::{Field, family, proto};
use super::interval::{Interval, IntervalSet};

/// The packets whose every field lies in the set given for it; a field without a set is free.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldProduct {
    sets: [Option<IntervalSet>; Field::COUNT],
}

impl FieldProduct {
    /// Every packet.
    #[must_use]
    pub fn any() -> Self {
        Self::default()
    }

    /// Every packet of IPv4.
    #[must_use]
    pub fn v4() -> Self {
        Self::any().with_value(Field::Family, family::V4)
    }

    /// Every packet of IPv6.
    #[must_use]
    pub fn v6() -> Self {
        Self::any().with_value(Field::Family, family::V6)
    }

    /// Every TCP packet, of both families.
    #[must_use]
    pub fn tcp() -> Self {
        Self::any().with_value(Field::Proto, proto::TCP)
    }

    /// Every UDP packet, of both families.
    #[must_use]
    pub fn udp() -> Self {
        Self::any().with_value(Field::Proto, proto::UDP)
    }

    /// Also asks that `field` lies in `values`; a set already asked for is narrowed, never replaced.
    #[must_use]
    pub fn with(mut self, field: Field, values: impl Into<IntervalSet>) -> Self {
        let values = values.into().clip(field.domain());
        let slot = &mut self.sets[field as usize];
        *slot = Some(match slot {
            Some(already) => already.intersect(&values),
            None => values,
        });
        self
    }

    /// Also asks that `field` is `value`.
    #[must_use]
    pub fn with_value(self, field: Field, value: u128) -> Self {
        self.with(field, Interval::point(value))
    }

    /// Forgets what was asked of `field`.
    #[must_use]
    pub fn without(mut self, field: Field) -> Self {
        self.sets[field as usize] = None;
        self
    }

    /// What is asked of `field`; `None` when it is free.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&IntervalSet> {
        self.sets[field as usize].as_ref()
    }

    /// The fields something is asked of, in [`Field::ORDER`].
    pub fn iter(&self) -> impl Iterator<Item = (Field, &IntervalSet)> {
        Field::ORDER.into_iter().filter_map(|field| Some((field, self.get(field)?)))
    }

    /// What both ask.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        other.iter().fold(self.clone(), |both, (field, values)| both.with(field, values.clone()))
    }

    /// Whether some field is left no value. (Whether a *valid* packet is left, only a space can say.)
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sets.iter().flatten().any(IntervalSet::is_empty)
    }

    /// The least value `field` may have in `lo..=hi`.
    pub(super) fn least_within(&self, field: Field, lo: u128, hi: u128) -> Option<u128> {
        match self.get(field) {
            Some(values) => values.least_within(lo, hi),
            None => Some(lo),
        }
    }
}
