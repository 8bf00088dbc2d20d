//! The five systems whose vendors publish how they are provisioned.

use crate::Profile;
use std::sync::OnceLock;

/// Their names.
pub const NAMES: [&str; 5] = ["mdscripts", "reftab", "rubiconmd", "rudderstack", "rxnt"];

const TEXTS: [&str; 5] = [
    include_str!("../vendors/mdscripts.toml"),
    include_str!("../vendors/reftab.toml"),
    include_str!("../vendors/rubiconmd.toml"),
    include_str!("../vendors/rudderstack.toml"),
    include_str!("../vendors/rxnt.toml"),
];

/// The file of a published system.
pub fn text_of(name: &str) -> Option<&'static str> {
    NAMES.iter().position(|known| *known == name).map(|at| TEXTS[at])
}

/// The profile of a published system.
pub fn named(name: &str) -> Option<&'static Profile> {
    static PROFILES: OnceLock<Vec<Profile>> = OnceLock::new();
    let read = || TEXTS.iter().map(|text| Profile::read(text).expect("a test holds that they can be read")).collect();
    let profiles = PROFILES.get_or_init(read);
    NAMES.iter().position(|known| *known == name).map(|at| &profiles[at])
}
