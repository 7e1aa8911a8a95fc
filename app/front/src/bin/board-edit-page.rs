//! The module that takes over a board that is edited.

fn main() {
    dashboard::take_over(dashboard::page::board::edit::BoardEditRoute);
}
