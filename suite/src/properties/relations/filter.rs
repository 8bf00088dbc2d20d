//! Filters: the laws of logic, and one meaning whatever the spelling (RFC 7644 §3.4.2.2).

use std::collections::BTreeSet;

use super::Relation;
use crate::check::{Judgement, Stop};
use crate::expect::{as_variation, broken};
use crate::properties::filters::{self, Spelling, other_case, spelt};
use crate::properties::run::Search;
use crate::properties::trial::{Breach, Trial, Tried};
use crate::scim::filter::{Filter, Op, compare, eq, present};

/// Logic, spelling, then single operators.
pub(super) static RELATIONS: &[&Relation] = &[
    &DOUBLE_NEGATION,
    &DE_MORGAN,
    &COMMUTATIVE,
    &ASSOCIATIVE,
    &IDEMPOTENT,
    &SETS,
    &COMPLEMENT,
    &WORD_CASE,
    &NAME_CASE,
    &QUALIFIED,
    &PARENTHESES,
    &VALUE_CASE,
    &SEARCH,
    &CHAIN,
    &PRESENT,
];

const WRONG_PEOPLE: &str = "A client that asks for some people gets others, or all.";

/// Declares a relation between filters.
const fn of_filters(
    id: &'static str,
    title: &'static str,
    rules: &'static [&'static str],
    search: for<'a> fn(&'a mut Search<'_>) -> super::Searched<'a>,
) -> Relation {
    Relation { id, title, effect: WRONG_PEOPLE, rules, may_lag: true, search }
}

/// Only those who match may be returned, whatever the filter is made of.
const ONLY_MATCHES: &[&str] = &["RFC7644-3.4.2.2-02"];
const NOT: &[&str] = &["RFC7644-3.4.2.2-64"];

static DOUBLE_NEGATION: Relation =
    of_filters("property.filter.double-negation", "not (not (f)) finds whom f finds", NOT, |search| {
        search.each(
            |grounds| Some(filters::filters(grounds, 1)),
            |t, drawn| {
                Box::pin(async move {
                    let f = nth(drawn, 0)?;
                    t.same(NOT, f, &f.clone().negated().negated()).await
                })
            },
        )
    });

static DE_MORGAN: Relation = of_filters(
    "property.filter.de-morgan",
    "not (f and g) finds whom not (f) or not (g) finds, and the other way round",
    NOT,
    |search| {
        search.each(
            |grounds| Some(filters::filters(grounds, 2)),
            |t, drawn| {
                Box::pin(async move {
                    let (f, g) = (nth(drawn, 0)?, nth(drawn, 1)?);
                    let (no_f, no_g) = (f.clone().negated(), g.clone().negated());
                    let both = f.clone().and(g.clone()).negated();
                    let first = t.same(NOT, &both, &no_f.clone().or(no_g.clone())).await?;
                    if matches!(first, Tried::Broken(_)) {
                        return Ok(first);
                    }
                    t.same(NOT, &f.clone().or(g.clone()).negated(), &no_f.and(no_g)).await
                })
            },
        )
    },
);

static COMMUTATIVE: Relation =
    of_filters("property.filter.commutative", "The sides of and, and of or, can be swapped", ONLY_MATCHES, |search| {
        search.each(
            |grounds| Some(filters::filters(grounds, 2)),
            |t, drawn| {
                Box::pin(async move {
                    let (f, g) = (nth(drawn, 0)?, nth(drawn, 1)?);
                    let first = t.same(ONLY_MATCHES, &f.clone().and(g.clone()), &g.clone().and(f.clone())).await?;
                    if matches!(first, Tried::Broken(_)) {
                        return Ok(first);
                    }
                    t.same(ONLY_MATCHES, &f.clone().or(g.clone()), &g.clone().or(f.clone())).await
                })
            },
        )
    });

static ASSOCIATIVE: Relation = of_filters(
    "property.filter.associative",
    "Three filters joined by and, or by or, can be grouped either way",
    ONLY_MATCHES,
    |search| {
        search.each(
            |grounds| Some(filters::filters(grounds, 3)),
            |t, drawn| {
                Box::pin(async move {
                    let (f, g, h) = (nth(drawn, 0)?, nth(drawn, 1)?, nth(drawn, 2)?);
                    // The tree prints no parentheses here, so they are written out.
                    for word in ["and", "or"] {
                        let left = format!("(({f}) {word} ({g})) {word} ({h})");
                        let right = format!("({f}) {word} (({g}) {word} ({h}))");
                        let tried = t.same_texts(ONLY_MATCHES, &left, &right).await?;
                        if matches!(tried, Tried::Broken(_)) {
                            return Ok(tried);
                        }
                    }
                    Ok(Tried::Held(ONLY_MATCHES))
                })
            },
        )
    },
);

static IDEMPOTENT: Relation =
    of_filters("property.filter.idempotent", "f and f, and f or f, find whom f finds", ONLY_MATCHES, |search| {
        search.each(
            |grounds| Some(filters::filters(grounds, 1)),
            |t, drawn| {
                Box::pin(async move {
                    let f = nth(drawn, 0)?;
                    let first = t.same(ONLY_MATCHES, f, &f.clone().and(f.clone())).await?;
                    if matches!(first, Tried::Broken(_)) {
                        return Ok(first);
                    }
                    t.same(ONLY_MATCHES, f, &f.clone().or(f.clone())).await
                })
            },
        )
    });

static SETS: Relation = of_filters(
    "property.filter.sets",
    "f and g finds those whom both find, f or g those whom either finds",
    ONLY_MATCHES,
    |search| {
        search.each(
            |grounds| Some(filters::filters(grounds, 2)),
            |t, drawn| {
                Box::pin(async move {
                    let (f, g) = (nth(drawn, 0)?, nth(drawn, 1)?);
                    let (of_f, of_g) = (t.people(f).await?, t.people(g).await?);
                    let (and, or) = (f.clone().and(g.clone()), f.clone().or(g.clone()));
                    let both: BTreeSet<usize> = of_f.intersection(&of_g).copied().collect();
                    let either: BTreeSet<usize> = of_f.union(&of_g).copied().collect();
                    for (filter, wanted, words) in [(and, both, "both find"), (or, either, "either finds")] {
                        let found = t.people(&filter).await?;
                        let expected = || format!("{filter} finds those whom {words} alone, {}", wanted.len());
                        if let Some(broken) = differing(ONLY_MATCHES, &wanted, &found, expected) {
                            return Ok(broken);
                        }
                    }
                    Ok(Tried::Held(ONLY_MATCHES))
                })
            },
        )
    },
);

static COMPLEMENT: Relation = of_filters(
    "property.filter.complement",
    "Nobody is found by f and by not (f), and everybody who has the attribute is found by one of them",
    NOT,
    |search| {
        search.each(
            |grounds| Some(filters::filters(grounds, 1)),
            |t, drawn| Box::pin(async move { complement(t, nth(drawn, 0)?).await }),
        )
    },
);

async fn complement(t: Trial<'_>, f: &Filter) -> Result<Tried, Stop> {
    let no_f = f.clone().negated();
    let (found, others) = (t.people(f).await?, t.people(&no_f).await?);
    if let Some(person) = found.intersection(&others).next() {
        let judgement = broken(format!("nobody who is found both by {f} and by {no_f}"), "a user who is", "/Resources");
        return Ok(Tried::Broken(Breach { rules: NOT, judgement, people: vec![*person] }));
    }
    let missing: Vec<usize> =
        (0..t.grounds.people.len()).filter(|at| !found.contains(at) && !others.contains(at)).collect();
    let has_all = |at: &&usize| paths(f).iter().all(|path| t.has(**at, path));
    let expected = format!("everybody found by {f} or by {no_f}");
    if let Some(person) = missing.iter().find(has_all) {
        let judgement = broken(expected, "a user who has the attribute and is found by neither", "/Resources");
        return Ok(Tried::Broken(Breach { rules: NOT, judgement, people: vec![*person] }));
    }
    let Some(person) = missing.first() else { return Ok(Tried::Held(NOT)) };
    // What an absent value is to `not` is read in two ways.
    let judgement = as_variation(broken(expected, "a user who lacks the attribute is found by neither", "/Resources"));
    Ok(Tried::Broken(Breach { rules: NOT, judgement, people: vec![*person] }))
}

/// The attributes that a filter asks for.
fn paths(filter: &Filter) -> Vec<String> {
    match filter {
        Filter::Compare(path, ..) | Filter::Present(path) => vec![path.clone()],
        Filter::And(left, right) | Filter::Or(left, right) => [paths(left), paths(right)].concat(),
        Filter::Not(inner) => paths(inner),
        Filter::Element(path, inner) => paths(inner).iter().map(|part| format!("{path}.{part}")).collect(),
    }
}

static WORD_CASE: Relation = of_filters(
    "property.filter.word-case",
    "Operators mean the same in any letter case",
    &["RFC7644-3.4.2.2-04"],
    |search| {
        search.each(
            |grounds| Some(filters::filters(grounds, 1)),
            |t, drawn| {
                Box::pin(async move {
                    let f = nth(drawn, 0)?;
                    t.spelt(&["RFC7644-3.4.2.2-04"], f, &spelt(f, Spelling::Words)).await
                })
            },
        )
    },
);

static NAME_CASE: Relation = of_filters(
    "property.filter.name-case",
    "Attribute names mean the same in any letter case",
    &["RFC7644-3.4.2.2-03"],
    |search| {
        search.each(
            |grounds| Some(filters::filters(grounds, 1)),
            |t, drawn| {
                Box::pin(async move {
                    let f = nth(drawn, 0)?;
                    t.spelt(&["RFC7644-3.4.2.2-03"], f, &spelt(f, Spelling::Names)).await
                })
            },
        )
    },
);

static QUALIFIED: Relation = of_filters(
    "property.filter.qualified",
    "An attribute means the same with the URN of its schema before it",
    &["RFC7644-3.4.2.2-14"],
    |search| {
        search.each(
            |grounds| Some(filters::filters(grounds, 1)),
            |t, drawn| {
                Box::pin(async move {
                    let f = nth(drawn, 0)?;
                    t.spelt(&["RFC7644-3.4.2.2-14"], f, &spelt(f, Spelling::Qualified)).await
                })
            },
        )
    },
);

static PARENTHESES: Relation = of_filters(
    "property.filter.parentheses",
    "Redundant parentheses change nothing",
    &["RFC7644-3.4.2.2-21"],
    |search| {
        search.each(
            |grounds| Some(filters::filters(grounds, 1)),
            |t, drawn| {
                Box::pin(async move {
                    let f = nth(drawn, 0)?;
                    t.spelt(&["RFC7644-3.4.2.2-21"], f, &spelt(f, Spelling::Parentheses)).await
                })
            },
        )
    },
);

static VALUE_CASE: Relation = of_filters(
    "property.filter.value-case",
    "Where letter case does not count, eq, sw and co find the same people in any letter case",
    &["RFC7644-3.4.2.2-51"],
    |search| {
        search.each(filters::sighting, |t, (_, topic, text)| {
            Box::pin(async move {
                if topic.case_exact != Some(false) {
                    return Err(Stop::Unsupported("letter case counts, or the schema does not say".into()));
                }
                for op in [Op::Eq, Op::Sw, Op::Co] {
                    let (one, other) =
                        (compare(&topic.path, op, text.as_str()), compare(&topic.path, op, other_case(text)));
                    let tried = t.same(&["RFC7644-3.4.2.2-51"], &one, &other).await?;
                    if matches!(tried, Tried::Broken(_)) {
                        return Ok(tried);
                    }
                }
                Ok(Tried::Held(&["RFC7644-3.4.2.2-51"]))
            })
        })
    },
);

static SEARCH: Relation = of_filters(
    "property.filter.search",
    "POST /.search finds whom GET finds",
    &["RFC7644-3.4.3-03", "RFC7644-3.4.3-04"],
    |search| {
        search.each(
            |grounds| Some(filters::filters(grounds, 1)),
            |t, drawn| {
                Box::pin(async move {
                    let f = nth(drawn, 0)?;
                    let found = t.people(f).await?;
                    let again = t.searched(f).await?;
                    let expected = || format!("the {} people whom GET finds with {f}", found.len());
                    let rules = &["RFC7644-3.4.3-03", "RFC7644-3.4.3-04"];
                    Ok(differing(rules, &found, &again, expected).unwrap_or(Tried::Held(rules)))
                })
            },
        )
    },
);

const OF_CORE: &[&str] = &["RFC7644-3.4.2.2-32", "RFC7644-3.4.2.2-35", "RFC7644-3.4.2.2-34"];
const OF_EXTENSION: &[&str] = &["RFC7644-3.10-02", "RFC7644-3.4.2.2-35", "RFC7644-3.4.2.2-34"];

static CHAIN: Relation = of_filters(
    "property.filter.chain",
    "eq with a value that was read finds who has it; sw finds them too, and co finds all of those",
    &["RFC7644-3.4.2.2-32", "RFC7644-3.10-02", "RFC7644-3.4.2.2-35", "RFC7644-3.4.2.2-34"],
    |search| {
        search.each(filters::sighting, |t, (person, topic, text)| {
            Box::pin(async move {
                let mut narrower: BTreeSet<usize> = [*person].into();
                let mut before = format!("the user who has {text:?} there");
                let steps: [(Op, &'static [&'static str]); 3] = [
                    (Op::Eq, if topic.path.contains(':') { &["RFC7644-3.10-02"] } else { &["RFC7644-3.4.2.2-32"] }),
                    (Op::Sw, &["RFC7644-3.4.2.2-35"]),
                    (Op::Co, &["RFC7644-3.4.2.2-34"]),
                ];
                for (op, rules) in steps {
                    let filter = compare(&topic.path, op, text.as_str());
                    let found = t.people(&filter).await?;
                    if let Some(lost) = narrower.difference(&found).next() {
                        let judgement = broken(format!("{filter} finds {before}"), "a user missing", "/Resources");
                        return Ok(Tried::Broken(Breach { rules, judgement, people: vec![*lost] }));
                    }
                    before = format!("all whom {filter} finds");
                    narrower = found;
                }
                Ok(Tried::Held(if topic.path.contains(':') { OF_EXTENSION } else { OF_CORE }))
            })
        })
    },
);

static PRESENT: Relation = of_filters(
    "property.filter.present",
    "pr finds everybody whom eq with a value finds",
    &["RFC7644-3.4.2.2-37"],
    |search| {
        search.each(filters::sighting, |t, (_, topic, text)| {
            Box::pin(async move {
                let some = t.people(&eq(&topic.path, text.as_str())).await?;
                let filter = present(&topic.path);
                let all = t.people(&filter).await?;
                let Some(lost) = some.difference(&all).next() else { return Ok(Tried::Held(&["RFC7644-3.4.2.2-37"])) };
                let expected = format!("{filter} finds all whom {} finds", eq(&topic.path, text.as_str()));
                let judgement = broken(expected, "a user missing", "/Resources");
                Ok(Tried::Broken(Breach { rules: &["RFC7644-3.4.2.2-37"], judgement, people: vec![*lost] }))
            })
        })
    },
);

fn differing(
    rules: &'static [&'static str],
    wanted: &BTreeSet<usize>,
    found: &BTreeSet<usize>,
    expected: impl Fn() -> String,
) -> Option<Tried> {
    let witness = wanted.symmetric_difference(found).next()?;
    let (missing, more) = (wanted.difference(found).count(), found.difference(wanted).count());
    let judgement: Judgement = broken(expected(), format!("{missing} of them missing, {more} more"), "/Resources");
    Some(Tried::Broken(Breach { rules, judgement, people: vec![*witness] }))
}

fn nth(filters: &[Filter], at: usize) -> Result<&Filter, Stop> {
    filters.get(at).ok_or_else(|| Stop::Error("too few filters were drawn".into()))
}
