//! Every address under `/app`. A test holds that `docs/application.md` has a row for each.

use super::call::{Call, Desk};
use super::{credentials, log, people, settings};
use crate::provider::Reply;
use crate::scim::ScimError;

/// An address, and what is done there.
pub(super) struct Route {
    pub(super) method: &'static str,
    /// Below `/app`; in braces stands what is named.
    pub(super) path: &'static str,
    /// All methods that can be used there.
    pub(super) allow: &'static str,
    pub(super) act: fn(&Desk<'_>, &Call<'_>) -> Result<Reply, ScimError>,
}

impl Route {
    pub(super) fn takes_body(&self) -> bool {
        matches!(self.method, "POST" | "PUT" | "PATCH")
    }
}

const fn route(
    method: &'static str,
    path: &'static str,
    allow: &'static str,
    act: fn(&Desk<'_>, &Call<'_>) -> Result<Reply, ScimError>,
) -> Route {
    Route { method, path, allow, act }
}

/// All of them.
pub(super) const ROUTES: &[Route] = &[
    route("GET", "", "GET, HEAD", settings::overview),
    route("GET", "/outbox", "GET, HEAD", log::outbox),
    route("GET", "/events", "GET, HEAD", log::events),
    route("GET", "/users", "GET, HEAD, POST", people::list),
    route("POST", "/users", "GET, HEAD, POST", people::make),
    route("GET", "/users/{id}", "GET, HEAD, PATCH", people::one),
    route("PATCH", "/users/{id}", "GET, HEAD, PATCH", people::edit),
    route("PUT", "/users/{id}/staff", "PUT", people::give),
    route("PUT", "/users/{id}/password", "PUT", people::make_password),
    route("GET", "/unlisted", "GET, HEAD", people::unlisted),
    route("POST", "/sign-in", "POST", people::sign_in),
    route("GET", "/groups", "GET, HEAD", people::groups),
    route("PUT", "/groups/{id}/role", "PUT, DELETE", people::map_group),
    route("DELETE", "/groups/{id}/role", "PUT, DELETE", people::unmap_group),
    route("GET", "/children", "GET, HEAD", people::children),
    route("GET", "/equipment", "GET, HEAD", people::equipment),
    route("GET", "/equipment/held-by-closed", "GET, HEAD", people::held_by_closed),
    route("PUT", "/equipment/{item}/holder", "PUT, DELETE", people::lend),
    route("DELETE", "/equipment/{item}/holder", "PUT, DELETE", people::take_back),
    route("GET", "/configuration", "GET, HEAD, POST, DELETE", credentials::configuration),
    route("POST", "/configuration", "GET, HEAD, POST, DELETE", credentials::configure),
    route("DELETE", "/configuration", "GET, HEAD, POST, DELETE", credentials::delete),
    route("POST", "/configuration/secret", "POST", credentials::regenerate),
    route("GET", "/tokens", "GET, HEAD, POST", credentials::tokens),
    route("POST", "/tokens", "GET, HEAD, POST", credentials::make_token),
    route("DELETE", "/tokens/{number}", "DELETE", credentials::take_token_back),
    route("PUT", "/switches/{name}", "PUT", settings::switch),
    route("PUT", "/plan", "PUT", settings::change_plan),
    route("PUT", "/token-role", "PUT", settings::change_token_role),
    route("PUT", "/maker-role", "PUT", settings::change_maker_role),
    route("GET", "/clock", "GET, HEAD, POST", settings::clock),
    route("POST", "/clock", "GET, HEAD, POST", settings::pass_time),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const DOCUMENT: &str = include_str!("../../../../docs/application.md");

    #[test]
    fn the_table_in_the_documents_has_these_routes_and_no_others() {
        let row = |line: &str| {
            let mut cells = line.strip_prefix("| `")?.split('`');
            let (method, path) = (cells.next()?.to_owned(), cells.nth(1)?.to_owned());
            path.starts_with("/app").then_some((method, path))
        };
        let written: BTreeSet<(String, String)> = DOCUMENT.lines().filter_map(row).collect();
        let served = ROUTES.iter().map(|route| (route.method.to_owned(), format!("/app{}", route.path)));
        assert_eq!(written, served.collect());
    }

    #[test]
    fn what_is_allowed_at_an_address_is_what_there_is() {
        for route in ROUTES {
            let there = ROUTES.iter().filter(|other| other.path == route.path);
            let methods: BTreeSet<&str> = there.map(|other| other.method).collect();
            let allowed = route.allow.split(", ").filter(|method| *method != "HEAD").collect();
            assert_eq!(methods, allowed, "{}", route.path);
            assert_eq!(route.allow.contains("HEAD"), methods.contains("GET"), "{}", route.path);
        }
    }
}
