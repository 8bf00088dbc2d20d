//! Goes through the pages of a login with an account that was given: plain HTML forms, on one origin, until the browser
//! would be sent to the redirect URI.

use url::Url;

use super::code::Account;
use super::forms::{self, Button, Field, Form, Forms, Kind};
use super::web::{Cookies, Page, Web};
use super::{LoginError, place};
use crate::clean::cut;
use crate::target::redact::Redactor;

/// A login that takes more steps goes in circles.
const MOST_STEPS: usize = 12;
/// How much of a page's own words is shown.
const MOST_SHOWN: usize = 120;
/// What to do where this program cannot go on.
const BY_HAND: &str = "Without --oauth-user you log in with a browser";

/// What was filled in already. A page that asks for it again has refused it.
#[derive(Default)]
struct Given {
    user: bool,
    password: bool,
}

/// What a page is answered with.
struct Reply {
    action: Url,
    is_post: bool,
    fields: Vec<(String, String)>,
}

/// Logs in and consents; gives the address that the browser would have been sent to.
pub(super) async fn drive(
    question: &Url,
    account: &Account,
    web: &Web,
    redactor: &Redactor,
) -> Result<Url, LoginError> {
    let (mut cookies, mut given) = (Cookies::default(), Given::default());
    let (mut at, mut was_post) = (question.clone(), false);
    let mut page = web.get(&at, &mut cookies).await?;
    for _ in 0..MOST_STEPS {
        let odd = |what: String| LoginError::Odd { at: place(&at), what };
        let next = if (300..400).contains(&page.status) {
            let to = page.location.as_deref().and_then(|to| at.join(to).ok());
            let to = to.ok_or_else(|| odd(format!("redirects ({}) to nowhere", page.status)))?;
            if is_that(&to, &account.redirect) {
                return Ok(to);
            }
            if was_post && matches!(page.status, 307 | 308) {
                return Err(odd(format!("answers a form with {}, which would have it sent again", page.status)));
            }
            Reply { action: to, is_post: false, fields: Vec::new() }
        } else {
            reply(&at, &page, account, &mut given, redactor)?
        };
        // The password, and the pages that it opens, are for the origin that the user has named.
        if next.action.origin() != question.origin() {
            return Err(odd(format!(
                "leads to {}, another origin, and nothing was sent there. Is the redirect URI {} registered? {BY_HAND}",
                cut(&redactor.text(&place(&next.action)), MOST_SHOWN),
                account.redirect
            )));
        }
        (at, was_post) = (next.action, next.is_post);
        page = match next.is_post {
            true => web.submit(&at, &next.fields, &mut cookies).await?,
            false => web.get(&at, &mut cookies).await?,
        };
    }
    Err(LoginError::Odd { at: place(question), what: format!("leads to no end within {MOST_STEPS} pages. {BY_HAND}") })
}

/// Whether this is the redirect URI, with whatever query.
fn is_that(to: &Url, redirect: &Url) -> bool {
    to.origin() == redirect.origin() && to.path() == redirect.path()
}

/// Fills in the form that a page is about: user name and password, or the consent.
fn reply(
    at: &Url,
    page: &Page,
    account: &Account,
    given: &mut Given,
    redactor: &Redactor,
) -> Result<Reply, LoginError> {
    let is_html = page.kind == "text/html" || page.kind == "application/xhtml+xml";
    let read = if is_html { forms::read(&String::from_utf8_lossy(&page.body)) } else { Forms::default() };
    let refused = |said: &str| LoginError::Refused {
        at: place(at),
        said: said.into(),
        advice: "Check --oauth-user and --oauth-password-env",
    };
    let has = |form: &&Form, kind: Kind| form.fields.iter().any(|field| field.kind == kind);
    if let Some(form) = read.forms.iter().find(|form| has(form, Kind::Password)) {
        if given.password {
            return Err(refused("after user name and password it asks for them again"));
        }
        (given.user, given.password) = (true, true);
        return filled(at, &read, form, None, Some(account));
    }
    if page.status < 400 {
        if let Some((form, button)) = consent(&read) {
            return filled(at, &read, form, Some(button), None);
        }
        // Some ask for the user name first, on a page of its own.
        let mut asking = read.forms.iter().filter(|form| form.is_post && has(form, Kind::Text));
        if let Some(form) = asking.next().filter(|_| !given.password) {
            if given.user {
                return Err(refused("after the user name it asks for it again"));
            }
            given.user = true;
            return filled(at, &read, form, None, Some(account));
        }
    }
    let words = cut(&redactor.text(&read.words), MOST_SHOWN);
    let says = if words.is_empty() { String::new() } else { format!(", which reads: {words}") };
    let what = match page.status {
        400..=499 if given.password => return Err(refused(&format!("it answered {}{says}", page.status))),
        400.. => format!(
            "answered {}{says}. Does it know the client id and the redirect URI {}?",
            page.status, account.redirect
        ),
        status => format!("answered {status} with a page without a form to log in or to consent by{says}. {BY_HAND}"),
    };
    Err(LoginError::Odd { at: place(at), what })
}

/// The form and the button by which one consents. It has to say so: whoever logs in may land on a page whose only button
/// does something else.
fn consent(read: &Forms) -> Option<(&Form, &Button)> {
    let fit = |form: &&Form| form.fields.iter().all(|field| field.kind == Kind::Given);
    let mut buttons = read.forms.iter().filter(fit).flat_map(|form| form.buttons.iter().map(move |it| (form, it)));
    buttons.find(|(_, button)| button.is_consent())
}

/// The form as it is sent: by this button, or by its first, with the account in it.
fn filled(
    at: &Url,
    read: &Forms,
    form: &Form,
    button: Option<&Button>,
    account: Option<&Account>,
) -> Result<Reply, LoginError> {
    let odd = |what: &str| LoginError::Odd { at: place(at), what: format!("{what}. {BY_HAND}") };
    if form.is_odd {
        return Err(odd("has a form that is not sent as form-urlencoded"));
    }
    let of_kind = |kind: Kind| form.fields.iter().filter(move |field| field.kind == kind);
    if of_kind(Kind::Password).count() > 1 {
        return Err(odd("asks for more than one password: it is no login"));
    }
    if !form.is_post && of_kind(Kind::Password).count() > 0 {
        return Err(odd("has a login form that would put the password into an address; it was not sent"));
    }
    // The user name is what is asked for right before the password.
    let before = form.fields.iter().take_while(|field| field.kind != Kind::Password);
    let user = before.filter(|field| field.kind == Kind::Text).last().map(|field| &field.name);
    let value = |field: &Field| match (field.kind, account) {
        (Kind::Password, Some(account)) => account.password.clone(),
        (Kind::Text, Some(account)) if Some(&field.name) == user => account.user.clone(),
        _ => field.value.clone(),
    };
    let mut fields: Vec<(String, String)> =
        form.fields.iter().map(|field| (field.name.clone(), value(field))).collect();
    let button = button.or_else(|| form.buttons.iter().find(|button| !button.is_refusal()));
    if let Some((name, button)) = button.and_then(|button| Some((button.name.as_ref()?, button))) {
        fields.push((name.clone(), button.value.clone()));
    }
    let base = match &read.base {
        Some(base) => at.join(base).map_err(|_| odd("has a base that is no address"))?,
        None => at.clone(),
    };
    let action = button.and_then(|button| button.action.as_deref()).or(form.action.as_deref());
    let mut action = match action {
        Some(action) => base.join(action).map_err(|_| odd("has a form that leads to no address"))?,
        None => at.clone(),
    };
    if !form.is_post {
        action.query_pairs_mut().clear().extend_pairs(&fields);
    }
    Ok(Reply { action, is_post: form.is_post, fields })
}
