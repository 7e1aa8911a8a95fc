//! The module that takes over the Overview page.

fn main() {
    app::take_over(app::page::overview::OverviewRoute);
}
