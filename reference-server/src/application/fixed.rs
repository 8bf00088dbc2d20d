//! Attributes that come from the identity provider and that nobody changes in the product's own pages.

use crate::product::Product;
use crate::scim::resource::Attributes;
use serde_json::Value;

/// The first of them that differs.
pub(super) fn changed(product: &'static Product, before: &Attributes, after: &Attributes) -> Option<&'static str> {
    let fixed = product.profile().accounts.fixed_in_pages.as_ref()?;
    let differs = |path: &&String| values(product, path, before) != values(product, path, after);
    fixed.get().iter().find(differs).map(String::as_str)
}

/// What a path leads to: `name.givenName`, or of several values those of one type, `phoneNumbers[type eq "mobile"].value`.
fn values<'a>(product: &'static Product, path: &str, user: &'a Attributes) -> Vec<&'a Value> {
    let Some((name, kind, part)) = of_one_type(path) else {
        return product.place(path).values(user);
    };
    let is_meant =
        |value: &&Value| value.get("type").and_then(Value::as_str).is_some_and(|it| it.eq_ignore_ascii_case(kind));
    let elements = product.place(name).values(user).into_iter().filter(is_meant);
    elements.filter_map(|element| if part.is_empty() { Some(element) } else { element.get(part) }).collect()
}

fn of_one_type(path: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = path.split_once("[type eq \"")?;
    let (kind, rest) = rest.split_once("\"]")?;
    Some((name, kind, rest.strip_prefix('.').unwrap_or_default()))
}
