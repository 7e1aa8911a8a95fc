//! The module that takes over the Metrics page.

fn main() {
    dashboard::take_over(dashboard::page::metrics::MetricsRoute);
}
