//! Where the pipeline differs from a suite on purpose. Suites disagree with each other, so that nobody can pass them all;
//! each entry names its cases, by name or number, and the rule that they meet. What is a mistake of ours has no place here.

use crate::report::Deviation;

const fn deviation(file: &'static str, cases: &'static [&'static str], reason: &'static str) -> Deviation {
    Deviation { file, cases, reason }
}

/// All of them, by file.
pub const DEVIATIONS: &[Deviation] = &[
    // Framing.
    deviation("frames/go-syslog-octet-01", &["best_effort"], "A body without a byte has no message and is no mistake."),
    deviation("frames/go-syslog-octet-03", &["best_effort"], MENDED),
    deviation("frames/go-syslog-octet-04", &["best_effort"], MENDED),
    deviation(
        "frames/go-syslog-octet-06",
        &["best_effort"],
        "A last frame that lacks more than its final LF is lost whole: half a line would be measured wrongly.",
    ),
    deviation("frames/go-syslog-octet-11", &["best_effort"], "The suite sets a limit of 10 octets; ours is 64 KiB."),
    deviation(
        "frames/go-syslog-octet-12",
        &["best_effort"],
        "A count that is too large does not cost the next frame: the swallowed frame is found and read.",
    ),
    deviation(
        "frames/rwdaigle-4",
        &["messages"],
        "A last line that has ended is whole, though its count says that more should follow.",
    ),
    deviation("frames/herokux-scanner-bad-frame-position", &["count"], "Blanks before a count are skipped."),
    deviation("frames/herokux-scanner-bad-prefix-structured-data", &["count"], STRUCTURED_DATA),
    deviation("frames/herokux-scanner-bad-suffix-structured-data", &["count"], STRUCTURED_DATA),
    deviation(
        "frames/herokux-scanner-invalid-long-message",
        &["err"],
        "Logplex stops at 10,240 octets; other senders write longer frames, so ours is 64 KiB.",
    ),
    deviation("frames/herokux-scanner-single-opts", &["err"], "The suite sets a limit of 64 octets; ours is 64 KiB."),
    deviation(
        "frames/logplex-statsd-readme",
        &["errors_counted"],
        "Error codes count where the router or the dyno manager writes them; here an app does, and it may write anything.",
    ),
    // Lines.
    deviation(
        "lines/devcenter-error-codes.cli.log",
        &["70", "73"],
        "L11 is of a tail session and L14 of a certificate: neither says that lines of this drain were lost.",
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
    // Values.
    deviation(
        "l2met/values",
        &["7.9341e-05s", "1e3", "1.5E+2ms"],
        "A number may have an exponent: l2met takes it for a part of the unit, which its users reported as a fault.",
    ),
    // Pairs.
    deviation(
        "edge/logfmt-kr.json",
        &["5"],
        "At a quote that nothing closes the rest is the value, and the line is flagged.",
    ),
    deviation(
        "edge/logfmt-go-logfmt.json",
        &["14", "15", "16", "18"],
        "No text is an error: `=` and `\"` outside a value are passed over, and the pairs around them count.",
    ),
    deviation("edge/logfmt-go-logfmt.json", &["17", "19", "20"], BARE_VALUE),
    deviation("edge/logfmt-go-logfmt.json", &["24"], "An escape that is none stays as it is written."),
    deviation("edge/logfmt-go-logfmt.json", &["25", "26", "27"], "Bytes are kept: UTF-8 is not checked."),
    deviation("edge/logfmt-elixir.json", &["3"], BARE_VALUE),
    deviation(
        "edge/logfmt-vrl.json",
        &["4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14"],
        "The case sets delimiters of its own; logfmt has `=` and blanks, and nothing to set.",
    ),
    deviation("edge/logfmt-vrl.json", &["15"], "Inside quotes `\\t` is a tab, as logfmt writers mean it."),
    deviation(
        "edge/logfmt-vrl.json",
        &["17", "18"],
        "No text is an error: `=` and `\"` outside a value are passed over, and the pairs around them count.",
    ),
    // Headers.
    deviation(
        "edge/syslog-rfc5424-machine.json",
        &["1"],
        "Where a message ends is the framing's affair: a LF inside it, with whatever follows, is text.",
    ),
    deviation(
        "edge/syslog-rfc5424-machine.json",
        &["2", "3", "4", "5", "6", "7", "8", "9"],
        "The characters of header fields are not checked: a field ends at a space.",
    ),
    deviation(
        "edge/syslog-rfc5424-machine.json",
        &["27", "28", "48", "118"],
        "A time never costs a message: RFC 3339 allows small letters, and what is no time gives that of receipt.",
    ),
    deviation(
        "edge/syslog-rfc5424-machine.json",
        &["52", "53", "54", "55", "56", "57", "58", "59"],
        "The lengths of header fields are not checked: names of add-ons are longer than the grammar has them.",
    ),
    deviation(
        "edge/syslog-rfc5424-machine.json",
        &["63"],
        "MSGID is not kept, so that it may be anything, or nothing.",
    ),
    deviation(
        "edge/syslog-rfc5424-machine.json",
        &["64"],
        "Logplex leaves STRUCTURED-DATA out, so that the text may stand in its place.",
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

const MENDED: &str = "A count too small is mended: what stands between a frame and the next is the rest of its text.";
const STRUCTURED_DATA: &str =
    "STRUCTURED-DATA is stepped over and not judged; what cannot be stepped over is the beginning of the text.";
const BARE_VALUE: &str = "A bare value runs to the next blank, `=` and `\"` included, as unquoted paths need it.";
