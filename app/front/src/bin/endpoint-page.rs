//! The module that takes over the page of one endpoint.

fn main() {
    dashboard::take_over(dashboard::page::endpoint::EndpointRoute);
}
