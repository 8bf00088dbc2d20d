//! A small SCIM service that works well enough for stories to go on, and bends its answers.

use serde_json::{Value, json};

use super::peer::{Act, Asked, Script};

/// An answer before it is written.
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) json: Value,
    /// In place of the JSON.
    pub(crate) text: Option<Vec<u8>>,
}

/// What the id of the resource with this number is.
pub(crate) type Mint = fn(usize) -> String;

#[derive(Default)]
struct World {
    made: usize,
    /// Collection, id and representation.
    all: Vec<(String, String, Value)>,
}

/// The script of such a service; `bend` has the last word on each answer.
pub(crate) fn world(mint: Mint, mut bend: impl FnMut(&Asked, &mut Answered) + Send + 'static) -> Script {
    let mut world = World::default();
    Box::new(move |asked| {
        let mut answered = world.answer(asked, mint);
        bend(asked, &mut answered);
        vec![Act::Send(answered.written())]
    })
}

/// Ids that nobody minds.
pub(crate) fn plain_ids(number: usize) -> String {
    format!("id-{number}")
}

impl Answered {
    fn new(status: u16, json: Value) -> Answered {
        let headers = vec![("Content-Type".into(), "application/scim+json".into())];
        Answered { status, headers, json, text: None }
    }

    /// Every representation in the answer.
    pub(crate) fn resources(&mut self) -> Vec<&mut Value> {
        if self.json.get("Resources").is_some() {
            self.json["Resources"].as_array_mut().into_iter().flatten().collect()
        } else {
            vec![&mut self.json]
        }
    }

    fn written(self) -> Vec<u8> {
        let body =
            self.text.unwrap_or_else(|| if self.json.is_null() { Vec::new() } else { self.json.to_string().into() });
        let mut head = format!("HTTP/1.1 {} X\r\nContent-Length: {}\r\n", self.status, body.len());
        self.headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
        [head.into_bytes(), b"\r\n".to_vec(), body].concat()
    }
}

fn list(rows: Vec<Value>) -> Answered {
    let schemas = ["urn:ietf:params:scim:api:messages:2.0:ListResponse"];
    Answered::new(
        200,
        json!({"schemas": schemas, "totalResults": rows.len(), "itemsPerPage": rows.len(), "startIndex": 1, "Resources": rows}),
    )
}

pub(crate) fn error(status: u16, detail: &str) -> Answered {
    let schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
    Answered::new(status, json!({"schemas": schemas, "status": status.to_string(), "detail": detail}))
}

impl World {
    fn answer(&mut self, asked: &Asked, mint: Mint) -> Answered {
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let path = path.strip_prefix("/scim/v2").unwrap_or(path);
        let (collection, id) = match path.trim_start_matches('/').split_once('/') {
            Some((collection, id)) => {
                (collection, Some(percent_encoding::percent_decode_str(id).decode_utf8_lossy().into_owned()))
            }
            None => (path.trim_start_matches('/'), None),
        };
        match (collection, id) {
            ("ServiceProviderConfig", None) => Answered::new(
                200,
                json!({
                    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
                    "patch": {"supported": true}, "filter": {"supported": true, "maxResults": 200}, "bulk": {"supported": false},
                    "sort": {"supported": false}, "etag": {"supported": true}, "changePassword": {"supported": true},
                    "authenticationSchemes": [{"type": "oauthbearertoken", "name": "x", "description": "y", "specUri": "http://x/"}],
                }),
            ),
            ("ResourceTypes", None) => list(vec![
                json!({"id": "User", "name": "User", "endpoint": "/Users", "schema": "urn:ietf:params:scim:schemas:core:2.0:User"}),
                json!({"id": "Group", "name": "Group", "endpoint": "/Groups", "schema": "urn:ietf:params:scim:schemas:core:2.0:Group"}),
            ]),
            ("Schemas", None) => list(vec![
                json!({"id": "urn:ietf:params:scim:schemas:core:2.0:Group", "name": "Group", "description": "x"}),
            ]),
            ("Users" | "Groups", None) if asked.method == "POST" => self.create(collection, asked, mint),
            ("Users" | "Groups", None) if asked.method == "GET" => self.list(collection, query),
            ("Users" | "Groups", Some(id)) => self.one(collection, &id, asked),
            _ => error(404, "no such endpoint"),
        }
    }

    fn create(&mut self, collection: &str, asked: &Asked, mint: Mint) -> Answered {
        let Ok(mut body @ Value::Object(_)) = serde_json::from_str(&asked.body) else { return error(400, "no JSON") };
        self.made += 1;
        let id = mint(self.made);
        body["id"] = id.as_str().into();
        body["meta"] = json!({"resourceType": collection.trim_end_matches('s'), "location": format!("http://x/{collection}/{id}")});
        self.all.push((collection.into(), id, body.clone()));
        Answered::new(201, body)
    }

    fn list(&self, collection: &str, query: &str) -> Answered {
        let parameter = |name: &str| {
            let value = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name)?.1;
            Some(percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
        };
        let filter = parameter("filter").unwrap_or_default();
        let wanted =
            filter.split_once(" eq ").map(|(name, value)| (name.to_string(), value.trim_matches('"').to_string()));
        let fits = |body: &Value| {
            wanted.as_ref().is_none_or(|(name, value)| body.get(name).and_then(Value::as_str) == Some(value))
        };
        let rows = self
            .all
            .iter()
            .filter(|(known, _, body)| known == collection && fits(body))
            .map(|(_, _, body)| body.clone());
        let rows: Vec<Value> = rows.collect();
        let total = rows.len();
        let number = |name, other| parameter(name).and_then(|text| text.parse::<usize>().ok()).unwrap_or(other);
        let start = number("startIndex", 1).max(1);
        let mut answered = list(rows.into_iter().skip(start - 1).take(number("count", 100)).collect());
        (answered.json["totalResults"], answered.json["startIndex"]) = (total.into(), start.into());
        answered
    }

    fn one(&mut self, collection: &str, id: &str, asked: &Asked) -> Answered {
        let Some(at) = self.all.iter().position(|(known, own, _)| known == collection && own == id) else {
            return error(404, "no such resource");
        };
        match asked.method.as_str() {
            "GET" => Answered::new(200, self.all[at].2.clone()),
            "PUT" => {
                let Ok(mut body @ Value::Object(_)) = serde_json::from_str(&asked.body) else {
                    return error(400, "no JSON");
                };
                (body["id"], body["meta"]) = (id.into(), self.all[at].2["meta"].clone());
                self.all[at].2 = body.clone();
                Answered::new(200, body)
            }
            // Takes what is written without a path, and nothing else.
            "PATCH" => {
                let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
                for (name, value) in
                    body.pointer("/Operations/0/value").and_then(Value::as_object).into_iter().flatten()
                {
                    self.all[at].2[name] = value.clone();
                }
                Answered::new(200, self.all[at].2.clone())
            }
            "DELETE" => {
                self.all.remove(at);
                Answered::new(204, Value::Null)
            }
            _ => error(405, "no such method"),
        }
    }
}
