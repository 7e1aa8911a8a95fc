//! A panel of a board: what it shows, and the checks of it.

use serde::{Deserialize, Serialize};

use super::text::{TEXT_BYTES_MAX, one_line};
use crate::{Label, LogFilter, Stat, as_text::word_in_json};

/// A panel as a person writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// What stands above it: one line; may be empty.
    #[serde(default)]
    pub title: String,
    /// How many of the four columns it takes, 1 to 4. A narrow screen has fewer columns.
    #[serde(default = "half")]
    pub width: u8,
    /// What it shows.
    pub content: Content,
}

const fn half() -> u8 {
    Panel::WIDTH
}

/// What a panel shows. In JSON an object with one name, such as `{"number":{"series":[…]}}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Lines over time.
    Chart(Measured),
    /// One number over the whole range.
    Number(Measured),
    /// A row for each series and group, with its value over the whole range.
    Table(Measured),
    /// The newest lines that a search finds.
    Logs(Search),
    /// A note.
    Text(String),
}

/// Series, and how they go together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The series, 1 to [`Measured::SERIES_MAX`].
    pub series: Vec<BoardSeries>,
    /// How they go together.
    #[serde(default)]
    pub combine: Combine,
}

/// A statistic of a metric of an app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BoardSeries {
    /// The app; [`super::text::VARIABLE`] for the one that the board is looked at for.
    pub app: String,
    /// The metric.
    pub metric: String,
    /// The statistic of each step.
    pub stat: Stat,
    /// The labels to group by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<Label>,
}

/// A search for log lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// The app, as in [`BoardSeries::app`].
    pub app: String,
    /// The filter, as the Logs page reads it; empty for every line.
    #[serde(default)]
    pub q: String,
}

/// How the series of a panel go together. In JSON one lower-case word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Combine {
    /// Each by itself.
    #[default]
    Each,
    /// Their sum.
    Sum,
    /// The first as a share of the second.
    Ratio,
}

impl Combine {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Each, Self::Sum, Self::Ratio];

    /// The way as one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Each => "each",
            Self::Sum => "sum",
            Self::Ratio => "ratio",
        }
    }
}

word_in_json!(Combine);

impl Measured {
    /// Most series of a panel: more lines can't be told apart.
    pub const SERIES_MAX: usize = 12;
    /// Most labels that one series is grouped by.
    const LABELS_MAX: usize = 4;

    fn check(&self) -> Result<(), String> {
        let n = self.series.len();
        if n == 0 || n > Self::SERIES_MAX {
            return Err(format!("expected 1 to {} series in a panel, found {n}", Self::SERIES_MAX));
        }
        if self.combine == Combine::Ratio && n != 2 {
            return Err(format!("expected two series for a ratio, found {n}"));
        }
        for series in &self.series {
            one_line("app", &series.app)?;
            one_line("metric", &series.metric)?;
            if series.app.is_empty() || series.metric.is_empty() {
                return Err("expected each series to have an app and a metric, found an empty one".to_owned());
            }
            if series.by.len() > Self::LABELS_MAX {
                let (most, found) = (Self::LABELS_MAX, series.by.len());
                return Err(format!("expected at most {most} labels to group by, found {found}"));
            }
            if self.combine != Combine::Each && matches!(series.stat, Stat::Percentile(_)) {
                return Err(format!(
                    "expected a statistic that adds up for a {}, found {}",
                    self.combine.word(),
                    series.stat
                ));
            }
        }
        Ok(())
    }
}

impl Panel {
    /// Most columns that a panel takes.
    pub const WIDTH_MAX: u8 = 4;
    /// Columns of a panel that says nothing about them.
    pub const WIDTH: u8 = 2;

    /// The apps that it names, the variable among them.
    pub fn apps(&self) -> impl Iterator<Item = &str> {
        let (series, search) = match &self.content {
            Content::Chart(it) | Content::Number(it) | Content::Table(it) => (&*it.series, None),
            Content::Logs(it) => (&[][..], Some(&*it.app)),
            Content::Text(_) => (&[][..], None),
        };
        series.iter().map(|it| &*it.app).chain(search)
    }

    /// Names another app wherever it names one.
    pub fn rename_app(&mut self, from: &str, to: &str) {
        let named: Vec<&mut String> = match &mut self.content {
            Content::Chart(it) | Content::Number(it) | Content::Table(it) => {
                it.series.iter_mut().map(|it| &mut it.app).collect()
            }
            Content::Logs(it) => vec![&mut it.app],
            Content::Text(_) => vec![],
        };
        named.into_iter().filter(|it| **it == from).for_each(|it| to.clone_into(it));
    }

    /// Bytes of all its texts.
    pub(super) fn text_bytes(&self) -> usize {
        let content = match &self.content {
            Content::Chart(it) | Content::Number(it) | Content::Table(it) => {
                it.series.iter().map(|it| it.app.len() + it.metric.len()).sum()
            }
            Content::Logs(it) => it.app.len() + it.q.len(),
            Content::Text(it) => it.len(),
        };
        self.title.len() + content
    }

    /// Checks every part but the names of apps and metrics.
    ///
    /// # Errors
    /// A sentence that names the part, what was expected and what was found.
    pub(super) fn check(&self) -> Result<(), String> {
        one_line("title", &self.title)?;
        if !(1..=Self::WIDTH_MAX).contains(&self.width) {
            return Err(format!("expected width from 1 to {}, found {}", Self::WIDTH_MAX, self.width));
        }
        match &self.content {
            Content::Chart(it) | Content::Number(it) | Content::Table(it) => it.check(),
            Content::Logs(search) => {
                one_line("app", &search.app)?;
                if search.app.is_empty() {
                    return Err("expected a search to have an app, found none".to_owned());
                }
                if search.q.len() > TEXT_BYTES_MAX {
                    return Err(format!("expected q of at most {TEXT_BYTES_MAX} bytes, found {}", search.q.len()));
                }
                LogFilter::parse(&search.q).map(|_| ()).map_err(|it| it.to_string())
            }
            Content::Text(text) if text.len() > TEXT_BYTES_MAX => {
                Err(format!("expected a text of at most {TEXT_BYTES_MAX} bytes, found {}", text.len()))
            }
            Content::Text(_) => Ok(()),
        }
    }
}
