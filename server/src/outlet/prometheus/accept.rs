//! Which form a scrape gets: the one with the highest `q` of those that are known here, and text
//! 0.0.4 where none is. Protobuf is not spoken.

use axum::http::{HeaderMap, header};

/// Most forms of one `Accept` header that are looked at.
const FORMS_MAX: usize = 32;

/// A form of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Prometheus' text format 0.0.4.
    Text,
    /// The same by its later name, with the escaping of names that it asks for.
    Text1,
    /// `OpenMetrics` 1.0.0.
    OpenMetrics,
    /// The same, as its first readers call it.
    OpenMetrics001,
}

impl Form {
    /// Its content type.
    #[must_use]
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::Text1 => "text/plain; version=1.0.0; charset=utf-8; escaping=underscores",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::OpenMetrics001 => "application/openmetrics-text; version=0.0.1; charset=utf-8",
        }
    }

    /// Whether it is one of the forms of `OpenMetrics`.
    #[must_use]
    pub(crate) const fn is_open_metrics(self) -> bool {
        matches!(self, Self::OpenMetrics | Self::OpenMetrics001)
    }

    /// The form that these headers ask for.
    #[must_use]
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let asked = headers.get_all(header::ACCEPT).iter().filter_map(|it| it.to_str().ok());
        let forms = asked.flat_map(|it| it.split(',')).take(FORMS_MAX).filter_map(read);
        // The first of those with the highest q.
        let best = forms.fold(None, |best: Option<(f32, Self)>, form| match best {
            Some(best) if best.0 >= form.0 => Some(best),
            _ => Some(form),
        });
        best.map_or(Self::Text, |it| it.1)
    }
}

/// A known form with its q, which is not 0.
fn read(text: &str) -> Option<(f32, Form)> {
    let mut parts = text.split(';').map(str::trim);
    let media = parts.next()?.to_ascii_lowercase();
    let (mut q, mut version) = (1.0, None);
    for (name, value) in parts.filter_map(|it| it.split_once('=')) {
        let value = value.trim().trim_matches('"');
        match &*name.trim().to_ascii_lowercase() {
            "q" => q = value.parse().ok().filter(|it: &f32| (0.0..=1.0).contains(it))?,
            "version" => version = Some(value.to_owned()),
            _ => {}
        }
    }
    let form = match (&*media, version.as_deref()) {
        ("application/openmetrics-text", None | Some("1.0.0")) => Form::OpenMetrics,
        ("application/openmetrics-text", Some("0.0.1")) => Form::OpenMetrics001,
        ("text/plain", Some("1.0.0")) => Form::Text1,
        ("text/plain", None | Some("0.0.4")) | ("text/*" | "*/*", None) => Form::Text,
        _ => return None,
    };
    (q > 0.0).then_some((q, form))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn ok_negotiation() {
        for (accept, form) in [
            ("", Form::Text),
            ("*/*", Form::Text),
            ("text/html", Form::Text),
            ("application/openmetrics-text", Form::OpenMetrics),
            (
                "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                Form::OpenMetrics001,
            ),
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,\
                 application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                Form::OpenMetrics,
            ),
            ("text/plain;version=0.0.4;q=0.9, application/openmetrics-text;q=0.8", Form::Text),
            ("text/plain;version=1.0.0;escaping=underscores", Form::Text1),
            ("application/openmetrics-text;q=0, text/plain;q=0.1", Form::Text),
            ("application/openmetrics-text;version=9;q=1", Form::Text),
            ("application/openmetrics-text;q=NaN", Form::Text),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(Form::of(&headers), form, "{accept}");
        }
    }
}
