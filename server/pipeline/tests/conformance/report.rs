//! Counts the cases and checks failures against the list of deliberate deviations. It does not know
//! what a case is about.

use std::{collections::BTreeSet, process::ExitCode};

/// Cases that deviate from their suite deliberately, for one reason.
pub struct Deviation {
    /// The path of the file in the corpus.
    pub file: &'static str,
    /// The names or numbers of the cases.
    pub cases: &'static [&'static str],
    /// The reason in one sentence.
    pub reason: &'static str,
}

/// The results of all cases.
pub struct Report {
    deviations: &'static [Deviation],
    rows: Vec<Row>,
    failures: Vec<String>,
    /// The listed cases that ran.
    met: BTreeSet<(&'static str, &'static str)>,
}

struct Row {
    file: String,
    cases: usize,
    passed: usize,
    deviations: usize,
}

impl Report {
    /// Starts a report without cases, with this list of deviations.
    pub fn new(deviations: &'static [Deviation]) -> Self {
        Self { deviations, rows: Vec::new(), failures: Vec::new(), met: BTreeSet::new() }
    }

    /// Compares a case's expectation with its result, and counts it.
    pub fn check(&mut self, file: &str, case: &str, expected: &str, found: &str) {
        let listed = self.deviations.iter().filter(|it| it.file == file);
        let listed = listed.flat_map(|it| it.cases.iter().map(|case| (it.file, *case))).find(|it| it.1 == case);
        let is_new = listed.is_none_or(|it| self.met.insert(it));
        let (differs, is_listed) = (expected != found, listed.is_some());
        let row = self.row(file);
        row.cases += 1;
        row.passed += usize::from(!differs && !is_listed);
        row.deviations += usize::from(differs && is_listed);
        match (differs, is_listed) {
            (true, false) => self.fail(file, case, &format!("\n  expected {expected}\n  found    {found}")),
            (false, true) => self.fail(file, case, "is listed as a deviation and does not differ"),
            _ if !is_new => self.fail(file, case, "ran twice"),
            _ => {}
        }
    }

    /// Counts a case that can't be compared as failed.
    pub fn fail(&mut self, file: &str, case: &str, why: &str) {
        self.failures.push(format!("{file}: {case}: {why}"));
    }

    fn row(&mut self, file: &str) -> &mut Row {
        if self.rows.last().is_none_or(|it| it.file != file) {
            self.rows.push(Row { file: file.to_owned(), cases: 0, passed: 0, deviations: 0 });
        }
        self.rows.last_mut().unwrap()
    }

    /// Prints the counts, the deviations and the failures. Fails if any case failed.
    pub fn end(mut self) -> ExitCode {
        let listed = self.deviations.iter().flat_map(|it| it.cases.iter().map(|case| (it.file, *case)));
        let unmet: Vec<_> = listed.filter(|it| !self.met.contains(it)).collect();
        for (file, case) in unmet {
            self.fail(file, case, "is listed as a deviation and did not run");
        }
        let width = self.rows.iter().map(|it| it.file.len()).max().unwrap_or(0);
        println!("{:width$} | cases | passed | deviations", "file");
        for row in &self.rows {
            println!("{:width$} | {:5} | {:6} | {:10}", row.file, row.cases, row.passed, row.deviations);
        }
        let sum = |count: fn(&Row) -> usize| self.rows.iter().map(count).sum::<usize>();
        let (cases, passed, deviations) = (sum(|it| it.cases), sum(|it| it.passed), sum(|it| it.deviations));
        println!("{:width$} | {cases:5} | {passed:6} | {deviations:10}", "total");
        for it in self.deviations {
            println!("\n{} {}\n  {}", it.file, it.cases.join(", "), it.reason);
        }
        for failure in &self.failures {
            println!("\nFAILED {failure}");
        }
        if self.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
