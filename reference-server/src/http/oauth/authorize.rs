//! `/authorize`: an administrator signs in, consents, and is sent back to the client.

use super::page::{self, Page};
use crate::auth::{Amiss, Form};
use crate::http::Server;
use crate::http::space::Door;
use crate::product::State;
use axum::http::Response;
use bytes::Bytes;

/// What a request consists of, and what the login form carries on.
const FIELDS: [&str; 7] =
    ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];

impl Server {
    /// The login form for a request that makes sense.
    pub(super) fn ask_to_sign_in(&self, state: &State, door: Door, query: Option<&str>) -> Response<Bytes> {
        let Ok(form) = Form::read(query.unwrap_or_default().as_bytes()) else {
            return page::amiss(state, 400, "The request says something twice.");
        };
        let organisation = self.organisation_of(state, door, form.find("client_id").unwrap_or_default());
        match state.ask(organisation, |authority, _| authority.requested(&form)) {
            Ok(_) => login(state, &form, false),
            Err(amiss) => not_asked(state, amiss),
        }
    }

    /// What follows the login form, and the consent form.
    pub(super) fn go_on(&self, state: &State, door: Door, form: &Form) -> Response<Bytes> {
        let client = form.find("client_id").unwrap_or_default();
        let organisation = self.organisation_of(state, door, client);
        match form.find("ticket") {
            Some(ticket) => decide(state, organisation, ticket, form.find("decision")),
            None => sign_in(state, organisation, client, form),
        }
    }
}

fn sign_in(state: &State, organisation: usize, client: &str, form: &Form) -> Response<Bytes> {
    let request = match state.ask(organisation, |authority, _| authority.requested(form)) {
        Ok(request) => request,
        Err(amiss) => return not_asked(state, amiss),
    };
    let receiver = request.redirect_uri.clone();
    let (name, password) = (form.find("username").unwrap_or_default(), form.find("password").unwrap_or_default());
    match state.ask(organisation, |authority, moment| authority.sign_in(request, name, password, moment)) {
        Ok(Some(ticket)) => {
            page::show(200, &Page::Consent { product: state.title(), receiver: &receiver, client, ticket: &ticket })
        }
        Ok(None) => login(state, form, true),
        Err(refused) => page::slow_down(state, refused),
    }
}

fn decide(state: &State, organisation: usize, ticket: &str, decision: Option<&str>) -> Response<Bytes> {
    let agreed = match decision {
        Some("authorize") => true,
        Some("deny") => false,
        _ => return page::amiss(state, 400, "The form says neither yes nor no."),
    };
    match state.ask(organisation, |authority, moment| authority.decide(ticket, agreed, moment)) {
        Some(location) => page::redirect(state, &location),
        None => page::amiss(state, 400, "The form is over, or has been used."),
    }
}

fn login(state: &State, form: &Form, has_failed: bool) -> Response<Bytes> {
    let fields = FIELDS.iter().filter_map(|name| Some((*name, form.find(name)?))).collect();
    page::show(if has_failed { 401 } else { 200 }, &Page::Login { product: state.title(), fields, has_failed })
}

fn not_asked(state: &State, amiss: Amiss) -> Response<Bytes> {
    match amiss {
        Amiss::Here(words) => page::amiss(state, 400, words),
        Amiss::There(location) => page::redirect(state, &location),
    }
}
