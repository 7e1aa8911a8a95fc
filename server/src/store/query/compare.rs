//! The same range at an earlier time, step for step, so that the two can be drawn over one another.
//!
//! The older part may be kept in wider buckets only; then both have steps of that width.

use contract::{
    MetricQuery, Span, StepChoice,
    series::{Comparison, QueryAnswer},
};

use super::{error::Error, plan::Plan, reader::Reader};

impl Reader {
    /// Answers a query, and the same of `offset_s` seconds earlier with times as if it were now.
    pub(super) async fn compare(&self, query: &MetricQuery, offset_s: i64, now_s: i64) -> Result<QueryAnswer, Error> {
        let reach = self.reach(now_s);
        let plan = |offset_s: i64, step: StepChoice| {
            let span = query.span.earlier(offset_s).ok_or_else(|| {
                Error::Invalid(format!("expected compare= to reach back to 1970 at most, found {offset_s} s"))
            })?;
            Plan::make(span, step, now_s, &reach).map_err(Error::Invalid)
        };
        let (mut now, mut then) = (plan(0, query.step)?, plan(offset_s, query.step)?);
        if query.step == StepChoice::All {
            // Widened alike: by the buckets of the older one.
            let span = Span::clamped(then.span.from_s() + offset_s, then.span.to_s() + offset_s);
            now = Plan::make(span, StepChoice::All, now_s, &reach).map_err(Error::Invalid)?;
        } else {
            let step = now.step.max(then.step);
            (now, then) = (plan(0, StepChoice::Width(step))?, plan(offset_s, StepChoice::Width(step))?);
            if offset_s % step.seconds() != 0 || now.step != then.step {
                return Err(Error::Invalid(format!(
                    "expected compare= to be a multiple of the step, {} s, found {offset_s} s",
                    step.seconds()
                )));
            }
        }
        let mut answer = self.answer(query, &now, now_s).await?;
        let mut earlier = self.answer(query, &then, now_s - offset_s).await?;
        for points in &mut earlier.series {
            points.points.iter_mut().for_each(|it| it.0 += offset_s);
        }
        answer.compared = Some(Comparison { offset_s, series: earlier.series });
        Ok(answer)
    }
}
