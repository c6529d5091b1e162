//! From a generated rule back to the line of the policy, by the id in its comment.

use crate::network::{Network, OriginId};

/// The origin whose id opens a rule's comment.
pub(super) fn of_comment(net: &Network, comment: &str) -> Option<OriginId> {
    net.origins.named(comment.split_whitespace().next()?)
}
