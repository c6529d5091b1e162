//! Sets of values of one field: sorted, disjoint, coalesced closed intervals of `u128`.
//!
//! Takes any intervals in any order; gives one canonical form, cheap to clone. It must not know which field it is for.

use std::sync::Arc;

/// The values `lo..=hi`; none if `lo > hi`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval {
    /// The least value.
    pub lo: u128,
    /// The greatest value, itself included.
    pub hi: u128,
}

impl Interval {
    /// The values `lo..=hi`.
    #[must_use]
    pub const fn new(lo: u128, hi: u128) -> Self {
        Self { lo, hi }
    }

    /// One value.
    #[must_use]
    pub const fn point(value: u128) -> Self {
        Self { lo: value, hi: value }
    }

    /// Whether `value` lies inside.
    #[must_use]
    pub const fn contains(self, value: u128) -> bool {
        self.lo <= value && value <= self.hi
    }

    /// The values of both; possibly none.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        Self { lo: self.lo.max(other.lo), hi: self.hi.min(other.hi) }
    }

    /// Whether it holds no value.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.lo > self.hi
    }
}

/// A set of values of one field.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IntervalSet(Arc<[Interval]>); // INVARIANT: sorted, none empty, a gap of at least one value between two

impl IntervalSet {
    /// No value.
    #[must_use]
    pub fn empty() -> Self {
        Self(Arc::from([]))
    }

    /// The values `lo..=hi`.
    #[must_use]
    pub fn span(lo: u128, hi: u128) -> Self {
        Self::from(Interval { lo, hi })
    }

    /// One value.
    #[must_use]
    pub fn point(value: u128) -> Self {
        Self::span(value, value)
    }

    /// These values and no other.
    #[must_use]
    pub fn points(values: impl IntoIterator<Item = u128>) -> Self {
        values.into_iter().map(Interval::point).collect()
    }

    /// The values of either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }

    /// The values of both.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        let (mut i, mut j) = (0, 0);
        let mut both = Vec::new();
        while let (Some(a), Some(b)) = (self.0.get(i), other.0.get(j)) {
            let common = a.intersect(*b);
            if !common.is_empty() {
                both.push(common);
            }
            if a.hi < b.hi { i += 1 } else { j += 1 }
        }
        Self(both.into())
    }

    /// The values of `0..=max` that are not in the set.
    #[must_use]
    pub fn complement(&self, max: u128) -> Self {
        let mut gaps = Vec::with_capacity(self.0.len() + 1);
        let mut next = Some(0);
        for interval in self.iter() {
            if let Some(lo) = next
                && lo < interval.lo
            {
                gaps.push(Interval { lo, hi: interval.lo - 1 });
            }
            next = interval.hi.checked_add(1);
        }
        gaps.extend(next.map(|lo| Interval { lo, hi: u128::MAX }));
        Self(gaps.into()).clip(Interval { lo: 0, hi: max })
    }

    /// The values that also lie in `bounds`.
    #[must_use]
    pub fn clip(&self, bounds: Interval) -> Self {
        let inside = |set: &[Interval]| set.iter().all(|i| bounds.contains(i.lo) && bounds.contains(i.hi));
        if inside(&self.0) { self.clone() } else { self.intersect(&bounds.into()) }
    }

    /// Whether `value` is in the set.
    #[must_use]
    pub fn contains(&self, value: u128) -> bool {
        self.least_within(value, value).is_some()
    }

    /// Whether every value is in `other`.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.intersect(other) == *self
    }

    /// The least value of the set in `lo..=hi`.
    #[must_use]
    pub fn least_within(&self, lo: u128, hi: u128) -> Option<u128> {
        let at = self.0.partition_point(|interval| interval.hi < lo);
        self.0.get(at).map(|interval| interval.lo.max(lo)).filter(|least| *least <= hi)
    }

    /// The least value of the set.
    #[must_use]
    pub fn least(&self) -> Option<u128> {
        self.0.first().map(|interval| interval.lo)
    }

    /// The greatest value of the set.
    #[must_use]
    pub fn greatest(&self) -> Option<u128> {
        self.0.last().map(|interval| interval.hi)
    }

    /// Whether the set holds no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many intervals the set is made of.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The intervals, in ascending order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Interval> + '_ {
        self.0.iter().copied()
    }
}

impl From<Interval> for IntervalSet {
    fn from(interval: Interval) -> Self {
        if interval.is_empty() { Self::empty() } else { Self(Arc::from([interval])) }
    }
}

impl FromIterator<Interval> for IntervalSet {
    fn from_iter<I: IntoIterator<Item = Interval>>(intervals: I) -> Self {
        let mut sorted: Vec<_> = intervals.into_iter().filter(|interval| !interval.is_empty()).collect();
        sorted.sort_unstable();
        sorted.dedup_by(|next, last| {
            let touches = next.lo <= last.hi.saturating_add(1);
            if touches {
                last.hi = last.hi.max(next.hi);
            }
            touches
        });
        Self(sorted.into())
    }
}
