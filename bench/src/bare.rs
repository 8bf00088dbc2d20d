//! The limit: axum with nothing behind it. Each route gives one constant answer, after reading the body if there is one.

use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::routing::get;
use axum::serve::ListenerExt;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;
use tokio::net::TcpListener;

/// What a route answers: what the reference server did when it was asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Constant {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// The answers of all routes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Constants {
    pub(crate) read: Constant,
    pub(crate) filter: Constant,
    pub(crate) patch: Constant,
    pub(crate) create: Constant,
}

pub(crate) async fn serve(constants: Constants) -> anyhow::Result<()> {
    let Constants { read, filter, patch, create } = constants;
    let (read, filter, patch, create) = (answer(read)?, answer(filter)?, answer(patch)?, answer(create)?);
    let user = get(async move || read.clone()).patch(async move |_: Bytes| patch.clone());
    let users = get(async move || filter.clone()).post(async move |_: Bytes| create.clone());
    let router = Router::new().route("/scim/v2/Users/{id}", user).route("/scim/v2/Users", users);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("SCIM   http://{}/scim/v2", listener.local_addr()?);
    axum::serve(listener.tap_io(|stream| drop(stream.set_nodelay(true))), router).await?;
    Ok(())
}

fn answer(constant: Constant) -> anyhow::Result<(StatusCode, HeaderMap, Bytes)> {
    let mut headers = HeaderMap::new();
    for (name, value) in &constant.headers {
        headers.insert(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    Ok((StatusCode::from_u16(constant.status)?, headers, Bytes::from(constant.body)))
}
