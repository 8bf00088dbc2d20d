//! Goes through the forms of a login, as an administrator in a browser would.

use http::Method;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::check::{Case, Stop};
use crate::target::exchange::Login;
use crate::target::oauth::forms::{self, Form, Kind};
use crate::target::{Exchange, Request};

/// A login that takes more steps goes in circles.
const MOST_STEPS: usize = 8;
const FORM: &str = "application/x-www-form-urlencoded";

/// Where the pages lead to, with whoever may consent: the address that a browser would be sent to, and the last page. No
/// address where they lead to no end.
pub(super) async fn walk(t: &Case, question: &str, redirect: &Url) -> Result<(Option<Url>, Exchange), Stop> {
    let address = &t.spare()?.address;
    let mut at = Url::parse(&format!("{address}{question}")).map_err(|_| Stop::Error("no address".into()))?;
    let mut request = Request::get(below(address, &at)?);
    for _ in 0..MOST_STEPS {
        let page = t.in_spare(request.login(Login::None)).await?;
        if let Some(to) = page.answer.header("location").filter(|_| (300..400).contains(&page.answer.status)) {
            let Ok(to) = at.join(to) else { return Ok((None, page)) };
            if to.origin() == redirect.origin() && to.path() == redirect.path() {
                to.query_pairs().filter(|(name, _)| name == "code").for_each(|(_, code)| t.learn(&code));
                return Ok((Some(to), page));
            }
            request = Request::get(below(address, &to)?);
            at = to;
            continue;
        }
        let read = forms::read(&String::from_utf8_lossy(&page.answer.body));
        let Some(form) = read.forms.iter().find(|form| form.is_post) else { return Ok((None, page)) };
        let to = form.action.as_deref().map_or(Ok(at.clone()), |action| at.join(action));
        let Ok(to) = to else { return Ok((None, page)) };
        request = Request::new(Method::POST, below(address, &to)?).raw(FORM, filled(t, form)?);
        at = to;
    }
    Err(Stop::Inconclusive(format!("the login comes to no end within {MOST_STEPS} pages")))
}

/// The form with name and password in it, sent by the button that consents or by its first.
fn filled(t: &Case, form: &Form) -> Result<String, Stop> {
    let (name, password) = &t.spare()?.administrator;
    let mut fields = Serializer::new(String::new());
    for field in &form.fields {
        let value = match field.kind {
            Kind::Given => &field.value,
            Kind::Text => name,
            Kind::Password => password,
        };
        fields.append_pair(&field.name, value);
    }
    let consents = form.buttons.iter().find(|button| button.is_consent());
    let button = consents.or_else(|| form.buttons.iter().find(|button| !button.is_refusal()));
    if let Some((name, button)) = button.and_then(|button| Some((button.name.as_ref()?, button))) {
        fields.append_pair(name, &button.value);
    }
    Ok(fields.finish())
}

/// What of an address is below that of the organisation; a password goes nowhere else.
fn below(address: &str, url: &Url) -> Result<String, Stop> {
    let whole = url.to_string();
    let rest = whole.strip_prefix(address).filter(|rest| rest.starts_with('/'));
    rest.map(String::from).ok_or_else(|| Stop::Inconclusive("the login leads away from the organisation".into()))
}
