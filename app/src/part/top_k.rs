//! The first few of a list in some order, by selection: lists of pages are short, and a sort of the standard library is kilobytes of WASM for each
//! type that it is used with.

/// The `n` items that come before the others, in order; of equal ones the earlier comes first.
#[must_use]
pub fn first<T>(mut items: Vec<T>, n: usize, is_before: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut chosen = Vec::with_capacity(n.min(items.len()));
    while chosen.len() < n {
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
            for n in [0, 1, 6, length, 99] {
                let expected = &sorted[..n.min(length)];
                assert_eq!(first(items.clone(), n, |a, b| a.0 < b.0), expected, "{items:?} {n}");
            }
        }
    }
}
