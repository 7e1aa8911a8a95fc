//! The sentences at the top of the Overview: how many apps need attention, and which. Pure.

use contract::{Health, Overview};

/// Most apps that the explanation names for one state.
const NAMED: usize = 3;

/// The headline, such as `2 apps need attention`.
#[must_use]
pub fn headline(overview: &Overview) -> String {
    let n = overview.apps.len();
    let needy = overview.apps.iter().filter(|it| it.needs_attention(overview.at_ms)).count();
    let is_silent = overview.apps.iter().all(|it| it.health == Health::Silent);
    match needy {
        0 if n == 1 && is_silent => "Your app is silent".to_owned(),
        0 if is_silent => format!("All {n} apps are silent"),
        0 if n == 1 => "Your app is healthy".to_owned(),
        0 => "No apps need attention".to_owned(),
        1 => "1 app needs attention".to_owned(),
        _ => format!("{needy} apps need attention"),
    }
}

/// The sentences below it, which name the apps that need attention.
#[must_use]
pub fn explanation(overview: &Overview) -> String {
    let named = |health: Health, says: &str| {
        let names: Vec<&str> = overview.apps.iter().filter(|it| it.health == health).map(|it| &*it.app).collect();
        let (shown, rest) = names.split_at(names.len().min(NAMED));
        let verb = if names.len() == 1 { "is" } else { "are" };
        let list = match (shown, rest.len()) {
            ([], _) => return None,
            (shown, 0) => join(shown),
            (shown, n) => format!("{} and {n} more", shown.join(", ")),
        };
        Some(format!("{list} {verb} {says}."))
    };
    let parts =
        [named(Health::Failing, "failing"), named(Health::Degraded, "degraded"), named(Health::Silent, "silent")];
    let healthy = overview.apps.iter().filter(|it| it.health == Health::Healthy).count();
    let mut text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if healthy > 0 && healthy < overview.apps.len() {
        text += if healthy == 1 { " The other app is healthy." } else { " The others are healthy." };
    } else if healthy > 0 {
        text += "Error rates and response times are normal.";
    }
    text
}

/// Names as a list with `and` before the last.
fn join(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
