//! The charts of the dashboard, as addresses name them.

/// A chart. Its word stands in addresses that people keep, so it never changes; its title may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartId {
    /// Requests a second by status class.
    Throughput,
    /// Percentiles of service time.
    Latency,
    /// Requests by service time and time.
    Heatmap,
    /// Errors by code.
    Errors,
    /// Memory by dyno.
    Memory,
    /// Time in queue and to connect, beside service time.
    Connect,
    /// Load by dyno.
    Load,
    /// The metric that the Metrics page shows.
    Metric,
}

impl ChartId {
    /// Every chart with its word, and the word that earlier versions wrote: the chart's title.
    const WORDS: [(Self, &str, &str); 8] = [
        (Self::Throughput, "throughput", "Throughput"),
        (Self::Latency, "latency", "Response time"),
        (Self::Heatmap, "heatmap", "Latency heatmap"),
        (Self::Errors, "errors", "Errors"),
        (Self::Memory, "memory", "Memory"),
        (Self::Connect, "connect", "Waiting"),
        (Self::Load, "load", "Load"),
        (Self::Metric, "metric", "Over time"),
    ];

    /// The word that stands for the chart in an address.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|it| it.0 == self).map_or("", |it| it.1)
    }

    /// The chart that a word of an address stands for. Addresses of earlier versions are understood
    /// too.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|it| it.1 == word || it.2 == word).map(|it| it.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_words_come_back() {
        for (chart, word, title) in ChartId::WORDS {
            assert_eq!(
                (chart.word(), ChartId::from_word(word), ChartId::from_word(title)),
                (word, Some(chart), Some(chart))
            );
        }
        assert_eq!(ChartId::from_word("nonesuch"), None);
    }
}
