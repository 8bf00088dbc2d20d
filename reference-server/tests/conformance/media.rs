//! HTTP, media types and encoding.

use crate::client::{Answer, BASE, Client, TOKEN, USER, encoded};
use crate::walk::{each_value, walk};
use serde_json::{Value, json};

const KEY: (&str, &str) = ("authorization", "Bearer sesame");
const SCIM: &str = "application/scim+json";

fn minimal(name: &str) -> Value {
    json!({"schemas": [USER], "userName": name})
}

async fn get_accepting(client: &Client, path: &str, accept: Option<&str>) -> Answer {
    let headers: Vec<_> = [KEY].into_iter().chain(accept.map(|accept| ("accept", accept))).collect();
    client.bare("GET", path, &headers, "").await
}

async fn post_as(client: &Client, media_type: &str, body: impl Into<Vec<u8>>) -> Answer {
    client.bare("POST", "/Users", &[KEY, ("content-type", media_type)], body.into()).await
}

async fn number_of_users(client: &Client) -> Value {
    client.get("/Users").await.body["totalResults"].clone()
}

/// RFC7644-3.8-01, RFC7644-3.8-02, RFC7644-3.8-03
#[tokio::test]
async fn scim_json_is_what_everybody_gets() {
    assert_eq!(KEY.1, format!("Bearer {TOKEN}"));
    let client = Client::rfc();
    client.user("ann").await;
    for accept in [Some(SCIM), Some("application/json"), Some("*/*"), Some("application/scim+json;q=0.5, */*"), None] {
        let answer = get_accepting(&client, "/Users", accept).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, SCIM), "{accept:?}");
        assert_eq!(answer.body["totalResults"], 1);
    }
    let client = Client::varied("media.json-on-request");
    for (accept, media_type) in [("application/json", "application/json"), (SCIM, SCIM), ("*/*", SCIM)] {
        let answer = get_accepting(&client, "/Users", Some(accept)).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, media_type), "{accept}");
    }
}

/// RFC7644-3.1-02, RFC7644-3.2-03, RFC8259-8.1-01
#[tokio::test]
async fn every_answer_with_content_is_scim_json() {
    for client in [Client::rfc(), Client::plain()] {
        let mut with_content = [0, 0];
        for exchange in walk(&client).await {
            let answer = &exchange.answer;
            if answer.bytes.is_empty() {
                assert!(answer.status == 204 || exchange.request.starts_with("HEAD"), "{}", exchange.request);
                continue;
            }
            with_content[usize::from(answer.status >= 400)] += 1;
            assert_eq!(answer.header("content-type"), SCIM, "{}", exchange.request);
            assert!(!answer.bytes.starts_with(b"\xef\xbb\xbf"), "{}", exchange.request);
            assert!(std::str::from_utf8(&answer.bytes).is_ok(), "{}", exchange.request);
            let body: Value = serde_json::from_slice(&answer.bytes).expect(&exchange.request);
            assert!(body.is_object(), "{}", exchange.request);
        }
        assert!(with_content.iter().all(|number| *number > 10), "{with_content:?}");
    }
}

/// RFC7644-3.8-04, RFC7644-3.8-05, RFC7644-3.8-06, RFC7644-8.1-01
#[tokio::test]
async fn utf_8_needs_no_word_and_comes_back_as_it_was_sent() {
    let client = Client::rfc();
    let text = "Zoë 日本 😀 \u{301}";
    for (index, media_type) in
        [SCIM, "application/scim+json; charset=utf-8", "application/scim+json;charset=UTF-8", "application/json"]
            .into_iter()
            .enumerate()
    {
        let body = format!(r#"{{"schemas":["{USER}"],"userName":"u{index}","nickName":"{text}"}}"#);
        let created = post_as(&client, media_type, body).await;
        assert_eq!(created.status, 201, "{media_type}: {created:?}");
        let read = client.get(&format!("/Users/{}", created.id())).await;
        for answer in [created, read] {
            let bytes = String::from_utf8(answer.bytes).expect("UTF-8");
            assert!(bytes.contains(&format!("\"{text}\"")), "{media_type}: {bytes}");
        }
    }
}

/// RFC9110-15.5.16-01
#[tokio::test]
async fn other_media_types_are_refused() {
    let client = Client::rfc();
    for media_type in ["text/xml", "text/plain", "multipart/form-data; boundary=x", "application/xml", "nonsense", ""] {
        let answer = post_as(&client, media_type, minimal("ann").to_string()).await;
        assert_eq!(answer.error(), (415, ""), "{media_type}");
    }
    assert_eq!(number_of_users(&client).await, 0);
}

/// RFC9110-15.5.7-01
#[tokio::test]
async fn who_accepts_nothing_that_there_is_gets_what_there_is() {
    let client = Client::rfc();
    for accept in ["text/xml", "image/*", "application/scim+json;q=0", "nonsense", ""] {
        let answer = get_accepting(&client, "/Users", Some(accept)).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, SCIM), "{accept}");
    }
}

/// RFC8259-2-01, RFC8259-2-02, RFC8259-4-01
#[tokio::test]
async fn a_body_that_is_no_unambiguous_object_is_refused() {
    let client = Client::rfc();
    for broken in [r#"{"schemas":["#, "", "{'a':1}", "{\"a\":1,}", "{} {}", "\u{feff}{}", "[]", "\"x\"", "42", "null"] {
        assert_eq!(post_as(&client, SCIM, broken).await.error(), (400, "invalidSyntax"), "{broken}");
    }
    for twice in [r#""userName":"a","userName":"b""#, r#""userName":"a","USERNAME":"b""#] {
        let body = format!(r#"{{"schemas":["{USER}"],{twice}}}"#);
        assert_eq!(post_as(&client, SCIM, body).await.error(), (400, "invalidSyntax"), "{twice}");
    }
    assert_eq!(number_of_users(&client).await, 0);
}

/// RFC8259-7-01
#[tokio::test]
async fn escapes_are_the_letters_that_they_stand_for() {
    let client = Client::rfc();
    let body = format!(r#"{{"schemas":["{USER}"],"\u0075serName":"\u0061b\u00e9","title":"\/\ud83d\ude00"}}"#);
    let created = post_as(&client, SCIM, body).await;
    assert_eq!(
        (created.status, &created.body["userName"], &created.body["title"]),
        (201, &json!("abé"), &json!("/😀"))
    );
    for filter in [r#"userName eq "abé""#, r#"userName eq "\u0061\u0062\u00E9""#, r#"title eq "\/\ud83d\ude00""#] {
        assert_eq!(client.names(filter).await, ["abé"], "{filter}");
    }
    assert_eq!(client.post("/Users", minimal("abé")).await.error(), (409, "uniqueness"));
}

/// RFC7644-1.2-01
#[tokio::test]
async fn addresses_are_decoded_once() {
    let client = Client::rfc();
    for (index, title) in ["a b", "a+b", "50%25", "50%"].iter().enumerate() {
        let user = json!({"schemas": [USER], "userName": format!("u{index}"), "title": title});
        assert_eq!(client.post("/Users", user).await.status, 201);
    }
    for (filter, title) in [
        ("title%20eq%20%22a%20b%22", "a b"),
        ("title+eq+%22a+b%22", "a b"),
        ("%74itle%20eq%20%22a%2Bb%22", "a+b"),
        ("title%20eq%20%2250%2525%22", "50%25"),
        ("title%20eq%20%2250%25%22", "50%"),
    ] {
        let list = client.get(&format!("/Users?filter={filter}")).await;
        assert_eq!(list.body["totalResults"], 1, "{filter}");
        assert_eq!(list.body["Resources"][0]["title"], title, "{filter}");
    }
    let id = client.user("ann").await;
    let escaped: String = id.bytes().map(|byte| format!("%{byte:02X}")).collect();
    assert_eq!(client.get(&format!("/Users/{escaped}")).await.id(), id);
    assert_eq!(client.get(&format!("/Users/{}", escaped.replace('%', "%25"))).await.error(), (404, ""));
}

/// RFC7644-1.3-01
#[tokio::test]
async fn no_address_that_is_given_out_holds_a_query() {
    let mut addresses = 0;
    for exchange in walk(&Client::rfc()).await {
        let location = exchange.answer.header("location").to_owned();
        each_value("", &exchange.answer.body, &mut |name, value| {
            if matches!(name, "location" | "$ref") && value.is_string() {
                addresses += 1;
                let address = value.as_str().unwrap_or_default();
                assert!(address.starts_with(BASE) && !address.contains(['?', '#']), "{}", exchange.request);
            }
        });
        assert!(!location.contains('?'), "{}", exchange.request);
    }
    assert!(addresses > 0);
}

/// RFC7644-3.2-04
#[tokio::test]
async fn put_creates_nothing() {
    let client = Client::rfc();
    for path in ["/Users/nobody", "/Users/26118915-6090-4610-87e4-49d8ca9f808d"] {
        assert_eq!(client.put(path, minimal("ann")).await.error(), (404, ""), "{path}");
        assert_eq!(client.get(path).await.error(), (404, ""), "{path}");
    }
    assert_eq!(client.names("userName eq \"ann\"").await, [""; 0]);
}

/// RFC7644-3.2-05, RFC9110-15.5.6-01
#[tokio::test]
async fn methods_that_an_address_does_not_have_are_refused_and_the_others_named() {
    let client = Client::rfc();
    let user = format!("/Users/{}", client.user("ann").await);
    let group = format!("/Groups/{}", client.group("crew", &[]).await);
    let all = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
    for (path, allowed) in [
        ("/Users", "GET, HEAD, POST"),
        ("/Groups", "GET, HEAD, POST"),
        (&user, "GET, HEAD, PUT, PATCH, DELETE"),
        (&group, "GET, HEAD, PUT, PATCH, DELETE"),
        ("/Users/.search", "POST"),
        ("/.search", "POST"),
        ("/ServiceProviderConfig", "GET, HEAD"),
        ("/ResourceTypes", "GET, HEAD"),
        ("/Schemas", "GET, HEAD"),
    ] {
        let before = client.get(path).await.bytes;
        for method in all.into_iter().filter(|method| !allowed.split(", ").any(|allowed| allowed == *method)) {
            let answer = client.scim(method, path, (method != "HEAD").then(|| minimal("bob"))).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), allowed, "{method} {path}");
            assert!(method == "HEAD" || answer.error() == (405, ""));
        }
        assert_eq!(client.get(path).await.bytes, before, "{path}");
    }
    assert_eq!(number_of_users(&client).await, 1);
}

/// RFC7644-3.12-01, RFC7644-3.8-07
#[tokio::test]
async fn there_is_nothing_at_other_addresses() {
    let client = Client::rfc();
    let id = client.user("ann").await;
    for path in ["/NoSuchEndpoint", "/Users2", "/Users/a/b", &format!("/Users/{id}.scim"), "/Users.scim"] {
        assert_eq!(client.get(path).await.error(), (404, ""), "{path}");
    }
    for base in ["/scim", "/scim/vx", "/scimv1", "/scim/1", "/v1"] {
        let request = axum::http::Request::get(format!("{base}/Users/{id}")).header(KEY.0, KEY.1);
        let answer = client.send(request.body(axum::body::Body::empty()).expect("a request")).await;
        assert_eq!(answer.error(), (404, ""), "{base}");
    }
}

/// RFC7644-3.5-01, RFC7644-3.5-02
#[tokio::test]
async fn put_and_patch_are_there() {
    let client = Client::rfc();
    let path = format!("/Users/{}", client.user("ann").await);
    let replaced = client.put(&path, json!({"schemas": [USER], "userName": "ann", "title": "Put"})).await;
    assert_eq!((replaced.status, &replaced.body["title"]), (200, &json!("Put")));
    assert_eq!(client.get("/ServiceProviderConfig").await.body["patch"]["supported"], true);
    let patched = client.patch(&path, json!([{"op": "replace", "path": "title", "value": "Patched"}])).await;
    assert_eq!((patched.status, &patched.body["title"]), (200, &json!("Patched")));
    assert_eq!(client.get(&path).await.body, patched.body);
}

/// RFC7644-3.4.2-01
#[tokio::test]
async fn parameters_that_nobody_knows_mean_nothing() {
    let client = Client::rfc();
    let path = format!("/Users/{}", client.user("ann").await);
    client.user("bob").await;
    for (known, unknown) in [
        ("/Users?count=1".to_owned(), "/Users?x-foo=1&count=1&Filter=x&=&x".to_owned()),
        (path.clone(), format!("{path}?x-foo=%22&count=1")),
        ("/Users?filter=userName+pr".to_owned(), format!("/Users?x={}&filter=userName+pr", encoded("a&b=c"))),
    ] {
        let answer = client.get(&unknown).await;
        assert_eq!((answer.status, answer.body), (200, client.get(&known).await.body), "{unknown}");
    }
    let created = client.post("/Users?x-foo=1", minimal("cy")).await;
    assert_eq!(created.status, 201);
}

/// RFC9110-9.3.2-01
#[tokio::test]
async fn head_is_get_without_the_content() {
    let client = Client::rfc();
    let id = client.user("ann").await;
    for path in [&format!("/Users/{id}"), "/Users", "/Schemas", "/ServiceProviderConfig", "/Users/nobody", "/Nothing"] {
        let (head, get) = (client.scim("HEAD", path, None).await, client.get(path).await);
        assert_eq!((head.status, head.bytes.len()), (get.status, 0), "{path}");
        assert_eq!(head.header("content-length"), get.bytes.len().to_string(), "{path}");
        for name in ["content-type", "etag"] {
            assert_eq!(head.header(name), get.header(name), "{path}");
        }
    }
}
