//! Pictures of the network for people, in DOT (Graphviz): a site with its zones, cables and flows, or the region.
//!
//! Takes the network as the policy makes it; what devices do, as they were read back, is for `explain`.
//!
//! - `site` one site; `region` all of them; `place` where arrows begin and end; `cables` which VLANs a cable carries
//! - `words` services on an arrow; `dot` the language

mod cables;
mod dot;
mod place;
mod region;
mod site;
mod words;

pub use region::region;
pub use site::site;
pub use words::Services;
