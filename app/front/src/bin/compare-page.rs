//! The module that takes over the Compare page.

fn main() {
    dashboard::take_over(dashboard::page::compare::CompareRoute);
}
