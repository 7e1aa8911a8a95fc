//! The module that takes over the page of an incident.

fn main() {
    dashboard::take_over(dashboard::page::incident::IncidentRoute);
}
