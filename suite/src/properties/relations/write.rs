//! Writing: what two ways of writing must agree on, and what must come back (RFC 7644 §3.5, §3.6).

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Relation;
use crate::check::Stop;
use crate::expect::{broken, got_status};
use crate::properties::patches::{self, Change};
use crate::properties::resources;
use crate::properties::run::{Draw, Search};
use crate::properties::trial::{Breach, Trial, Tried};
use crate::scim::filter::eq;
use crate::scim::{patch, sample};

/// PUT, DELETE, PATCH, then what is refused.
pub(super) static RELATIONS: &[&Relation] = &[
    &PUT_BACK,
    &PUT_TWICE,
    &PUT_SHOWS,
    &DELETE_TWICE,
    &PATH_SHOWS,
    &PATHLESS_SHOWS,
    &PATHLESS_IS_PATHED,
    &ADD_REMOVE,
    &ADD_REMOVE_VALUE,
    &ATOMIC,
    &REFUSED,
];

const LOST: &str = "A change never arrives, and the client shows success.";

/// Declares a relation between writings; what it reads back by id may not lag.
const fn of_writes(
    id: &'static str,
    title: &'static str,
    rules: &'static [&'static str],
    search: for<'a> fn(&'a mut Search<'_>) -> super::Searched<'a>,
) -> Relation {
    Relation { id, title, effect: LOST, rules, may_lag: false, search }
}

/// A user, and new values for some of its attributes.
const CHANGED: Draw<(Value, Change)> = |grounds| {
    let schema = &grounds.schema;
    Some((resources::user(schema), patches::change(schema, 3)?).boxed())
};

static PUT_BACK: Relation = of_writes(
    "property.write.put-back",
    "A PUT of what a GET showed changes nothing",
    &["RFC7644-3.5.1-03"],
    |search| {
        search.each(
            |grounds| Some(resources::user(&grounds.schema)),
            |t, drawn| {
                Box::pin(async move {
                    let user = t.user(drawn).await?;
                    t.put(&user, user.seen.clone()).await?;
                    Ok(t.unchanged(&["RFC7644-3.5.1-03"], &user.seen, &t.now(&user).await?))
                })
            },
        )
    },
);

static PUT_TWICE: Relation =
    of_writes("property.write.put-twice", "The same PUT twice ends as it does once", &["RFC7644-3.5.1-03"], |search| {
        search.each(CHANGED, |t, (drawn, change)| {
            Box::pin(async move {
                let user = t.user(drawn).await?;
                let body = changed(&user.sent, &change.filled(&user.name));
                t.put(&user, body.clone()).await?;
                let once = t.now(&user).await?;
                t.put(&user, body).await?;
                Ok(t.unchanged(&["RFC7644-3.5.1-03"], &once, &t.now(&user).await?))
            })
        })
    });

static PUT_SHOWS: Relation = of_writes(
    "property.write.put-shows",
    "What a PUT writes with success the next GET shows",
    &["RFC7644-3.5.1-03"],
    |search| {
        search.each(CHANGED, |t, (drawn, change)| {
            Box::pin(async move {
                let user = t.user(drawn).await?;
                let change = change.filled(&user.name);
                t.put(&user, changed(&user.sent, &change)).await?;
                Ok(t.shown(&["RFC7644-3.5.1-03"], &change, &user.seen, &t.now(&user).await?))
            })
        })
    },
);

static DELETE_TWICE: Relation = of_writes(
    "property.write.delete-twice",
    "A user that was deleted is not found, and the second DELETE says so",
    &["RFC7644-3.6-03", "RFC7644-3.6-06"],
    |search| {
        search.each(
            |grounds| Some(resources::user(&grounds.schema)),
            |t, drawn| {
                Box::pin(async move {
                    let user = t.user(drawn).await?;
                    let first = t.t.delete(&user).await?;
                    if !first.answer.is_success() {
                        return Err(Stop::Unsupported(format!("DELETE answered {}", first.answer.status)));
                    }
                    let read = t.t.read(&user).await?;
                    if read.answer.status != 404 {
                        return Ok(Breach::of(
                            &["RFC7644-3.6-03"],
                            broken("404 after the DELETE", got_status(&read), ""),
                        ));
                    }
                    let second = t.t.delete(&user).await?;
                    Ok(match second.answer.status {
                        404 => Tried::Held(&["RFC7644-3.6-03", "RFC7644-3.6-06"]),
                        _ => {
                            Breach::of(&["RFC7644-3.6-06"], broken("404 to the second DELETE", got_status(&second), ""))
                        }
                    })
                })
            },
        )
    },
);

static PATH_SHOWS: Relation = of_writes(
    "property.write.path-shows",
    "What a PATCH replaces by path with success the next GET shows",
    &["RFC7644-3.5.2.3-03"],
    |search| {
        search.each(CHANGED, |t, (drawn, change)| {
            Box::pin(async move {
                let user = t.user(drawn).await?;
                let change = change.filled(&user.name);
                t.patch(&user, patch::message(change.operations())).await?;
                Ok(t.shown(&["RFC7644-3.5.2.3-03"], &change, &user.seen, &t.now(&user).await?))
            })
        })
    },
);

static PATHLESS_SHOWS: Relation = of_writes(
    "property.write.pathless-shows",
    "What a PATCH replaces without a path with success the next GET shows",
    &["RFC7644-3.5.2.3-01"],
    |search| {
        search.each(CHANGED, |t, (drawn, change)| {
            Box::pin(async move {
                let user = t.user(drawn).await?;
                let change = change.filled(&user.name);
                t.patch(&user, change.pathless()).await?;
                Ok(t.shown(&["RFC7644-3.5.2.3-01"], &change, &user.seen, &t.now(&user).await?))
            })
        })
    },
);

static PATHLESS_IS_PATHED: Relation = of_writes(
    "property.write.pathless-is-pathed",
    "One replace without a path ends as a replace with a path for each attribute",
    &["RFC7644-3.5.2.3-01"],
    |search| {
        search.each(CHANGED, |t, (drawn, change)| {
            Box::pin(async move {
                // On one user, one after the other: two would differ in what follows from their names.
                let user = t.user(drawn).await?;
                let change = change.filled(&user.name);
                t.patch(&user, patch::message(change.operations())).await?;
                let pathed = t.now(&user).await?;
                let back = t.user(drawn).await?;
                let again = Change { places: change.places.clone() }.filled(&back.name);
                t.patch(&back, again.pathless()).await?;
                let pathless = t.now(&back).await?;
                for (place, value) in &change.places {
                    // What names the user differs between the two.
                    if value.to_string().contains(&user.name) {
                        continue;
                    }
                    let of_one = |all: &Value| t.grounds.schema.view(all).get(&place.path()).cloned();
                    if of_one(&pathed) != of_one(&pathless) {
                        let expected =
                            format!("{} as the replace with a path has it, {:?}", place.path(), of_one(&pathed));
                        let judgement = broken(expected, format!("{:?}", of_one(&pathless)), "");
                        return Ok(Breach::of(&["RFC7644-3.5.2.3-01"], judgement));
                    }
                }
                Ok(Tried::Held(&["RFC7644-3.5.2.3-01"]))
            })
        })
    },
);

static ADD_REMOVE: Relation = of_writes(
    "property.write.add-remove",
    "What was added to a user and removed again leaves the user as before",
    &["RFC7644-3.5.2.2-02"],
    |search| {
        search.each(
            |grounds| Some((resources::user(&grounds.schema), patches::single(&grounds.schema)?).boxed()),
            |t, (drawn, (place, value))| {
                Box::pin(async move {
                    let user = t.user(drawn).await?;
                    if place.attribute.of(&user.seen).is_some() {
                        return Err(Stop::Unsupported("the user has a value there".into()));
                    }
                    let value = resources::filled(value, &user.name);
                    t.patch(&user, patch::message(vec![patch::operation("add", &place.path(), value)])).await?;
                    t.patch(&user, patch::message(vec![patch::remove(&place.path())])).await?;
                    Ok(t.unchanged(&["RFC7644-3.5.2.2-02"], &user.seen, &t.now(&user).await?))
                })
            },
        )
    },
);

static ADD_REMOVE_VALUE: Relation = of_writes(
    "property.write.add-remove-value",
    "A value that was added to a list and removed again leaves the list as before",
    &["RFC7644-3.5.2.2-04"],
    |search| {
        search.each(
            |grounds| Some((resources::user(&grounds.schema), patches::listed(&grounds.schema)?).boxed()),
            |t, (drawn, (place, value))| {
                Box::pin(async move {
                    let user = t.user(drawn).await?;
                    let value = resources::filled(value, &user.name);
                    let known = crate::expect::values(place.of(&user.seen));
                    let Some(text) = value["value"].as_str().filter(|text| !known.contains(&text.to_string())) else {
                        return Err(Stop::Unsupported("the list holds the value already".into()));
                    };
                    let filter = format!("{}[{}]", place.path(), eq("value", text));
                    t.patch(&user, patch::message(vec![patch::operation("add", &place.path(), json!([value]))]))
                        .await?;
                    t.patch(&user, patch::message(vec![patch::remove(&filter)])).await?;
                    Ok(t.unchanged(&["RFC7644-3.5.2.2-04"], &user.seen, &t.now(&user).await?))
                })
            },
        )
    },
);

static ATOMIC: Relation = Relation {
    effect: "A change that the client was told had failed is half done.",
    ..of_writes(
        "property.write.atomic",
        "Of a PATCH with an operation that can't be carried out, nothing is carried out; or all the rest, with success",
        &["RFC7644-3.5.2-12"],
        |search| {
            search.each(
                |grounds| {
                    let (user, change) = (resources::user(&grounds.schema), patches::change(&grounds.schema, 3)?);
                    Some((user, change, patches::faulty(), 0..4_usize).boxed())
                },
                |t, (drawn, change, faulty, at)| {
                    Box::pin(async move {
                        let user = t.user(drawn).await?;
                        let change = change.filled(&user.name);
                        let mut operations = change.operations();
                        // Last first: that is where a half-done change shows.
                        operations.insert(operations.len().saturating_sub(*at), faulty.clone());
                        let answer = t.t.patch_ops(&user, operations).await?;
                        let after = t.now(&user).await?;
                        Ok(match answer.answer.is_success() {
                            true => t.shown(&["RFC7644-3.5.2-12"], &change, &user.seen, &after),
                            false => t.unchanged(&["RFC7644-3.5.2-12"], &user.seen, &after),
                        })
                    })
                },
            )
        },
    )
};

static REFUSED: Relation = Relation {
    effect: "A change that the client was told had failed is made.",
    ..of_writes(
        "property.write.refused",
        "A PUT or PATCH that is refused changes nothing",
        &["RFC7644-3.5.1-16", "RFC7644-3.5.2-13"],
        |search| {
            search.each(
                |grounds| {
                    let (schema, form) = (&grounds.schema, any::<bool>());
                    Some((resources::user(schema), patches::change(schema, 2)?, patches::misfit(schema)?, form).boxed())
                },
                |t, (drawn, change, misfit, is_put)| {
                    Box::pin(async move {
                        let user = t.user(drawn).await?;
                        let mut change = change.filled(&user.name);
                        change.places.push(misfit.clone());
                        refused(t, &user, &change, *is_put).await
                    })
                },
            )
        },
    )
};

async fn refused(t: Trial<'_>, user: &crate::check::Resource, change: &Change, is_put: bool) -> Result<Tried, Stop> {
    let answer = match is_put {
        true => t.t.put(user, changed(&user.sent, change)).await?,
        false => t.t.patch(user, patch::message(change.operations())).await?,
    };
    if answer.answer.is_success() {
        return Err(Stop::Unsupported("a value of the wrong type was accepted".into()));
    }
    let after = t.now(user).await?;
    let rules: &'static [&'static str] = if is_put { &["RFC7644-3.5.1-16"] } else { &["RFC7644-3.5.2-13"] };
    Ok(t.unchanged(rules, &user.seen, &after))
}

/// The body that created a user, with the change laid over it.
fn changed(sent: &Value, change: &Change) -> Value {
    let mut body = change.places.iter().fold(sent.clone(), |body, (place, value)| place.put(body, value.clone()));
    sample::overlay(&mut body, &json!({"userName": sent["userName"]}));
    body
}
