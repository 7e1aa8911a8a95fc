//! Middle and spread of a few numbers of which some may be wild.
//!
//! The median, and the median distance from it (MAD): of six weeks, two may have had an incident
//! without moving either much. Of so few numbers the MAD is too small on average, so it is
//! corrected by their number.

/// A standard deviation is this many MADs of a normal distribution.
const NORMAL: f64 = 1.4826;
/// How much too small the MAD of 2, 3, … 9 numbers is: Rousseeuw and Croux, "Alternatives to the
/// Median Absolute Deviation", 1993, and the tables of Croux and Rousseeuw 1992.
const SMALL: [f64; 8] = [1.196, 1.495, 1.363, 1.206, 1.200, 1.140, 1.129, 1.107];

/// The median; `None` of nothing.
pub(super) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

/// The standard deviation that the MAD stands for; 0 of fewer than two numbers.
pub(super) fn spread(values: &[f64]) -> f64 {
    let Some(middle) = median(values) else { return 0.0 };
    let distances: Vec<f64> = values.iter().map(|it| (it - middle).abs()).collect();
    let n = values.len();
    let correction = match n {
        0 | 1 => return 0.0,
        2..=9 => SMALL[n - 2],
        _ => n as f64 / (n as f64 - 0.8),
    };
    median(&distances).unwrap_or(0.0) * NORMAL * correction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_the_middle() {
        for (values, expected) in
            [(&[][..], None), (&[4.0], Some(4.0)), (&[9.0, 1.0, 2.0], Some(2.0)), (&[1.0, 2.0, 4.0, 90.0], Some(3.0))]
        {
            assert_eq!(median(values), expected, "{values:?}");
        }
    }

    #[test]
    fn ok_wild_numbers_do_not_widen_it_much() {
        let calm = spread(&[98.0, 99.0, 100.0, 101.0, 102.0, 103.0]);
        assert!((1.5..4.0).contains(&calm), "{calm}");
        assert!(spread(&[98.0, 99.0, 100.0, 101.0, 102.0, 9_000.0]) < 2.0 * calm);
        assert!(spread(&[98.0, 99.0, 100.0, 101.0, 0.0, 9_000.0]) < 4.0 * calm);
        assert_eq!((spread(&[]), spread(&[5.0]), spread(&[5.0; 4])), (0.0, 0.0, 0.0));
    }
}
