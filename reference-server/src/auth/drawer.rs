//! Things that belong to whoever knows a secret.

use super::Secret;
use std::collections::{HashMap, VecDeque};

/// The oldest thing goes when there are more than this.
const LIMIT: usize = 10_000;

/// Things, each found by its secret alone.
#[derive(Debug)]
pub(crate) struct Drawer<T> {
    things: HashMap<u64, (Secret, T)>,
    order: VecDeque<u64>,
}

impl<T> Default for Drawer<T> {
    fn default() -> Self {
        Self { things: HashMap::new(), order: VecDeque::new() }
    }
}

impl<T> Drawer<T> {
    pub(crate) fn put(&mut self, secret: Secret, thing: T) {
        if self.order.len() == LIMIT
            && let Some(oldest) = self.order.pop_front()
        {
            self.things.remove(&oldest);
        }
        self.order.push_back(secret.mark());
        self.things.insert(secret.mark(), (secret, thing));
    }

    pub(crate) fn find(&self, secret: &Secret) -> Option<&T> {
        let (known, thing) = self.things.get(&secret.mark())?;
        bool::from(known.is(secret)).then_some(thing)
    }

    pub(crate) fn find_mut(&mut self, secret: &Secret) -> Option<&mut T> {
        let (known, thing) = self.things.get_mut(&secret.mark())?;
        bool::from(known.is(secret)).then_some(thing)
    }

    /// Takes a thing out.
    pub(crate) fn take(&mut self, secret: &Secret) -> Option<T> {
        self.find(secret)?;
        self.order.retain(|mark| *mark != secret.mark());
        self.things.remove(&secret.mark()).map(|(_, thing)| thing)
    }

    /// All things, the oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &T> {
        self.order.iter().filter_map(|mark| self.things.get(mark)).map(|(_, thing)| thing)
    }

    /// Keeps what is to stay, and tells whether anything went.
    pub(crate) fn keep(&mut self, stays: impl Fn(&T) -> bool) -> bool {
        let before = self.things.len();
        self.things.retain(|_, (_, thing)| stays(thing));
        self.order.retain(|mark| self.things.contains_key(mark));
        self.things.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.things.clear();
        self.order.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_found_by_its_own_secret() {
        let mut drawer = Drawer::default();
        drawer.put(Secret::of("one"), 1);
        drawer.put(Secret::of("two"), 2);
        assert_eq!((drawer.find(&Secret::of("two")), drawer.find(&Secret::of("three"))), (Some(&2), None));
        drawer.put(Secret::of("four"), 4);
        assert_eq!((drawer.take(&Secret::of("four")), drawer.take(&Secret::of("four"))), (Some(4), None));
        assert_eq!((drawer.keep(|thing| *thing == 2), drawer.keep(|_| true)), (true, false));
        assert_eq!((drawer.find(&Secret::of("one")), drawer.all().collect::<Vec<_>>()), (None, vec![&2]));
    }

    #[test]
    fn the_oldest_thing_makes_room() {
        let mut drawer = Drawer::default();
        for number in 0..=LIMIT {
            drawer.put(Secret::of(number.to_string()), number);
        }
        assert_eq!((drawer.find(&Secret::of("0")), drawer.find(&Secret::of("1"))), (None, Some(&1)));
        assert_eq!(drawer.all().count(), LIMIT);
    }
}
