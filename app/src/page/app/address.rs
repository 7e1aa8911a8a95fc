//! The address of the App page: `?range=1h`, or `?from=UNIX&to=UNIX` of a selected span; behind it
//! the pin of the crosshair.

use contract::Range;

use crate::chart::pin::Pin;

/// The address of an app over a range. A span that was selected within a named range keeps that
/// range's word, to go back to.
#[must_use]
pub fn address(app: &str, range: Range, selected_in: Option<&str>, pin: Option<&Pin>) -> String {
    let mut address = match range {
        Range::Custom(span) => format!("/apps/{app}?from={}&to={}", span.from_s(), span.to_s()),
        _ => format!("/apps/{app}?range={}", range.word()),
    };
    if let Some(word) = selected_in.filter(|_| matches!(range, Range::Custom(..))) {
        address.push_str("&range=");
        address.push_str(word);
    }
    if let Some(pin) = pin {
        pin.put(&mut address);
    }
    address
}

#[cfg(test)]
mod tests {
    use contract::ChartId;

    use super::*;
    use crate::part::address::Query;

    #[test]
    fn ok_addresses() {
        let selected = Range::between(1_790_000_000, 1_790_000_600);
        let pin = |series: Option<&str>| {
            Some(Pin { chart: Some(ChartId::Latency), series: series.map(str::to_owned), ..Pin::moment(7, 5) })
        };
        for (range, selected_in, pin, expected) in [
            (Range::Day, None, None, "/apps/a?range=24h"),
            (Range::Day, Some("1h"), pin(Some("p99")), "/apps/a?range=24h&at=7&step=5&chart=latency&series=p99"),
            (selected, Some("1h"), None, "/apps/a?from=1790000000&to=1790000600&range=1h"),
            (
                selected,
                Some("1h"),
                pin(None).map(|it| Pin { at_s: None, step_s: 0, ..it }),
                "/apps/a?from=1790000000&to=1790000600&range=1h&chart=latency",
            ),
            (selected, None, pin(None), "/apps/a?from=1790000000&to=1790000600&at=7&step=5&chart=latency"),
        ] {
            let address = address("a", range, selected_in, pin.as_ref());
            assert_eq!(address, expected);
            assert_eq!(Pin::of_query(&Query::parse(address.split_once('?').unwrap_or_default().1)), pin);
        }
    }
}
