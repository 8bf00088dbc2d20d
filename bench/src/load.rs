//! A closed loop: so many connections, each of which sends the next request as soon as its last one is answered.

use anyhow::{Context, ensure};
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How long a load lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    /// So long.
    Time(Duration),
    /// So many requests.
    Count(usize),
}

/// Sends requests, numbered from `first`, and gives the number after the last. An answer of another status ends it.
///
/// One thread does all of it and waits for the oldest request: while it reads an answer, the server has the others to do.
pub(crate) fn run(
    address: SocketAddr,
    connections: usize,
    until: Until,
    status: u16,
    first: usize,
    request: &dyn Fn(usize) -> Vec<u8>,
) -> anyhow::Result<usize> {
    let (start, mut next) = (Instant::now(), first);
    let is_over = |next: usize| match until {
        Until::Time(time) => start.elapsed() >= time,
        Until::Count(count) => next - first >= count,
    };
    let mut idle = (0..connections).map(|_| Connection::open(address)).collect::<anyhow::Result<VecDeque<_>>>()?;
    let mut waiting = VecDeque::new();
    loop {
        while !is_over(next)
            && let Some(mut connection) = idle.pop_front()
        {
            connection.send(&request(next))?;
            next += 1;
            waiting.push_back(connection);
        }
        let Some(mut connection) = waiting.pop_front() else {
            return Ok(next);
        };
        let answer = connection.receive()?;
        ensure!(answer.status == status, "{} instead of {status}: {}", answer.status, answer.text());
        idle.push_back(connection);
    }
}

/// One connection that is kept open.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer, as it stands in its connection's buffer.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).with_context(|| format!("no connection to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: vec![0; 64 * 1024] })
    }

    pub(crate) fn exchange(&mut self, request: &[u8]) -> anyhow::Result<Answer<'_>> {
        self.send(request)?;
        self.receive()
    }

    fn send(&mut self, request: &[u8]) -> anyhow::Result<()> {
        Ok(self.stream.write_all(request)?)
    }

    fn receive(&mut self) -> anyhow::Result<Answer<'_>> {
        let mut length = 0;
        let mut needed = None;
        while needed.is_none_or(|(_, end)| length < end) {
            let room = needed.map_or(0, |(_, end)| end).max(length + 1);
            if self.received.len() < room {
                self.received.resize(2 * room, 0);
            }
            let count = self.stream.read(&mut self.received[length..])?;
            ensure!(count > 0, "the server closed the connection");
            length += count;
            if needed.is_none() {
                needed = extent(&self.received[..length])?;
            }
        }
        let (head, end) = needed.unwrap_or_default();
        let text = std::str::from_utf8(&self.received[..head])?;
        let status = text.get(9..12).and_then(|code| code.parse().ok()).context("an answer has a status")?;
        Ok(Answer { status, head: text, body: &self.received[head..end] })
    }
}

impl Answer<'_> {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(self.body).chars().take(300).collect()
    }
}

/// Where the head ends and where the body does, once the whole head is there.
fn extent(received: &[u8]) -> anyhow::Result<Option<(usize, usize)>> {
    let Some(blank) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&received[..blank])?;
    let length = header(head, "content-length").map_or(Ok(0), str::parse)?;
    Ok(Some((blank + 4, blank + 4 + length)))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let text = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP";
        assert_eq!(extent(text).expect("well-formed"), Some((38, 41)));
        assert_eq!(extent(&text[..30]).expect("well-formed"), None);
        assert_eq!(extent(b"HTTP/1.1 204 No Content\r\n\r\n").expect("well-formed"), Some((27, 27)));
    }
}
