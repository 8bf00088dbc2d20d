//! A page as HTML: one file, without script and without anything from elsewhere; `templates/guide.html` is its form.

use askama::Template;

use super::document::{Block, Document, Span};

#[derive(Template)]
#[template(path = "guide.html")]
struct Page<'a> {
    document: &'a Document,
}

/// The whole page.
///
/// # Errors
/// None that a page can cause: writing to memory does not fail.
pub fn render(document: &Document) -> askama::Result<String> {
    Page { document }.render()
}

#[cfg(test)]
mod tests {
    use super::super::document::{Line, Section, Table, code, strong, text};
    use super::*;

    #[test]
    fn markup_of_somebody_else_is_text() {
        let hostile = "<script>alert(\"1\")</script>' onload='x' & &amp;";
        let lines: Vec<Line> = vec![text(hostile), strong(hostile), code(hostile)];
        let table = Table { about: "a table", head: vec!["a", "b", "c"], rows: vec![lines.clone()] };
        let blocks = vec![
            Block::Paragraph(text(hostile)),
            Block::Note(strong(hostile)),
            Block::Points(lines.clone()),
            Block::Steps(lines),
            Block::Table(table),
        ];
        let section = Section::new("x", text(hostile), blocks.clone());
        let html = render(&Document { title: text(hostile), lead: blocks, sections: vec![section] }).expect("a page");
        assert!(!html.contains("<script") && !html.contains("onload='"), "{html}");
        assert!(html.contains("&#38;amp;") || html.contains("&amp;amp;"), "{html}");
        // Every tag is one of ours.
        let tags = html.split('<').skip(1).map(|rest| rest.split(['>', ' ']).next().unwrap_or_default());
        for tag in tags {
            let name = tag.trim_start_matches(['/', '!']);
            assert!(
                "doctype html head meta title style body main nav header section h1 h2 p ul ol li a table caption thead tbody tr th td div strong code"
                    .split(' ')
                    .any(|known| known.eq_ignore_ascii_case(name)),
                "<{tag}"
            );
        }
    }
}
