//! Parameters of a question: of the address and, with POST, of a form.

use axum::body::Bytes;
use contract::{Span, duration, error::excerpt};

use super::window::Moments;

/// Most parameters of a question.
const PARAMS_MAX: usize = 100;
/// Most moments of a question: as Prometheus has it.
const MOMENTS_MAX: i64 = 11_000;

/// Parameters of a question.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Those of an address and of a form.
    pub(crate) fn read(query: Option<&str>, body: &Bytes) -> Self {
        let of_query = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let all = of_query.chain(form_urlencoded::parse(body)).take(PARAMS_MAX);
        Self(all.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The value of a parameter; `None` where it is absent or empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().filter(|it| it.0 == name).map(|it| &*it.1).find(|it| !it.is_empty())
    }

    /// All values of a parameter.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |it| it.0 == name).map(|it| &*it.1)
    }

    /// The moment of an instant query.
    ///
    /// # Errors
    /// A sentence that says what was expected and found.
    pub(crate) fn moment(&self, now_ms: i64) -> Result<Moments, String> {
        let at_ms = self.get("time").map_or(Ok(now_ms), |it| moment_ms("time", it))?;
        Ok(Moments { at_ms: vec![at_ms], step_s: 1 })
    }

    /// The moments of a query of a range.
    ///
    /// # Errors
    /// A sentence that says what was expected and found.
    pub(crate) fn moments(&self) -> Result<Moments, String> {
        let at = |name: &str| moment_ms(name, self.get(name).unwrap_or_default());
        let (start_ms, end_ms) = (at("start")?, at("end")?);
        let step = self.get("step").unwrap_or_default();
        let known = || step.parse::<f64>().ok().or_else(|| duration::seconds(step).map(|it| it as f64));
        let step_s = known().filter(|it| (1.0..=1e9).contains(it));
        let step_s = step_s.ok_or_else(|| {
            let found = excerpt(step);
            format!("expected step= to be at least a second, such as 15 or 1m, found {found:?}")
        })?;
        let step_ms = (step_s * 1_000.0).round() as i64;
        if end_ms < start_ms {
            return Err("expected end= not to be before start=, found it is".to_owned());
        }
        let n = (end_ms - start_ms) / step_ms + 1;
        if n > MOMENTS_MAX {
            return Err(format!("expected at most {MOMENTS_MAX} steps, found {n}: ask for a wider step="));
        }
        let at_ms = (0..n).map(|it| start_ms + it * step_ms).collect();
        Ok(Moments { at_ms, step_s: step_ms / 1_000 })
    }
}

/// A moment: unix seconds or RFC 3339.
fn moment_ms(name: &str, text: &str) -> Result<i64, String> {
    let of_number = text.parse::<f64>().ok().filter(|it| it.is_finite()).map(|it| (it * 1_000.0).round() as i64);
    let known = of_number.or_else(|| pipeline::time::parse(text.replace(' ', "+").as_bytes()));
    let at_ms = known.filter(|it| Span::moment(it.div_euclid(1_000)).is_ok());
    at_ms.ok_or_else(|| format!("expected {name}= to be unix seconds or RFC 3339, found {:?}", excerpt(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(text: &str) -> Params {
        Params::read(Some(text), &Bytes::new())
    }

    #[test]
    fn ok_moments() {
        let found = params("start=1790000000.5&end=1790000031&step=15s").moments();
        let found = found.map(|it| (it.at_ms, it.step_s));
        assert_eq!(found, Ok((vec![1_790_000_000_500, 1_790_000_015_500, 1_790_000_030_500], 15)));
        let found = params("time=2026-09-21T14:13:20Z").moment(0).map(|it| it.at_ms);
        assert_eq!(found, Ok(vec![1_790_000_000_000]));
        assert_eq!(params("").moment(7_000).map(|it| it.at_ms), Ok(vec![7_000]));
    }

    #[test]
    fn err_moments() {
        for text in [
            "",
            "start=1&end=2",
            "start=1&end=2&step=0",
            "start=1&end=2&step=NaN",
            "start=1&end=2&step=1e300",
            "start=2&end=1&step=1",
            "start=1&end=1e300&step=1",
            "start=-1e18&end=1&step=1",
            "start=0&end=20000&step=1",
            "start=x&end=1&step=1",
        ] {
            assert!(params(text).moments().is_err(), "{text}");
        }
        assert!(params("time=inf").moment(0).is_err());
    }
}
