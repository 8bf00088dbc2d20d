//! How a person and a team look.

use super::keys::{department, external_id, manager, names, team_name, user_name};
use super::words::TITLES;
use super::{People, TEAM};
use crate::scim::schema::{ENTERPRISE_USER, GROUP, ResourceKind, USER};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    schemas: [&'static str; 2],
    external_id: String,
    user_name: String,
    name: Name,
    display_name: String,
    title: &'static str,
    active: bool,
    emails: Vec<Element>,
    phone_numbers: Vec<Element>,
    #[serde(rename = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")]
    enterprise: Enterprise,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Name {
    family_name: &'static str,
    given_name: &'static str,
}

#[derive(Serialize)]
struct Element {
    value: String,
    r#type: &'static str,
    #[serde(skip_serializing_if = "is_false")]
    primary: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
fn is_false(truth: &bool) -> bool {
    !truth
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Enterprise {
    department: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    manager: Option<Manager>,
}

#[derive(Serialize)]
struct Manager {
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Team {
    schemas: [&'static str; 1],
    display_name: String,
}

pub(super) fn team(number: usize) -> Team {
    Team { schemas: [GROUP.id], display_name: team_name(number) }
}

pub(super) fn user(people: People, number: usize) -> User {
    let (given, family) = names(number);
    let mut dice = Dice(number as u64);
    let element = |value, r#type, primary| Element { value, r#type, primary };
    let mut emails = vec![element(user_name(number), "work", true)];
    if dice.below(6) == 0 {
        emails.push(element(format!("{}{number}@home.example", given.1), "home", false));
    }
    let mut phone_numbers = vec![element(dice.telephone(), "work", false)];
    if dice.below(4) == 0 {
        phone_numbers.push(element(dice.telephone(), "mobile", false));
    }
    User {
        schemas: [USER.id, ENTERPRISE_USER.id],
        external_id: external_id(number),
        user_name: user_name(number),
        name: Name { family_name: family.0, given_name: given.0 },
        display_name: format!("{} {}", given.0, family.0),
        title: TITLES[dice.below(TITLES.len())],
        active: dice.below(20) > 0,
        emails,
        phone_numbers,
        enterprise: Enterprise {
            department: department(number / TEAM),
            manager: manager(number).map(|number| Manager { value: people.id(ResourceKind::User, number) }),
        },
    }
}

/// Numbers that look like chance and are the same for the same person (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((word ^ (word >> 31)) % limit as u64) as usize
    }

    /// One of the numbers that are kept for stories.
    fn telephone(&mut self) -> String {
        format!("+1-{}-555-01{:02}", 201 + self.below(700), self.below(100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::resource::{self, Terms};
    use crate::scim::schema::Vocabulary;
    use serde_json::Value;

    fn attributes(people: People, kind: ResourceKind, number: usize) -> Value {
        serde_json::from_slice(&people.attributes(kind, number)).expect("JSON")
    }

    /// What is computed is what a server keeps of the same thing in a POST.
    #[test]
    fn they_look_like_resources_that_a_client_has_created() {
        for vocabulary in Vocabulary::ALL {
            let people = People::new(1_000, vocabulary);
            for kind in [ResourceKind::User, ResourceKind::Group] {
                for number in 0..people.count(kind) {
                    let body = attributes(people, kind, number);
                    let kept = resource::read(vocabulary.definition(kind), &body, Terms::default()).expect("valid");
                    assert_eq!(Value::Object(kept.attributes).to_string(), body.to_string());
                }
            }
        }
    }

    #[test]
    fn they_are_of_many_kinds_and_of_the_usual_size() {
        let people = People::new(5_000, Vocabulary::Full);
        let users: Vec<Value> = (0..5_000).map(|number| attributes(people, ResourceKind::User, number)).collect();
        let share = |holds: fn(&Value) -> bool| users.iter().filter(|user| holds(user)).count() * 100 / users.len();
        assert!((3..=7).contains(&share(|user| user["active"] == false)));
        assert!((50..=80).contains(&share(|user| !user["displayName"].as_str().is_some_and(str::is_ascii))));
        assert!((12..=21).contains(&share(|user| user["emails"].as_array().is_some_and(|emails| emails.len() == 2))));
        let size = users.iter().map(|user| user.to_string().len()).sum::<usize>() / users.len();
        assert!((570..=650).contains(&size), "{size}");
    }
}
