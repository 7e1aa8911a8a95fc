//! Rows about apps and their figures.

use contract::{Overview, ReleaseComparison, series::QueryAnswer};

use super::operation::{Operation, delete, get, post};
use crate::outlet::{
    api::{annotations, change::Saved, compare, endpoints, events, losses, metrics, query, sizing, usual},
    page::chart,
    stream::live::Resume,
};

pub(super) fn rows() -> Vec<Operation> {
    vec![
        get("/api/v1/apps", "Every app with its health and headline metrics").gives::<Overview>(),
        get("/api/v1/apps/{app}/metrics", "The metrics of an app").gives::<metrics::Metrics>(),
        get("/api/v1/apps/{app}/query", "The points of a metric")
            .takes::<query::Params>()
            .gives_or::<QueryAnswer>(&["text/csv"]),
        get("/api/v1/apps/{app}/usual", "What is usual at this hour of the week, or was in a span")
            .takes::<usual::Params>()
            .gives_either::<usual::UsualNow, usual::UsualBands>(),
        get("/api/v1/apps/{app}/endpoints", "The endpoints of the last ten minutes")
            .takes::<endpoints::Params>()
            .gives::<endpoints::Endpoints>(),
        get("/api/v1/apps/{app}/compare", "Endpoints before and after a release, or in two spans")
            .takes::<compare::Params>()
            .gives::<ReleaseComparison>(),
        get("/api/v1/apps/{app}/sizing", "How many dynos an app needs")
            .takes::<sizing::Params>()
            .gives::<sizing::SizingAnswer>(),
        get("/api/v1/apps/{app}/charts/{chart}", "The points that a chart of the Dashboard draws")
            .takes::<chart::Params>()
            .gives_or::<chart::ChartPoints>(&["text/csv"]),
        get("/api/v1/apps/{app}/events", "Releases, restarts and other events")
            .takes::<events::Params>()
            .gives::<events::Events>(),
        get("/api/v1/apps/{app}/annotations", "The annotations of an app")
            .takes::<annotations::Params>()
            .gives::<annotations::Annotations>(),
        post("/api/v1/apps/{app}/annotations", "Adds an annotation").reads::<annotations::Draft>().creates::<Saved>(),
        delete("/api/v1/apps/{app}/annotations/{id}", "Removes an annotation"),
        get("/api/v1/apps/{app}/losses", "Lines of the last hour that could not be used, and why")
            .gives::<losses::Losses>(),
        get("/api/v1/apps/{app}/live", "The seconds of an app as they come").takes::<Resume>().answers(
            200,
            "Server-Sent Events",
            &["text/event-stream"],
        ),
        get("/api/v1/live", "The state of every app as it changes").takes::<Resume>().answers(
            200,
            "Server-Sent Events",
            &["text/event-stream"],
        ),
    ]
}
