//! The module that takes over boards and their list.

fn main() {
    dashboard::take_over(dashboard::page::board::BoardRoute);
}
