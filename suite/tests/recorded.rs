//! Okta's recorded sessions, played to the reference server. The recordings belong to others, so they are not part of
//! the project: `SCIMPROVE_REFERENCE` names the folder that holds them, and without it these tests are ignored.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use reqwest::{Client, Method};
use scimprove::cli::embedded::{self, Behaviour, Embedded};
use serde_json::{Value, json};

const SESSIONS: [&str; 3] = ["okta_user_lifecycle.json", "okta_group_push.json", "okta_group_patch.json"];

fn main() {
    let arguments = Arguments::from_args();
    let folder = std::env::var_os("SCIMPROVE_REFERENCE").map(PathBuf::from);
    let trials = SESSIONS
        .into_iter()
        .map(|name| {
            let folder = folder.clone();
            Trial::ignorable_test(name.trim_end_matches(".json"), move || match &folder {
                Some(folder) => play_file(&folder.join(name)).map(|()| Completion::Completed),
                None => Ok(Completion::ignored_with("SCIMPROVE_REFERENCE is not set")),
            })
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn play_file(path: &Path) -> Result<(), Failed> {
    let session: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let server =
            embedded::start(0, "recorded".into(), &Behaviour::default()).await.map_err(|fault| fault.to_string())?;
        let mut player = Player::new(server)?;
        player.create_strangers(&session).await?;
        for step in session.as_array().into_iter().flatten() {
            for request in step["requests"].as_array().into_iter().flatten() {
                player.play(request).await.map_err(|failed| format!("{}: {failed}", step["step"]))?;
            }
        }
        Ok(())
    })
}

/// Plays requests, with the recorded ids in place of which this server gave others.
struct Player {
    client: Client,
    server: Embedded,
    ids: HashMap<String, String>,
    /// The id of the last create, whose recorded id shows only in the next request.
    newest: Option<String>,
}

impl Player {
    fn new(server: Embedded) -> Result<Player, Failed> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Player { client: Client::builder().no_proxy().build()?, server, ids: HashMap::new(), newest: None })
    }

    /// Members of pushed groups who are created in another recording.
    async fn create_strangers(&mut self, session: &Value) -> Result<(), Failed> {
        let mut members = BTreeSet::new();
        members_in(session, &mut members);
        for (id, name) in members {
            let user = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name});
            let (_, created) = self.send(Method::POST, "/Users", Some(&user)).await?;
            self.ids.insert(id, created["id"].as_str().unwrap_or_default().into());
        }
        Ok(())
    }

    async fn play(&mut self, request: &Value) -> Result<(), String> {
        let text = |name: &str| request[name].as_str().unwrap_or_default().to_string();
        let method = Method::from_bytes(text("method").as_bytes()).map_err(|error| error.to_string())?;
        let path = text("path").trim_start_matches("/scim/v2").to_string();
        let recorded = path.split(['/', '?']).nth(2).filter(|id| !id.is_empty() && !id.contains('=')).map(String::from);
        if let Some(recorded) = recorded.filter(|id| !self.ids.contains_key(id)) {
            let ours = self.newest.take().ok_or_else(|| format!("{recorded} was never created"))?;
            self.ids.insert(recorded, ours);
        }
        let body = request.get("body").map(|body| self.translated(body));
        let (status, answer) = self
            .send(method.clone(), &self.translated_text(&path), body.as_ref())
            .await
            .map_err(|it| format!("{it:?}"))?;
        let wanted: &[u16] = match method {
            Method::POST => &[201],
            Method::DELETE => &[204],
            _ => &[200, 204],
        };
        if !wanted.contains(&status) {
            return Err(format!("{method} {path} answered {status}: {answer}"));
        }
        if method == Method::POST {
            self.newest = answer["id"].as_str().map(String::from);
        }
        if let (true, Some(sent)) = (method == Method::PUT, &body) {
            let (_, seen) =
                self.send(Method::GET, &self.translated_text(&path), None).await.map_err(|it| format!("{it:?}"))?;
            for name in ["active", "displayName", "userName"] {
                if sent.get(name).is_some() && seen[name] != sent[name] {
                    return Err(format!("after {method} {path} {name} is {}, not {}", seen[name], sent[name]));
                }
            }
            if sent.get("members").is_some_and(|members| ids_of(members) != ids_of(&seen["members"])) {
                return Err(format!("after {method} {path} the members are {}", seen["members"]));
            }
        }
        Ok(())
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(u16, Value), Failed> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.server.base))
            .bearer_auth(&self.server.token)
            .header("Content-Type", "application/scim+json; charset=utf-8");
        if let Some(body) = body {
            request = request.body(body.to_string());
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        Ok((status, serde_json::from_slice(&answer.bytes().await?).unwrap_or_default()))
    }

    fn translated(&self, body: &Value) -> Value {
        serde_json::from_str(&self.translated_text(&body.to_string())).unwrap_or_default()
    }

    /// Recorded ids become this server's.
    fn translated_text(&self, text: &str) -> String {
        let mut text = text.to_string();
        for (recorded, ours) in &self.ids {
            text = text.replace(recorded.as_str(), ours);
        }
        text
    }
}

/// Every member of a pushed group, with the name that Okta shows for it.
fn members_in(value: &Value, found: &mut BTreeSet<(String, String)>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                // A PATCH names the attribute in its path.
                let listed = name == "members" || (name == "value" && map.get("path") == Some(&"members".into()));
                let members = inner.as_array().filter(|_| listed).into_iter().flatten();
                for member in members {
                    let id = member["value"].as_str().unwrap_or_default();
                    let name = member["display"].as_str().map_or_else(|| format!("{id}@example.com"), String::from);
                    if !found.iter().any(|(known, _)| known == id) {
                        found.insert((id.into(), name));
                    }
                }
                members_in(inner, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| members_in(item, found)),
        _ => {}
    }
}

fn ids_of(members: &Value) -> BTreeSet<String> {
    let all = members.as_array().into_iter().flatten();
    all.filter_map(|member| member["value"].as_str().map(String::from)).collect()
}
