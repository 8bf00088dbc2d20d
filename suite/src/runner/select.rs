//! Which items a run is about.

use globset::{Glob, GlobMatcher};

use crate::catalogue::{Rulebook, Rules};
use crate::check::{Feature, Item};
use crate::properties::{Relation, relations};

/// What the user asked for. Empty lists mean everything.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    only: Vec<Pattern>,
    skip: Vec<Pattern>,
    /// Rows of the headline table.
    pub features: Vec<Feature>,
    /// Rulebooks whose rules count.
    pub rulebooks: Vec<Rulebook>,
}

#[derive(Debug, Clone)]
struct Pattern {
    text: String,
    glob: GlobMatcher,
}

/// A selection that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unselectable {
    /// The pattern is no glob.
    #[error("{0:?} is no pattern: {1}")]
    Pattern(String, String),
    /// A pattern matches no check.
    #[error("{pattern:?} matches no check{}", near_words(near))]
    NoMatch {
        /// The pattern.
        pattern: String,
        /// Ids that look like it.
        near: Vec<String>,
    },
}

impl Selection {
    /// A selection by globs over ids: `deactivate.*`. A plain word also takes the ids that begin with it and a dot.
    pub fn new(only: &[String], skip: &[String]) -> Result<Selection, Unselectable> {
        Ok(Selection { only: patterns(only)?, skip: patterns(skip)?, ..Selection::default() })
    }

    /// The rulebooks that count.
    pub fn rulebooks(&self) -> Vec<Rulebook> {
        if self.rulebooks.is_empty() { Rulebook::DEFAULT.to_vec() } else { self.rulebooks.clone() }
    }

    /// The items that are asked for, in the order of the registry.
    pub fn select(&self, items: &[Item], rules: Rules) -> Result<Vec<Item>, Unselectable> {
        for pattern in self.only.iter().chain(&self.skip) {
            let is_relation = relations().iter().any(|relation| pattern.matches(relation.id));
            if !is_relation && !items.iter().any(|item| pattern.matches(&item.id())) {
                return Err(Unselectable::NoMatch { pattern: pattern.text.clone(), near: near(&pattern.text, items) });
            }
        }
        let rulebooks = self.rulebooks();
        let counts = |id: &&str| {
            rules.rule(id).is_some_and(|rule| rule.rulebook == Rulebook::Profile || rulebooks.contains(&rule.rulebook))
        };
        let wanted = |item: &&Item| self.takes(&item.id(), item.feature()) && item.rules().iter().any(counts);
        Ok(items.iter().filter(wanted).copied().collect())
    }
}

impl Selection {
    /// The relations that properties try, in the order of their table.
    pub fn relations(&self) -> Vec<&'static Relation> {
        relations().into_iter().filter(|relation| self.takes(relation.id, Feature::Protocol)).collect()
    }

    fn takes(&self, id: &str, feature: Feature) -> bool {
        (self.only.is_empty() || self.only.iter().any(|pattern| pattern.matches(id)))
            && !self.skip.iter().any(|pattern| pattern.matches(id))
            && (self.features.is_empty() || self.features.contains(&feature))
    }
}

impl Pattern {
    fn matches(&self, id: &str) -> bool {
        self.glob.is_match(id) || id.strip_prefix(&self.text).is_some_and(|rest| rest.starts_with('.'))
    }
}

fn patterns(texts: &[String]) -> Result<Vec<Pattern>, Unselectable> {
    let pattern = |text: &String| {
        let glob = Glob::new(text).map_err(|error| Unselectable::Pattern(text.clone(), error.to_string()))?;
        Ok(Pattern { text: text.clone(), glob: glob.compile_matcher() })
    };
    texts.iter().map(pattern).collect()
}

/// Up to five ids that share the most with what was typed.
pub fn near(typed: &str, items: &[Item]) -> Vec<String> {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2).map(str::to_lowercase).collect()
    };
    let typed = words(typed);
    let mut scored: Vec<(usize, String)> = items
        .iter()
        .map(|item| {
            let id = item.id();
            let known = words(&id);
            let alike = |a: &String, b: &String| {
                a.starts_with(b.as_str()) || b.starts_with(a.as_str()) || a.get(..3) == b.get(..3)
            };
            (typed.iter().filter(|word| known.iter().any(|known| alike(known, word))).count(), id)
        })
        .filter(|(score, _)| *score > 0)
        .collect();
    scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.into_iter().take(5).map(|(_, id)| id).collect()
}

fn near_words(near: &[String]) -> String {
    if near.is_empty() {
        "; `scimprove list checks` shows all".into()
    } else {
        format!("; near are {}", near.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(only: &[&str]) -> Result<Vec<String>, Unselectable> {
        let only: Vec<String> = only.iter().map(|text| text.to_string()).collect();
        let items = crate::checks::items();
        Ok(Selection::new(&only, &[])?.select(&items, Rules::default())?.iter().map(Item::id).collect())
    }

    #[test]
    fn words_take_whole_families() {
        let ids = selected(&["deactivate"]).expect("selected");
        assert!(ids.len() > 2 && ids.iter().all(|id| id.starts_with("deactivate.")), "{ids:?}");
    }

    #[test]
    fn a_pattern_that_matches_nothing_says_what_is_near() {
        let error = selected(&["deactivation"]).expect_err("no such check").to_string();
        assert!(error.contains("deactivate."), "{error}");
    }
}
