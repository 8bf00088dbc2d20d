//! The application behind, where a product is played: what each way of writing leaves there, by what the profiles say.

mod at_once;
#[path = "../client/mod.rs"]
mod client;
mod equipment;
mod groups;
mod guarded;
mod made_here;
mod rights;
mod settings;
mod signing_in;
mod stage;
mod told;
