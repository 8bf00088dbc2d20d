//! Sections of documents that tests write: each stands between two marks, and is compared whenever the tests run.

/// Compares a section of `docs/FILE` with what it should be, or rewrites it if `SCIMPROVE_UPDATE` is set.
pub fn compare(file: &str, section: &str, text: &str) {
    let path = format!("{}/../docs/{file}", env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(&path).expect("the document can be read");
    let (begin, end) = (format!("<!-- {section}: begin -->\n"), format!("<!-- {section}: end -->\n"));
    let (before, rest) = document.split_once(&begin).expect("the mark where the section begins");
    let (old, after) = rest.split_once(&end).expect("the mark where the section ends");
    if std::env::var_os("SCIMPROVE_UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{begin}{text}{end}{after}")).expect("the document can be written");
    } else {
        let stale = || old.lines().zip(text.lines()).find(|(old, new)| old != new);
        assert!(old == text, "docs/{file} is stale; SCIMPROVE_UPDATE=1 rewrites it. First difference: {:#?}", stale());
    }
}
