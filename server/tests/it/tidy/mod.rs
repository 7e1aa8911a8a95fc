//! Rules about the shape of the code, checked on its text. Each rule is a function from paths and
//! texts to a list of violations. Its file tests it on bad examples, and this file runs it on the
//! checkout. Behaviour is not tested here.

mod circles;
mod closures;
mod files;
mod imports;
mod invariants;
mod owners;
mod safety;
mod source;
mod stages;
mod token;
mod uses;

use source::{Source, tree};

#[track_caller]
fn check(rule: fn(&[Source]) -> Vec<String>) {
    let found = rule(&tree());
    assert!(found.is_empty(), "{} places:\n{}", found.len(), found.join("\n"));
}

#[test]
fn ok_no_stage_uses_a_later_one() {
    check(stages::rule);
}

#[test]
fn ok_nothing_is_used_in_a_circle() {
    check(circles::rule);
}

#[test]
fn ok_only_the_store_speaks_sql() {
    check(owners::sql);
}

#[test]
fn ok_json_is_made_where_it_is_sent() {
    check(owners::json);
}

#[test]
fn ok_only_the_canvas_paints() {
    check(owners::pixels);
}

#[test]
fn ok_the_pipeline_has_no_clock_socket_or_task() {
    check(owners::purity);
}

#[test]
fn ok_every_queue_names_its_limit() {
    check(owners::queues);
}

#[test]
fn ok_every_file_says_what_it_does() {
    check(files::headers);
}

#[test]
fn ok_no_file_is_too_long() {
    check(files::lengths);
}

#[test]
fn ok_no_function_is_too_long() {
    check(files::functions);
}

#[test]
fn ok_comments_are_100_columns_wide() {
    check(files::comments);
}

#[test]
fn ok_no_module_has_a_path_of_its_own() {
    check(files::paths);
}

#[test]
fn ok_closures_over_lines_name_their_parameters() {
    check(closures::rule);
}

#[test]
fn ok_unsafe_code_stands_only_in_the_pipeline_each_with_its_proof() {
    check(safety::proofs);
}

#[test]
fn ok_nothing_unwraps_outside_of_tests() {
    check(safety::panics);
}

#[test]
fn ok_exceptions_have_reasons() {
    check(safety::reasons);
}

#[test]
fn ok_every_invariant_names_its_test() {
    let found = invariants::rule(&source::text("ARCHITECTURE.md"), &tree(), source::is_file);
    assert!(found.is_empty(), "{} places:\n{}", found.len(), found.join("\n"));
}
