//! What becomes of accounts, and what an administrator does with them.

use scim_profile::{Feature, Moment, Password, Profile, UserNameFormat};

use super::attributes::label_of;
use super::document::{Block, Line, Section, code, line, listed, menu, points, sentence, strong, text};
use super::{identity_provider, offers};

/// Which user names there are.
pub(super) fn user_names(profile: &Profile) -> Section {
    let words = match profile.accounts.user_name.as_ref().map(|format| *format.get()) {
        Some(UserNameFormat::Email) => line(
            "User names are e-mail addresses. One that is none is refused (400, {}), and nothing is stored.",
            [code("invalidValue")],
        ),
        Some(UserNameFormat::Any) => line("Every user name will do, as long as nobody else has it.", []),
        None => line("{} prescribes no form of user names; each is there once.", [text(&profile.title)]),
    };
    Section::new("user-names", text("User names"), vec![Block::Paragraph(words)])
}

/// What becomes of accounts.
pub(super) fn section(profile: &Profile) -> Section {
    let accounts = &profile.accounts;
    let (here, there) = (|| text(&profile.title), || identity_provider(profile));
    let mut lines = Vec::new();
    if offers(profile, Feature::CreateUsers) {
        lines.push(line("An account is active as soon as its person is assigned.", []));
    }
    if let Some(level) = &accounts.access_level {
        lines.push(line("New accounts have the access level {}.", [strong(level.get())]));
    }
    if !accounts.access_levels.is_empty() {
        let levels = listed(accounts.access_levels.iter().map(strong), "and");
        lines.push(line("An administrator of {} raises it by hand; there are also {}.", [here(), levels]));
    }
    if accounts.keeps_what_is_given.as_ref().is_some_and(|keeps| *keeps.get()) {
        lines.push(line(
            "What an administrator of {} has given by hand stays, whatever {} writes later.",
            [here(), there()],
        ));
    }
    if let Some(fixed) = &accounts.fixed_in_pages {
        let names = listed(fixed.get().iter().map(|name| label_of(profile, name)), "and");
        lines.push(line("In the pages of {} nobody changes {}: these come from {}.", [here(), names, there()]));
    }
    if accounts.password.as_ref().is_some_and(|password| *password.get() == Password::Ignored) {
        lines.push(line("Accounts get no password through SCIM; one that is sent is dropped. Where single sign-on is set up, people sign in with it.", []));
    }
    if let Some(child) = &profile.organisation.child_attribute {
        let words = "{} puts somebody into an organisation below yours. One that is not known is refused, and no account is made.";
        lines.push(line(words, [label_of(profile, child.get())]));
    }
    for mail in &profile.mails {
        let moment = match mail.on {
            Moment::Create => "is new",
            Moment::Deactivate => "is deactivated",
            Moment::Reactivate => "is reactivated",
        };
        lines.push(line("Whoever {} gets one mail ({}) from {}.", [text(moment), text(mail.name.get_ref()), here()]));
    }
    for opt_in in &profile.opt_ins {
        let attribute = label_of(profile, opt_in.attribute.get_ref());
        lines.push(line(
            "As long as {} has a value, its person is opted in ({}).",
            [attribute, text(opt_in.name.get_ref())],
        ));
    }
    Section::new("accounts", text("What becomes of accounts"), points(lines).into_iter().collect())
}

/// What an administrator does once people are there.
pub(super) fn afterwards(profile: &Profile) -> Section {
    let one = |it: &scim_profile::FollowUp| -> Line {
        if it.found_under.is_empty() {
            sentence(&it.words)
        } else {
            line("{} This is under {}.", [sentence(&it.words), menu(&it.found_under)])
        }
    };
    let lines = profile.follow_ups.iter().map(one).collect();
    Section::new("afterwards", text("After people are provisioned"), points(lines).into_iter().collect())
}
