//! The first few items of a list in some order, by selection. Lists of pages are short, and the
//! standard library's sort costs kilobytes of WASM for each type that it sorts.

/// The first `k` items in the order of `is_before`. Equal items keep their order.
#[must_use]
pub fn top_k<T>(mut items: Vec<T>, k: usize, is_before: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut chosen = Vec::with_capacity(k.min(items.len()));
    while chosen.len() < k {
        let better = |best: usize, at: usize| if is_before(&items[at], &items[best]) { at } else { best };
        let Some(at) = (0..items.len()).reduce(better) else { break };
        chosen.push(items.remove(at));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_as_a_sort_that_is_cut() {
        let mut state = 7_u32;
        for length in 0..40 {
            let items: Vec<(u32, usize)> = (0..length)
                .map(|place| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 28, place)
                })
                .collect();
            let mut sorted = items.clone();
            sorted.sort_by_key(|it| it.0);
            for k in [0, 1, 6, length, 99] {
                let expected = &sorted[..k.min(length)];
                assert_eq!(top_k(items.clone(), k, |a, b| a.0 < b.0), expected, "{items:?} {k}");
            }
        }
    }
}
