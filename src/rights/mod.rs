//! Rights as people ask for them: the delegation matrix of the convention, the forge's file of owners, who must approve.
//!
//! Knows the kinds of policy files and their holders; knows no network and no device.
//!
//! - `matrix` the tasks of annexe I, and where the language carries each
//! - `codeowners` the file by which a forge asks the right people to approve

mod codeowners;
mod matrix;

pub use codeowners::{Handles, Held, approvals, codeowners, first_difference};
pub use matrix::{Carried, Share, TASKS, Task};
