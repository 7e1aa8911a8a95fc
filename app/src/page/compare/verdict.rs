//! What became of endpoints, in words. Pure.

use contract::{
    ReleaseComparison,
    release::{Certainty, EndpointChange, FigureChange, Verdict},
};

/// The verdict about all endpoints: `2 endpoints got worse since v142`.
#[must_use]
pub fn headline(compared: &ReleaseComparison) -> String {
    let since = compared.since();
    let with = |verdict: Verdict| compared.endpoints.iter().filter(|it| it.verdict == verdict).count();
    match with(Verdict::Worse) {
        _ if compared.endpoints.is_empty() => "No requests in either range".to_owned(),
        1 => format!("1 endpoint got worse since {since}"),
        n if n > 0 => format!("{n} endpoints got worse since {since}"),
        _ if with(Verdict::TooFew) == compared.endpoints.len() => format!("Too little traffic since {since} to tell"),
        _ => format!("No endpoint got worse since {since}"),
    }
}

/// The verdict about one endpoint, and the class that gives it its colour.
#[must_use]
pub fn verdict_text(endpoint: &EndpointChange) -> (&'static str, &'static str) {
    let most = |is_worse: bool| {
        let of = endpoint.figures.iter().filter(|it| it.is_worse() == Some(is_worse));
        of.map(|it| it.certainty).max() == Some(Certainty::Sure)
    };
    match endpoint.verdict {
        Verdict::Worse if most(true) => ("Worse, sure", "worse"),
        Verdict::Worse => ("Worse, likely", "worse"),
        Verdict::Better if most(false) => ("Better, sure", "better"),
        Verdict::Better => ("Better, likely", "better"),
        Verdict::New => ("New", "plain"),
        Verdict::Gone => ("No requests any more", "plain"),
        Verdict::Same => ("No clear change", "dim"),
        Verdict::TooFew => ("Too little traffic to tell", "dim"),
    }
}

/// How sure it is that a figure differs, with an arrow, and the class that gives it its colour;
/// `None` where it does not.
#[must_use]
pub fn mark(change: &FigureChange) -> Option<(&'static str, String)> {
    if change.certainty < Certainty::Likely {
        return None;
    }
    let arrow = if change.after? > change.before? { '\u{25b2}' } else { '\u{25bc}' };
    let class = match change.is_worse() {
        Some(true) => "worse",
        Some(false) => "better",
        None => "plain",
    };
    Some((class, format!("{arrow} {}", change.certainty.word())))
}

#[cfg(test)]
mod tests {
    use contract::{
        Span,
        release::{ComparedFigure, ComparedRequests},
    };

    use super::*;

    fn change(figure: ComparedFigure, (before, after): (f64, f64), certainty: Certainty) -> FigureChange {
        let (before, after) = (Some(before), Some(after));
        FigureChange { figure, before, after, certainty, last_week: None, certainty_of_week: Certainty::TooFew }
    }

    fn endpoint(verdict: Verdict, figures: &[FigureChange]) -> EndpointChange {
        EndpointChange {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            requests: ComparedRequests::default(),
            figures: figures.to_vec(),
            verdict,
            says: vec![],
        }
    }

    #[test]
    fn ok_headlines() {
        let (span, release) = (Span::clamped(0, 60), None);
        let of = |verdicts: &[Verdict]| {
            let endpoints = verdicts.iter().map(|it| endpoint(*it, &[])).collect();
            let release = release.clone();
            headline(&ReleaseComparison { release, before: span, after: span, last_week: span, endpoints, left_out: 0 })
        };
        assert_eq!(of(&[]), "No requests in either range");
        assert_eq!(of(&[Verdict::Worse, Verdict::Same]), "1 endpoint got worse since then");
        assert_eq!(of(&[Verdict::Worse, Verdict::Worse]), "2 endpoints got worse since then");
        assert_eq!(of(&[Verdict::TooFew, Verdict::Better]), "No endpoint got worse since then");
        assert_eq!(of(&[Verdict::TooFew, Verdict::TooFew]), "Too little traffic since then to tell");
    }

    #[test]
    fn ok_verdicts_say_how_sure_they_are() {
        use Certainty::{Likely, Same, Sure};
        use ComparedFigure::{Errors, P95, Rate};
        let worse = |certainty| change(P95, (180.0, 420.0), certainty);
        let better = |certainty| change(Errors, (0.2, 0.1), certainty);
        let says = |verdict, figures: &[FigureChange]| verdict_text(&endpoint(verdict, figures)).0;
        assert_eq!(says(Verdict::Worse, &[worse(Likely), better(Sure)]), "Worse, likely");
        assert_eq!(says(Verdict::Worse, &[worse(Sure)]), "Worse, sure");
        assert_eq!(says(Verdict::Better, &[better(Sure)]), "Better, sure");
        assert_eq!(says(Verdict::Same, &[worse(Same)]), "No clear change");
        assert_eq!(mark(&worse(Sure)), Some(("worse", "\u{25b2} sure".to_owned())));
        assert_eq!(mark(&better(Likely)), Some(("better", "\u{25bc} likely".to_owned())));
        assert_eq!(mark(&change(Rate, (2.0, 1.0), Sure)), Some(("plain", "\u{25bc} sure".to_owned())));
        assert_eq!(mark(&worse(Same)), None);
    }
}
