//! The variants that every reader of the issue will try first: each refused at the right line, its nearest sound
//! neighbour proved. The cases themselves stand in `tests/suite/`; here is which they are, and how the refusals read.

#[path = "suite/case.rs"]
mod case;
#[path = "suite/workspace.rs"]
mod workspace;

#[path = "variants/register.rs"]
mod register;
#[path = "variants/told.rs"]
mod told;
