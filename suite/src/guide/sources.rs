//! Whom to ask, and where the page has come from.

use scim_profile::{Basis, Profile};

use super::document::{Block, Line, Section, code, joined, line, listed, text};
use super::evidence::Evidence;

/// Whom to ask.
pub(super) fn contact(profile: &Profile) -> Section {
    let words = match &profile.contact {
        Some(contact) => line("For questions that this page leaves open: {}.", [text(contact)]),
        None => line("For questions that this page leaves open, ask the support of {}.", [text(&profile.title)]),
    };
    Section::new("contact", text("Contact"), vec![Block::Paragraph(words)])
}

/// Where the page has come from, what in it is nobody's but the profile's, and what a run has shown.
pub(super) fn section(profile: &Profile, evidence: Option<&Evidence>) -> Section {
    let of_basis = |basis: Basis| profile.claims.iter().filter(move |claim| claim.basis == basis).count().to_string();
    let words = "Written by scimprove from the profile {} of {}. Of its claims {} are stated in the documents of the product, {} derived from standards, {} chosen.";
    let counted = [Basis::Stated, Basis::Derived, Basis::Chosen].map(|basis| text(of_basis(basis)));
    let [stated, derived, chosen] = counted;
    let mut blocks =
        vec![Block::Paragraph(line(words, [code(&profile.name), text(&profile.title), stated, derived, chosen]))];
    let chosen: Vec<Line> = profile
        .statements()
        .into_iter()
        .filter(|statement| statement.from.get_ref().basis == Basis::Chosen)
        .map(|statement| text(statement.key))
        .collect();
    if !chosen.is_empty() {
        let words = "Where the documents are silent a form was chosen: {}.";
        blocks.push(Block::Paragraph(line(words, [joined(chosen, "; ")])));
    }
    if let Some(evidence) = evidence {
        let words = "What is marked as verified was shown on {} by {}, run against {}.";
        let mut told = vec![line(words, [text(evidence.day()), text(evidence.tool()), text(evidence.target())])];
        if evidence.is_insecure() {
            told.push(line("Certificates were not checked.", []));
        }
        let tally = evidence.tally().into_iter().map(|(words, count)| text(format!("{count} {words}")));
        let tally = listed(tally, "and");
        if !tally.is_empty() {
            told.push(line("What came of the claims: {}.", [tally]));
        }
        blocks.push(Block::Paragraph(joined(told, " ")));
    }
    Section::new("sources", text("About this page"), blocks)
}
