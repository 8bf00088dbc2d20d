//! A first profile, drafted from what a target shows of itself. Pure: from discovery to a file that has nothing wrong with
//! it. Nobody's documents have said any of it, so that everything is chosen, and what discovery leaves open is a TODO.

mod accepted;
mod extension;

use serde_json::Value;

use crate::clean;
use crate::probe::Facts;
use crate::scim::urn;
use crate::target::Exchange;

/// The longest word of the target's that is taken over, in bytes.
const LONGEST: usize = 200;

/// What the three endpoints of discovery show, where they can be read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Discovery<'a> {
    /// `/ServiceProviderConfig`.
    pub config: Option<&'a Value>,
    /// `/ResourceTypes`.
    pub resource_types: Option<&'a Value>,
    /// `/Schemas`.
    pub schemas: Option<&'a Value>,
}

impl<'a> Discovery<'a> {
    /// What a probe has read.
    pub fn of(facts: &'a Facts) -> Discovery<'a> {
        Discovery {
            config: body(&facts.config),
            resource_types: body(&facts.resource_types),
            schemas: body(&facts.schemas),
        }
    }

    /// Whether nothing can be read.
    pub fn is_empty(&self) -> bool {
        self.config.is_none() && self.resource_types.is_none() && self.schemas.is_none()
    }

    fn flag(&self, pointer: &str) -> Option<bool> {
        self.config?.pointer(pointer)?.as_bool()
    }

    /// The resource type of this name; `None` if the types cannot be read.
    fn resource_type(&self, name: &str) -> Option<Option<&'a Value>> {
        let kinds = members(self.resource_types?, "Resources");
        if kinds.is_empty() {
            return None;
        }
        Some(kinds.iter().find(|kind| text(kind, "name") == Some(name)))
    }

    fn schema(&self, id: &str) -> Option<&'a Value> {
        let is_it = |schema: &&Value| text(schema, "id").is_some_and(|it| it.eq_ignore_ascii_case(id));
        members(self.schemas?, "Resources").iter().find(is_it)
    }

    /// Whether the schema of users has an attribute; unknown if it cannot be read.
    fn has_attribute(&self, name: &str) -> Option<bool> {
        let known = members(self.schema(urn::USER)?, "attributes");
        if known.is_empty() {
            return None;
        }
        Some(known.iter().any(|it| text(it, "name").is_some_and(|it| it.eq_ignore_ascii_case(name))))
    }
}

/// The profile.
pub fn draft(discovery: &Discovery, name: &str) -> String {
    let mut draft = Draft { claims: Vec::new(), body: String::new() };
    let has_groups = features(&mut draft, discovery);
    authentication(&mut draft, discovery);
    accounts(&mut draft, discovery);
    accepted::accepted(&mut draft, discovery);
    if has_groups {
        let id = draft.claim("Groups and their members are written");
        draft.line(&format!("\n[groups]\nfrom = \"chosen {id}\""));
        draft.line(
            "# TODO can an administrator give groups a meaning? Then [groups.mapping] says which roles, and where.",
        );
    }
    extension::extensions(&mut draft, discovery);
    draft.line("\n# TODO what keeps callers out until it is opened, as a plan or a switch, is a [[gate]]; what cannot be done, a [[limit]].");
    draft.whole(name)
}

/// A file in the making.
struct Draft {
    claims: Vec<String>,
    body: String,
}

impl Draft {
    /// A new claim, and its id.
    fn claim(&mut self, words: &str) -> String {
        self.claims.push(words.to_owned());
        id(self.claims.len())
    }

    fn line(&mut self, line: &str) {
        self.body.push_str(line);
        self.body.push('\n');
    }

    fn whole(self, name: &str) -> String {
        let capital = name.chars().next().into_iter().flat_map(char::to_uppercase).chain(name.chars().skip(1));
        let title: String = capital.collect();
        let mut out = format!(
            "# Drafted from what the server shows of itself. All of it is \"chosen\": nobody's documents have said it yet.\n\
             # Answer the TODOs; where your documents say a thing, write \"stated\", in the claim first. docs/profiles.md tells all.\n\
             name = {}\n\
             title = {}\n\
             about = \"TODO what it is, in a few words\"\n\
             # contact = \"TODO whom administrators ask\"\n\
             identity-providers = [\"Okta\"] # TODO with which ones does it work?\n",
            quoted(name),
            quoted(&title),
        );
        for (at, words) in self.claims.iter().enumerate() {
            let (id, words) = (id(at + 1), quoted(words));
            out.push_str(&format!(
                "\n[[claim]]\nid = \"{id}\"\nbasis = \"chosen\" # TODO\nshows = [\"wire\"]\nwords = {words}\n"
            ));
        }
        out + &self.body
    }
}

fn id(number: usize) -> String {
    format!("DRAFT-{number:02}")
}

/// Writes the features, and tells whether any needs groups.
fn features(draft: &mut Draft, discovery: &Discovery) -> bool {
    let users = discovery.resource_type("User").map(|kind| kind.is_some());
    let groups = discovery.resource_type("Group").map(|kind| kind.is_some());
    let active = discovery.has_attribute("active");
    let passwords = discovery.flag("/changePassword/supported");
    let filter = discovery.flag("/filter/supported");
    let rows: [(&str, &str, Option<bool>, &str); 8] = [
        ("create-users", "People who are assigned get accounts", users, "/ResourceTypes"),
        ("update-attributes", "Changes of their profiles follow", users, "/ResourceTypes"),
        ("deactivate", "Accounts are closed", active, "the attribute active"),
        ("reactivate", "Accounts are opened again", active, "the attribute active"),
        ("import-users", "Accounts can be listed, and so imported", users, "/ResourceTypes"),
        ("import-groups", "Groups can be listed, and so imported", groups, "/ResourceTypes"),
        ("group-push", "Groups and memberships are written", groups, "/ResourceTypes"),
        ("password-sync", "Passwords are written", passwords, "changePassword in /ServiceProviderConfig"),
    ];
    draft.line("\n# TODO what the server shows is not always what is supported: leave out what you do not want to promise.\n[features]");
    for (feature, words, shown, by) in rows {
        let Some(offered) = shown else {
            draft.line(&format!("# TODO {feature}? The server does not show it ({by})."));
            continue;
        };
        let words = if offered { words.to_owned() } else { format!("Not so: {}", words.to_lowercase()) };
        let id = draft.claim(&words);
        draft.line(&format!("{feature} = {{ value = {offered}, from = \"chosen {id}\" }} # by {by}"));
    }
    draft.line("# TODO link? remove-users? enhanced-group-push? Discovery does not speak of them.");
    if filter == Some(false) {
        draft.line("# TODO the server announces no filters; Okta finds people by one, and needs it.");
    }
    groups == Some(true)
}

fn authentication(draft: &mut Draft, discovery: &Discovery) {
    let announced = discovery.config.map(|config| members(config, "authenticationSchemes")).unwrap_or_default();
    let kinds: Vec<&str> = announced.iter().filter_map(|scheme| text(scheme, "type")).collect();
    let id = draft.claim("Clients show who they are by a token");
    draft.line("\n[authentication]");
    let known = ["oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"];
    let named: Vec<&str> = known.into_iter().filter(|known| kinds.contains(known)).collect();
    if named.is_empty() {
        draft.line("# TODO the server announces no way that is known here.");
    } else {
        draft.line(&format!("# The server announces {}.", named.join(", ")));
    }
    draft.line("# TODO api-key, personal-token, client-credentials or authorization-code?");
    draft.line(&format!("scheme = {{ value = \"api-key\", from = \"chosen {id}\" }}"));
    draft.line(&format!(
        "# TODO where is it found? found-under = {{ value = [\"Settings\", \"SCIM\"], from = \"chosen {id}\" }}"
    ));
}

fn accounts(draft: &mut Draft, discovery: &Discovery) {
    if discovery.has_attribute("active") == Some(false) {
        return;
    }
    let id = draft.claim("Whoever is deactivated cannot sign in");
    draft.line("\n[accounts]");
    draft.line(&format!(
        "probe = {{ value = \"login\", from = \"chosen {id}\" }} # TODO or \"access\": they sign in, and reach nothing"
    ));
    draft.line(&format!(
        "# TODO are user names e-mail addresses? user-name = {{ value = \"email\", from = \"chosen {id}\" }}"
    ));
}

/// A string of TOML: that of JSON is one, once nothing is left that JSON need not escape.
fn quoted(words: &str) -> String {
    Value::from(clean::line(&clean::cut(words, LONGEST))).to_string()
}

/// Words of the target's in a comment.
fn comment(words: &str) -> String {
    clean::line(&clean::cut(words, LONGEST))
}

fn body(exchange: &Option<Exchange>) -> Option<&Value> {
    exchange.as_ref().filter(|exchange| exchange.answer.status == 200)?.answer.json.as_ref()
}

fn members<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use scim_profile::{Basis, Feature, Profile};
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Profile {
        Profile::read(text).unwrap_or_else(|found| panic!("{found:#?}\n{text}"))
    }

    #[test]
    fn what_is_not_shown_is_asked() {
        let text = draft(&Discovery { config: Some(&json!({})), ..Discovery::default() }, "acme");
        let profile = read(&text);
        assert_eq!((profile.name.as_str(), profile.title.as_str()), ("acme", "Acme"));
        assert!(profile.features.is_empty() && profile.groups.is_none());
        assert!(text.contains("# TODO group-push?"), "{text}");
    }

    #[test]
    fn what_is_shown_is_drafted() {
        let resource_types =
            json!({"Resources": [{"name": "User", "schemaExtensions": [{"schema": "urn:x:acme:User"}]}]});
        let schemas = json!({"Resources": [
            {"id": urn::USER, "attributes": [{"name": "userName"}, {"name": "active"}]},
            {"id": "URN:x:acme:User", "name": "Acme", "description": "Of \"Acme\"", "attributes": [
                {"name": "wings", "type": "integer", "multiValued": true, "required": true, "mutability": "immutable"},
                {"name": "colour", "type": "string", "caseExact": true, "canonicalValues": ["red", "blue"]},
                {"name": "home", "type": "complex"}, {"name": "4th", "type": "string"}, {"name": "WINGS", "type": "string"},
                {"name": "state", "type": "string", "mutability": "readOnly", "required": true}]}]});
        let config =
            json!({"changePassword": {"supported": false}, "authenticationSchemes": [{"type": "oauthbearertoken"}]});
        let discovery =
            Discovery { config: Some(&config), resource_types: Some(&resource_types), schemas: Some(&schemas) };
        let text = draft(&discovery, "acme");
        let profile = read(&text);
        let offered = |feature| profile.features.get(&feature).map(|offer| *offer.get());
        assert_eq!(offered(Feature::Deactivate), Some(true));
        assert_eq!(offered(Feature::GroupPush), Some(false));
        assert_eq!(offered(Feature::PasswordSync), Some(false));
        assert!(profile.statements().iter().all(|statement| statement.from.get_ref().basis == Basis::Chosen));
        let names: Vec<&str> = profile.all_attributes().map(|attribute| attribute.name.get_ref().as_str()).collect();
        assert_eq!(names, ["wings", "colour", "state"]);
        let wings = &profile.extensions[0].attributes[0];
        assert!(wings.multi_valued && wings.required.is_some() && wings.mutability.is_some());
        assert!(profile.extensions[0].attributes[2].required.is_none(), "nobody can send it");
        for asked in ["values? red, blue", "home", "4th", "announces oauthbearertoken"] {
            assert!(text.contains(asked), "{asked}: {text}");
        }
    }

    proptest! {
        /// Names, types and words of a target that means no good.
        #[test]
        fn whatever_is_shown_the_draft_can_be_read(
            names in prop::collection::vec("\\PC{0,12}|[\u{0}-\u{ff}]{0,6}|[a-z]{1,2}", 6),
            urns in prop::collection::vec("urn:[a-z]{0,2}[\u{0}-\u{ff}]{0,3}|\\PC{0,8}", 3),
            kinds in prop::collection::vec("string|boolean|integer|complex|dateTime|[a-z]{0,3}", 6),
            flags in prop::collection::vec(any::<bool>(), 6),
        ) {
            let attributes: Vec<Value> = (0..6)
                .map(|at| json!({
                    "name": names[at], "type": kinds[at], "required": flags[at], "multiValued": flags[5 - at],
                    "caseExact": flags[at], "description": names[5 - at], "canonicalValues": names,
                    "mutability": if flags[at] { "readOnly" } else { "writeOnly" },
                }))
                .collect();
            let extensions: Vec<Value> = urns.iter().map(|urn| json!({"schema": urn})).collect();
            let shown: Vec<Value> = urns
                .iter()
                .map(|urn| json!({"id": urn, "name": names[0], "description": names[1], "attributes": attributes}))
                .collect();
            let resource_types = json!({"Resources": [{"name": "User", "schemaExtensions": extensions}, {"name": "Group"}]});
            let schemas = json!({"Resources": shown});
            let config = json!({"authenticationSchemes": [{"type": names[2]}], "filter": {"supported": flags[0]}});
            let discovery =
                Discovery { config: Some(&config), resource_types: Some(&resource_types), schemas: Some(&schemas) };
            let text = draft(&discovery, "acme");
            prop_assert!(Profile::read(&text).is_ok(), "{:?}\n{}", Profile::read(&text).err(), text);
        }
    }
}
