//! The module that takes over the Metrics page.

fn main() {
    app::take_over(app::page::metrics::MetricsRoute);
}
