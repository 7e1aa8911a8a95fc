//! Pages' questions, answered from memory and store: the server's side of `contract::Backend`.

use contract::{Answer, AppPage, Backend, Error, LinesAsked, LinesFound, Overview, Range};

use super::{Outlet, app_page, logs};
use crate::receiver::logs::now_ms;

/// The dashboard's backend.
pub struct Dashboard {
    /// What it answers from.
    pub outlet: Outlet,
}

impl Backend for Dashboard {
    fn overview(&self) -> Answer<'_, Overview> {
        let overview = (*self.outlet.board.overview()).clone();
        Box::pin(async move { Ok(overview) })
    }

    fn app(&self, app: String, range: Range) -> Answer<'_, AppPage> {
        Box::pin(async move {
            let Some(summary) = self.outlet.board.app_soon(&self.outlet.reader.counting.live, &app).await else {
                return Err(Error::NotFound(format!("there is no app named {app}")));
            };
            app_page::make(&self.outlet, summary, range, now_ms()).await
        })
    }

    fn lines(&self, app: String, asked: LinesAsked) -> Answer<'_, LinesFound> {
        Box::pin(async move { logs::page(&self.outlet, app, asked).await })
    }
}
