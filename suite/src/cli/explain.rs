//! `explain`: all that is known of a check, a rule, a defect or a variant.

use super::grammar::ExplainOptions;
use super::{Exit, Fault, embedded};
use crate::catalogue::{self, Rule, Rules};
use crate::check::Item;
use crate::checks;
use crate::runner::select::near;

/// Prints the explanation.
pub(super) fn explain(options: &ExplainOptions) -> Result<Exit, Fault> {
    let id = options.id.as_str();
    let items = checks::items();
    let text = if let Some(item) = items.iter().find(|item| item.id() == id) {
        of_check(item)
    } else if let Some(rule) = catalogue::rule(id) {
        of_rule(rule, &items)
    } else if let Some(text) = of_profiles(id) {
        text
    } else if let Some(defect) = embedded::all_defects().iter().find(|defect| defect.name == id) {
        let try_it = format!("try it    scimprove serve --defect {id}");
        let breaks: Vec<String> = defect.breaks.iter().filter_map(|id| catalogue::rule(id)).map(short).collect();
        format!("{id}\n  {}\n\nbreaks\n{}\n{try_it}\n", defect.sentence, breaks.concat())
    } else if let Some(variant) = embedded::all_variants().iter().find(|variant| variant.name == id) {
        let shows: Vec<String> = variant.shows.iter().filter_map(|id| catalogue::rule(id)).map(short).collect();
        let shows = if shows.is_empty() { String::new() } else { format!("otherwise breaks\n{}", shows.concat()) };
        let legal = variant.legal_under.join(", ");
        format!(
            "{id}\n  {}\n\nlegal under {legal}\n{shows}\ntry it    scimprove serve --variant {id}\n",
            variant.sentence
        )
    } else {
        let defects = embedded::all_defects().into_iter().map(|defect| defect.name);
        let variants = embedded::all_variants().into_iter().map(|variant| variant.name);
        let switches = defects.chain(variants).filter(|name| name.starts_with(id));
        let near = match switches.map(String::from).collect::<Vec<String>>() {
            switches if !switches.is_empty() => switches,
            // Ids of rules begin with who wrote them, in capitals.
            _ if id.starts_with(|first: char| first.is_ascii_uppercase()) => near_rules(id),
            _ => near(id, &items),
        };
        let advice = if near.is_empty() {
            "`scimprove list checks`, `list rules`, `list defects` and `list variants` show all".into()
        } else {
            format!("near are {}", near.join(", "))
        };
        return Err(Fault::usage(format!("there is no check, rule, defect or variant {id:?}; {advice}")));
    };
    anstream::print!("{text}");
    Ok(Exit::Conforms)
}

/// A claim of a published profile, or a check that is made of one.
fn of_profiles(id: &str) -> Option<String> {
    for profile in scim_profile::NAMES.iter().filter_map(|name| scim_profile::named(name)) {
        if let Some(rule) = Rules::of(profile, true).claims().iter().find(|claim| claim.id == id) {
            let mut text = of_rule(rule, &checks::items_with(profile));
            text.push_str(&format!("try it    scimprove check --profile {}\n", profile.name));
            return Some(text);
        }
        let is_of_profile = id.starts_with("profile.");
        let items = if is_of_profile { checks::items_with(profile) } else { Vec::new() };
        if let Some(item) = items.iter().find(|item| item.id() == id) {
            let claims: Vec<String> =
                item.rules().into_iter().filter_map(|id| Rules::of(profile, true).rule(id)).map(short).collect();
            return Some(format!(
                "{id}\n  {}\n\nfeature   {}\neffect    {}\n\nclaims of {}\n{}\ntry it    scimprove check --profile {} --only {id}\n",
                item.title(),
                item.feature().title(),
                item.effect(),
                profile.title,
                claims.concat(),
                profile.name,
            ));
        }
    }
    None
}

/// The rules whose ids share the most with what was typed.
fn near_rules(typed: &str) -> Vec<String> {
    let shared = |id: &str| id.bytes().zip(typed.bytes()).take_while(|(known, typed)| known == typed).count();
    let most = catalogue::rules().iter().map(|rule| shared(&rule.id)).max().unwrap_or(0);
    catalogue::rules().iter().filter(|rule| shared(&rule.id) == most).take(5).map(|rule| rule.id.clone()).collect()
}

fn of_check(item: &Item) -> String {
    let rules: Vec<String> = item.rules().into_iter().filter_map(catalogue::rule).map(short).collect();
    let alone = if item.alone() { "alone     it has the target for itself while it runs\n" } else { "" };
    format!(
        "{}\n  {}\n\nfeature   {}\nsince     {}\n{alone}effect    {}\n\nrules\n{}\ntry it    scimprove check --only {}\n",
        item.id(),
        item.title(),
        item.feature().title(),
        item.since(),
        item.effect(),
        rules.concat(),
        item.id(),
    )
}

fn of_rule(rule: &Rule, items: &[Item]) -> String {
    let citing: Vec<String> = items
        .iter()
        .filter(|item| item.rules().contains(&rule.id.as_str()))
        .map(|item| format!("  {}\n", item.id()))
        .collect();
    let citing = match catalogue::unchecked(&rule.id) {
        _ if !citing.is_empty() => citing.concat(),
        Some((reason, "")) => format!("  none: {}\n", reason.words()),
        Some((reason, why)) => format!("  none: {} ({why})\n", reason.words()),
        None => "  none\n".into(),
    };
    let effects: std::collections::BTreeSet<&str> =
        items.iter().filter(|item| item.rules().contains(&rule.id.as_str())).map(Item::effect).collect();
    let effects: String = effects.into_iter().map(|effect| format!("  {effect}\n")).collect();
    let effects = if effects.is_empty() { effects } else { format!("\na tenant feels\n{effects}") };
    let fix = if rule.test.is_empty() { String::new() } else { format!("\na server that keeps it\n  {}\n", rule.test) };
    let source = if rule.source.is_empty() { String::new() } else { format!("source    {}\n", rule.source) };
    format!(
        "{}\n  {}\n\nrulebook  {}\nlevel     {}\n{source}{fix}{effects}\nchecked by\n{citing}",
        rule.id,
        rule.words,
        rule.rulebook.name(),
        rule.level.name(),
    )
}

fn short(rule: &Rule) -> String {
    format!("  {:<22} {:<8} {}\n", rule.id, rule.level.name(), rule.words)
}
