//! Versions and preconditions.

use super::Mutation::{self, Header, NoHeader};
use super::Place::{self, Every, Status};

pub(super) const BENDS: &[(Place, Mutation)] =
    &[(Status(304), NoHeader("etag")), (Every, Header("etag", "unquoted")), (Every, Header("etag", "w/\"1\""))];
