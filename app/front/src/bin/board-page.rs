//! The module that takes over a board.

fn main() {
    dashboard::take_over(dashboard::page::board::BoardRoute);
}
