//! What etanche tells a person: spans, codes, messages, and their rendering.
//!
//! Takes source texts (policy files and generated files alike) and findings; gives sorted diagnostics as text,
//! JSON or SARIF. Knows no school, no device and no theorem: the other rooms bring their own words.

mod code;
mod diagnostic;
mod excerpt;
mod nearest;
mod quote;
mod render;
mod same;
mod sarif;
mod source;

pub mod catalogue;
pub mod codes;

pub use code::{Code, Severity};
pub use diagnostic::{Diagnostic, Note, Sink};
pub use nearest::nearest;
pub use render::{Colour, render_human, render_json};
pub use same::{Whole, Words, unnumbered};
pub use sarif::{SarifRow, SarifRun, render_sarif};
pub use source::{At, SourceFile, SourceId, Sources, Span};
