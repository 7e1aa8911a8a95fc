//! The module that takes over the form of a rule.

fn main() {
    dashboard::take_over(dashboard::page::rule::RuleRoute);
}
