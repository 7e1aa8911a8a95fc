//! JSON logs of frameworks, and access logs of proxies.

use super::{Line, lines::pick};
use crate::random::Random;

const STATUSES: [u16; 9] = [200, 200, 200, 201, 302, 304, 404, 422, 500];
const METHODS: [&str; 4] = ["GET", "GET", "POST", "DELETE"];
const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "curl/8.14.1",
    "-",
];

/// Two of three are requests, in the forms of three loggers.
pub(super) fn json(random: &mut Random) -> Line {
    let (method, status) = (pick(random, &METHODS), pick(random, &STATUSES));
    let (id, item, ms) = (random.next(), random.below(50_000), random.heavy(3.0));
    let at_ms = 1_790_000_000_000 + random.below(1_000_000);
    let text = match random.below(6) {
        0 | 1 => format!(
            r#"{{"level":30,"time":{at_ms},"pid":21,"hostname":"a1","req":{{"id":"{id:016x}","method":"{method}","url":"/items/{item}?full=1","headers":{{"host":"www.example.com","accept":"*/*"}},"remoteAddress":"::ffff:10.0.3.7"}},"res":{{"statusCode":{status},"headers":{{"content-length":"512"}}}},"responseTime":{},"msg":"request completed"}}"#,
            ms as u64
        ),
        2 => format!(
            r#"{{"method":"{method}","path":"/items/{item}","format":"html","controller":"ItemsController","action":"show","status":{status},"allocations":4021,"duration":{ms:.2},"view":3.11,"db":1.52,"request_id":"{id:016x}"}}"#
        ),
        3 => format!(
            r#"{{"level":"info","ts":1790000000.123,"logger":"http.log.access","msg":"handled request","request":{{"remote_ip":"198.51.100.7","proto":"HTTP/2.0","method":"{method}","host":"www.example.com","uri":"/items/{item}"}},"duration":{:.9},"size":2048,"status":{status}}}"#,
            ms / 1e3
        ),
        roll => format!(
            r#"{{"timestamp":"2026-09-21T14:13:20.123Z","level":"{}","logger":"app.worker","message":"job {item} finished","job":{{"id":{item},"queue":"mail","attempt":{roll}}},"took_ms":{ms:.1}}}"#,
            pick(random, &["info", "warn", "error", "debug"])
        ),
    };
    Line { pri: 190, program: "app", process: format!("web.{}", 1 + random.below(4)), text, late_us: 0 }
}

/// Combined access log lines with the time of the request at the end.
pub(super) fn access(random: &mut Random) -> Line {
    let (method, status, agent) = (pick(random, &METHODS), pick(random, &STATUSES), pick(random, &AGENTS));
    let (ip, item, bytes, seconds) =
        (random.below(256), random.below(50_000), random.heavy(200.0) as u64, random.heavy(2.0) / 1e3);
    let path = match random.below(4) {
        0 => "/".to_owned(),
        1 => format!("/items/{item}"),
        2 => format!("/static/{item:x}.css?v=3"),
        _ => format!("/search?q=item+{item}"),
    };
    let text = format!(
        "203.0.113.{ip} - - [21/Sep/2026:14:{:02}:{:02} +0000] \"{method} {path} HTTP/1.1\" {status} {bytes} \
         \"https://www.example.com/\" \"{agent}\" {seconds:.3}",
        random.below(60),
        random.below(60)
    );
    Line { pri: 190, program: "nginx", process: "access".to_owned(), text, late_us: 0 }
}
