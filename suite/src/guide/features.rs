//! What is supported, as the table that such guides open with.

use scim_profile::{Feature, Mutability, Others, Probe, Profile};

use super::attributes::label_of;
use super::document::{Block, Line, Section, Table, line, listed, text};
use super::evidence::{Evidence, Proof};
use super::{identity_provider, offers};

pub(super) fn section(profile: &Profile, evidence: Option<&Evidence>) -> Section {
    let claimed =
        Feature::ALL.into_iter().filter_map(|feature| Some((feature, *profile.features.get(&feature)?.get())));
    let rows = claimed.map(|(feature, yes)| {
        let mut row = vec![text(name(feature)), text(if yes { "yes" } else { "no" }), meaning(profile, feature, yes)];
        if let Some(evidence) = evidence {
            row.push(if yes { stamp(evidence, evidence.proof(profile, feature)) } else { text("–") });
        }
        row
    });
    let mut head = vec!["Feature", "Supported", "What it means"];
    head.extend(evidence.map(|_| "Verified"));
    let table = Table { about: "Supported features", head, rows: rows.collect() };
    Section::new("features", text("Supported features"), vec![Block::Table(table)])
}

/// As Okta writes it.
pub(super) fn name(feature: Feature) -> &'static str {
    match feature {
        Feature::CreateUsers => "Create users",
        Feature::UpdateAttributes => "Update user attributes",
        Feature::Deactivate => "Deactivate users",
        Feature::Reactivate => "Reactivate users",
        Feature::ImportUsers => "Import users",
        Feature::ImportGroups => "Import groups",
        Feature::GroupPush => "Push groups",
        Feature::PasswordSync => "Sync password",
        Feature::Link => "Link users",
        Feature::RemoveUsers => "Remove users",
        Feature::EnhancedGroupPush => "Enhanced group push",
    }
}

fn stamp(evidence: &Evidence, proof: Proof) -> Line {
    let when = || [text(evidence.day()), text(evidence.tool()), text(evidence.target())];
    match proof {
        Proof::Verified => line("*verified* {}, {}, {}", when()),
        Proof::RecordOnly => line("*verified* {}, {}, {}; by the records, no sign-in was tried", when()),
        Proof::Open(why) => line("not verified: {}", [text(why)]),
    }
}

fn meaning(profile: &Profile, feature: Feature, yes: bool) -> Line {
    let (here, there) = (text(&profile.title), identity_provider(profile));
    match (feature, yes) {
        (Feature::CreateUsers, true) => line("Whoever is assigned in {} gets an account in {}.", [there, here]),
        (Feature::CreateUsers, false) => line("Accounts are made in {} itself.", [here]),
        (Feature::UpdateAttributes, true) => match changeable(profile) {
            Some(names) => line("Later changes of {} reach {}.", [listed(names, "and"), here]),
            None => line("Later changes in {} overwrite what {} has.", [there, here]),
        },
        (Feature::UpdateAttributes, false) => line("What was written at the beginning stays.", []),
        (Feature::Deactivate, true) => deactivated(profile),
        (Feature::Deactivate, false) => line("Accounts are closed in {} itself.", [here]),
        (Feature::Reactivate, true) => line("Assigned again, the same person has the same account again.", []),
        (Feature::Reactivate, false) => line("A closed account is not opened again through SCIM.", []),
        (Feature::ImportUsers, true) => {
            line("Accounts that {} has, however they were made, can be brought into {}.", [here, there])
        }
        (Feature::ImportUsers, false) => line("Accounts of {} are not brought into {}.", [here, there]),
        (Feature::ImportGroups, true) => line("Groups that {} has can be brought into {}.", [here, there]),
        (Feature::ImportGroups, false) => line("Groups of {} are not brought into {}.", [here, there]),
        (Feature::GroupPush, true) => {
            line("Groups of {} show in {}, with those of their members who have accounts.", [there, here])
        }
        (Feature::GroupPush, false) => line("Groups of {} do not show in {}.", [there, here]),
        (Feature::PasswordSync, true) => line("Passwords of {} open accounts of {}.", [there, here]),
        (Feature::PasswordSync, false) => line("No password is written to {}.", [here]),
        (Feature::Link, true) => {
            line("Whoever has an account already keeps it: it is linked, and no second one is made.", [])
        }
        (Feature::Link, false) => line("Accounts that were there before are not linked.", []),
        (Feature::RemoveUsers, true) => line("Accounts can be removed for good.", []),
        (Feature::RemoveUsers, false) if offers(profile, Feature::Deactivate) => {
            line("No account is removed; it is deactivated instead.", [])
        }
        (Feature::RemoveUsers, false) => line("No account is removed.", []),
        (Feature::EnhancedGroupPush, true) => {
            line("A group of {} can be linked to one that {} has already.", [there, here])
        }
        (Feature::EnhancedGroupPush, false) => {
            line("A group of {} is not linked to one that {} has already.", [there, here])
        }
    }
}

fn deactivated(profile: &Profile) -> Line {
    let (here, there) = (text(&profile.title), identity_provider(profile));
    match profile.accounts.probe.as_ref().map(|probe| *probe.get()) {
        Some(Probe::Access) => line(
            "Whoever is unassigned or deactivated in {} loses access to the organisation. The account stays, and its person can still \
             sign in to {} itself.",
            [there, here],
        ),
        Some(Probe::Login) | None => {
            line("Whoever is unassigned or deactivated in {} can no longer sign in to {}.", [there, here])
        }
    }
}

/// What follows later changes, where not everything does.
fn changeable(profile: &Profile) -> Option<Vec<Line>> {
    let accepts = profile.accounts.accepts.as_ref()?;
    let is_fixed = |name: &str| {
        profile.attributes.iter().any(|attribute| {
            let fixed = [Mutability::Immutable, Mutability::ReadOnly];
            attribute.name.get_ref() == name && attribute.mutability.as_ref().is_some_and(|it| fixed.contains(it.get()))
        })
    };
    let is_plain = |name: &&String| !matches!(name.as_str(), "active" | "externalId" | "password");
    let names = accepts.attributes.get().iter().filter(is_plain).filter(|name| !is_fixed(name));
    let own = (!profile.extensions.is_empty()).then(|| text("attributes of its own"));
    Some(names.map(|name| label_of(profile, name)).chain(own).collect())
}

/// What becomes of attributes that the product does not take.
pub(super) fn others(profile: &Profile) -> Option<Line> {
    let words = match profile.accounts.accepts.as_ref()?.others.get() {
        Others::Ignored => {
            "{} takes these attributes alone. Whatever else is sent is dropped, and no request fails for it."
        }
        Others::ReadOnly => {
            "{} takes these attributes alone. Everything else is published as read-only, and dropped when it is sent."
        }
    };
    Some(line(words, [text(&profile.title)]))
}
