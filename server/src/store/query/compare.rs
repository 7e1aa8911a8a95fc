//! The same range at an earlier time, step for step, so that the two can be drawn over one another.
//!
//! The older part may be kept in wider buckets only; then both have steps of that width.

use contract::{
    Span,
    series::{Comparison, QueryAnswer},
};

use super::{
    Error, Question, Reader,
    plan::{Plan, Step},
};

impl Reader {
    /// Answers a question, alone or with the same of `offset_s` seconds earlier.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn ask_beside(
        &self,
        question: &Question,
        offset_s: Option<i64>,
        now_s: i64,
    ) -> Result<QueryAnswer, Error> {
        match offset_s {
            Some(offset_s) => self.compare(question, offset_s, now_s).await,
            None => self.ask(question, now_s).await,
        }
    }

    /// Answers a question, and the same of `offset_s` seconds earlier with times as if it were now.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn compare(&self, question: &Question, offset_s: i64, now_s: i64) -> Result<QueryAnswer, Error> {
        let reach = self.reach(now_s);
        let plan = |offset_s: i64, step: Step| {
            let span = question.span.earlier(offset_s).ok_or_else(|| {
                Error::Invalid(format!("expected compare= to reach back to 1970 at most, found {offset_s} s"))
            })?;
            Plan::make(span, step, now_s, &reach).map_err(Error::Invalid)
        };
        let (mut now, mut then) = (plan(0, question.step)?, plan(offset_s, question.step)?);
        if question.step == Step::All {
            // Widened alike: by the buckets of the older one.
            let span = Span::clamped(then.from_s + offset_s, then.to_s + offset_s);
            now = Plan::make(span, Step::All, now_s, &reach).map_err(Error::Invalid)?;
        } else {
            let step_s = now.step_s.max(then.step_s);
            let step = contract::Step::new(step_s).map(Step::Seconds).map_err(|it| Error::Invalid(it.to_string()))?;
            (now, then) = (plan(0, step)?, plan(offset_s, step)?);
            if offset_s % step_s != 0 || now.step_s != then.step_s {
                return Err(Error::Invalid(format!(
                    "expected compare= to be a multiple of the step, {step_s} s, found {offset_s} s"
                )));
            }
        }
        let mut answer = self.answer(question, &now, now_s).await?;
        let mut earlier = self.answer(question, &then, now_s - offset_s).await?;
        for points in &mut earlier.series {
            points.points.iter_mut().for_each(|it| it.0 += offset_s);
        }
        answer.compared = Some(Comparison { offset_s, series: earlier.series });
        Ok(answer)
    }
}
