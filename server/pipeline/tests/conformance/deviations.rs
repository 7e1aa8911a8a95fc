//! Deliberate deviations from suites. The suites disagree with each other, so no reader can pass
//! them all. Each entry names its cases, by name or number, and the rule behind them. Our own bugs
//! do not belong here.

use crate::report::Deviation;

const fn deviation(file: &'static str, cases: &'static [&'static str], reason: &'static str) -> Deviation {
    Deviation { file, cases, reason }
}

/// All deviations, grouped by subject.
pub const DEVIATIONS: &[Deviation] = &[
    // How bodies are cut into frames.
    deviation("frames/go-syslog-octet-01", &["best_effort"], "An empty body has no message and is no error."),
    deviation("frames/go-syslog-octet-03", &["best_effort"], REPAIRED),
    deviation("frames/go-syslog-octet-04", &["best_effort"], REPAIRED),
    deviation(
        "frames/go-syslog-octet-06",
        &["best_effort"],
        "A last frame that lacks more than its final LF is lost whole: half a line would be measured wrongly.",
    ),
    deviation("frames/go-syslog-octet-11", &["best_effort"], "The suite sets a limit of 10 octets; ours is 1 MiB."),
    deviation(
        "frames/go-syslog-octet-12",
        &["best_effort"],
        "A count that is too large does not cost the next frame: the swallowed frame is found and read.",
    ),
    deviation(
        "frames/rwdaigle-4",
        &["messages"],
        "A last line with a line end is whole, although its count is greater.",
    ),
    deviation("frames/herokux-scanner-bad-frame-position", &["count"], "Blanks before a count are skipped."),
    deviation("frames/herokux-scanner-bad-prefix-structured-data", &["count"], STRUCTURED_DATA),
    deviation("frames/herokux-scanner-bad-suffix-structured-data", &["count"], STRUCTURED_DATA),
    deviation(
        "frames/herokux-scanner-invalid-long-message",
        &["err"],
        "Logplex stops at 10,240 octets; other senders write longer frames, so ours is 1 MiB.",
    ),
    deviation("frames/herokux-scanner-single-opts", &["err"], "The suite sets a limit of 64 octets; ours is 1 MiB."),
    deviation(
        "frames/logplex-statsd-readme",
        &["errors_counted"],
        "Error codes count only in lines of the router and the dyno manager. Here an app writes them, and apps may write anything.",
    ),
    // How single lines are read.
    deviation(
        "lines/devcenter-error-codes.cli.log",
        &["70", "73"],
        "L11 is about a tail session and L14 about a certificate: neither reports lost lines of this drain.",
    ),
    deviation(
        "lines/l2met-main_test.msg.log",
        &["1", "2"],
        "A text of the router without at, method and status is no request, and its bare keys are no measurements.",
    ),
    deviation(
        "lines/postgres-pgbouncer.frame.log",
        &["5", "8", "9", "10", "11"],
        "A line of the database without a duration and with the code of success holds nothing to measure.",
    ),
    deviation(
        "lines/postgres-pgbouncer.frame.log",
        &["6"],
        "The line that shows an error's statement carries its code again; the error has a line of its own, and counts once.",
    ),
    // How values and units are read.
    deviation(
        "l2met/values",
        &["7.9341e-05s", "1e3", "1.5E+2ms"],
        "A number may have an exponent: l2met reads it as a part of the unit, which its users reported as a bug.",
    ),
    // How `key=value` pairs are read.
    deviation("edge/logfmt-kr.json", &["5"], "After an unclosed quote the rest is the value, and the line is flagged."),
    deviation(
        "edge/logfmt-go-logfmt.json",
        &["14", "15", "16", "18"],
        "No text is an error: `=` and `\"` outside a value are skipped, and the pairs around them count.",
    ),
    deviation("edge/logfmt-go-logfmt.json", &["17", "19", "20"], BARE_VALUE),
    deviation("edge/logfmt-go-logfmt.json", &["24"], "An unknown escape is kept as it is."),
    deviation("edge/logfmt-go-logfmt.json", &["25", "26", "27"], "Bytes are kept: UTF-8 is not checked."),
    deviation("edge/logfmt-elixir.json", &["3"], BARE_VALUE),
    deviation(
        "edge/logfmt-vrl.json",
        &["4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14"],
        "The case sets its own delimiters; logfmt has only `=` and blanks.",
    ),
    deviation("edge/logfmt-vrl.json", &["15"], "Inside quotes `\\t` is a tab, as logfmt writers mean it."),
    deviation(
        "edge/logfmt-vrl.json",
        &["17", "18"],
        "No text is an error: `=` and `\"` outside a value are skipped, and the pairs around them count.",
    ),
    // How syslog headers are read.
    deviation(
        "edge/syslog-rfc5424-machine.json",
        &["1"],
        "The framing decides where a message ends: an LF inside it, and the bytes after it, are text.",
    ),
    deviation(
        "edge/syslog-rfc5424-machine.json",
        &["2", "3", "4", "5", "6", "7", "8", "9"],
        "The characters of header fields are not checked: a field ends at a space.",
    ),
    deviation(
        "edge/syslog-rfc5424-machine.json",
        &["27", "28", "48", "118"],
        "A message is never lost because of its time: RFC 3339 allows lower case, and an invalid time gives the time of receipt.",
    ),
    deviation(
        "edge/syslog-rfc5424-machine.json",
        &["52", "53", "54", "55", "56", "57", "58", "59"],
        "The lengths of header fields are not checked: names of add-ons are longer than the grammar has them.",
    ),
    deviation("edge/syslog-rfc5424-machine.json", &["63"], "MSGID is not kept, so it may be anything, also empty."),
    deviation(
        "edge/syslog-rfc5424-machine.json",
        &["64"],
        "Logplex sends no STRUCTURED-DATA, so the text may be in its place.",
    ),
    deviation(
        "edge/syslog-rfc5424-machine.json",
        &[
            "65", "66", "67", "68", "69", "70", "71", "98", "99", "107", "108", "109", "110", "111", "112", "113",
            "114", "115",
        ],
        STRUCTURED_DATA,
    ),
];

const REPAIRED: &str =
    "A count that is too small is repaired: the bytes up to the next frame are the rest of the text.";
const STRUCTURED_DATA: &str =
    "STRUCTURED-DATA is skipped and not checked; if it cannot be skipped, it is the beginning of the text.";
const BARE_VALUE: &str =
    "A value without quotes ends at the next blank and may hold `=` and `\"`, as paths without quotes do.";
