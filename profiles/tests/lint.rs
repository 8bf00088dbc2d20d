//! What is wrong with a file is found, each thing at its place; what is right is left alone.

use scim_profile::{NAMES, Profile, Shown, named, text_of};

/// A profile that has nothing wrong with it, in which each test puts something wrong.
const ACME: &str = r#"name = "acme"
title = "Acme"
about = "things"
identity-providers = ["Okta"]

[[claim]]
id = "ACME-01"
basis = "stated"
shows = ["wire"]
words = "all of it"

[features]
create-users = { value = true, from = "stated ACME-01" }
deactivate = { value = true, from = "stated ACME-01" }

[authentication]
scheme = { value = "api-key", from = "stated ACME-01" }

[[extension]]
urn = "urn:example:acme:User"
name = "Acme user"
description = "Of Acme"
from = "stated ACME-01"

[[extension.attribute]]
name = "isPilot"
type = "boolean"
from = "stated ACME-01"

[[extension.attribute]]
name = "wings"
type = "string"
from = "stated ACME-01"
values = { value = ["red", "blue"], from = "stated ACME-01" }
"#;

/// What is complained of when `old` is `new`.
fn complaints(old: &str, new: &str) -> Vec<String> {
    assert_eq!(ACME.matches(old).count(), 1, "{old:?} stands once");
    match Profile::read(&ACME.replace(old, new)) {
        Ok(_) => Vec::new(),
        Err(complaints) => complaints.iter().map(ToString::to_string).collect(),
    }
}

/// What is complained of when something more is at the end.
fn with(more: &str) -> Vec<String> {
    complaints("values = {", &format!("{more}\nvalues = {{"))
}

/// What is complained of where a request is refused.
fn refusing(request: &str, status: u16) -> Vec<String> {
    let refusal = format!(
        "[[refusal]]\nrequest = \"{request}\"\nstatus = {status}\ndetail = \"no\"\nfrom = \"stated ACME-01\"\n"
    );
    complaints("[authentication]", &format!("{refusal}\n[authentication]"))
}

#[test]
fn the_published_systems_have_nothing_wrong() {
    for name in NAMES {
        let profile =
            Profile::read(text_of(name).expect("a text")).unwrap_or_else(|found| panic!("{name}: {found:#?}"));
        assert_eq!(profile.name, name);
        assert!(named(name).is_some_and(|known| known.claims.len() == profile.claims.len()));
    }
    assert!(named("acme").is_none());
}

/// As many as their documents are read to have, and each is somewhere to be seen.
#[test]
fn every_claim_of_the_published_systems_is_there() {
    for (name, prefix, count) in [
        ("rubiconmd", "RMD", 18),
        ("mdscripts", "MDS", 11),
        ("reftab", "REF", 10),
        ("rudderstack", "RUD", 6),
        ("rxnt", "RXN", 13),
    ] {
        let profile = named(name).expect("published");
        let ids: Vec<&str> = profile.claims.iter().map(|claim| claim.id.get_ref().as_str()).collect();
        let wanted: Vec<String> = (1..=count).map(|number| format!("{prefix}-{number:02}")).collect();
        assert_eq!(ids, wanted);
        for claim in profile.claims.iter().filter(|claim| claim.shows.contains(&Shown::Wire)) {
            assert!(!claim.words.is_empty(), "{}", claim.id.get_ref());
        }
    }
}

#[test]
fn what_is_right_is_left_alone() {
    assert_eq!(complaints("Of Acme", "Of Acme"), [""; 0]);
}

#[test]
fn what_cannot_be_read_is_told_at_its_place() {
    for (old, new, wanted) in [
        ("title", "titel", "2:1: unknown field `titel`"),
        ("about = \"things\"\n", "", "missing field `about`"),
        ("\"api-key\"", "\"apikey\"", "17:20: unknown variant `apikey`"),
        ("[authentication]", "[authentication", "16:16: "),
        ("basis = \"stated\"", "basis = \"said\"", "8:9: unknown variant `said`"),
        ("title = \"Acme\"", "title = 7", "2:9: invalid type: integer `7`, expected a string"),
        ("scheme = { value = \"api-key\", from = \"stated ACME-01\" }", "scheme = \"api-key\"", "17:10: "),
        (
            "description = \"Of Acme\"\nfrom = \"stated ACME-01\"",
            "description = \"Of Acme\"\nfrom = \"ACME-01\"",
            "23:8: a source begins",
        ),
        (
            "description = \"Of Acme\"\nfrom = \"stated ACME-01\"",
            "description = \"Of Acme\"\nfrom = \"stated\"",
            "23:8: after stated",
        ),
    ] {
        let found = complaints(old, new);
        assert!(found.len() == 1 && found[0].contains(wanted), "{new:?}: {found:?}");
    }
}

#[test]
fn what_contradicts_itself_is_told_at_its_place() {
    for (found, wanted) in [
        (
            complaints(
                "deactivate = { value = true",
                "reactivate = { value = true, from = \"stated ACME-01\" }\ndeactivate = { value = false",
            ),
            "14:24: reactivate needs deactivate, which is not offered",
        ),
        (refusing("REMOVE /Users/{id}", 501), "a request is one of GET"),
        (refusing("DELETE /users/{id}", 501), "and one of /Users, /Users/{id}"),
        (refusing("DELETE", 501), "a request is one of GET"),
        (refusing("DELETE /Users/{id}", 200), "200 is the status of no refusal"),
        (complaints("deactivate =", "group-push ="), "14:24: group-push needs [groups]"),
        (complaints("basis = \"stated\"", "basis = \"chosen\""), "ACME-01 cannot be stated, since the claim is chosen"),
        (complaints("id = \"ACME-01\"", "id = \"acme-1\""), "7:6: \"acme-1\" is no id of a claim"),
        (complaints("shows = [\"wire\"]", "shows = []"), "7:6: ACME-01 shows nowhere"),
        (
            complaints(
                "[features]",
                "[[claim]]\nid = \"ACME-02\"\nbasis = \"stated\"\nshows = [\"wire\"]\nwords = \"more\"\n[features]",
            ),
            "13:6: ACME-02 shows on the wire, and no key stands for it",
        ),
        (
            complaints(
                "[features]",
                "[[claim]]\nid = \"ACME-01\"\nbasis = \"stated\"\nshows = [\"text\"]\nwords = \"more\"\n[features]",
            ),
            "the claim \"ACME-01\" is there twice",
        ),
        (
            complaints("scheme =", "pkce = { value = \"required\", from = \"chosen ACME-01\" }\nscheme ="),
            "17:18: pkce means nothing with this scheme",
        ),
        (complaints("\"api-key\"", "\"authorization-code\""), "authorization-code needs redirect-uris"),
        (
            complaints(
                "[authentication]",
                "password-sync = { value = true, from = \"stated ACME-01\" }\n[accounts]\n\
                 password = { value = \"ignored\", from = \"chosen ACME-01\" }\n[authentication]",
            ),
            "16:27: password-sync and accounts, password contradict each other",
        ),
        (
            complaints("[[extension]]", "[equipment]\nitems = []\nfrom = \"stated ACME-01\"\n[[extension]]"),
            "21:8: no items are named",
        ),
        (
            complaints(
                "[[extension]]",
                "[equipment]\nitems = [\"a\", \"A\"]\nfrom = \"stated ACME-01\"\n[[extension]]",
            ),
            "20:15: the item \"A\" is there twice",
        ),
        (
            complaints(
                "[[extension]]",
                "[accounts]\nkeeps-what-is-given = { value = true, from = \"stated ACME-01\" }\n[[extension]]",
            ),
            "without an access level nothing is given",
        ),
        (complaints("urn:example:acme:User", "acme user"), "20:7: \"acme user\" is no URN"),
        (complaints("\"wings\"", "\"isPilot\""), "the attribute \"isPilot\" is there twice"),
        (complaints("\"wings\"", "\"4wings\""), "\"4wings\" is no name of an attribute"),
        (complaints("type = \"boolean\"\n", ""), "isPilot has no type"),
        (with("default = { value = \"green\", from = \"stated ACME-01\" }"), "\"green\" is not among the values"),
        (with("default = { value = 7, from = \"stated ACME-01\" }"), "the default is of another type"),
        (with("invalid = { value = \"default\", from = \"stated ACME-01\" }"), "there is no default to take"),
        (with("rule = { value = \"npi\", from = \"stated ACME-01\" }"), "wings has a rule and a set of values"),
        (with("rule-when = { value = \"isPilot is true\", from = \"stated ACME-01\" }"), "there is no rule"),
        (
            with("required-when = { value = \"isRider is true\", from = \"stated ACME-01\" }"),
            "there is no attribute isRider",
        ),
        (with("required-when = { value = \"isPilot is often\", from = \"stated ACME-01\" }"), "isPilot is never often"),
        (with("required-when = { value = \"wings is red\", from = \"stated ACME-01\" }"), "wings depends on itself"),
        (
            with(
                "mutability = { value = \"readOnly\", from = \"stated ACME-01\" }\nrequired = { value = true, from = \"stated ACME-01\" }",
            ),
            "nobody can send what is required",
        ),
        (
            complaints("[[extension]]", "[[attribute]]\nname = \"nickname\"\nfrom = \"stated ACME-01\"\n[[extension]]"),
            "20:8: RFC 7643 has no attribute nickname",
        ),
        (
            complaints(
                "[[extension]]",
                "[[attribute]]\nname = \"nickName\"\ntype = \"integer\"\nfrom = \"stated ACME-01\"\n[[extension]]",
            ),
            "the type of nickName is that of RFC 7643",
        ),
        (
            complaints(
                "[[extension]]",
                "[[gate]]\nname = \"plan\"\nclosed-by = \"plan\"\ndetail = \"no\"\nfrom = \"stated ACME-01\"\n[[extension]]",
            ),
            "plan: it says for whom it is open",
        ),
        (
            complaints(
                "[[extension]]",
                "[[opt-in]]\nname = \"sms\"\nattribute = \"phone\"\nfrom = \"stated ACME-01\"\n[[extension]]",
            ),
            "21:13: there is no attribute phone",
        ),
        (
            complaints(
                "[[extension]]",
                "[[attribute]]\nname = \"title\"\nfrom = \"stated ACME-01\"\nrule = { value = \"known\", from = \"stated ACME-01\" }\n[[extension]]",
            ),
            "known needs to be told what is known",
        ),
    ] {
        assert!(found.iter().any(|it| it.contains(wanted)), "{wanted:?}: {found:?}");
    }
}
