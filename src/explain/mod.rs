//! Why one can open a connection to another, or why not: hop by hop, on the devices as they were read back.
//!
//! Takes a question in names, what was read back, and how the claims ended; gives an answer in words. Whether something
//! is open is decided by the packet sets of the proof; the story is one packet, followed rule by rule by another road,
//! and the two must agree. Knows no YAML: lines of the policy come through origins.
//!
//! - `subject` names to ends, `nearby` other words too; `written` one packet as people write it, `whose` its ends; `service` what is
//!   asked for
//! - `answer` the question put and answered in every epoch; `said` what the policy and the proof say about the pair; `line` the line
//!   that would permit it; `link` two ends in one zone
//! - `ends` what ends are to the proof and to a packet; `packet` packets and their answers
//! - `url` what proxies do with a URL
//! - `walk` one packet from gateway to gateway, and its answer back; `tracked` what gateways remember of it; `route` where it goes;
//!   `rule` which rule decides; `text` the words

mod answer;
mod ends;
mod line;
mod link;
mod nearby;
mod packet;
mod route;
mod rule;
mod said;
mod service;
mod subject;
mod text;
mod tracked;
mod url;
mod walk;
mod whose;
mod written;

pub use answer::{Answer, Case, Fate, Question, answer};
pub use line::{Line, permitting, waiving};
pub use link::Link;
pub use service::{Services, service};
pub use subject::{Unknown, did_you_mean, no_site, subject};
pub use text::render;
pub use url::{Filtered, Url, filtered, proxies_of, url};
pub use walk::{Back, Ending, Hop, Note, Story};
pub use written::{Written, written};
