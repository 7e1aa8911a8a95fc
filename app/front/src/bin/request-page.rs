//! The module that takes over the page of a request.

fn main() {
    dashboard::take_over(dashboard::page::request::RequestRoute);
}
