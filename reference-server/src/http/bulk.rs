//! Bulk requests: each operation goes the way of a single request, without the wire.

use super::space::Visitor;
use super::{Server, allows, route::Route};
use crate::policy::{Bulk, BulkIds, BulkStatus};
use crate::provider::Reply;
use crate::scim::bulk::{self, Done, Entry, RESPONSE_URN};
use crate::scim::error::{ScimError, ScimType, quoted};
use crate::scim::etag::{Preconditions, Tags};
use crate::scim::patch::PATCH_URN;
use axum::http::Method;
use serde_json::{Map, Value, json};

impl Server {
    /// Carries out a BulkRequest.
    pub(super) fn bulk(&self, visitor: &Visitor<'_>, body: &Value) -> Result<Reply, ScimError> {
        let request = bulk::read(body, self.limits.bulk_operations, self.policy.offers.over_bulk)?;
        let done = bulk::run(&request, self.policy.offers.bulk_cycles, &mut |entry| {
            let entry = entry.and_then(|entry| self.single(visitor, entry).map(|reply| (reply, entry)));
            match entry {
                Ok((reply, entry)) => Done {
                    succeeded: reply.succeeded(),
                    id: Some(reply.id()).filter(|_| entry.creates()).flatten(),
                    answer: (reply, Some(entry.path.clone())),
                },
                Err(error) => Done { succeeded: false, id: None, answer: (error.into(), None) },
            }
        });
        let base = self.spaces.get(visitor.space).provider.base();
        let operations: Vec<Value> = done
            .into_iter()
            .map(|(at, done)| self.result(&request.entries[at], done.answer.0, done.answer.1, base))
            .collect();
        Ok(Reply::ok(json!({ "schemas": [RESPONSE_URN], "Operations": operations })))
    }

    /// Carries out one operation.
    fn single(&self, visitor: &Visitor<'_>, entry: &Entry) -> Result<Reply, ScimError> {
        let syntax = |detail: &str| ScimError::bad(ScimType::InvalidSyntax, detail);
        if entry.surplus {
            let detail = format!("a bulk request may hold {} operations", self.limits.bulk_operations);
            return Err(ScimError::new(413, detail));
        }
        let method = match entry.method.as_str() {
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "PATCH" => Method::PATCH,
            "DELETE" => Method::DELETE,
            other => return Err(syntax(&format!("method is POST, PUT, PATCH or DELETE, not {}", quoted(other)))),
        };
        if entry.path.is_empty() {
            return Err(syntax("an operation needs a path"));
        }
        if entry.creates() && entry.bulk_id.is_none() && self.policy.offers.bulk_ids == BulkIds::Required {
            return Err(syntax("a POST needs a bulkId"));
        }
        let (path, query) = entry.path.split_once('?').unwrap_or((&entry.path, ""));
        let route = Route::find(path)?.filter(|route| self.has(route, path));
        let route = route.ok_or_else(|| ScimError::new(404, "there is nothing at this address"))?;
        if !matches!(route, Route::Collection(_) | Route::Resource(..)) {
            return Err(ScimError::new(400, format!("{} cannot be used in a bulk request", quoted(path))));
        }
        self.is_offered(&route, &method)?;
        allows(&route, &method)?;
        let body = match &entry.data {
            Some(Value::Array(operations)) if method == Method::PATCH && self.policy.offers.bulk_bare_patch => {
                json!({ "schemas": [PATCH_URN], "Operations": operations })
            }
            Some(data) => data.clone(),
            None if method == Method::DELETE => Value::Null,
            None => return Err(syntax("an operation that is no DELETE needs data")),
        };
        let if_match = entry.version.as_deref().map(|version| Tags::parse(version).unwrap_or(Tags::These(Vec::new())));
        let operation = self.operation(route, &method, query, body)?;
        Ok(self.perform(visitor, operation, Preconditions { if_match, ..Preconditions::default() }))
    }

    /// What the response says of an operation. `path`: where it worked, references spelled out.
    fn result(&self, entry: &Entry, reply: Reply, path: Option<String>, base: &str) -> Value {
        let mut result = Map::new();
        let location = reply.location.clone().or_else(|| {
            let path = path.unwrap_or_else(|| entry.path.clone());
            (!entry.creates() && !path.is_empty()).then(|| format!("{base}{path}"))
        });
        if let Some(location) = location {
            result.insert("location".into(), location.into());
        }
        result.insert("method".into(), entry.method.as_str().into());
        if let Some(name) = &entry.bulk_id {
            result.insert("bulkId".into(), name.as_str().into());
        }
        if let Some(version) = &reply.version {
            result.insert("version".into(), version.to_string().into());
        }
        let status = reply.status;
        result.insert(
            "status".into(),
            match self.policy.offers.bulk_status {
                BulkStatus::Text => status.to_string().into(),
                BulkStatus::Object => json!({ "code": status.to_string() }),
            },
        );
        if !reply.succeeded() {
            result.insert("response".into(), reply.body.unwrap_or_default());
        }
        result.into()
    }

    /// Whether bulk requests are carried out.
    pub(super) fn has_bulk(&self) -> bool {
        self.policy.offers.bulk == Bulk::Offered
    }
}
