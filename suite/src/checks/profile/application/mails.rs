//! Mail that the product sends, and that nobody gets twice.

use scim_profile::{Mail, Moment};
use serde_json::json;

use super::{draft, whole};
use crate::check::{Case, Demand, Feature, Judgement, Stop};
use crate::checks::profile::product::Product;
use crate::checks::profile::said::Said;
use crate::checks::profile::ways::{Way, given, write_to};
use crate::checks::profile::word;
use crate::expect::broken;

pub(super) fn demands(product: &'static Product) -> Vec<Demand> {
    let demand = |mail: &'static Mail| {
        let title = format!("The mail {} is sent once for each occasion, and for no other", mail.name.get_ref());
        let said = Said::of(mail.from.get_ref());
        draft(("mail", word(mail.name.get_ref())), Feature::CreateUsers, title, vec![said])
            .story(product, move |t| Box::pin(story(t, product, mail)))
    };
    product.profile.mails.iter().map(demand).collect()
}

async fn story(t: &Case, product: &'static Product, mail: &'static Mail) -> Result<(), Stop> {
    for way in Way::CHANGES {
        let user = given(t, &product.standing(&[])).await?;
        let mut due = usize::from(mail.on == Moment::Create);
        arrived(t, mail, &user.id, due, "after the create").await?;
        write_to(t, way, user.clone(), &t.some_change()).await?;
        arrived(t, mail, &user.id, due, "after an update").await?;
        write_to(t, way, user.clone(), &json!({"active": false})).await?;
        due += usize::from(mail.on == Moment::Deactivate);
        arrived(t, mail, &user.id, due, "after the deactivation").await?;
        write_to(t, way, user.clone(), &json!({"active": true})).await?;
        due += usize::from(mail.on == Moment::Reactivate);
        arrived(t, mail, &user.id, due, "after the reactivation").await?;
    }
    Ok(())
}

/// How often it was sent to somebody.
async fn arrived(t: &Case, mail: &'static Mail, user: &str, due: usize, when: &str) -> Result<(), Stop> {
    let (letters, page) = whole(t, "/outbox").await?;
    let is_it = |letter: &&serde_json::Value| letter["user"] == user && letter["mail"] == mail.name.get_ref().as_str();
    let sent = letters.iter().filter(is_it).count();
    t.step(when);
    let judgement =
        if sent == due { Judgement::Holds } else { broken(format!("{due} of them"), sent.to_string(), "/items") };
    Said::of(mail.from.get_ref()).conclude(t, judgement, &page);
    Ok(())
}
