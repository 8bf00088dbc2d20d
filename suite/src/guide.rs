//! The configuration guide of a product: the page that its administrators read, written from its profile. With the report
//! of a run it says what is verified. Pure: from profile and evidence to a page, from a page to Markdown and HTML.

mod accounts;
mod attributes;
mod credentials;
pub mod document;
mod entra;
pub mod evidence;
mod features;
mod google;
mod groups;
pub mod html;
mod limits;
pub mod markdown;
mod okta;
mod permissions;
mod requirements;
mod sources;
mod troubleshooting;
mod upkeep;

use scim_profile::{Feature, Profile, Scheme};

use document::{Block, Document, Line, Span, line, listed, text};
use evidence::Evidence;

/// The guide of a product. With evidence, which must disprove nothing, it says what is verified.
pub fn document(profile: &Profile, evidence: Option<&Evidence>) -> Document {
    let mut sections = vec![
        features::section(profile, evidence),
        requirements::section(profile),
        credentials::section(profile),
        okta::section(profile),
    ];
    if names(profile, "Entra") {
        sections.push(entra::section(profile));
    }
    if names(profile, "Google") {
        sections.push(google::section(profile));
    }
    sections.extend([
        accounts::user_names(profile),
        attributes::section(profile),
        permissions::section(profile),
        groups::section(profile),
        accounts::section(profile),
        accounts::afterwards(profile),
        upkeep::section(profile),
        limits::section(profile),
        troubleshooting::section(profile),
        sources::contact(profile),
        sources::section(profile, evidence),
    ]);
    sections.retain(|section| !section.blocks.is_empty());
    let title = line("Provisioning {} with {}", [text(&profile.title), providers(profile)]);
    Document { title, lead: lead(profile), sections }
}

fn lead(profile: &Profile) -> Vec<Block> {
    let leave = if offers(profile, Feature::Deactivate) { ", and whoever leaves cannot" } else { "" };
    let words = line(
        "{} ({}) takes its accounts from {} through SCIM 2.0: whoever is assigned there can work here{}. This page says what is \
         supported, and how the two are connected.",
        [text(&profile.title), text(&profile.about), identity_provider(profile), Line(vec![Span::Text(leave.into())])],
    );
    vec![Block::Paragraph(words)]
}

/// All the identity providers, for a heading.
fn providers(profile: &Profile) -> Line {
    if profile.identity_providers.is_empty() {
        return text("Okta");
    }
    listed(profile.identity_providers.iter().map(text), "and")
}

/// The identity provider, by its name where there is one.
fn identity_provider(profile: &Profile) -> Line {
    match profile.identity_providers.as_slice() {
        [] => text("Okta"),
        [one] => text(one),
        _ => text("your identity provider"),
    }
}

/// Whether the profile names an identity provider.
fn names(profile: &Profile, word: &str) -> bool {
    profile.identity_providers.iter().any(|provider| provider.to_lowercase().contains(&word.to_lowercase()))
}

/// Whether something is offered.
fn offers(profile: &Profile, feature: Feature) -> bool {
    profile.features.get(&feature).is_some_and(|offer| *offer.get())
}

/// Whether something is ruled out.
fn rules_out(profile: &Profile, feature: Feature) -> bool {
    profile.features.get(&feature).is_some_and(|offer| !*offer.get())
}

/// The ways in which clients show who they are, the first one first.
fn schemes(profile: &Profile) -> Vec<Scheme> {
    let authentication = &profile.authentication;
    let mut schemes = vec![*authentication.scheme.get()];
    schemes.extend(authentication.also.iter().flat_map(|also| also.get()));
    schemes
}

/// The first way that an identity provider can go.
fn scheme_for(profile: &Profile, can: &[Scheme]) -> Option<Scheme> {
    schemes(profile).into_iter().find(|scheme| can.contains(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENT: &str = r#"
name = "tiny"
title = "Tiny | <b>Co</b>"
about = "small things"
identity-providers = []
claim = [{ id = "TINY-01", basis = "stated", shows = ["wire"], words = "all of it" }]

[features]
create-users = { value = true, from = "stated TINY-01" }

[authentication]
scheme = { value = "client-credentials", from = "stated TINY-01" }
"#;

    #[test]
    fn what_a_profile_does_not_speak_of_is_left_out() {
        let profile = Profile::read(SILENT).expect("a profile");
        let page = document(&profile, None);
        let anchors: Vec<&str> = page.sections.iter().map(|section| section.anchor).collect();
        assert_eq!(
            anchors,
            [
                "features",
                "requirements",
                "credentials",
                "okta",
                "user-names",
                "attributes",
                "accounts",
                "limits",
                "troubleshooting",
                "contact",
                "sources"
            ]
        );
        let markdown = markdown::render(&page);
        assert!(markdown.contains("# Provisioning Tiny \\| \\<b\\>Co\\</b\\> with Okta\n"), "{markdown}");
        assert!(markdown.contains("cannot be connected"), "no way that Okta can go: {markdown}");
    }

    /// The tags of a page, and the kinds of Markdown in it.
    fn markup(profile: &Profile) -> (Vec<String>, Vec<String>) {
        let page = document(profile, None);
        let html = html::render(&page).expect("a page");
        let tags = html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default().to_owned());
        let markdown = markdown::render(&page);
        let kinds =
            pulldown_cmark::Parser::new_ext(&markdown, pulldown_cmark::Options::all()).filter_map(
                |event| match event {
                    pulldown_cmark::Event::Text(_) | pulldown_cmark::Event::Code(_) => None,
                    other => Some(format!("{other:?}")),
                },
            );
        (tags.collect(), kinds.collect())
    }

    /// Acme, whose every text ends with more.
    fn acme_with(more: &str) -> Profile {
        let texts = [
            "title",
            "about",
            "contact",
            "detail",
            "words",
            "label",
            "description",
            "suggested-group",
            "name",
            "may",
            "roles",
            "found-under",
            "open-for",
            "closed-for",
            "access-levels",
            "held-by",
            "access-level",
            "with",
        ];
        let line = |line: &str| match line.split_once(" = ") {
            // Names of attributes and of the product are words of the format.
            Some((key, value)) if !texts.contains(&key) || (key == "name" && !value.contains(' ')) => line.to_owned(),
            None => line.to_owned(),
            Some(_) => {
                let end = line.find("\"], from").or_else(|| line.find("\", from")).or_else(|| line.rfind('"'));
                end.map_or_else(|| line.to_owned(), |end| format!("{}{more}{}", &line[..end], &line[end..]))
            }
        };
        let text: Vec<String> = include_str!("../../examples/profiles/acme.toml").lines().map(line).collect();
        Profile::read(&text.join("\n")).unwrap_or_else(|found| panic!("{found:#?}"))
    }

    /// Whatever a profile's words are, the page is made of the same pieces.
    #[test]
    fn a_hostile_profile_makes_no_markup() {
        let hostile = "<script>x</script>' onload='y' &amp; *a* _b_ ](javascript:z) | `c` ![](d) ~~e~~ $f$";
        let (tags, kinds) = markup(&acme_with(&format!(" {hostile}")));
        let (plain_tags, plain_kinds) = markup(&acme_with(" harmless"));
        assert_eq!(tags, plain_tags);
        assert_eq!(kinds, plain_kinds);
        let page = html::render(&document(&acme_with(hostile), None)).expect("a page");
        assert!(page.matches("&#60;script&#62;").count() > 100, "they are there: {page}");
    }

    #[test]
    fn the_published_systems_have_the_sections_of_such_guides() {
        let common =
            ["features", "requirements", "credentials", "okta", "attributes", "limits", "troubleshooting", "contact"];
        let own: [(&str, &[&str]); 5] = [
            ("mdscripts", &["user-names"]),
            ("reftab", &["groups", "afterwards"]),
            ("rubiconmd", &["permissions", "afterwards", "upkeep"]),
            ("rudderstack", &[]),
            ("rxnt", &["entra", "google", "accounts", "afterwards", "upkeep"]),
        ];
        for (name, own) in own {
            let page = document(scim_profile::named(name).expect("published"), None);
            let mut anchors: Vec<&str> = page.sections.iter().map(|section| section.anchor).collect();
            for wanted in common.iter().chain(own) {
                assert!(anchors.contains(wanted), "{name} has no {wanted}");
            }
            assert_eq!(anchors.contains(&"entra"), name == "rxnt");
            anchors.sort_unstable();
            anchors.dedup();
            assert_eq!(anchors.len(), page.sections.len(), "{name}");
        }
    }
}
