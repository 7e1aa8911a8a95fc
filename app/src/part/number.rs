//! Numbers for people: three significant digits, the unit in small beside them, a dash where
//! nothing was measured.

use leptos::prelude::*;

use super::type_erasure::erased_text;

/// A number and its unit as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub text: String,
    /// The unit; empty for a bare number.
    pub unit: &'static str,
}

/// The dash for what was not measured.
#[must_use]
pub fn nothing() -> Figure {
    Figure { text: "–".to_owned(), unit: "" }
}

/// A number and its unit as one text; the dash for what was not measured.
#[must_use]
pub fn figure_text(figure: Option<Figure>) -> String {
    match figure.unwrap_or_else(nothing) {
        Figure { text, unit: "" } => text,
        Figure { text, unit } => format!("{text} {unit}"),
    }
}

/// Three significant digits; a whole number with commas from 100 on.
#[must_use]
pub fn digits(value: f64) -> String {
    match value.abs() {
        it if it < 9.995 => format!("{value:.2}"),
        it if it < 99.95 => format!("{value:.1}"),
        _ => grouped(value.round() as i64),
    }
}

/// A whole number with commas between thousands.
#[must_use]
pub fn grouped(value: i64) -> String {
    let plain = value.unsigned_abs().to_string();
    let mut text = String::from(if value < 0 { "-" } else { "" });
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && (plain.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A rate a second.
#[must_use]
pub fn rate(per_s: f64) -> Figure {
    let text = match per_s {
        0.0 => "0".to_owned(),
        // Of a quiet app over a long range: three requests an hour.
        it if it < 0.0995 => format!("{it:.3}"),
        it if it < 99.95 => format!("{it:.1}"),
        it => grouped(it.round() as i64),
    };
    Figure { text, unit: "/s" }
}

/// A duration in milliseconds, shown in seconds from 1,000 ms on.
#[must_use]
pub fn latency(ms: f64) -> Figure {
    if ms >= 999.5 {
        return Figure { text: digits(ms / 1_000.0), unit: "s" };
    }
    let text = if ms < 9.95 && ms.fract() > 0.05 { format!("{ms:.1}") } else { format!("{ms:.0}") };
    Figure { text, unit: "ms" }
}

/// A number as a label of an axis, from 10,000 on in thousands.
#[must_use]
pub fn short(value: f64) -> String {
    if value >= 10_000.0 {
        format!("{}k", digits(value / 1_000.0))
    } else if value.fract() == 0.0 {
        grouped(value as i64)
    } else {
        format!("{value:.1}")
    }
}

/// A duration in milliseconds as a label of an axis.
#[must_use]
pub fn latency_label(ms: f64) -> String {
    match ms {
        0.0 => "0".to_owned(),
        it if it < 1.0 => format!("{it:.1} ms"),
        it if it < 1_000.0 => format!("{it:.0} ms"),
        it if it < 9_950.0 && it.rem_euclid(1_000.0) > 1.0 => format!("{:.1} s", it / 1_000.0),
        it => format!("{:.0} s", it / 1_000.0),
    }
}

/// A share from 0 to 1 in percent.
#[must_use]
pub fn percent(share: f64) -> Figure {
    let value = share * 100.0;
    let text = if value < 0.995 { format!("{value:.2}") } else { format!("{value:.1}") };
    Figure { text, unit: "%" }
}

/// A number with its unit, as pages show it.
#[component]
pub fn Number(#[prop(into)] figure: Signal<Figure>) -> impl IntoView {
    // Most changes of a page leave most of its numbers as they are.
    let figure = Memo::new(move |_| figure.get());
    let unit = erased_text(move || figure.with(|it| it.unit.to_owned()));
    let digits = erased_text(move || figure.with(|it| it.text.clone()));
    view! {
        <span class="figure" class:dim=move || figure.with(|it| it.text == "–")>{digits}</span>
        <span class="unit">{unit}</span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(figure: &Figure, expected: &str) {
        assert_eq!(format!("{} {}", figure.text, figure.unit), expected);
    }

    #[test]
    fn ok_rates() {
        for (value, expected) in [
            (0.0, "0 /s"),
            (0.0008, "0.001 /s"),
            (0.06, "0.060 /s"),
            (0.0996, "0.1 /s"),
            (1.44, "1.4 /s"),
            (64.23, "64.2 /s"),
            (99.96, "100 /s"),
            (1284.4, "1,284 /s"),
        ] {
            check(&rate(value), expected);
        }
    }

    #[test]
    fn ok_latencies() {
        for (value, expected) in [
            (9.0, "9 ms"),
            (2.5, "2.5 ms"),
            (142.4, "142 ms"),
            (999.4, "999 ms"),
            (999.6, "1.00 s"),
            (1858.0, "1.86 s"),
            (30_000.0, "30.0 s"),
        ] {
            check(&latency(value), expected);
        }
    }

    #[test]
    fn ok_shares_and_whole_numbers() {
        check(&percent(0.0), "0.00 %");
        check(&percent(0.0031), "0.31 %");
        check(&percent(0.0741), "7.4 %");
        check(&percent(1.0), "100.0 %");
        assert_eq!(grouped(-1_204_518), "-1,204,518");
        assert_eq!(grouped(999), "999");
    }
}
