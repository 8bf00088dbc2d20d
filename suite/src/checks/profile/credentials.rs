//! How clients log in, and what ends it: tried in an organisation that is there to be thrown away, since a new secret, a
//! deleted configuration and ninety days without a request are nothing for one that others use.

mod authority;
mod client;
mod code;
mod idle;
mod pages;

use scim_profile::{Scheme, Source};

use super::Draft;
use super::product::Product;
use super::said::Said;
use crate::check::{Demand, Feature};

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    [client::demands(product), code::demands(product), idle::demands(product)].into_iter().flatten().collect()
}

/// What stands behind a scheme that the product has.
fn scheme(product: &'static Product, wanted: Scheme) -> Option<Said> {
    let authentication = &product.profile.authentication;
    let is_it = *authentication.scheme.get() == wanted;
    let also = authentication.also.as_ref().filter(|also| also.get().contains(&wanted));
    let source = is_it.then(|| authentication.scheme.source()).or(also.map(|also| also.source()));
    source.map(Said::of)
}

/// What stands behind each of these keys that is there.
fn said(keys: &[Option<&'static Source>]) -> Vec<Said> {
    keys.iter().flatten().map(|source| Said::of(source)).collect()
}

fn draft(word: &str, title: &str, said: Vec<Said>) -> Draft {
    Draft {
        id: ("authentication", word.into()),
        feature: Feature::Protocol,
        title: title.into(),
        said,
        // All of them use the one organisation.
        alone: true,
    }
}
