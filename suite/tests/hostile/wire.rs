//! What peers do to HTTP itself, and to JSON: one answer for every request.

use std::time::Duration;

use super::peer::{Act, Asked, answer};

/// A way to answer: its name, the exit code, words on standard error, and what is done about each request.
pub(crate) struct Mode(
    pub(crate) &'static str,
    pub(crate) i32,
    pub(crate) &'static str,
    pub(crate) fn(&Asked) -> Vec<Act>,
);

pub(crate) const LIST: &str =
    r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}"#;
const ROW: &str = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"1","userName":"a","active":true}"#;

fn scim(body: &str) -> Vec<Act> {
    vec![Act::Send(answer("200 OK", "application/scim+json", body))]
}

fn raw(text: impl Into<Vec<u8>>) -> Act {
    Act::Send(text.into())
}

/// The beginning of an answer up to where its own headers go.
fn begun(headers: &str) -> Act {
    raw(format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{headers}"))
}

fn chunked(chunks: &str) -> Act {
    begun(&format!("Transfer-Encoding: chunked\r\n\r\n{chunks}"))
}

fn sized(length: &str) -> Vec<Act> {
    vec![begun(&format!("Content-Length: {length}\r\n\r\n{LIST}"))]
}

fn with_header(header: &str) -> Vec<Act> {
    vec![begun(&format!("{header}\r\nContent-Length: {}\r\n\r\n{LIST}", LIST.len()))]
}

fn status(line: &str) -> Vec<Act> {
    vec![raw(format!("{line}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{LIST}", LIST.len()))]
}

fn list(total: &str, rows: &str) -> Vec<Act> {
    scim(&format!(
        r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":{total},"itemsPerPage":1,"startIndex":1,"Resources":[{rows}]}}"#
    ))
}

fn limited(after: &str) -> Vec<Act> {
    vec![raw(format!("HTTP/1.1 429 Too Many Requests\r\nRetry-After: {after}\r\nContent-Length: 0\r\n\r\n"))]
}

const AT_ONCE: Duration = Duration::ZERO;

/// 200 MB of spaces in 1 MB of gzip: one block of fixed codes, each of which repeats the last byte 258 times.
fn bomb(encoding: &str) -> Vec<Act> {
    let mut bits = vec![true, true, false];
    // A space (0x30 + 0x20), then length 258 at distance 1, as RFC 1951 §3.2.6 writes them.
    bits.extend([false, true, false, true, false, false, false, false]);
    for _ in 0..640_000 {
        bits.extend([true, true, false, false, false, true, false, true, false, false, false, false, false]);
    }
    bits.extend([false; 7]);
    let mut body = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    body.extend(bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |all, bit| all << 1 | u8::from(*bit))));
    vec![begun(&format!("Content-Encoding: {encoding}\r\nContent-Length: {}\r\n\r\n", body.len())), raw(body)]
}

/// What is waited for until the time is up; they are run with a second for each request.
pub(crate) const SILENT: &[Mode] = &[
    Mode("silence", 3, "no complete answer within 1s", |_| vec![Act::Hang]),
    Mode("100 for ever", 3, "no complete answer within 1s", |_| {
        vec![Act::Forever(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100), AT_ONCE)]
    }),
    Mode("103 for ever", 3, "no complete answer within 1s", |_| {
        vec![Act::Forever(b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n".repeat(100), AT_ONCE)]
    }),
    Mode("a byte a moment", 3, "no complete answer within 1s", |_| {
        vec![begun("Content-Length: 1000\r\n\r\n"), Act::Forever(b" ".to_vec(), Duration::from_millis(100))]
    }),
    Mode("a header byte a moment", 3, "no complete answer within 1s", |_| {
        vec![begun("X-Slow: "), Act::Forever(b"h".to_vec(), Duration::from_millis(100))]
    }),
    Mode("silent after the first", 3, "stopped answering", |asked| {
        if asked.number == 0 { scim(LIST) } else { vec![Act::Hang] }
    }),
    Mode("silent each third time", 1, "", |asked| if asked.number % 3 < 2 { scim(LIST) } else { vec![Act::Hang] }),
    Mode("a length that is too long", 3, "no complete answer within 1s", |_| sized("900")),
    Mode("a length of 2^63", 3, "within 1s", |_| sized("9223372036854775808")),
    Mode("a byte a chunk", 3, "within 1s", |_| vec![chunked(""), Act::Forever(b"1\r\nx\r\n".repeat(1000), AT_ONCE)]),
];

pub(crate) const HTTP: &[Mode] = &[
    Mode("a web page", 3, "web page", |_| {
        vec![Act::Send(answer("200 OK", "text/html", "<html><h1>Welcome</h1></html>"))]
    }),
    Mode("closes at once", 3, "broke off", |_| vec![Act::Close]),
    Mode("closes within a body", 3, "broke off", |_| vec![begun("Content-Length: 900\r\n\r\n{\"total"), Act::Close]),
    Mode("resets within a body", 3, "broke off", |_| vec![begun("Content-Length: 900\r\n\r\n{\"total"), Act::Reset]),
    Mode("a body without end", 3, "larger than", |_| {
        vec![chunked(""), Act::Forever(format!("10000\r\n{}\r\n", "x".repeat(0x10000)).into_bytes(), AT_ONCE)]
    }),
    Mode("only 500", 1, "", |_| vec![Act::Send(answer("500 Internal Server Error", "text/plain", "java.lang.Null"))]),
    Mode("only 401", 3, "refuses the credentials", |_| vec![Act::Send(answer("401 Unauthorized", "text/plain", "no"))]),
    Mode("garbage", 3, "HTTP", |_| vec![raw(*b"\x00\xff\x1b[2J SSH-2.0-OpenSSH_9.9\r\n"), Act::Close]),
    Mode("HTTP/0.9", 3, "HTTP", |_| vec![raw("<html>hello</html>"), Act::Close]),
    Mode("an HTTP/2 preface", 3, "HTTP", |_| vec![raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Act::Close]),
    Mode("HTTP/2 frames", 3, "HTTP", |_| vec![raw(*b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03"), Act::Close]),
    Mode("HTTP/1.0", 1, "", |_| vec![raw(format!("HTTP/1.0 200 OK\r\n\r\n{LIST}")), Act::Close]),
    Mode("HTTP/9.9", 3, "HTTP", |_| status("HTTP/9.9 200 OK")),
    Mode("status 099", 3, "HTTP", |_| status("HTTP/1.1 099 Low")),
    Mode("status 999", 1, "", |_| status("HTTP/1.1 999 High")),
    Mode("status 1000", 3, "HTTP", |_| status("HTTP/1.1 1000 More")),
    Mode("status -1", 3, "HTTP", |_| status("HTTP/1.1 -1 Less")),
    Mode("no reason", 1, "", |_| status("HTTP/1.1 200")),
    Mode("101 Switching", 1, "", |_| {
        vec![raw("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")]
    }),
    Mode("204 with a body", 1, "", |_| status("HTTP/1.1 204 No Content")),
    Mode("304", 3, "redirects", |_| vec![raw("HTTP/1.1 304 Not Modified\r\n\r\n")]),
    Mode("a header without end", 3, "HTTP", |_| vec![begun("X-Long: "), Act::Forever(vec![b'h'; 1 << 16], AT_ONCE)]),
    Mode("headers without end", 3, "HTTP", |_| vec![begun(""), Act::Forever(b"X-Many: h\r\n".repeat(999), AT_ONCE)]),
    Mode("a status line without end", 3, "HTTP", |_| {
        vec![raw("HTTP/1.1 200 "), Act::Forever(vec![b'h'; 1 << 16], AT_ONCE)]
    }),
    Mode("headers of 200 kB", 1, "", |_| {
        with_header(format!("X-Long: {}\r\n", "h".repeat(4000)).repeat(50).trim_end())
    }),
    Mode("a header with NUL", 3, "HTTP", |_| with_header("X-Evil: a\0b")),
    Mode("a header that is folded", 3, "HTTP", |_| with_header("X-Evil: a\r\n b")),
    Mode("a header without a colon", 3, "HTTP", |_| with_header("X-Evil")),
    Mode("cookies", 1, "", |_| with_header("Set-Cookie: session=1; Path=/; Domain=127.0.0.1\r\nSet-Cookie2: a=b")),
    Mode("two answers at once", 1, "", |_| {
        vec![Act::Send(
            [answer("200 OK", "application/json", LIST), answer("200 OK", "application/json", "{}")].concat(),
        )]
    }),
    Mode("an answer to no request", 1, "", |asked| {
        let mut acts = scim(LIST);
        if asked.number > 0 {
            acts.insert(0, raw(answer("200 OK", "text/plain", "not asked for")));
        }
        acts
    }),
    Mode("closes after the first", 3, "stopped answering", |asked| {
        if asked.number == 0 { scim(LIST) } else { vec![Act::Close] }
    }),
    Mode("shuts after the first", 3, "stopped answering", |asked| {
        if asked.number == 0 { [scim(LIST), vec![Act::Shut]].into_iter().flatten().collect() } else { vec![Act::Close] }
    }),
    // Lengths (RFC 9112 §6.3).
    Mode("a length that is too short", 3, "no JSON", |_| sized("9")),
    Mode("two lengths", 3, "HTTP", |_| sized(&format!("{}\r\nContent-Length: 9", LIST.len()))),
    Mode("a list of lengths", 3, "HTTP", |_| sized("97, 9")),
    Mode("a negative length", 3, "HTTP", |_| sized("-1")),
    Mode("a length with a sign", 3, "HTTP", |_| sized("+97")),
    Mode("a length in hexadecimal", 3, "HTTP", |_| sized("0x61")),
    Mode("a length of 2^64", 3, "HTTP", |_| sized("18446744073709551616")),
    Mode("a length beside chunks", 1, "", |_| {
        vec![begun(&format!(
            "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{LIST}\r\n0\r\n\r\n",
            LIST.len()
        ))]
    }),
    Mode("chunks of gzip", 3, "", |_| {
        vec![begun("Transfer-Encoding: gzip, chunked\r\n\r\n3\r\n\x1f\x08\x08\r\n0\r\n\r\n")]
    }),
    Mode("a chunk size that is none", 3, "HTTP", |_| vec![chunked("zz\r\nabc\r\n0\r\n\r\n")]),
    Mode("a chunk size of 2^68", 3, "HTTP", |_| vec![chunked("FFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n")]),
    Mode("a chunk size of 2^64 - 1", 3, "broke off", |_| vec![chunked("FFFFFFFFFFFFFFFF\r\nabc"), Act::Close]),
    Mode("a negative chunk size", 3, "HTTP", |_| vec![chunked("-3\r\nabc\r\n0\r\n\r\n")]),
    Mode("a chunk without end", 3, "HTTP", |_| vec![chunked("3\r\nabcdef\r\n0\r\n\r\n")]),
    Mode("no last chunk", 3, "broke off", |_| vec![chunked("3\r\n[1]\r\n"), Act::Close]),
    Mode("a chunk extension without end", 3, "HTTP", |_| {
        vec![chunked("3;a="), Act::Forever(vec![b'e'; 1 << 14], AT_ONCE)]
    }),
    Mode("many chunk extensions", 3, "HTTP", |_| {
        vec![chunked(""), Act::Forever(format!("1;{}\r\nx\r\n", "e".repeat(4000)).into_bytes(), AT_ONCE)]
    }),
    Mode("trailers without end", 3, "HTTP", |_| {
        vec![chunked("2\r\n{}\r\n0\r\n"), Act::Forever(b"X-Trailer: t\r\n".repeat(999), AT_ONCE)]
    }),
    // Nothing that we did not ask for is inflated.
    Mode("a gzip bomb", 3, "no JSON", |_| bomb("gzip")),
    Mode("a deflate bomb", 3, "no JSON", |_| bomb("deflate")),
    Mode("a brotli bomb", 3, "no JSON", |_| bomb("br")),
    Mode("a bomb in a bomb", 3, "no JSON", |_| bomb("gzip, gzip")),
    // 429 (RFC 9110 §10.2.3).
    Mode("wait for 2^64 seconds", 3, "limits the rate", |_| limited("18446744073709551615")),
    Mode("wait for more than that", 3, "limits the rate", |_| limited("99999999999999999999999")),
    Mode("wait for less than nothing", 3, "limits the rate", |_| limited("-1")),
    Mode("wait for nothing", 3, "limits the rate", |_| limited("0")),
    Mode("wait until a date", 3, "limits the rate", |_| limited("Fri, 31 Dec 9999 23:59:59 GMT")),
    Mode("429 after the first", 1, "", |asked| if asked.number == 0 { scim(LIST) } else { limited("0") }),
];

pub(crate) const JSON: &[Mode] = &[
    Mode("invalid JSON", 3, "no JSON", |_| scim("{\"totalResults\": 1, \"Resources\": [{]}")),
    Mode("an empty 200", 3, "no JSON", |_| scim("")),
    Mode("100,000 levels", 3, "no JSON", |_| scim(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)))),
    Mode("100,000 objects deep", 3, "no JSON", |_| {
        scim(&format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000)))
    }),
    Mode("120 levels", 1, "", |_| scim(&format!("{}1{}", "{\"members\":[".repeat(60), "]}".repeat(60)))),
    Mode("an array", 1, "", |_| scim("[1, 2, {\"a\": []}]")),
    Mode("a number", 1, "", |_| scim("7")),
    Mode("null", 1, "", |_| scim("null")),
    Mode("a huge number", 3, "no JSON", |_| scim(&format!("{{\"totalResults\":1{}}}", "0".repeat(400)))),
    Mode("a huge exponent", 3, "no JSON", |_| scim("{\"totalResults\":1e999999999}")),
    Mode("a small exponent", 1, "", |_| scim("{\"totalResults\":1e-999999999}")),
    Mode("NaN", 3, "no JSON", |_| scim("{\"totalResults\":NaN}")),
    Mode("a lone surrogate", 3, "no JSON", |_| scim(r#"{"totalResults":0,"x":"\ud800"}"#)),
    Mode("a byte order mark", 3, "no JSON", |_| scim(&format!("\u{feff}{LIST}"))),
    Mode("UTF-16", 3, "no JSON", |_| {
        let body: Vec<u8> = LIST.encode_utf16().flat_map(u16::to_le_bytes).collect();
        vec![begun(&format!("Content-Length: {}\r\n\r\n", body.len())), raw(body)]
    }),
    Mode("bytes that are no UTF-8", 3, "no JSON", |_| {
        vec![begun("Content-Length: 13\r\n\r\n{\"a\":\""), raw(*b"\xff\x80\xc3\"}  ")]
    }),
    Mode("each key twice", 1, "", |_| {
        scim(&LIST.replacen('{', r#"{"totalResults":"x","Resources":7,"schemas":null,"#, 1))
    }),
    Mode("text after the JSON", 3, "no JSON", |_| scim(&format!("{LIST}}}"))),
    Mode("a list without end", 1, "", |_| list("1000000000", ROW)),
    Mode("2^63 results", 1, "", |_| list("9223372036854775808", ROW)),
    Mode("2^64 - 1 results", 1, "", |_| list("18446744073709551615", ROW)),
    Mode("1e30 results", 1, "", |_| list("1e30", ROW)),
    Mode("-1 results", 1, "", |_| list("-1", ROW)),
    Mode("\"5\" results", 1, "", |_| list("\"5\"", ROW)),
    Mode("10^6 rows", 3, "memory", |_| list("1000000", "{},".repeat(1_000_000).trim_end_matches(','))),
    Mode("10^5 rows of nothing", 1, "", |_| list("100000", "1,".repeat(100_000).trim_end_matches(','))),
    Mode("a text of 7 MB", 1, "", |_| scim(&format!("{{\"id\":\"{}\"}}", "x".repeat(7 << 20)))),
];
