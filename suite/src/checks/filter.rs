//! The filter language (RFC 7644 §3.4.2.2): each expression is sent, and the same expression evaluated here.

pub(super) mod people;
mod refused;

use serde_json::{Value, json};

use super::{StoryFn, protocol};
use crate::check::{Check, Stop};
use crate::expect::{any, doubtful, error, lenient, rows_are, scim_type, status};
use crate::idp::okta;
use crate::scim::filter::{Op, compare, element, eq, present};
use crate::scim::urn;
use crate::target::Request;
use people::{People, comparison, is_declined};

/// In the order of the RFC.
pub(super) static CHECKS: &[&Check] = &[
    &STRINGS,
    &PRESENCE,
    &ORDER,
    &LOGIC,
    &PRECEDENCE,
    &GROUPING,
    &SPELLING,
    &MULTI_VALUED,
    &ELEMENTS,
    &SUB_ATTRIBUTES,
    &BOOLEANS,
    &BOOLEAN_ORDER,
    &DATES,
    &EXACT_CASE,
    &ESCAPES,
    &QUALIFIED,
    &EXTENSION,
    &UNKNOWN,
    &BY_ID,
    &BY_MEMBER,
    &refused::MALFORMED,
    &refused::BINARY,
    &refused::EXAMPLES,
    &refused::UNASSIGNED,
    &refused::FOLDING,
    &refused::PASSWORD,
    &super::create::international::FOUND,
];

const WRONG_PEOPLE: &str = "A client that asks for some people gets others, or all.";

/// Declares a check that is a table of filters.
const fn table(id: &'static str, title: &'static str, rules: &'static [&'static str], story: StoryFn) -> Check {
    protocol(id, title, WRONG_PEOPLE, rules, story)
}

static STRINGS: Check = table(
    "filter.strings",
    "eq, ne, co, sw and ew compare text as the RFC says, letter case aside",
    &[
        "RFC7644-3.4.2.2-32",
        "RFC7644-3.4.2.2-33",
        "RFC7644-3.4.2.2-34",
        "RFC7644-3.4.2.2-35",
        "RFC7644-3.4.2.2-36",
        "RFC7644-3.4.2.2-51",
        "RFC7644-3.4.2.2-02",
    ],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            let name = people.tag(" Ann");
            people.ask("RFC7644-3.4.2.2-32", eq("displayName", name.as_str())).await?;
            people.ask("RFC7644-3.4.2.2-51", eq("displayName", name.to_uppercase())).await?;
            people.ask_here("RFC7644-3.4.2.2-33", compare("displayName", Op::Ne, name.as_str())).await?;
            people.ask("RFC7644-3.4.2.2-34", compare("displayName", Op::Co, people.tag(" B"))).await?;
            people.ask("RFC7644-3.4.2.2-34", compare("displayName", Op::Co, people.tag(" B").to_uppercase())).await?;
            people.ask("RFC7644-3.4.2.2-35", compare("displayName", Op::Sw, people.tag(" "))).await?;
            people.ask("RFC7644-3.4.2.2-35", compare("displayName", Op::Sw, name.as_str())).await?;
            people.ask_here("RFC7644-3.4.2.2-36", compare("displayName", Op::Ew, "Ann")).await?;
            people.ask("RFC7644-3.4.2.2-36", compare("displayName", Op::Ew, people.tag(""))).await?;
            people.ask("RFC7644-3.4.2.2-02", eq("displayName", people.tag(" Nobody"))).await
        })
    },
);

static PRESENCE: Check = table(
    "filter.presence",
    "pr finds those who have a value, and nobody else",
    &["RFC7644-3.4.2.2-37", "RFC7644-3.4.2.2-38"],
    |t| {
        Box::pin(async move {
            t.needs(&["title"])?;
            let people = People::new(t).await?;
            people.ask_here("RFC7644-3.4.2.2-37", present("title")).await?;
            people.ask_here("RFC7644-3.4.2.2-38", present("name")).await?;
            people.ask_here("RFC7644-3.4.2.2-38", present("emails")).await
        })
    },
);

static ORDER: Check = table(
    "filter.order",
    "gt, ge, lt and le order text, and only ge and le take the equal one",
    &["RFC7644-3.4.2.2-39", "RFC7644-3.4.2.2-40", "RFC7644-3.4.2.2-41", "RFC7644-3.4.2.2-42"],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            let bob = people.tag(" Bob");
            for (rule, op) in [
                ("RFC7644-3.4.2.2-39", Op::Gt),
                ("RFC7644-3.4.2.2-40", Op::Ge),
                ("RFC7644-3.4.2.2-41", Op::Lt),
                ("RFC7644-3.4.2.2-42", Op::Le),
            ] {
                people.ask_here(rule, compare("displayName", op, bob.as_str())).await?;
            }
            Ok(())
        })
    },
);

static LOGIC: Check = table(
    "filter.logic",
    "and, or and not mean what they say",
    &["RFC7644-3.4.2.2-17", "RFC7644-3.4.2.2-19", "RFC7644-3.4.2.2-64", "RFC7644-3.4.2.2-23"],
    |t| {
        Box::pin(async move {
            t.needs(&["userType"])?;
            let people = People::new(t).await?;
            let (ann, bob) = (eq("displayName", people.tag(" Ann")), eq("displayName", people.tag(" Bob")));
            people.parse("RFC7644-3.4.2.2-17", ann.clone().or(bob.clone())).await?;
            people.parse("RFC7644-3.4.2.2-17", ann.clone().and(bob.clone())).await?;
            people.parse("RFC7644-3.4.2.2-17", ann.clone().and(eq("userType", "Employee"))).await?;
            people.parse("RFC7644-3.4.2.2-17", ann.clone().and(eq("userType", "Nobody"))).await?;
            people.parse_here("RFC7644-3.4.2.2-64", ann.clone().negated()).await?;
            people.parse_here("RFC7644-3.4.2.2-19", ann.clone().negated().and(eq("userType", "Employee"))).await?;
            let bare = format!("{} and not(displayName eq {})", people.scope(), Value::from(people.tag(" Ann")));
            people.parse_text("RFC7644-3.4.2.2-23", &bare, &people.scope().and(ann.negated())).await
        })
    },
);

static PRECEDENCE: Check = table("filter.precedence", "and binds tighter than or", &["RFC7644-3.4.2.2-18"], |t| {
    Box::pin(async move {
        t.needs(&["userType"])?;
        let people = People::new(t).await?;
        let (ann, bob) = (eq("displayName", people.tag(" Ann")), eq("displayName", people.tag(" Bob")));
        people.parse("RFC7644-3.4.2.2-18", ann.clone().or(bob.clone().and(eq("userType", "Nobody")))).await?;
        people.parse("RFC7644-3.4.2.2-18", ann.and(eq("userType", "Nobody")).or(bob)).await
    })
});

static GROUPING: Check = table(
    "filter.grouping",
    "Parentheses change the order, and redundant ones change nothing",
    &["RFC7644-3.4.2.2-20", "RFC7644-3.4.2.2-21", "RFC7644-3.4.2.2-02"],
    |t| {
        Box::pin(async move {
            t.needs(&["userType"])?;
            let people = People::new(t).await?;
            let (ann, bob) = (eq("displayName", people.tag(" Ann")), eq("displayName", people.tag(" Bob")));
            let grouped = ann.clone().or(bob).and(eq("userType", "Nobody"));
            people.parse("RFC7644-3.4.2.2-20", grouped.clone()).await?;
            // A server need not group; if it answers, nobody may be there whom the filter does not mean.
            let answer = people.send(&grouped.to_string()).await?;
            if answer.answer.status == 200 {
                t.expect(&["RFC7644-3.4.2.2-02"], &answer, rows_are(&people.ids(), &people.matching(&grouped)));
            }
            people.parse_text("RFC7644-3.4.2.2-21", &format!("((({ann})))"), &ann).await
        })
    },
);

static SPELLING: Check = table(
    "filter.spelling",
    "Names and operators are read in any letter case",
    &["RFC7644-3.4.2.2-03", "RFC7644-3.4.2.2-04"],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            let name = Value::from(people.tag(" Ann"));
            let ann = eq("displayName", people.tag(" Ann"));
            people.parse_text("RFC7644-3.4.2.2-03", &format!("DISPLAYNAME eq {name}"), &ann).await?;
            people.parse_text("RFC7644-3.4.2.2-04", &format!("displayName EQ {name}"), &ann).await?;
            people.parse_text("RFC7644-3.4.2.2-04", &format!("displayName Eq {name} AND displayName PR"), &ann).await
        })
    },
);

static MULTI_VALUED: Check = table(
    "filter.multi-valued",
    "One matching value of several is enough, and a list without a sub-attribute means its values",
    &["RFC7644-3.4.2.2-54", "RFC7644-3.4.2.2-56"],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            let home = format!("home-{}", people.all[0].name);
            people.ask("RFC7644-3.4.2.2-54", eq("emails.value", people.all[0].name.as_str())).await?;
            people.ask("RFC7644-3.4.2.2-54", eq("emails.value", home.as_str())).await?;
            // The RFC shows this form in its examples and forbids it in its text.
            let bare = format!("emails co {}", Value::from(home.as_str()));
            let answer = people.send(&bare).await?;
            let wanted = people.matching(&eq("emails.value", home.as_str()));
            t.step(format!("the filter {bare}"));
            t.expect(&["RFC7644-3.4.2.2-56"], &answer, doubtful(rows_are(&people.ids(), &wanted)));
            Ok(())
        })
    },
);

static ELEMENTS: Check = table(
    "filter.value-path",
    "In brackets, everything must hold for one and the same value",
    &["RFC7644-3.4.2.2-24", "RFC7644-3.4.2.2-25", "RFC7644-3.4.2.2-27", "RFC7644-3.4.2.2-29"],
    |t| {
        Box::pin(async move {
            t.needs(&["userType"])?;
            let people = People::new(t).await?;
            let (work, home) = (people.all[0].name.clone(), format!("home-{}", people.all[0].name));
            let plain = element("emails", eq("type", "work").and(eq("value", work.as_str())));
            let probe = people.send(&plain.to_string()).await?;
            if probe.answer.status == 400 {
                // Brackets in queries are optional; a clear refusal is an answer.
                t.expect(&["RFC7644-3.4.2.2-24"], &probe, scim_type(&["invalidFilter"], &[]));
                return Ok(());
            }
            people.ask("RFC7644-3.4.2.2-24", plain.clone()).await?;
            people
                .ask("RFC7644-3.4.2.2-25", element("emails", eq("type", "work").and(eq("value", home.as_str()))))
                .await?;
            people.ask("RFC7644-3.4.2.2-25", eq("emails.type", "work").and(eq("emails.value", home.as_str()))).await?;
            people
                .ask(
                    "RFC7644-3.4.2.2-27",
                    element("emails", eq("value", home.as_str()).and(eq("type", "work").or(eq("type", "home")))),
                )
                .await?;
            people.ask("RFC7644-3.4.2.2-29", eq("userType", "Employee").and(plain)).await
        })
    },
);

static SUB_ATTRIBUTES: Check =
    table("filter.sub-attributes", "A part of a complex attribute is named by a dot", &["RFC7644-3.4.2.2-55"], |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            people.ask("RFC7644-3.4.2.2-55", eq("name.familyName", people.tag("Bloggs"))).await?;
            people.ask("RFC7644-3.4.2.2-55", compare("name.familyName", Op::Sw, people.tag("Bl"))).await
        })
    });

static BOOLEANS: Check = table(
    "filter.booleans",
    "active eq true and active eq false find the active and the inactive",
    &["RFC7644-3.4.2.2-48", "RFC7644-3.4.2.2-57"],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            people.ask_here("RFC7644-3.4.2.2-48", eq("active", true)).await?;
            people.ask_here("RFC7644-3.4.2.2-48", eq("active", false)).await?;
            people.ask_here("RFC7644-3.4.2.2-57", compare("active", Op::Ne, false)).await
        })
    },
);

static BOOLEAN_ORDER: Check = table(
    "filter.boolean-order",
    "A Boolean can't be greater or less: that is a 400 invalidFilter",
    &["RFC7644-3.4.2.2-46", "RFC7644-3.4.2.2-49"],
    |t| {
        Box::pin(async move {
            for (rule, filter) in [
                ("RFC7644-3.4.2.2-46", "active gt true"),
                ("RFC7644-3.4.2.2-46", "active ge true"),
                ("RFC7644-3.4.2.2-46", "active lt true"),
                ("RFC7644-3.4.2.2-46", "active le true"),
                ("RFC7644-3.4.2.2-49", "active co \"t\""),
            ] {
                t.step(format!("the filter {filter}"));
                let answer = t.send(Request::get("/Users").query("filter", filter).query("count", 1)).await?;
                // Only the order of Booleans must fail; that a part of one can't be asked for is Table 9's hint.
                let refused = error(&[400]);
                t.expect(&[rule], &answer, if rule == "RFC7644-3.4.2.2-49" { lenient(refused) } else { refused });
            }
            Ok(())
        })
    },
);

static DATES: Check = table(
    "filter.dates",
    "Dates compare as instants, whatever offset they are written with",
    &["RFC7644-3.4.2.2-43", "RFC7644-3.4.2.2-61"],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            for (path, op, date) in [
                ("meta.created", Op::Gt, "2011-05-13T04:42:34Z"),
                ("meta.created", Op::Lt, "2011-05-13T04:42:34Z"),
                ("meta.created", Op::Gt, "2011-05-13T06:42:34+02:00"),
                ("meta.lastModified", Op::Ge, "2011-05-13T04:42:34.000Z"),
            ] {
                let rule = if path == "meta.created" { "RFC7644-3.4.2.2-43" } else { "RFC7644-3.4.2.2-61" };
                people.ask_here(rule, compare(path, op, date)).await?;
            }
            Ok(())
        })
    },
);

static EXACT_CASE: Check = table(
    "filter.case-exact",
    "Letter case counts in meta.resourceType and externalId",
    &["RFC7644-3.4.2.2-52", "RFC7644-3.4.2.2-60", "RFC7643-7-21"],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            let id = people.all[0].sent["externalId"].as_str().unwrap_or_default().to_string();
            people.ask("RFC7644-3.4.2.2-60", eq("externalId", id.as_str())).await?;
            people.ask("RFC7644-3.4.2.2-52", eq("externalId", id.to_uppercase())).await?;
            people.ask("RFC7643-7-21", eq("externalId", id.to_lowercase())).await?;
            people.ask_here("RFC7644-3.4.2.2-52", eq("meta.resourceType", "User")).await?;
            people.ask_here("RFC7644-3.4.2.2-52", eq("meta.resourceType", "user")).await
        })
    },
);

static ESCAPES: Check =
    table("filter.escapes", "JSON escapes in a filter's text are read as JSON", &["RFC7644-3.4.2.2-11"], |t| {
        Box::pin(async move {
            t.needs(&["displayName"])?;
            let name = format!("a\"b\\c {}", t.fresh_group_name());
            let user = t.given_user_with(json!({"displayName": name})).await?;
            let question = |text: &str| {
                Request::get("/Users").query("filter", format!("displayName eq {text}")).query("count", 100)
            };
            let has_comparison = !is_declined(&t.send(question("\"plain\"")).await?);
            for text in [
                Value::from(name.as_str()).to_string(),
                format!("\"\\u0061{}", &Value::from(name.as_str()).to_string()[2..]),
            ] {
                t.step(format!("the text {text}"));
                let found = || rows_are(&[&user.id], &[&user.id]);
                let found = || if has_comparison { found() } else { comparison(found()) };
                t.ask(&["RFC7644-3.4.2.2-11"], question(&text), found).await?;
            }
            Ok(())
        })
    });

static QUALIFIED: Check = table(
    "filter.qualified",
    "An attribute may be named with its schema's URN, in any letter case",
    &["RFC7644-3.4.2.2-14", "RFC7644-3.10-05"],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            let ann = eq("displayName", people.tag(" Ann"));
            let name = Value::from(people.tag(" Ann"));
            people.parse_text("RFC7644-3.4.2.2-14", &format!("{}:displayName eq {name}", urn::USER), &ann).await?;
            people
                .parse_text("RFC7644-3.10-05", &format!("{}:DISPLAYNAME eq {name}", urn::USER.to_uppercase()), &ann)
                .await
        })
    },
);

static EXTENSION: Check = table(
    "filter.extension",
    "An enterprise attribute is named with the extension's URN",
    &["RFC7644-3.10-02", "RFC7644-3.10-03"],
    |t| {
        Box::pin(async move {
            t.needs_enterprise()?;
            let department = format!("{}:department", urn::ENTERPRISE);
            if !t.keeps(&department) {
                return Err(Stop::Unsupported("the product does not keep the department".into()));
            }
            let people = People::new(t).await?;
            people.ask("RFC7644-3.10-02", eq(&department, people.tag(" Tours"))).await?;
            let bare = people.send(&eq("department", people.tag(" Tours")).to_string()).await?;
            t.step("the department without the URN");
            t.expect(&["RFC7644-3.10-03"], &bare, any(vec![status(&[200]), error(&[400])]));
            Ok(())
        })
    },
);

static UNKNOWN: Check = table(
    "filter.unknown-attribute",
    "A filter on an attribute that does not exist finds nobody or is refused, and never finds everybody",
    &["RFC7644-3.4.2.2-16", "RFC7644-3.4.2.2-02"],
    |t| {
        Box::pin(async move {
            let people = People::new(t).await?;
            let answer = people.send("noSuchAttribute eq \"a\"").await?;
            t.expect(&["RFC7644-3.4.2.2-16"], &answer, any(vec![error(&[400]), crate::expect::no_rows()]));
            let nobody = people.send(&format!("emails.value eq \"nobody-{}@example.com\"", t.key())).await?;
            t.step("an address that nobody has");
            t.expect(&["RFC7644-3.4.2.2-02"], &nobody, any(vec![crate::expect::no_rows(), error(&[400])]));
            Ok(())
        })
    },
);

static BY_ID: Check = table(
    "filter.by-id",
    "A user can be filtered for by id, letter case counting",
    &["RFC7644-3.4.2.2-59", "RFC7643-3.1-08"],
    |t| {
        Box::pin(async move {
            let user = t.given_user().await?;
            let by_id = okta::filtered("/Users", &format!("id eq {}", Value::from(user.id.as_str())));
            let by_id =
                t.ask(&["RFC7644-3.4.2.2-59"], by_id, || comparison(rows_are(&[&user.id], &[&user.id]))).await?;
            if is_declined(&by_id) {
                return Ok(());
            }
            let flipped: String = user
                .id
                .chars()
                .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
                .collect();
            if flipped != user.id {
                let other = t.filtered(&user, &format!("id eq {}", Value::from(flipped))).await?;
                t.step("in another letter case");
                t.expect(&["RFC7643-3.1-08"], &other, rows_are(&[&user.id], &[]));
            }
            Ok(())
        })
    },
);

static BY_MEMBER: Check = table("filter.by-member", "Groups can be found by their member", &["RFC7643-4.2-15"], |t| {
    Box::pin(async move {
        let user = t.given_user().await?;
        let (with, without) = (t.given_group(&[&user]).await?, t.given_group(&[]).await?);
        let filter = format!("members.value eq {}", Value::from(user.id.as_str()));
        let question = Request::get("/Groups").query("filter", filter).query("count", 100);
        let found = || comparison(rows_are(&[&with.id, &without.id], &[&with.id]));
        t.ask(&["RFC7643-4.2-15"], question, found).await?;
        Ok(())
    })
});
