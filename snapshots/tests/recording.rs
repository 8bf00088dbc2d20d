//! The `.snap` files: how a text is compared with its own, and what holds for all of them.

use std::path::{Path, PathBuf};

use libtest_mimic::Failed;
use regex::Regex;

/// A text that is recorded, by its name `folder.file`.
#[derive(Clone, Copy)]
pub(crate) struct Snapshot {
    pub(crate) name: &'static str,
    pub(crate) text: fn() -> String,
}

/// Secrets that the trials give away to be kept.
pub(crate) const TOKEN: &str = "t0k3n-th4t-n0b0dy-m4y-s33";
pub(crate) const PASSWORDS: [&str; 2] = ["1mz050nq", "Tr0ub4dor-and-3"];

impl Snapshot {
    /// Fails with the difference; `cargo insta review` shows and accepts it.
    pub(crate) fn compare(self) -> Result<(), Failed> {
        let (folder, file) = self.name.split_once('.').ok_or("a snapshot is named folder.file")?;
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(recordings().join(folder));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let text = (self.text)();
        settings.bind(|| insta::assert_snapshot!(file, text));
        Ok(())
    }
}

/// No file holds a token or a password, not even one that was made up by the run.
pub(crate) fn holds_no_secret() -> Result<(), Failed> {
    let suspicious = Regex::new(
        r#"[Aa]uthorization: ?[A-Za-z]+ [^\[$<]|password(?:\\?"|&quot;): ?(?:\\?"|&quot;)[^\[]|Pw-[a-z0-9]{12}"#,
    )?;
    for path in files() {
        let text = std::fs::read_to_string(&path)?;
        let named = [TOKEN].into_iter().chain(PASSWORDS).find(|secret| text.contains(secret));
        if let Some(secret) = named.or_else(|| suspicious.find(&text).map(|found| found.as_str())) {
            return Err(format!("{} holds {secret:?}", path.display()).into());
        }
    }
    Ok(())
}

/// A recording that nothing is compared with any more goes.
pub(crate) fn has_a_trial(names: Vec<String>) -> Result<(), Failed> {
    for path in files() {
        let file = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a name")?;
        let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).ok_or("a folder")?;
        if !names.contains(&format!("{folder}.{file}")) {
            return Err(format!("no trial compares anything with {}", path.display()).into());
        }
    }
    Ok(())
}

fn recordings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded")
}

fn files() -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let listing = std::fs::read_dir(folder).expect("a folder of recordings");
        listing.map(|entry| entry.expect("an entry").path()).collect()
    };
    let all = entries(&recordings()).iter().flat_map(|folder| entries(folder)).collect::<Vec<_>>();
    all.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "snap")).collect()
}
