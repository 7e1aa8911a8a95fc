//! Collects everything that the extractor finds in one line, as owned values. It compares nothing.

use pipeline::{
    Cell, EventKind, Kind, Line, Loss, Origin,
    extract::{EventText, Extractor, Measurement, Request, Sink},
    series::SeriesRef,
};

use crate::facts::lossy;

/// Everything found in one line.
#[derive(Default)]
pub struct Extracted {
    /// Each request as pairs of a router key and its value.
    pub requests: Vec<Vec<(&'static str, String)>>,
    /// The measurements in order.
    pub measured: Vec<Measured>,
    /// The kinds of events.
    pub events: Vec<EventKind>,
    /// Reports of lost lines: the error code and the number of lines.
    pub lost: Vec<(String, u64)>,
    /// The reasons why parts of the line could not be used.
    pub losses: Vec<Loss>,
}

/// One measurement as it was extracted.
pub struct Measured {
    pub kind: Kind,
    pub metric: String,
    pub source: String,
    pub unit: String,
    pub code: String,
    pub value: f64,
}

impl Extracted {
    /// Everything that is found in `line`.
    pub fn of(line: &Line<'_>, source_prefix: &str) -> Self {
        let mut extracted = Self::default();
        Extractor::default().extract(line, &Origin { source_prefix, ..Origin::default() }, &mut extracted);
        extracted
    }

    /// Whether the line gave nothing at all.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty() && self.measured.is_empty() && self.events.is_empty() && self.lost.is_empty()
    }

    /// The error codes of the line, joined.
    pub fn codes(&self) -> String {
        let of_requests = self.requests.iter().flatten().filter(|it| it.0 == "code").map(|it| &it.1);
        let of_measured = self.measured.iter().map(|it| &it.code);
        let of_lost = self.lost.iter().map(|it| &it.0);
        let codes = of_requests.chain(of_measured).chain(of_lost).filter(|it| !it.is_empty());
        codes.map(String::as_str).collect::<Vec<_>>().join(",")
    }

    /// The value of a router key in the first request.
    pub fn of_request(&self, key: &str) -> Option<String> {
        let request = self.requests.first()?;
        request.iter().find(|it| it.0 == key).map(|it| it.1.clone())
    }
}

impl Sink for Extracted {
    fn request(&mut self, request: &Request<'_>) {
        let number = |value: Option<f64>| value.map_or(String::new(), |it| it.to_string());
        self.requests.push(vec![
            ("method", lossy(request.method)),
            ("path", lossy(request.path)),
            ("dyno", lossy(request.source)),
            ("code", lossy(request.code)),
            ("status", request.status.to_string()),
            ("connect", number(request.connect_ms)),
            ("service", number(request.service_ms)),
            ("bytes", number(request.bytes)),
        ]);
    }

    fn measure(&mut self, measurement: &Measurement<'_>) {
        let series = measurement.series;
        self.measured.push(Measured {
            kind: series.kind,
            metric: lossy(series.metric),
            source: lossy(series.source),
            unit: lossy(series.unit),
            code: lossy(series.code),
            value: measurement.value,
        });
    }

    fn merge(&mut self, _: &SeriesRef<'_>, _: &Cell) {}

    fn event(&mut self, event: &EventText<'_>) {
        self.events.push(event.kind);
    }

    fn date(&mut self, _: i64) {}

    fn lost(&mut self, code: &[u8], lines: u64) {
        self.lost.push((lossy(code), lines));
    }

    fn lose(&mut self, loss: Loss) {
        self.losses.push(loss);
    }
}
