//! Addresses under the base path, and what may be done at each.

use super::query::decode;
use crate::provider::Access;
use crate::scim::ScimError;
use crate::scim::schema::ResourceKind;
use axum::http::Method;

/// The types that a query at the root covers.
pub(super) const EVERYTHING: &[ResourceKind] = &[ResourceKind::User, ResourceKind::Group];

/// An address.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    Root,
    Search(&'static [ResourceKind]),
    Collection(ResourceKind),
    Resource(ResourceKind, String),
    ServiceProviderConfig,
    ResourceTypes(Option<String>),
    Schemas(Option<String>),
    Me,
    Bulk,
}

/// A list of one type.
pub(super) fn only(kind: ResourceKind) -> &'static [ResourceKind] {
    match kind {
        ResourceKind::User => &[ResourceKind::User],
        ResourceKind::Group => &[ResourceKind::Group],
    }
}

impl Route {
    /// Finds what a path below the base path means; one trailing slash makes no difference.
    pub(super) fn find(path: &str) -> Result<Option<Self>, ScimError> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        if path.is_empty() {
            return Ok(Some(Self::Root));
        }
        let mut segments = path.split('/').map(decode);
        let mut next = || segments.next().transpose();
        let (first, second) = (next()?.unwrap_or_default(), next()?);
        if next()?.is_some() {
            // Whatever comes behind, it has to be readable.
            return segments.try_for_each(|segment| segment.map(drop)).map(|()| None);
        }
        Ok(match (&*first, second.as_deref()) {
            (".search", None) => Some(Self::Search(EVERYTHING)),
            ("ServiceProviderConfig", None) => Some(Self::ServiceProviderConfig),
            ("ResourceTypes", name) => Some(Self::ResourceTypes(name.map(str::to_owned))),
            ("Schemas", urn) => Some(Self::Schemas(urn.map(str::to_owned))),
            ("Me", None) => Some(Self::Me),
            ("Bulk", None) => Some(Self::Bulk),
            (collection, None) => kind_at(collection).map(Self::Collection),
            (collection, Some(".search")) => kind_at(collection).map(|kind| Self::Search(only(kind))),
            (collection, Some(id)) => kind_at(collection).map(|kind| Self::Resource(kind, id.to_owned())),
        })
    }

    /// As a profile writes the address: `/Users/{id}`. `None` where no profile closes one.
    pub(super) fn words(&self) -> Option<&'static str> {
        Some(match self {
            Self::Collection(ResourceKind::User) => "/Users",
            Self::Resource(ResourceKind::User, _) => "/Users/{id}",
            Self::Collection(ResourceKind::Group) => "/Groups",
            Self::Resource(ResourceKind::Group, _) => "/Groups/{id}",
            Self::Bulk => "/Bulk",
            _ => return None,
        })
    }

    /// Whether a request with that method has a body that means something.
    pub(super) fn takes_body(&self, method: &Method) -> bool {
        match self {
            Self::Bulk | Self::Search(_) => true,
            Self::Collection(_) => method == Method::POST,
            Self::Resource(..) => matches!(*method, Method::PUT | Method::PATCH),
            _ => false,
        }
    }

    /// The methods that can be used here, as an Allow header; `None` when it makes no difference.
    pub(super) fn allowed(&self) -> Option<&'static str> {
        match self {
            Self::Me => None,
            Self::Bulk | Self::Search(_) => Some("POST"),
            Self::Collection(_) => Some("GET, HEAD, POST"),
            Self::Resource(..) => Some("GET, HEAD, PUT, PATCH, DELETE"),
            Self::Root | Self::ServiceProviderConfig | Self::ResourceTypes(_) | Self::Schemas(_) => Some("GET, HEAD"),
        }
    }
}

fn kind_at(segment: &str) -> Option<ResourceKind> {
    match segment {
        "Users" => Some(ResourceKind::User),
        "Groups" => Some(ResourceKind::Group),
        _ => None,
    }
}

/// How much a request touches, before it is known whether it makes sense.
pub(super) fn access(route: Option<&Route>, method: &Method) -> Access {
    match (route, method) {
        (Some(Route::ServiceProviderConfig), &Method::GET | &Method::HEAD) => Access::Config,
        (Some(Route::ResourceTypes(_) | Route::Schemas(_)), &Method::GET | &Method::HEAD) => Access::Discovery,
        (Some(Route::Collection(_) | Route::Bulk), &Method::POST) => Access::Write,
        (Some(Route::Resource(..)), &Method::PUT | &Method::PATCH | &Method::DELETE) => Access::Write,
        _ => Access::Read,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_mean_one_thing() {
        let found = |path| Route::find(path).expect("well-formed");
        assert_eq!(found(""), Some(Route::Root));
        assert_eq!(found("/Users/"), Some(Route::Collection(ResourceKind::User)));
        assert_eq!(found("/Groups/a%2Fb"), Some(Route::Resource(ResourceKind::Group, "a/b".to_owned())));
        assert_eq!(found("/Users/.search"), Some(Route::Search(only(ResourceKind::User))));
        assert_eq!(found("/Users/a/b"), None);
        assert_eq!(found("/users"), None);
        assert!(Route::find("/Users/%zz").is_err());
    }
}
