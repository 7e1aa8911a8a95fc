//! The module that takes over the Alerts page.

fn main() {
    dashboard::take_over(dashboard::page::alerts::AlertsRoute);
}
