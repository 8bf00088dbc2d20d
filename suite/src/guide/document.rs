//! A page, before it is Markdown or HTML. Text that comes from elsewhere enters by the functions here, which make it
//! harmless to look at; what a rendering must escape, it escapes by itself.

use crate::clean;

/// A page.
#[derive(Debug, Clone)]
pub struct Document {
    /// What stands over it.
    pub title: Line,
    /// What it opens with.
    pub lead: Vec<Block>,
    /// The rest.
    pub sections: Vec<Section>,
}

/// A part of a page.
#[derive(Debug, Clone)]
pub struct Section {
    /// The word by which addresses name it.
    pub anchor: &'static str,
    /// What stands over it.
    pub heading: Line,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A block of text.
#[derive(Debug, Clone)]
pub enum Block {
    /// Sentences.
    Paragraph(Line),
    /// Sentences that must not be missed.
    Note(Line),
    /// One thing beside the other.
    Points(Vec<Line>),
    /// One thing after the other.
    Steps(Vec<Line>),
    /// Rows and columns.
    Table(Table),
}

/// Rows and columns.
#[derive(Debug, Clone)]
pub struct Table {
    /// What it is about, for whoever does not see where it stands.
    pub about: &'static str,
    /// What stands over the columns.
    pub head: Vec<&'static str>,
    /// As many lines a row as there are columns; the first one says what the row is about.
    pub rows: Vec<Vec<Line>>,
}

impl Table {
    /// Without the columns in which nothing stands but the line that means nothing.
    pub fn without_empty(mut self, empty: &Line) -> Table {
        let keep: Vec<bool> =
            (0..self.head.len()).map(|at| self.rows.iter().any(|row| row.get(at) != Some(empty))).collect();
        let mut kept = keep.iter();
        self.head.retain(|_| kept.next() == Some(&true));
        for row in &mut self.rows {
            let mut kept = keep.iter();
            row.retain(|_| kept.next() == Some(&true));
        }
        self
    }
}

/// Text without line breaks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line(pub Vec<Span>);

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// As it is.
    Text(String),
    /// What stands on a button, say.
    Strong(String),
    /// What is typed or sent.
    Code(String),
}

/// A sentence of our own: `{}` stands for the next part, and `*…*` is strong.
pub fn line<const N: usize>(words: &'static str, parts: [Line; N]) -> Line {
    debug_assert_eq!(words.matches("{}").count(), N, "{words}");
    let mut parts = parts.into_iter();
    let mut spans = Vec::new();
    for (at, piece) in words.split('*').enumerate() {
        for (at_part, words) in piece.split("{}").enumerate() {
            if at_part > 0 {
                spans.extend(parts.next().unwrap_or_default().0);
            }
            if !words.is_empty() {
                let words = words.to_owned();
                spans.push(if at % 2 == 1 { Span::Strong(words) } else { Span::Text(words) });
            }
        }
    }
    Line(spans)
}

/// Text of somebody else's, or of ours.
pub fn text(words: impl AsRef<str>) -> Line {
    Line(vec![Span::Text(harmless(words.as_ref()))])
}

/// What stands on a button, in a menu.
pub fn strong(words: impl AsRef<str>) -> Line {
    Line(vec![Span::Strong(harmless(words.as_ref()))])
}

/// What is typed or sent.
pub fn code(words: impl AsRef<str>) -> Line {
    Line(vec![Span::Code(harmless(words.as_ref()))])
}

/// The way through menus.
pub fn menu<S: AsRef<str>>(steps: &[S]) -> Line {
    joined(steps.iter().map(strong), " › ")
}

/// Several, with something between them.
pub fn joined(lines: impl IntoIterator<Item = Line>, between: &str) -> Line {
    let mut spans = Vec::new();
    for line in lines {
        if !spans.is_empty() {
            spans.push(Span::Text(between.to_owned()));
        }
        spans.extend(line.0);
    }
    Line(spans)
}

/// Several in a sentence: `a, b and c`.
pub fn listed(lines: impl IntoIterator<Item = Line>, last: &str) -> Line {
    let mut lines: Vec<Line> = lines.into_iter().collect();
    match lines.pop() {
        Some(end) if !lines.is_empty() => joined([joined(lines, ", "), end], &format!(" {last} ")),
        end => end.unwrap_or_default(),
    }
}

/// A sentence of somebody else's, which ends as sentences do.
pub fn sentence(words: &str) -> Line {
    let words = harmless(words);
    let mut letters = words.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    text(if capital.ends_with(['.', '!', '?']) { capital } else { format!("{capital}.") })
}

/// On one line, without what would turn the reading direction or hide.
fn harmless(words: &str) -> String {
    clean::line(&words.split_whitespace().collect::<Vec<_>>().join(" "))
}

impl Line {
    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words alone.
    pub fn words(&self) -> String {
        let words = self.0.iter().map(|span| match span {
            Span::Text(words) | Span::Strong(words) | Span::Code(words) => words.as_str(),
        });
        words.collect()
    }
}

impl Section {
    /// A section; without blocks it says nothing and is left out by whoever makes a page.
    pub fn new(anchor: &'static str, heading: Line, blocks: Vec<Block>) -> Section {
        Section { anchor, heading, blocks }
    }
}

/// Points, where there are any.
pub fn points(lines: Vec<Line>) -> Option<Block> {
    if lines.is_empty() { None } else { Some(Block::Points(lines)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_where_they_are_wanted() {
        let made = line("Open *Menu* and {}, then {}.", [menu(&["a", "b"]), code("c*")]);
        assert_eq!(made.words(), "Open Menu and a › b, then c*.");
        assert_eq!(made.0[1], Span::Strong("Menu".into()));
        assert_eq!(made.0.last(), Some(&Span::Text(".".into())));
    }

    #[test]
    fn lists_read_like_sentences() {
        let several = |words: &[&str]| listed(words.iter().map(text), "and").words();
        assert_eq!(several(&[]), "");
        assert_eq!(several(&["a"]), "a");
        assert_eq!(several(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn what_comes_from_elsewhere_is_one_harmless_line() {
        assert_eq!(sentence("first\n  second\u{202e}").words(), "First second\\u{202e}.");
        assert_eq!(sentence("").words(), ".");
    }
}
