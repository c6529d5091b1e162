//! How long keys live: what charon 5.9.8 makes of the times that are written and of those that are not.
//!
//! Only the moment at which keys are given up is a bound: rekeying is a wish that a peer may refuse, or never hear.
//! Volumes (`rekey_bytes`, `life_packets` and the like) can only end keys sooner.

/// IKE's keys are renewed after four hours when neither time is written (`LFT_DEFAULT_IKE_REKEY` of vici_config.c).
const IKE_REKEY: u32 = 14_400;

/// The times of a connection, as far as they are written; 0 turns one off.
#[derive(Default)]
pub(super) struct Times {
    /// `rekey_time`.
    pub(super) rekey: Option<u32>,
    /// `reauth_time`.
    pub(super) reauth: Option<u32>,
    /// `over_time`.
    pub(super) over: Option<u32>,
    /// `rand_time`.
    pub(super) rand: Option<u32>,
}

impl Times {
    /// Seconds after which the IKE SA is given up; 0 is never.
    ///
    /// Random seconds are taken from each time before it starts, without a look at its size: when they are more, the
    /// daemon counts below zero and waits for more than a century.
    pub(super) fn given_up(&self) -> u64 {
        let (rekey, reauth) = match (self.rekey, self.reauth) {
            (None, None) => (IKE_REKEY, 0),
            (rekey, reauth) => (rekey.unwrap_or(0), reauth.unwrap_or(0)),
        };
        let over = self.over.unwrap_or(rekey.max(reauth) / 10);
        let rand = self.rand.unwrap_or(over.min(rekey.max(reauth) / 2));
        match [rekey, reauth].into_iter().filter(|t| *t > 0).min() {
            Some(first) if rand <= first => u64::from(first) + u64::from(over),
            _ => 0,
        }
    }
}

/// Seconds after which a child is given up, a tenth after its rekeying when no `life_time` is written; 0 is never.
pub(super) fn child_given_up(rekey: u32, life: Option<u32>) -> u64 {
    life.map_or(u64::from(rekey) * 110 / 100, u64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given_up(rekey: Option<u32>, reauth: Option<u32>, over: Option<u32>, rand: Option<u32>) -> u64 {
        Times { rekey, reauth, over, rand }.given_up()
    }

    #[test]
    fn ike_ends_a_tenth_after_the_first_time_that_is_on() {
        assert_eq!(given_up(None, None, None, None), 15_840);
        assert_eq!(given_up(Some(3600), None, None, None), 3960);
        assert_eq!(given_up(None, Some(7200), None, None), 7920);
        assert_eq!(given_up(Some(7200), Some(3600), None, None), 4320);
        assert_eq!(given_up(Some(3600), None, Some(60), None), 3660);
    }

    #[test]
    fn ike_never_ends_without_a_time_or_when_chance_takes_more_than_there_is() {
        assert_eq!(given_up(Some(0), None, None, None), 0);
        assert_eq!(given_up(Some(0), Some(0), Some(60), None), 0);
        assert_eq!(given_up(Some(3600), None, None, Some(3600)), 3960);
        assert_eq!(given_up(Some(3600), None, None, Some(3601)), 0);
        assert_eq!(given_up(Some(36_000), Some(3600), Some(20_000), None), 0);
    }

    #[test]
    fn a_child_ends_a_tenth_after_its_rekeying_or_when_it_says() {
        assert_eq!(child_given_up(3600, None), 3960);
        assert_eq!(child_given_up(0, None), 0);
        assert_eq!(child_given_up(0, Some(7200)), 7200);
        assert_eq!(child_given_up(3600, Some(0)), 0);
    }
}
