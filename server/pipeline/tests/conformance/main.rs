//! Compares the pipeline with a corpus of log lines, drain bodies and test suites of others, in the
//! folder that `STREAMGAUGE_CORPUS` names.
//!
//! Every case must give what its source states, or be in the table of deliberate deviations with
//! the reason. A listed deviation that does not differ fails too. Without the variable nothing is
//! compared. The corpus is no part of the project.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test with its own main, which prints a table")]

/// Files of the corpus.
mod corpus;

/// Cases that differ on purpose.
mod deviations;

/// Facts that suites state about messages.
mod facts;

/// Cases of drain bodies.
mod frames;

/// Values of l2met.
mod l2met;

/// Cases of single lines.
mod lines;

/// Suites of pairs.
mod logfmt;

/// Counting of cases.
mod report;

/// Everything that is found in a line.
mod extracted;

/// Suites of syslog messages.
mod syslog;

/// Expectations in source text of other languages.
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

/// The suites of malformed and edge cases, each in its own form.
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
