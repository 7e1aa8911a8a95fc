//! The module that takes over the Overview page.

fn main() {
    dashboard::take_over(dashboard::page::overview::OverviewRoute);
}
