//! Compares the pipeline with a corpus of published log lines, drain bodies and test suites, in the
//! folder `STREAMGAUGE_CORPUS`.
//!
//! Every case must give what its source states, or be listed as a deliberate deviation with the
//! reason. A listed case that does not deviate fails too. Without the variable nothing is compared,
//! because the corpus is not part of the project.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test with its own main, which prints a table")]

/// Reads files of the corpus by their paths.
mod corpus;

/// Cases that deviate deliberately, with reasons.
mod deviations;

/// Comparing the facts that suites state.
mod facts;

/// Suites of drain bodies.
mod frames;

/// Values as l2met 2.0 reads them.
mod l2met;

/// Suites of single lines.
mod lines;

/// Suites of `key=value` pairs.
mod logfmt;

/// Counting cases and checking deviations.
mod report;

/// Everything that the extractor finds in a line.
mod extracted;

/// Suites of syslog messages.
mod syslog;

/// Expectations written in other languages.
mod wanted;

use std::process::ExitCode;

use corpus::Corpus;
use report::Report;

fn main() -> ExitCode {
    let Some(corpus) = Corpus::named() else {
        println!("STREAMGAUGE_CORPUS is not set: nothing was compared");
        return ExitCode::SUCCESS;
    };
    let mut report = Report::new(deviations::DEVIATIONS);
    frames::compare(&corpus, &mut report);
    lines::compare(&corpus, &mut report);
    edges(&corpus, &mut report);
    l2met::compare(&mut report);
    report.end()
}

/// Runs the suites of malformed input and edge cases, each in its own form.
fn edges(corpus: &Corpus, report: &mut Report) {
    for name in corpus.names("edge", ".json") {
        let file = format!("edge/{name}");
        let suite = corpus.json(&file);
        match &*name {
            "l2met-shuttle-filter.json" => logfmt::shuttle(report, &file, &suite),
            "logfmt-kr.json" => logfmt::kr(report, &file, &suite),
            "logfmt-go-logfmt.json" => logfmt::records(report, &file, &suite),
            "logfmt-cube-logplex.json" | "logfmt-node.json" => logfmt::objects(report, &file, &suite),
            "logfmt-elixir.json" => logfmt::elixir(report, &file, &suite),
            "logfmt-vrl.json" => logfmt::vrl(report, &file, &suite),
            "syslog-rfc5424-machine.json" => syslog::machine(report, &file, &suite),
            "syslog-nontransparent.json" => syslog::trailed(report, &file, &suite),
            _ => report.fail(&file, "all", "a suite of a form that is not known here"),
        }
    }
}
