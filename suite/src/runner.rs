//! Selects items, runs them, and tells what happens as events.

mod bystanders;
pub mod case;
pub mod event;
pub(crate) mod evidence;
pub mod fit;
pub mod flow;
mod judge;
mod promise;
pub mod run;
pub mod runscope;
pub mod select;
pub mod sequence;
pub mod watch;

pub use event::{Event, Finished};
pub use run::{Run, Settings, run};
