//! The health of an app as a shape and a word. The shape repeats what the colour says, for those
//! who do not see it.

use contract::{Health, Reason};
use leptos::prelude::*;

use super::type_erasure::{erased_text, erased_view};

/// The word for a state.
#[must_use]
pub const fn word(health: Health) -> &'static str {
    match health {
        Health::Failing => "Failing",
        Health::Degraded => "Degraded",
        Health::Healthy => "Healthy",
        Health::Silent => "Silent",
    }
}

/// A reason as one sentence, such as `H12 request timeouts: 10/min since 01:46` or
/// `p99 2.19 s, 5.4× usual (406 ms)`.
#[must_use]
pub fn sentence(reason: &Reason) -> String {
    format!("{}{}{}", capital(&reason.what), separator(reason), reason.detail)
}

/// The text between the two parts of a reason: a colon before a count, a comma before a comparison
/// with the usual or with a limit.
#[must_use]
pub fn separator(reason: &Reason) -> &'static str {
    let is_percentile = reason.what.as_bytes().starts_with(b"p") && digit_at(&reason.what, 1);
    match () {
        () if reason.detail.is_empty() => "",
        () if is_percentile || !digit_at(&reason.detail, 0) => ", ",
        () => ": ",
    }
}

fn digit_at(text: &str, at: usize) -> bool {
    text.as_bytes().get(at).is_some_and(u8::is_ascii_digit)
}

/// The text with a capital first letter, except for percentiles such as `p99`.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !letters.as_str().starts_with(|it: char| it.is_ascii_digit()) => {
            // Our own sentences are ASCII. Unicode's tables would be a fifth of a module's data.
            std::iter::once(first.to_ascii_uppercase()).chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// The shape for a state: square, triangle, disc or ring.
#[component]
pub fn Glyph(health: Health) -> impl IntoView {
    let shape = match health {
        Health::Failing => {
            "M2.4 1h7.2A1.4 1.4 0 0 1 11 2.4v7.2A1.4 1.4 0 0 1 9.6 11H2.4A1.4 1.4 0 0 1 1 9.6V2.4A1.4 1.4 0 0 1 2.4 1z"
        }
        Health::Degraded => "M6 .8 11.6 11H.4z",
        Health::Healthy => "M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z",
        Health::Silent => "M6 1.8a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4z",
    };
    view! { <svg class="glyph" viewBox="0 0 12 12" aria-hidden="true"><path d=shape /></svg> }
}

/// Shape and word of an app's health.
#[component]
pub fn HealthMark(
    /// The state, which may change.
    #[prop(into)]
    health: Signal<Health>,
) -> impl IntoView {
    view! {
        <span class=move || format!("health {}", health.get().word())>
            {erased_view(move || view! { <Glyph health=health.get() /> }.into_any())}
            {erased_text(move || word(health.get()).to_owned())}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_capitals() {
        assert_eq!([capital("no line"), capital("p99 2 s"), capital("7 %")], ["No line", "p99 2 s", "7 %"]);
    }

    #[test]
    fn ok_sentences() {
        for (what, detail, expected) in [
            ("H12 request timeouts", "10/min since 01:46", "H12 request timeouts: 10/min since 01:46"),
            ("p99 2.19 s", "5.4× usual (406 ms)", "p99 2.19 s, 5.4× usual (406 ms)"),
            ("p95 of db.query 512 ms", "limit 400 ms", "p95 of db.query 512 ms, limit 400 ms"),
            (
                "7.4 % server errors",
                "820 of 6,240 requests in 5 min",
                "7.4 % server errors: 820 of 6,240 requests in 5 min",
            ),
            ("no log lines for 16 min", "usually at most 2 min", "No log lines for 16 min, usually at most 2 min"),
            ("no log lines for 16 min", "", "No log lines for 16 min"),
        ] {
            let (what, detail) = (what.to_owned(), detail.to_owned());
            let reason = Reason { health: Health::Failing, what, detail };
            assert_eq!(sentence(&reason), expected);
        }
    }
}
