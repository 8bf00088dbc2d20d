//! The reference server with users in it.

use crate::people::{TOKEN, user};
use anyhow::ensure;
use axum::body::Body;
use axum::http::Request;
use axum::serve::ListenerExt;
use scim_reference_server::{BASE_PATH, Config, router, variants};
use std::net::Ipv4Addr;
use tokio::net::TcpListener;
use tower::ServiceExt;

pub(crate) async fn serve(users: usize, variant: Option<&str>) -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let mut config = Config::new(origin.clone(), TOKEN);
    if let Some(variant) = variant.and_then(variants::named) {
        (variant.change)(&mut config.policy);
    }
    let router = router(config);
    for number in 0..users {
        let request = Request::post(format!("{BASE_PATH}/Users")).header("Authorization", format!("Bearer {TOKEN}"));
        let request = request.body(Body::from(user(number)))?;
        let answer = router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        ensure!(answer.status() == 201, "{answer:?}");
    }
    println!("SCIM   {origin}{BASE_PATH}");
    axum::serve(listener.tap_io(|stream| drop(stream.set_nodelay(true))), router).await?;
    Ok(())
}
