//! The JSON report of a run, read for what it proves of a profile.

use jiff::Timestamp;
use scim_profile::{Feature, Profile};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::report::json::SCHEMA_VERSION;

/// What a run found.
#[derive(Debug, Clone, Deserialize)]
pub struct Evidence {
    #[serde(deserialize_with = "moment")]
    at: Timestamp,
    tool: Tool,
    target: Target,
    features: Vec<Row>,
    checks: Vec<Check>,
    /// What the run held the target to, if to anything.
    profile: Option<Held>,
    /// What came of each claim of it.
    #[serde(default)]
    claims: Vec<Claim>,
}

#[derive(Debug, Clone, Deserialize)]
struct Held {
    name: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Claim {
    id: String,
    verdict: String,
    state: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Tool {
    name: String,
    version: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Target {
    url: Option<String>,
    embedded: bool,
    insecure: bool,
}

/// A row of the headline table.
#[derive(Debug, Clone, Deserialize)]
struct Row {
    name: String,
    state: String,
    kind: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Check {
    id: String,
    verdicts: Vec<Verdict>,
}

#[derive(Debug, Clone, Deserialize)]
struct Verdict {
    rule: String,
    result: String,
}

/// Why a file is no evidence.
#[derive(Debug, thiserror::Error)]
pub enum NoEvidence {
    /// It has another form.
    #[error("this is no JSON report of `check`: {0}")]
    Form(#[from] serde_json::Error),
    /// It has a form of another time.
    #[error("the report has schema_version {0}, and this is about {SCHEMA_VERSION}")]
    Version(u32),
}

/// What a run says of a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// It works.
    Verified,
    /// It works as far as records show; nobody tried to sign in.
    RecordOnly,
    /// Nothing, and why.
    Open(String),
}

impl Evidence {
    /// Reads a report.
    ///
    /// # Errors
    /// [`NoEvidence`] if it is none.
    pub fn read(text: &str) -> Result<Evidence, NoEvidence> {
        let version: Versioned = serde_json::from_str(text)?;
        if version.schema_version != SCHEMA_VERSION {
            return Err(NoEvidence::Version(version.schema_version));
        }
        Ok(serde_json::from_str(text)?)
    }

    /// The day of the run, in UTC.
    pub fn day(&self) -> String {
        self.at.strftime("%Y-%m-%d").to_string()
    }

    /// The program that ran.
    pub fn tool(&self) -> String {
        format!("{} {}", self.tool.name, self.tool.version)
    }

    /// What it ran against.
    pub fn target(&self) -> &str {
        match &self.target.url {
            Some(url) if !self.target.embedded => url,
            _ => "the built-in reference server",
        }
    }

    /// Whether the target could have been somebody else.
    pub fn is_insecure(&self) -> bool {
        self.target.insecure
    }

    /// What it says of a feature that the profile claims. A row of the headline speaks for itself; what stands below it has
    /// no row, and is shown by the verdicts on its claims.
    pub fn proof(&self, profile: &Profile, feature: Feature) -> Proof {
        if let Some(row) = self.row(feature) {
            return match row.kind.as_str() {
                "works" => Proof::Verified,
                "record-only" => Proof::RecordOnly,
                _ => Proof::Open(row.state.clone()),
            };
        }
        let claims = profile.features.get(&feature).map(|offer| offer.source().claims.as_slice()).unwrap_or_default();
        match claims.iter().find(|claim| !self.is_proven(claim)) {
            None if !claims.is_empty() => Proof::Verified,
            Some(open) => Proof::Open(match self.claim(open) {
                Some(claim) => claim.state.clone(),
                None => "no check of the run is about it".into(),
            }),
            None => Proof::Open("no claim stands for it".into()),
        }
    }

    /// The profile that the run held its target to, if it is another one.
    pub fn about_another(&self, profile: &Profile) -> Option<&str> {
        self.profile.as_ref().map(|held| held.name.as_str()).filter(|name| *name != profile.name)
    }

    /// How many claims came to what, in words.
    pub fn tally(&self) -> Vec<(&'static str, usize)> {
        let words = [
            ("proven", "proven"),
            ("noted", "noted"),
            ("partly", "not fully shown"),
            ("cannot-be-shown", "not to be shown by any request"),
            ("not-exercised", "not tried"),
        ];
        let count = |verdict| self.claims.iter().filter(|claim| claim.verdict == verdict).count();
        words.map(|(verdict, words)| (words, count(verdict))).into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// Every claim of the profile that the run disproved, in words.
    pub fn disproved(&self, profile: &Profile) -> Vec<String> {
        let mut found = Vec::new();
        let claimed = Feature::ALL.iter().filter(|feature| profile.features.get(feature).is_some_and(|it| *it.get()));
        for feature in claimed {
            if let Some(row) = self.row(*feature).filter(|row| matches!(row.kind.as_str(), "broken" | "not-offered")) {
                found.push(format!("{} is claimed, and the run says: {}", feature.name(), row.state));
            }
        }
        for claim in &profile.claims {
            let id = claim.id.get_ref();
            let failed = || self.verdicts(id).find(|(_, result)| *result == "failed").map(|(check, _)| check);
            match self.claim(id) {
                Some(row) if row.verdict == "broken" => found.push(format!("{id} ({}) is {}", claim.words, row.state)),
                Some(_) => {}
                None => found.extend(failed().map(|check| format!("{id} ({}) failed in {check}", claim.words))),
            }
        }
        found
    }

    fn row(&self, feature: Feature) -> Option<&Row> {
        self.features.iter().find(|row| row.name == feature.name())
    }

    fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id == id)
    }

    /// A run that was held to no profile may all the same have judged a rule of this name.
    fn is_proven(&self, claim: &str) -> bool {
        match self.claim(claim) {
            Some(row) => row.verdict == "proven",
            None => self.verdicts(claim).any(|(_, result)| result == "passed"),
        }
    }

    /// Checks and results on a rule.
    fn verdicts<'a>(&'a self, rule: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.checks.iter().flat_map(move |check| {
            let of_rule = check.verdicts.iter().filter(move |verdict| verdict.rule == rule);
            of_rule.map(|verdict| (check.id.as_str(), verdict.result.as_str()))
        })
    }
}

fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

/// The one field that every form has.
#[derive(Deserialize)]
struct Versioned {
    schema_version: u32,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn report(kind: &str, claim: &str, result: &str) -> Value {
        json!({
            "schema_version": 1, "at": "2026-03-01T09:30:00Z", "tool": {"name": "scimprove", "version": "0.1.0"},
            "target": {"url": "https://app.example.com/scim", "embedded": false, "insecure": false, "login_probe": true},
            "features": [{"name": "group-push", "state": "in words", "kind": kind, "findings": 0}],
            "checks": [{"id": "a.b", "verdicts": [{"rule": claim, "result": result}]}],
        })
    }

    fn read(report: &Value) -> Result<Evidence, NoEvidence> {
        Evidence::read(&report.to_string())
    }

    #[test]
    fn only_what_is_shown_is_verified() {
        let reftab = scim_profile::named("reftab").expect("published");
        let proof = |kind| read(&report(kind, "x", "passed")).expect("a report").proof(reftab, Feature::GroupPush);
        assert_eq!(proof("works"), Proof::Verified);
        assert_eq!(proof("record-only"), Proof::RecordOnly);
        for kind in ["partly", "not-tested", "not-offered", "broken", "anything"] {
            assert_eq!(proof(kind), Proof::Open("in words".into()), "{kind}");
        }
    }

    #[test]
    fn what_has_no_row_is_shown_by_its_claims() {
        let mdscripts = scim_profile::named("mdscripts").expect("published");
        let proof = |rule, result| {
            read(&report("works", rule, result)).expect("a report").proof(mdscripts, Feature::Link) == Proof::Verified
        };
        assert!(proof("MDS-04", "passed"));
        assert!(!proof("MDS-04", "noted") && !proof("MDS-05", "passed"));
    }

    #[test]
    fn what_is_disproved_is_told() {
        let reftab = scim_profile::named("reftab").expect("published");
        let disproved =
            |kind, rule, result| read(&report(kind, rule, result)).expect("a report").disproved(reftab).join("; ");
        assert_eq!(disproved("works", "REF-03", "passed"), "");
        assert_eq!(disproved("not-tested", "MDS-03", "failed"), "", "another product's");
        assert_eq!(disproved("broken", "x", "passed"), "group-push is claimed, and the run says: in words");
        assert!(disproved("not-offered", "x", "passed").starts_with("group-push"));
        assert!(disproved("works", "REF-03", "failed").ends_with("failed in a.b"));
        let rubiconmd = scim_profile::named("rubiconmd").expect("published");
        let broken = read(&report("broken", "x", "passed")).expect("a report");
        assert!(broken.disproved(rubiconmd).is_empty(), "group push is not claimed");
    }

    #[test]
    fn what_became_of_the_claims_is_told() {
        let mdscripts = scim_profile::named("mdscripts").expect("published");
        let with = |verdict: &str, state: &str| {
            let mut one = report("works", "x", "passed");
            one["profile"] = json!({"name": "mdscripts"});
            one["claims"] = json!([{"id": "MDS-04", "verdict": verdict, "state": state}]);
            read(&one).expect("a report")
        };
        assert_eq!(with("proven", "proven").proof(mdscripts, Feature::Link), Proof::Verified);
        for verdict in ["partly", "noted", "cannot-be-shown", "not-exercised", "anything"] {
            let open = with(verdict, "in words");
            assert_eq!(open.proof(mdscripts, Feature::Link), Proof::Open("in words".into()), "{verdict}");
            assert!(open.disproved(mdscripts).is_empty(), "{verdict}");
        }
        let broken = with("broken", "broken (1 finding)").disproved(mdscripts);
        assert!(broken.len() == 1 && broken[0].starts_with("MDS-04") && broken[0].ends_with("is broken (1 finding)"));
        assert_eq!(with("proven", "").tally(), [("proven", 1)]);
        assert_eq!(with("proven", "").about_another(mdscripts), None);
        let reftab = scim_profile::named("reftab").expect("published");
        assert_eq!(with("proven", "").about_another(reftab), Some("mdscripts"));
        assert_eq!(read(&report("works", "x", "passed")).expect("a report").about_another(reftab), None);
    }

    #[test]
    fn what_is_no_report_is_no_evidence() {
        assert!(matches!(Evidence::read("{"), Err(NoEvidence::Form(_))));
        assert!(matches!(Evidence::read("{\"schema_version\":2}"), Err(NoEvidence::Version(2))));
        let mut one = report("works", "x", "passed");
        one["at"] = "yesterday".into();
        assert!(matches!(read(&one), Err(NoEvidence::Form(_))));
        one.as_object_mut().expect("an object").remove("at");
        assert!(matches!(read(&one), Err(NoEvidence::Form(_))));
    }
}
