//! scimprove holds a SCIM 2.0 service provider against the RFCs and against what Okta really sends.
//!
//! The parts, from the words to the wire:
//!
//! * [`check`] is the vocabulary: what a check, a family, an invariant and a verdict are.
//! * [`checks`] is the registry of everything that is checked; [`catalogue`] holds the rules that checks cite.
//! * [`scim`] and [`idp`] are pure: names, filters, PATCH bodies, sample resources, and what Okta sends.
//! * [`flow`] is what happens to people at an identity provider, and what a product has to show afterwards; pure.
//! * [`sequence`] is the grammar of operations that fuzzers walk; pure, too.
//! * [`target`] sends requests. Its guard lets no change out that is not this run's own.
//! * [`runner`] selects and runs checks and tells what happens as events; [`report`] turns events into bytes.
//! * [`properties`] draws users, filters and changes from what the target announces, and tries relations on them.
//! * [`guide`] writes the page that a product's administrators read, from its profile and a report.
//! * [`draft`] drafts a first profile from what a target announces.
//! * [`clean`] makes text from a target safe to show.
//! * [`cli`] (feature `cli`) is the command line; nothing else knows the reference server.
//!
//! The library knows no particular server: it never shares code with the target that it judges.
#![warn(missing_docs)]

pub mod catalogue;
pub mod check;
pub mod checks;
pub mod clean;
#[cfg(feature = "cli")]
pub mod cli;
pub mod draft;
pub mod expect;
pub mod flow;
pub mod guide;
pub mod idp;
pub mod probe;
pub mod properties;
pub mod report;
pub mod runner;
pub mod scim;
pub mod sequence;
pub mod target;
