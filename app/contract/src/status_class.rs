//! Classes of HTTP statuses, as requests are counted and stacked by them.

use std::{
    iter::Sum,
    ops::{AddAssign, Index, IndexMut},
};

use serde::{Deserialize, Serialize};

/// What became of a request, by its HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusClass {
    /// 2xx, and 1xx.
    Success,
    /// 3xx.
    Redirect,
    /// 4xx.
    ClientError,
    /// 5xx, and requests that got no status.
    ServerError,
}

impl StatusClass {
    /// Every class, in the order in which charts stack them.
    pub const ALL: [Self; 4] = [Self::Success, Self::Redirect, Self::ClientError, Self::ServerError];

    /// The class of a status; 0 stands for none.
    #[must_use]
    pub const fn of(status: u16) -> Self {
        match status {
            100..=299 => Self::Success,
            300..=399 => Self::Redirect,
            400..=499 => Self::ClientError,
            _ => Self::ServerError,
        }
    }

    /// The class as people write it, such as `2xx`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Success => "2xx",
            Self::Redirect => "3xx",
            Self::ClientError => "4xx",
            Self::ServerError => "5xx",
        }
    }
}

/// One value for each class of status. In JSON `[2xx, 3xx, 4xx, 5xx]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByStatusClass<T>([T; 4]);

impl<T: Copy> ByStatusClass<T> {
    /// From the values in the order of [`StatusClass::ALL`].
    #[must_use]
    pub const fn new(values: [T; 4]) -> Self {
        Self(values)
    }

    /// The values in the order of [`StatusClass::ALL`].
    #[must_use]
    pub const fn values(self) -> [T; 4] {
        self.0
    }

    /// The same classes with other values.
    #[must_use]
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> ByStatusClass<U> {
        ByStatusClass(self.0.map(change))
    }

    /// The sum over all classes.
    #[must_use]
    pub fn total(self) -> T
    where
        T: Sum,
    {
        self.0.into_iter().sum()
    }
}

impl<T> Index<StatusClass> for ByStatusClass<T> {
    type Output = T;

    fn index(&self, class: StatusClass) -> &T {
        &self.0[class as usize]
    }
}

impl<T> IndexMut<StatusClass> for ByStatusClass<T> {
    fn index_mut(&mut self, class: StatusClass) -> &mut T {
        &mut self.0[class as usize]
    }
}

impl<T: AddAssign + Copy> AddAssign for ByStatusClass<T> {
    fn add_assign(&mut self, other: Self) {
        for (sum, value) in self.0.iter_mut().zip(other.0) {
            *sum += value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_statuses_have_a_class() {
        for (status, expected) in [(100, "2xx"), (204, "2xx"), (301, "3xx"), (499, "4xx"), (503, "5xx"), (0, "5xx")] {
            assert_eq!(StatusClass::of(status).word(), expected, "{status}");
        }
    }

    #[test]
    fn ok_sums_by_class() {
        let mut sums = ByStatusClass::new([1, 2, 3, 4]);
        sums += ByStatusClass::new([1, 0, 0, 1]);
        sums[StatusClass::Redirect] += 5;
        assert_eq!((sums.values(), sums.total()), ([2, 7, 3, 5], 17));
    }
}
