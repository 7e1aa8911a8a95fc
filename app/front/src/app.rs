//! The module that takes over the App page.

fn main() {
    app::take_over(app::page::app::AppRoute);
}
