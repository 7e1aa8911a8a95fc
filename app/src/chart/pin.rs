//! What was clicked or selected on a chart, as the address keeps it:
//! `at=UNIX&step=SECONDS&chart=WORD&series=NAME&value=NUMBER&window=SECONDS`.

use contract::{ChartId, Span};
use serde::{Deserialize, Serialize};

use super::{
    look::Look,
    plot::{Plot, Shape},
};
use crate::part::address::{Query, add};

/// Widest step that an address may name, seconds.
const STEP_S_MAX: i64 = 86_400;

/// A pinned step of a chart, or a span that was selected on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Start of the pinned step, unix seconds; `None` for the whole span that the charts show.
    pub at_s: Option<i64>,
    /// Width of the chart's step, seconds. Charts with bars or cells have wider steps than the
    /// crosshair.
    pub step_s: i64,
    /// The chart; `None` when the address names none that is known.
    #[serde(with = "chart_word")]
    pub chart: Option<ChartId>,
    /// The name of the series.
    pub series: Option<String>,
    /// What was clicked stands for this many seconds up to the end of the step; 0 for the step.
    #[serde(default)]
    pub window_s: i64,
    /// The value of the series there, in whole units of the chart, rounded down; for lines alone.
    #[serde(default)]
    pub value: Option<i64>,
}

/// A chart crosses from the server to the browser as its word, empty for none: a text needs no
/// deserializer of its own in the WASM.
mod chart_word {
    use contract::ChartId;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(chart: &Option<ChartId>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(chart.map_or("", ChartId::word))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ChartId>, D::Error> {
        Ok(ChartId::from_word(&String::deserialize(from)?))
    }
}

impl Pin {
    /// A step of a chart, on a series of it.
    #[must_use]
    pub fn at(chart: ChartId, plot: &Plot, at_s: i64, series: Option<&str>) -> Self {
        let found = series.and_then(|it| plot.named(it)).filter(|_| plot.shape == Shape::Lines);
        Self {
            at_s: Some(at_s),
            step_s: plot.step_s,
            chart: Some(chart),
            series: series.map(str::to_owned),
            window_s: found.filter(|it| it.look != Look::Points).map_or(0, |_| plot.window_s),
            value: found.and_then(|it| it.at(at_s, plot.reach_s())).map(|it| it.floor() as i64),
        }
    }

    /// A moment, of a step of `step_s` seconds, on no chart.
    #[must_use]
    pub const fn moment(at_s: i64, step_s: i64) -> Self {
        Self { at_s: Some(at_s), step_s, chart: None, series: None, window_s: 0, value: None }
    }

    /// The whole span of a chart; on its series when it shows only one.
    #[must_use]
    pub fn whole(chart: ChartId, plot: &Plot) -> Self {
        Self { at_s: None, ..Self::at(chart, plot, 0, plot.alone()) }
    }

    /// The pin that an address names; `None` when it names neither a step nor a chart.
    #[must_use]
    pub fn of_query(query: &Query) -> Option<Self> {
        let at_s = query.get("at").and_then(|it| Span::moment(it.parse().ok()?).ok());
        (at_s.is_some() || query.get("chart").is_some()).then(|| Self {
            at_s,
            step_s: query.word("step").parse().unwrap_or(0).clamp(0, STEP_S_MAX),
            chart: ChartId::from_word(query.word("chart")),
            series: query.get("series").map(str::to_owned),
            window_s: query.word("window").parse().unwrap_or(0).clamp(0, STEP_S_MAX),
            value: query.get("value").and_then(|it| it.parse().ok()),
        })
    }

    /// Appends it to an address.
    pub fn put(&self, address: &mut String) {
        if let Some(at_s) = self.at_s {
            add(address, "at", &at_s.to_string());
            add(address, "step", &self.step_s.to_string());
        }
        if let Some(chart) = self.chart {
            add(address, "chart", chart.word());
        }
        if let Some(series) = &self.series {
            add(address, "series", series);
        }
        if let Some(value) = self.value {
            add(address, "value", &value.to_string());
        }
        if self.window_s > 0 {
            add(address, "window", &self.window_s.to_string());
        }
    }

    /// Sets the width of a step, seconds, where the address named none.
    #[must_use]
    pub fn stepped(self, step_s: i64) -> Self {
        Self { step_s: if self.step_s == 0 { step_s } else { self.step_s }, ..self }
    }

    /// The span that it stands for, unix seconds. `shown_s` is the span of the charts.
    #[must_use]
    pub fn span_s(&self, shown_s: (i64, i64)) -> (i64, i64) {
        let step_s = self.step_s.max(1);
        self.at_s.map_or(shown_s, |at_s| {
            let to_s = at_s - at_s.rem_euclid(step_s) + step_s;
            (to_s - step_s.max(self.window_s), to_s)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_a_pin_crosses_with_its_chart() {
        for chart in [Some(ChartId::Heatmap), None] {
            let pin = Pin { at_s: None, chart, ..Pin::moment(0, 1) };
            let text = serde_json::to_string(&pin).unwrap_or_default();
            assert_eq!(serde_json::from_str::<Pin>(&text).ok(), Some(pin), "{text}");
        }
    }

    #[test]
    fn ok_an_address_names_a_chart_by_its_word_or_its_former_title() {
        let chart = |query: &str| Pin::of_query(&Query::parse(query)).map(|it| it.chart);
        for (query, expected) in [
            ("at=7&chart=latency", Some(Some(ChartId::Latency))),
            ("at=7&chart=Response%20time", Some(Some(ChartId::Latency))),
            ("at=7&chart=nonesuch", Some(None)),
            ("at=7", Some(None)),
            ("range=1h", None),
        ] {
            assert_eq!(chart(query), expected, "{query}");
        }
    }
}
