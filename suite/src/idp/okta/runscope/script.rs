//! The scripts that stand behind steps of Okta's tests. They are known by a fingerprint of their text, and what they
//! demand is done here; another script is an error.

use serde_json::Value;

use super::assertion::{Judged, Kind, Verdict, got};
use super::variables::Variables;
use crate::target::Answer;

/// What a script demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// SPEC 2.0, groups: `totalResults` is 0, or `Resources` an array. Of anything else it says nothing.
    GroupsIfAny,
    /// SPEC 1.1, groups: `totalResults` is at least 1, and `Resources` an array.
    Groups,
    /// SPEC 2.0 of 2017, create: the user name is not answered in the lower case of what was sent.
    KeepsCase,
}

const KNOWN: [(u64, Script); 3] = [
    (0x32f8_b32c_7ef7_d7e5, Script::GroupsIfAny),
    (0xedbd_51b2_2950_0726, Script::Groups),
    (0x7a18_b79c_3973_8afc, Script::KeepsCase),
];

impl Script {
    /// The script with this text, if it is one of those that are known.
    pub(super) fn read(text: &str) -> Option<Script> {
        let print = fingerprint(text);
        KNOWN.iter().find(|(known, _)| *known == print).map(|(_, script)| *script)
    }

    pub(super) fn judge(self, answer: &Answer, variables: &Variables) -> Judged {
        let Some(body) = &answer.json else {
            return Judged { got: got(answer, None), verdict: Verdict::Failed, ..self.open("") };
        };
        let (total, rows) = (&body["totalResults"], &body["Resources"]);
        // JavaScript compares texts with numbers, too.
        let is_some = total.as_f64().or_else(|| total.as_str()?.trim().parse().ok()).is_some_and(|total| total >= 1.0);
        let listed = is_some && rows.is_array();
        let (subject, holds) = match self {
            Script::GroupsIfAny if listed || total.as_f64() == Some(0.0) => (total, true),
            Script::GroupsIfAny => {
                let silent = format!("the script says nothing where totalResults is {total} and Resources no array");
                return self.open(&silent);
            }
            Script::Groups => (total, listed),
            Script::KeepsCase => {
                let name = &body["userName"];
                let sent = variables.value("randomUsername");
                (name, name.as_str().is_some_and(|name| Some(name.to_lowercase().as_str()) != sent))
            }
        };
        let subject = if *subject == Value::Null { None } else { Some(subject) };
        let verdict = if holds { Verdict::Passed } else { Verdict::Failed };
        Judged { got: got(answer, subject), verdict, ..self.open("") }
    }

    pub(super) fn open(self, reason: &str) -> Judged {
        let (subject, expected) = match self {
            Script::GroupsIfAny => ("totalResults", "is 0, or Resources an array"),
            Script::Groups => ("totalResults", "is at least 1, and Resources an array"),
            Script::KeepsCase => ("userName", "in lower case is not what was sent"),
        };
        let (subject, expected) = (subject.into(), expected.into());
        Judged { kind: Kind::Script, subject, expected, got: String::new(), verdict: Verdict::Open(reason.into()) }
    }
}

/// FNV-1a of the text without white space.
fn fingerprint(text: &str) -> u64 {
    let bytes = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::target::guard::Key;

    fn verdict(script: Script, body: Value) -> Verdict {
        let key = Key::new("k3yk3yk3yk3y").expect("a key");
        let variables = Variables::new("https://app.example/scim", &key, "example.com");
        let body = if body.is_null() { "<html>".into() } else { body.to_string() };
        script.judge(&Answer::new(200, Vec::new(), body.into(), Duration::ZERO), &variables).verdict
    }

    #[test]
    fn a_list_of_groups_is_empty_or_an_array() {
        let some = json!({"totalResults": 1, "Resources": [{}]});
        let none = json!({"totalResults": 0});
        let odd = json!({"totalResults": 2, "Resources": {}});
        assert_eq!(verdict(Script::GroupsIfAny, some.clone()), Verdict::Passed);
        assert_eq!(verdict(Script::GroupsIfAny, none.clone()), Verdict::Passed);
        assert!(matches!(verdict(Script::GroupsIfAny, odd.clone()), Verdict::Open(_)), "Okta's script is silent");
        assert_eq!(verdict(Script::GroupsIfAny, Value::Null), Verdict::Failed);
        assert_eq!(verdict(Script::Groups, some), Verdict::Passed);
        assert_eq!(verdict(Script::Groups, none), Verdict::Failed);
        assert_eq!(verdict(Script::Groups, odd), Verdict::Failed);
    }

    #[test]
    fn a_user_name_in_mixed_case_is_never_its_lower_case() {
        let sent = "Runscope711K3yk3yk3yk3y711@example.com";
        assert_eq!(verdict(Script::KeepsCase, json!({"userName": sent})), Verdict::Passed);
        assert_eq!(verdict(Script::KeepsCase, json!({})), Verdict::Failed);
    }

    #[test]
    fn another_script_is_not_known() {
        assert_eq!(Script::read("assert.ok(true);"), None);
        assert_eq!(fingerprint("a b\n"), fingerprint("ab"));
    }
}
