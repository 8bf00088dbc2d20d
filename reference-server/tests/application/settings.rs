//! Switches, plans, roles, and the clock.

use crate::client;
use crate::stage::*;
use scim_reference_server::Config;
use serde_json::json;

#[tokio::test]
async fn gates_are_closed_and_opened_in_the_pages() {
    use scim_profile::ClosedBy;
    let mut seen_so_far = 0;
    for profile in profiles() {
        let client = playing(profile.clone());
        let id = made(&client, false, person("ada", &json!({}))).await;
        for gate in &profile.gates {
            let word = |open: bool| if open { &gate.open_for[0] } else { &gate.closed_for[0] };
            let set = |open: bool| match gate.closed_by {
                ClosedBy::Switch => (format!("/app/switches/{}", gate.name.get_ref()), json!({ "on": open })),
                ClosedBy::Plan => ("/app/plan".to_owned(), json!({ "plan": word(open) })),
                ClosedBy::Role => ("/app/token-role".to_owned(), json!({ "role": word(open) })),
            };
            for (open, status) in [(false, 403), (true, 200)] {
                let (path, body) = set(open);
                assert_eq!(page(&client, "PUT", &path, Some(body)).await.status, 204);
                assert_eq!(client.get("/Users").await.status, status, "{} {}", profile.name, gate.name.get_ref());
                assert_eq!(seen(&client, &format!("/app/users/{id}")).await["active"], true, "pages stay open");
            }
            if gate.closed_by == ClosedBy::Role {
                for (open, status) in [(false, 403), (true, 200)] {
                    let body = json!({ "role": word(open) });
                    assert_eq!(page(&client, "PUT", "/app/maker-role", Some(body)).await.status, 204);
                    assert_eq!(client.get("/Users").await.status, status);
                }
            }
            seen_so_far += 1;
        }
        let has = |closed_by| profile.gates.iter().any(|gate| gate.closed_by == closed_by);
        for (path, name, closed_by) in [
            ("/app/plan", "plan", ClosedBy::Plan),
            ("/app/token-role", "role", ClosedBy::Role),
            ("/app/maker-role", "role", ClosedBy::Role),
        ] {
            let status = page(&client, "PUT", path, Some(json!({ name: "Emperor" }))).await.status;
            assert_eq!(status, if has(closed_by) { 422 } else { 404 }, "{} {path}", profile.name);
        }
        assert_eq!(page(&client, "PUT", "/app/switches/nothing", Some(json!({"on": true}))).await.status, 404);
        assert_eq!(page(&client, "PUT", "/app/switches/nothing", Some(json!({"on": 1}))).await.status, 400);
    }
    assert_eq!(seen_so_far, 5 + 3);
}

#[tokio::test]
async fn time_passes_where_it_may() {
    let client = playing_with(profile("rxnt"), |config| {
        *config = Config { clock: client::at(&["2026-01-01T00:00:00Z"]), ..config.clone() }.with_forward_clock();
    });
    assert_eq!(seen(&client, "/app/clock").await["now"], "2026-01-01T00:00:00.000Z");
    let later = page(&client, "POST", "/app/clock", Some(json!({"seconds": 90 * 86_400}))).await;
    assert_eq!((later.status, &later.body["now"]), (200, &json!("2026-04-01T00:00:00.000Z")));
    made(&client, false, person("ada", &json!({}))).await;
    let born = client.get("/Users").await.resources()[0]["meta"]["created"].clone();
    assert_eq!(born, "2026-04-01T00:00:00.000Z");
    for wrong in [json!({"seconds": -1}), json!({"seconds": 1.5}), json!({"seconds": 5_000_000_000_u64}), json!({})] {
        assert_eq!(page(&client, "POST", "/app/clock", Some(wrong)).await.status, 400);
    }
    for _ in 0..80 {
        assert_eq!(page(&client, "POST", "/app/clock", Some(json!({"seconds": u32::MAX}))).await.status, 200);
    }
    assert!(seen(&client, "/app/clock").await["now"].as_str().is_some_and(|now| now.starts_with("9999-")));
    made(&client, false, person("late", &json!({}))).await;
    let other = playing(profile("rxnt"));
    assert_eq!(page(&other, "POST", "/app/clock", Some(json!({"seconds": 1}))).await.status, 404);
    assert_eq!(seen(&other, "/app").await["clockMoves"], false);
}
