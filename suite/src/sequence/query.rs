//! The readings of sequences: views, pages, filters, and what may be odd with them.

use super::op::{Bend, Kind, Odd, View};
use crate::scim::filter::{self, Filter};
use crate::target::Request;

use super::bind::natural;

/// Asks for a view of what a request reads.
pub(super) fn view(request: Request, view: View, kind: Kind) -> Request {
    match (view, kind) {
        (View::Some, Kind::User) => request.query("attributes", "userName,name.givenName,emails.value"),
        (View::Some, Kind::Group) => request.query("attributes", "displayName"),
        (View::Without, Kind::User) => request.query("excludedAttributes", "emails,name"),
        (View::Without, Kind::Group) => request.query("excludedAttributes", "members"),
        _ => request,
    }
}

/// Asks for a collection: with a filter, or `own` for nothing but what shows this word.
pub(super) fn list(kind: Kind, seen: View, tree: Option<Filter>, own: Option<&str>, odd: Option<(Odd, u8)>) -> Request {
    let mine = own.map(|key| filter::compare(natural(kind), filter::Op::Co, key));
    let tree = match (mine, tree) {
        (Some(mine), Some(tree)) => Some(mine.and(tree)),
        (mine, tree) => mine.or(tree),
    };
    let mut request = view(Request::get(kind.collection()), seen, kind);
    if seen == View::Page {
        request = request.query("startIndex", 2).query("count", 1).query("sortBy", natural(kind));
    }
    match odd {
        None | Some((Odd::Message(Bend::PlainJson), _)) => match tree {
            Some(tree) => request.query("filter", tree),
            None => request,
        },
        Some((odd, n)) => {
            // Whatever a target makes of it, it need not show more than one row of others.
            let request = if own.is_some() { request.query("count", 1) } else { request };
            bent(request, odd, n, own.is_some(), tree)
        }
    }
}

fn bent(request: Request, odd: Odd, n: u8, is_reserved: bool, tree: Option<Filter>) -> Request {
    const NUMBERS: [&str; 8] = ["-1", "0", "2147483648", "99999999999999999999", "1.5", "x", "", "1e3"];
    let tree = tree.map_or_else(|| "userName pr".into(), |tree| tree.to_string());
    let filter = match odd {
        Odd::Value => {
            let (number, which) = (NUMBERS[usize::from(n / 2) % NUMBERS.len()], n % 2);
            let name = if which == 0 || is_reserved { "startIndex" } else { "count" };
            return request.query(name, number).query("filter", tree);
        }
        Odd::Message(Bend::Twice) => return request.query("filter", &tree).query("filter", &tree),
        Odd::Message(Bend::Empty) => String::new(),
        Odd::Message(Bend::CapitalOp) => tree.replace(" eq ", " EQ ").replace(" and ", " AND ").replace(" pr", " PR"),
        Odd::Message(Bend::Capitals) => tree.replace("userName", "USERNAME").replace("displayName", "DISPLAYNAME"),
        Odd::Message(Bend::NoValue) => "userName eq".into(),
        Odd::Message(Bend::BadPath) => {
            ["a..b pr", "1a pr", "emails[type eq \"work\"", "and", "(", "a pr)"][usize::from(n) % 6].into()
        }
        Odd::Message(Bend::Cut) => "userName eq \"a".into(),
        Odd::Message(Bend::ReadOnly) => "meta.created gt \"yesterday\"".into(),
        Odd::Message(Bend::Unknown) => "unknownAttribute eq \"x\"".into(),
        Odd::Message(Bend::Deep) => format!("{}userName pr{}", "(".repeat(100), ")".repeat(100)),
        Odd::Message(_) => tree,
    };
    request.query("filter", filter)
}
