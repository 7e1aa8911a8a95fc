//! The module that takes over the Logs page.

fn main() {
    app::take_over(app::page::logs::LogsRoute);
}
