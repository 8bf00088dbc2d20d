//! A page as Markdown (CommonMark, with the tables of GitHub). No text of somebody else's can become markup.

use super::document::{Block, Document, Line, Span, Table};

/// The whole page.
pub fn render(document: &Document) -> String {
    let mut out = format!("# {}\n", inline(&document.title));
    blocks(&mut out, &document.lead);
    for section in &document.sections {
        out.push_str(&format!("\n## {}\n", inline(&section.heading)));
        blocks(&mut out, &section.blocks);
    }
    out
}

fn blocks(out: &mut String, blocks: &[Block]) {
    for block in blocks {
        out.push('\n');
        match block {
            Block::Paragraph(line) => out.push_str(&format!("{}\n", opening(line))),
            Block::Note(line) => out.push_str(&format!("> {}\n", opening(line))),
            Block::Points(lines) => lines.iter().for_each(|line| out.push_str(&format!("- {}\n", opening(line)))),
            Block::Steps(lines) => {
                lines
                    .iter()
                    .enumerate()
                    .for_each(|(at, line)| out.push_str(&format!("{}. {}\n", at + 1, opening(line))));
            }
            Block::Table(it) => table(out, it),
        }
    }
}

fn table(out: &mut String, table: &Table) {
    out.push_str(&format!("| {} |\n|{}\n", table.head.join(" | "), "---|".repeat(table.head.len())));
    for row in &table.rows {
        // A pipe ends a cell even within code.
        let cells = row.iter().map(|line| line.0.iter().map(cell).collect::<String>());
        out.push_str(&format!("| {} |\n", cells.collect::<Vec<_>>().join(" | ")));
    }
}

fn cell(span: &Span) -> String {
    match span {
        Span::Code(words) => code(words).replace('|', "\\|"),
        other => piece(other),
    }
}

fn inline(line: &Line) -> String {
    line.0.iter().map(piece).collect()
}

/// A line that begins a block, where more is markup than elsewhere: `- `, `+ `, `1. `, `===`.
fn opening(line: &Line) -> String {
    let text = inline(line);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => format!("{}\\{}", &text[..digits], &text[digits..]),
        Some(b'-' | b'+' | b'=' | b':') if digits == 0 => format!("\\{text}"),
        _ => text,
    }
}

fn piece(span: &Span) -> String {
    match span {
        Span::Text(words) => escaped(words),
        Span::Strong(words) if words.trim().is_empty() => escaped(words),
        Span::Strong(words) => format!("**{}**", escaped(words)),
        Span::Code(words) => code(words),
    }
}

/// Text in which nothing is markup.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut rest = words.chars().peekable();
    while let Some(c) = rest.next() {
        let is_markup = match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '|' | '~' | '#' | '$' | '!' | '^' => true,
            // An entity begins there; whatever comes next may be another span's.
            '&' => rest.peek().is_none_or(|next| next.is_ascii_alphanumeric() || *next == '#'),
            _ => false,
        };
        if is_markup {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Code between more backticks than it has in a row.
fn code(words: &str) -> String {
    let (longest, _) = words.chars().fold((0, 0), |(longest, run), c| {
        let run = if c == '`' { run + 1 } else { 0 };
        (longest.max(run), run)
    });
    let fence = "`".repeat(longest + 1);
    if words.is_empty() {
        return String::new();
    }
    // One blank at each end belongs to the fence.
    let pad = if words.starts_with(['`', ' ']) || words.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{words}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;
    use crate::guide::document::{Section, code as code_line, strong, text};

    /// What a reader of Markdown sees: the words, and the kinds of markup.
    fn read(markdown: &str) -> (String, Vec<String>) {
        let (mut words, mut kinds) = (String::new(), Vec::new());
        for event in Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
            match event {
                Event::Text(it) | Event::Code(it) => words.push_str(&it),
                Event::Start(tag) => kinds.push(format!("{:?}", tag.to_end())),
                Event::End(TagEnd::Paragraph | TagEnd::TableCell | TagEnd::Heading(_)) => words.push('\n'),
                Event::End(_) => {}
                other => kinds.push(format!("{other:?}")),
            }
        }
        (words, kinds)
    }

    fn page(line: &Line) -> String {
        let table = Table { about: "a table", head: vec!["a", "b"], rows: vec![vec![line.clone(), line.clone()]] };
        let all = vec![
            Block::Paragraph(line.clone()),
            Block::Note(line.clone()),
            Block::Points(vec![line.clone()]),
            Block::Steps(vec![line.clone()]),
            Block::Table(table),
        ];
        let section = Section::new("x", line.clone(), all);
        render(&Document { title: line.clone(), lead: Vec::new(), sections: vec![section] })
    }

    /// The same page with a harmless word has the same markup.
    fn says(line: &Line, plain: &Line) -> Result<(), TestCaseError> {
        let (words, kinds) = read(&page(line));
        let (_, wanted) = read(&page(plain));
        prop_assert_eq!(&kinds, &wanted, "{}", page(line));
        let times = words.matches(line.words().trim()).count();
        prop_assert!(times >= 7, "{} times in {:?} of {}", times, words, page(line));
        Ok(())
    }

    #[test]
    fn markup_of_somebody_else_is_text() {
        for hostile in [
            "<script>alert(1)</script>",
            "[click](javascript:alert(1))",
            "![](https://evil.example/x.png)",
            "| a | b |",
            "# heading",
            "1. one",
            "- point",
            "--- ",
            "***",
            "`a``b`",
            "&lt;b&gt;",
            "~~gone~~",
            "$x$",
            "a\\",
            "[^1]: note",
            "::: x",
            "=== ",
        ] {
            for (line, plain) in
                [(text(hostile), text("a")), (strong(hostile), strong("a")), (code_line(hostile), code_line("a"))]
            {
                says(&line, &plain).unwrap_or_else(|error| panic!("{hostile}: {error}"));
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_becomes_markup(words in "[ -~]{0,6}[a-z][ -~]{0,12}") {
            says(&text(&words), &text("a"))?;
            says(&code_line(&words), &code_line("a"))?;
        }
    }

    #[test]
    fn a_step_keeps_its_number() {
        let steps = Block::Steps(vec![text("2) x"), text("y")]);
        let mut out = String::new();
        blocks(&mut out, &[steps]);
        assert_eq!(out, "\n1. 2\\) x\n2. y\n");
        assert!(matches!(Parser::new(&out).next(), Some(Event::Start(Tag::List(Some(1))))));
    }
}
