//! The module that takes over the App page.

fn main() {
    dashboard::take_over(dashboard::page::app::AppRoute);
}
