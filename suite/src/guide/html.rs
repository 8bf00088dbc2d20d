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

    /// What a reader who does not see the page, or has no mouse, is led by.
    #[test]
    fn whoever_does_not_see_it_finds_the_way() {
        let names = scim_profile::NAMES.map(|name| scim_profile::named(name).expect("published").clone());
        let acme =
            scim_profile::Profile::read(include_str!("../../../examples/profiles/acme.toml")).expect("a profile");
        for profile in names.into_iter().chain([acme]) {
            let html = render(&super::super::document(&profile, None)).expect("a page");
            let xml = html.strip_prefix("<!doctype html>\n").expect("a page of our time");
            let page = roxmltree::Document::parse(xml).unwrap_or_else(|error| panic!("{error}: {html}"));
            let all = |name: &'static str| page.descendants().filter(move |node| node.has_tag_name(name));
            let ids: Vec<&str> = page.descendants().filter_map(|node| node.attribute("id")).collect();
            assert!((1..ids.len()).all(|at| !ids[at..].contains(&ids[at - 1])), "{ids:?}");
            let links: Vec<&str> = all("a").filter_map(|link| link.attribute("href")).collect();
            assert!(links.iter().all(|link| link.strip_prefix('#').is_some_and(|id| ids.contains(&id))), "{links:?}");
            assert_eq!(page.root_element().attribute("lang"), Some("en"));
            assert_eq!((all("h1").count(), all("main").count(), all("title").count()), (1, 1, 1));
            assert_eq!(all("h2").count(), all("section").count());
            assert!(all("table").count() >= 3);
            for table in all("table") {
                let within = |name: &'static str| table.descendants().filter(move |node| node.has_tag_name(name));
                assert_eq!(within("caption").count(), 1);
                assert!(within("th").all(|head| head.has_attribute("scope")));
                let columns = within("th").filter(|head| head.attribute("scope") == Some("col")).count();
                let rows = within("tr").skip(1);
                rows.for_each(|row| assert_eq!(row.children().filter(|it| it.is_element()).count(), columns));
                // What may be wider than the screen can be scrolled by keys.
                let frame = table.parent().expect("a frame");
                assert_eq!((frame.attribute("tabindex"), frame.attribute("role")), (Some("0"), Some("region")));
                assert!(frame.has_attribute("aria-label"));
            }
            assert!(!html.contains("http-equiv") && !html.contains("url(") && !html.contains("@import"));
        }
    }
}
