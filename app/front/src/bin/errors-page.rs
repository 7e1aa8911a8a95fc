//! The module that takes over the Errors page.

fn main() {
    dashboard::take_over(dashboard::page::errors::ErrorsRoute);
}
