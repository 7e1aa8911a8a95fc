//! The module that takes over the Sizing page.

fn main() {
    dashboard::take_over(dashboard::page::sizing::SizingRoute);
}
