//! The server's filter parser on any text; and our own filters, which the suite evaluates apart from the server: both
//! must come to the same.

use scim_reference_server::scim::filter::{Filter, FilterLimits, FilterReading, compile, parse};
use scim_reference_server::scim::schema::ResourceKind;
use scimprove::sequence::codec;
use scimprove::sequence::filter::tree;
use scimprove::sequence::op::{Act, Kind};
use serde_json::Value;

use crate::samples;

/// Reads the input as a filter, and as a sequence whose filters are printed, read and evaluated.
///
/// # Panics
/// If a bound does not hold, a filter is not read back as it was printed, or the two evaluators differ.
pub fn filter_parse(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        reads_itself(text);
    }
    for op in codec::decode(data).ops {
        if let Act::List { kind, filter, .. } = op.act
            && let Some(tree) = tree(&filter, &|field, n| known(field.path(), n))
        {
            agrees(kind, &tree);
        }
    }
}

fn reads_itself(text: &str) {
    let limits = FilterLimits::default();
    let Ok(filter) = parse(text, limits) else { return };
    let (nodes, depth) = size(&filter);
    assert!(nodes <= 2 * limits.nodes && depth <= 2 * limits.depth + 4, "{nodes} nodes, {depth} levels");
    let printed = filter.to_string();
    let wide = FilterLimits { length: usize::MAX, nodes: usize::MAX, depth: 2 * limits.depth + 4 };
    let again = parse(&printed, wide).unwrap_or_else(|error| panic!("{text:?} is printed as {printed:?}: {error}"));
    assert_eq!(again.to_string(), printed, "{text:?} changes when it is printed and read again");
    for (kind, sample) in [(ResourceKind::User, &*samples::USER), (ResourceKind::Group, &*samples::GROUP)] {
        if let (Ok(predicate), Value::Object(resource)) =
            (compile(&filter, kind.definition(), &[], FilterReading::default()), sample)
        {
            let reread = compile(&again, kind.definition(), &[], FilterReading::default())
                .expect("what compiled once compiles again");
            assert_eq!(predicate.matches(resource), reread.matches(resource), "{text:?} and {printed:?}");
        }
    }
}

/// Nodes and levels of a filter.
fn size(filter: &Filter) -> (usize, usize) {
    let of_all = |terms: &[Filter]| {
        terms.iter().map(size).fold((1, 0), |(nodes, depth), (more, deep)| (nodes + more, depth.max(deep)))
    };
    let (nodes, depth) = match filter {
        Filter::And(terms) | Filter::Or(terms) => of_all(terms),
        Filter::Not(inner) | Filter::Element(_, inner) => of_all(std::slice::from_ref(inner)),
        Filter::Compare(..) | Filter::Present(_) => (1, 0),
    };
    (nodes, depth + 1)
}

fn agrees(kind: Kind, tree: &scimprove::scim::filter::Filter) {
    let printed = tree.to_string();
    let read =
        parse(&printed, FilterLimits::default()).unwrap_or_else(|error| panic!("{printed:?} is not read: {error}"));
    let (server_kind, sample) = match kind {
        Kind::User => (ResourceKind::User, &*samples::USER),
        Kind::Group => (ResourceKind::Group, &*samples::GROUP),
    };
    let predicate = compile(&read, server_kind.definition(), &[], FilterReading::default())
        .unwrap_or_else(|error| panic!("{printed:?} is refused: {error:?}"));
    let Value::Object(resource) = sample else { return };
    assert_eq!(predicate.matches(resource), tree.matches(sample), "the server and the suite differ on {printed}");
}

/// A text of the samples at a path.
fn known(path: &str, n: u8) -> Option<String> {
    let sample = if n.is_multiple_of(2) { &*samples::USER } else { &*samples::GROUP };
    let value = match path {
        "emails.value" => sample.pointer("/emails/0/value")?,
        "members.value" => sample.pointer("/members/0/value")?,
        "name.familyName" => sample.pointer("/name/familyName")?,
        path => sample.get(path)?,
    };
    value.as_str().map(String::from)
}
