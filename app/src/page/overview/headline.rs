//! The sentences at the top of the Overview: how many apps need attention, and which. Pure.

use contract::{Health, Overview};

/// Most apps that the explanation names for one state.
const NAMED: usize = 3;

/// The headline, such as `2 of 12 apps need you`.
#[must_use]
pub fn headline(overview: &Overview) -> String {
    let n = overview.apps.len();
    let needy = overview.apps.iter().filter(|it| it.health.needs_you()).count();
    let apps = if n == 1 { "app" } else { "apps" };
    match needy {
        0 if overview.apps.iter().all(|it| it.health == Health::Silent) => format!("{n} {apps}, nothing heard"),
        0 if n == 1 => "Your app is healthy".to_owned(),
        0 => format!("No app of {n} needs you"),
        1 => format!("1 of {n} {apps} needs you"),
        _ => format!("{needy} of {n} {apps} need you"),
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
    let parts = [
        named(Health::Failing, "failing"),
        named(Health::Degraded, "worse than usual"),
        named(Health::Silent, "silent"),
    ];
    let healthy = overview.apps.iter().filter(|it| it.health == Health::Healthy).count();
    let mut text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if healthy > 0 && healthy < overview.apps.len() {
        text += if healthy == 1 { " One other is fine." } else { " The others are fine." };
    } else if healthy > 0 {
        text += "Requests are answered as they should be.";
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
