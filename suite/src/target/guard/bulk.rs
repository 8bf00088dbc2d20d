//! Bulk requests: every operation is held to what a request of its own would be.

use http::Method;
use serde_json::Value;

use super::{Guard, Plan, Refusal, only};
use crate::target::exchange::Body;
use crate::target::reading::{self, Content};

impl Guard {
    /// Every operation of a bulk request is held to what a request of its own would be.
    pub(super) fn plan_bulk(&self, content: &Content, plan: &mut Plan) -> Result<(), Refusal> {
        let unreadable = || Refusal::Path("/Bulk with a body that cannot be read".into());
        let body = match content {
            Content::Text(text) if names_no_path(text) => return Ok(()),
            Content::Json(body) if is_empty_bulk(body) => return Ok(()),
            Content::Json(body) => body,
            _ => return Err(unreadable()),
        };
        let operations = only(body, "Operations").map_err(|()| unreadable())?.ok_or_else(unreadable)?;
        let operations = operations.as_array().ok_or_else(unreadable)?;
        plan.bulk_ids.extend(operations.iter().filter_map(|operation| self.bulk_id(operation)));
        for (at, operation) in operations.iter().enumerate() {
            let field = |name: &str| only(operation, name).map_err(|()| unreadable());
            let text = |name: &str| match field(name)? {
                None => Ok(None),
                Some(value) => value.as_str().map(Some).ok_or_else(unreadable),
            };
            let known = ["POST", "PUT", "PATCH", "DELETE"];
            let method = match text("method")? {
                Some(method) => known.iter().find(|known| known.eq_ignore_ascii_case(method)),
                None => None,
            };
            let path = text("path")?;
            let Some(method) = method else {
                // Whatever a target makes of such a method, there is nothing for it to be done to.
                let is_nobody =
                    path.and_then(reading::segments).is_some_and(|all| all.len() == 2 && self.is_minted(&all[1]));
                if is_nobody && field("data")?.is_none() {
                    continue;
                }
                return Err(unreadable());
            };
            let method = Method::from_bytes(method.as_bytes()).map_err(|_| unreadable())?;
            // Without a path, too, something may be created.
            let path = match path {
                None if method == Method::POST => "/Users",
                None => return Err(unreadable()),
                Some(path) => path,
            };
            let data = match field("data")? {
                None | Some(Value::Null) => Body::None,
                Some(data @ Value::Object(_)) => Body::Json(data.clone()),
                // Text or a list may be read as data of any kind.
                Some(_) => return Err(unreadable()),
            };
            let known = plan.creates.len();
            match reading::segments(path).as_deref() {
                Some([one]) if one.eq_ignore_ascii_case("Bulk") && method == Method::POST => {
                    self.plan_bulk(&Content::of(&data), plan)?;
                }
                _ => self.plan_change(&method, path, &data, plan)?,
            }
            plan.creates[known..].iter_mut().for_each(|create| create.in_bulk = Some((at, self.bulk_id(operation))));
        }
        Ok(())
    }

    /// The name that a create has in its bulk request, if nothing else at the target can have it.
    fn bulk_id(&self, operation: &Value) -> Option<String> {
        let text = |name: &str| only(operation, name).ok().flatten().and_then(Value::as_str);
        let is_create = text("method").is_some_and(|method| method.eq_ignore_ascii_case("POST"));
        text("bulkId").filter(|name| is_create && self.key.marks(name)).map(String::from)
    }
}

/// Whether a text that is no JSON names no place, however it is taken: escapes and other encodings could hide one.
fn names_no_path(text: &str) -> bool {
    let is_plain = text.chars().all(|c| (' '..='~').contains(&c) && c != '\\');
    is_plain && !text.to_ascii_lowercase().contains("path")
}

/// A bulk request without operations.
fn is_empty_bulk(body: &Value) -> bool {
    let harmless = |name: &String| name == "schemas" || name == "failOnErrors";
    body.as_object().is_some_and(|body| body.keys().all(harmless))
}
