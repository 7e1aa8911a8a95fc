//! The module that takes over the list of boards.

fn main() {
    dashboard::take_over(dashboard::page::boards::BoardsRoute);
}
