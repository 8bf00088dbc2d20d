//! Properties: relations between answers that hold for every server and all data, tried with users, filters and changes
//! that are drawn from what the target's own `/Schemas` announces.
//!
//! A relation needs no model of the target: `not (not (f))` finds whom `f` finds, whatever `f` is. [`relations`] is the
//! table of them; [`run`](mod@run) draws cases, seeded, and shrinks the first one that does not hold to a small one.

mod filters;
mod grounds;
mod patches;
mod relations;
mod resources;
pub mod run;
mod trial;
mod verdict;

pub use relations::{Relation, relations};
pub use run::Plan;
