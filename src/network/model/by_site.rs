//! Things that stand at sites, with those of each site at hand: what a site costs must not rise with the others.

use std::ops::{Deref, DerefMut};

use super::{Flow, Host, Process, Proxy, SiteId, Tunnel};

/// Something that stands at one site or at several.
pub trait Sited {
    /// Its sites, in any order; the same one may come twice.
    fn sites(&self) -> impl Iterator<Item = SiteId>;
}

/// A list of things in the order they were added, that also knows which stand at a site.
// INVARIANT: who changes an item in place leaves its sites as they are.
#[derive(Debug, Clone)]
pub struct BySite<T> {
    all: Vec<T>,
    at: Vec<Vec<u32>>,
}

impl<T> Default for BySite<T> {
    fn default() -> Self {
        Self { all: Vec::new(), at: Vec::new() }
    }
}

impl<T: Sited> BySite<T> {
    /// Adds one.
    pub fn push(&mut self, item: T) {
        let number = u32::try_from(self.all.len()).expect("fewer than 2^32 items");
        for site in item.sites() {
            if self.at.len() <= site.index() {
                self.at.resize_with(site.index() + 1, Vec::new);
            }
            let here = &mut self.at[site.index()];
            if here.last() != Some(&number) {
                here.push(number);
            }
        }
        self.all.push(item);
    }

    /// Those of a site in their order, each with its place among all.
    pub fn at(&self, site: SiteId) -> impl Iterator<Item = (u32, &T)> {
        let numbers = self.at.get(site.index()).into_iter().flatten();
        numbers.map(|number| (*number, &self.all[*number as usize]))
    }

    /// Keeps some.
    pub fn retain(&mut self, keep: impl FnMut(&T) -> bool) {
        let mut all = std::mem::take(&mut self.all);
        all.retain(keep);
        *self = all.into_iter().collect();
    }
}

impl<T: Sited> FromIterator<T> for BySite<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut all = Self::default();
        items.into_iter().for_each(|item| all.push(item));
        all
    }
}

impl<T> Deref for BySite<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.all
    }
}

impl<T> DerefMut for BySite<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.all
    }
}

impl<'a, T> IntoIterator for &'a BySite<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}

impl<'a, T> IntoIterator for &'a mut BySite<T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter_mut()
    }
}

impl Sited for Flow {
    fn sites(&self) -> impl Iterator<Item = SiteId> {
        self.legs.iter().map(|leg| leg.site)
    }
}

impl Sited for Tunnel {
    fn sites(&self) -> impl Iterator<Item = SiteId> {
        self.ends.into_iter()
    }
}

impl Sited for Host {
    fn sites(&self) -> impl Iterator<Item = SiteId> {
        std::iter::once(self.site)
    }
}

impl Sited for Process {
    fn sites(&self) -> impl Iterator<Item = SiteId> {
        std::iter::once(self.site)
    }
}

impl Sited for Proxy {
    fn sites(&self) -> impl Iterator<Item = SiteId> {
        std::iter::once(self.site)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Between(u32, u32);

    impl Sited for Between {
        fn sites(&self) -> impl Iterator<Item = SiteId> {
            [SiteId(self.0), SiteId(self.1)].into_iter()
        }
    }

    fn at(all: &BySite<Between>, site: u32) -> Vec<u32> {
        all.at(SiteId(site)).map(|(number, _)| number).collect()
    }

    #[test]
    fn those_of_a_site_come_once_and_in_order() {
        let mut all: BySite<Between> = [Between(2, 0), Between(0, 0), Between(2, 1)].into_iter().collect();
        assert_eq!([at(&all, 0), at(&all, 1), at(&all, 2), at(&all, 3)], [vec![0, 1], vec![2], vec![0, 2], vec![]]);
        all.retain(|item| item.1 != 0 || item.0 == 0);
        assert_eq!([at(&all, 0), at(&all, 1), at(&all, 2)], [vec![0], vec![1], vec![1]]);
    }
}
