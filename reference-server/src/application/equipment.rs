//! Equipment that people have borrowed.

use super::Application;
use crate::scim::ScimError;
use crate::scim::error::quoted;

impl Application {
    /// Lends an item to a user who is there, or takes it back.
    ///
    /// # Errors
    /// 404 for an item that is none, 409 for one that somebody has.
    pub(crate) fn lend(&self, item: &str, user: Option<&str>) -> Result<(), ScimError> {
        if !self.items().any(|known| known == item) {
            return Err(ScimError::new(404, format!("there is no item {}", quoted(item))));
        }
        let mut kept = self.kept();
        match user {
            None => drop(kept.lent.remove(item)),
            Some(user) => match kept.lent.get(item) {
                Some(holder) if holder != user => return Err(ScimError::conflict("somebody else has it")),
                _ => drop(kept.lent.insert(item.to_owned(), user.to_owned())),
            },
        }
        Ok(())
    }

    /// Each item, and whom it is lent to.
    pub(crate) fn lent(&self) -> Vec<(&'static str, Option<String>)> {
        let kept = self.kept();
        self.items().map(|item| (item, kept.lent.get(item).cloned())).collect()
    }

    fn items(&self) -> impl Iterator<Item = &'static str> + use<> {
        let equipment = self.product.profile().equipment.iter();
        equipment.flat_map(|equipment| &equipment.items).map(|item| item.get_ref().as_str())
    }
}
