//! The module that takes over the Logs page.

fn main() {
    dashboard::take_over(dashboard::page::logs::LogsRoute);
}
