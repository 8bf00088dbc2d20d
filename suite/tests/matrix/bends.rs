//! A scripted peer: the correct server, whose answers to one kind of request are bent on their way. For what no server is
//! known to get wrong, and the suite must notice all the same.

use std::future::Future;
use std::pin::Pin;

use scimprove::target::{Answer, NoAnswer, Request, Target};

/// One way of bending answers.
pub struct Bend {
    /// What it is called in lists.
    pub name: &'static str,
    /// Changes an answer, if it is one of those meant.
    pub twist: fn(&Request, &mut Answer),
}

/// A target whose answers are bent.
pub struct BentTarget<T> {
    /// The target itself.
    pub inner: T,
    /// What is done to its answers.
    pub bend: &'static Bend,
}

impl<T: Target> Target for BentTarget<T> {
    fn send<'a>(&'a self, request: &'a Request) -> Pin<Box<dyn Future<Output = Result<Answer, NoAnswer>> + Send + 'a>> {
        Box::pin(async move {
            let mut answer = self.inner.send(request).await?;
            (self.bend.twist)(request, &mut answer);
            Ok(answer)
        })
    }
}
