//! What defects do that needs more than one operation: waiting, looking before, asking elsewhere.

use super::Server;
use super::space::Visitor;
use crate::defects::{Late, Twist};
use crate::provider::{Operation, Reply};
use crate::scim::etag::Preconditions;
use crate::scim::projection::View;
use crate::scim::schema::ResourceKind;
use serde_json::Value;

impl Server {
    /// Carries out an operation under defects that take their time.
    pub(super) async fn perform_late(&self, visitor: &Visitor<'_>, operation: Operation, when: Preconditions) -> Reply {
        for twist in &self.twists {
            if let Twist::Wait(wait) = twist
                && let Some(time) = wait(&operation)
            {
                tokio::time::sleep(time).await;
            }
        }
        let late = self.twists.iter().find_map(|twist| match twist {
            Twist::Late(late) => Some((late, self.look(visitor, late, &operation)?)),
            _ => None,
        });
        let Some((late, seen)) = late else {
            return self.perform(visitor, operation, when);
        };
        tokio::time::sleep(Late::PAUSE).await;
        let next = |operation| self.perform(visitor, operation, Preconditions::default());
        (late.act)(operation, &seen, &next)
    }

    fn look(&self, visitor: &Visitor<'_>, late: &Late, operation: &Operation) -> Option<Value> {
        (late.look)(operation, &|operation| self.perform(visitor, operation, Preconditions::default()))
    }

    /// Carries out an operation here, and where a defect says so in the other organisations, too.
    pub(super) fn perform_anywhere(&self, visitor: &Visitor<'_>, operation: Operation, when: &Preconditions) -> Reply {
        let reply = self.spaces.get(visitor.space).provider.perform(operation.clone(), when);
        let is_asked = |twist: &Twist| matches!(twist, Twist::Elsewhere(asks) if asks(&operation, &reply));
        if !self.twists.iter().any(is_asked) {
            return reply;
        }
        let others = self.spaces.others(visitor.space).map(|space| space.provider.perform(operation.clone(), when));
        others.into_iter().find(|elsewhere| elsewhere.status != reply.status).unwrap_or(reply)
    }

    /// Whether a defect lets a signed-in user do what only the provisioning client may.
    pub(super) fn is_promoted(&self, visitor: &Visitor<'_>, id: &str) -> bool {
        let mut promotes = self.twists.iter().filter_map(|twist| match twist {
            Twist::Promote(promotes) => Some(promotes),
            _ => None,
        });
        let Some(promotes) = promotes.next() else {
            return false;
        };
        let read = Operation::Read { kind: ResourceKind::User, id: id.to_owned(), view: View::default() };
        let user = self.spaces.get(visitor.space).provider.perform(read, &Preconditions::default());
        user.body.is_some_and(|user| promotes(&user))
    }
}
