//! Who shows that a change of one resource changes no other.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::case::{Case, Kept, Record, Shared};

/// A user and a group that no story names: nothing may happen to them.
pub(super) struct Bystanders {
    case: Case,
    seen: std::sync::Mutex<BTreeMap<String, serde_json::Value>>,
}

impl Bystanders {
    pub(super) async fn new(shared: &Arc<Shared>) -> Bystanders {
        let case = Case::new(shared.clone());
        let mut seen = BTreeMap::new();
        // Without them the run still says all the rest; creating is judged by checks of its own.
        if let Ok(user) = case.given_user().await {
            let group = case.given_group(&[&user]).await;
            for resource in [Some(user), group.ok()].into_iter().flatten() {
                if let Ok(read) = case.read(&resource).await {
                    seen.insert(resource.path(), read.answer.json.unwrap_or_default());
                }
            }
        }
        Bystanders { case, seen: std::sync::Mutex::new(seen) }
    }

    /// Reads them again after a story that changed something.
    pub(super) async fn look(&self, shared: &Shared, record: &mut Record) {
        let Some(wrote) = record.wrote else { return };
        let paths: Vec<String> = self.lock().keys().cloned().collect();
        for path in paths {
            let Ok(read) = self.case.get(&path).await else { return };
            // A bystander that is gone is compared as nothing: that is a change.
            let after = if read.answer.status == 200 { read.answer.json.clone() } else { None }.unwrap_or_default();
            let Some(before) = self.lock().insert(path, after.clone()) else { continue };
            let change = record.kept[wrote].exchange.clone();
            let number = record.kept.len();
            let watched = shared.watch.transition(true, &before, &change, &after, number, &shared.client.guard);
            record.watched.extend(watched);
            record.kept.push(Kept::new(&read, true, &shared.client.redactor));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, serde_json::Value>> {
        self.seen.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}
