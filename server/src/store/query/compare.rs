//! The same range at an earlier time, step for step, so that the two can be drawn over one another.
//!
//! The older part may be kept in wider buckets only; then both have steps of that width.

use contract::series::{Compared, QueryAnswer};

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
            Plan::make(question.from_s - offset_s, question.to_s - offset_s, step, now_s, &reach)
                .map_err(Error::Invalid)
        };
        let (mut now, mut then) = (plan(0, question.step)?, plan(offset_s, question.step)?);
        if question.step == Step::All {
            // Widened alike: by the buckets of the older one.
            now = Plan::make(then.from_s + offset_s, then.to_s + offset_s, Step::All, now_s, &reach)
                .map_err(Error::Invalid)?;
        } else {
            let step_s = now.step_s.max(then.step_s);
            (now, then) = (plan(0, Step::Seconds(step_s))?, plan(offset_s, Step::Seconds(step_s))?);
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
        answer.compared = Some(Compared { offset_s, series: earlier.series });
        Ok(answer)
    }
}
