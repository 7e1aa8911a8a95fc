//! 50,000 datagrams a second for ten seconds over UDP: packets of statsd, and syslog with a token
//! each. What was received, what the kernel dropped, as the server's own counters say, and CPU of
//! the server as a share of one core. The sender is not measured.
//!
//! Asserts that what was sent is what was received and what was dropped, and that all that was
//! received was counted. How much the kernel drops depends on what else runs on the machine.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]

use std::{
    net::UdpSocket,
    thread,
    time::{Duration, Instant},
};

use testing::{
    clock::{now_ms, stamp},
    process::{Server, free_port},
    wait::wait_for,
};

const PER_MS: u64 = 50;
const SECONDS: u64 = 10;
const TOKEN: &str = "a-token-of-datagrams";

fn main() {
    println!(
        "{:<8} {:>10} {:>9} {:>9} {:>8} {:>14} {:>10}",
        "what", "sent/s", "sent", "received", "dropped", "CPU of a core", "µs/packet"
    );
    measure("statsd", "STATSD_PORT", "hits", || "hits:1|c|#host:a".into());
    measure("syslog", "SYSLOG_PORT", "router.requests", || {
        let time = stamp(now_ms() * 1_000);
        format!(
            "<158>1 {time} {TOKEN} heroku router - - at=info method=GET path=\"/orders/7\" host=shop.example.com \
             fwd=\"203.0.113.7\" dyno=web.1 connect=1ms service=18ms status=200 bytes=512"
        )
    });
}

fn measure(name: &str, port_setting: &str, metric: &str, datagram: impl Fn() -> String) {
    let port = free_port();
    let token = [("STATSD_TOKEN", TOKEN)];
    let token = if name == "statsd" { &token[..] } else { &[] };
    let server = Server::start_with(&[&[(port_setting, &*port.to_string())][..], token].concat());
    server.add_drain(&["bench", "--token", TOKEN]);
    let is_known = || server.post(TOKEN, &[], b"").status == 204;
    wait_for("the server to know the drain", is_known);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(("127.0.0.1", port)).unwrap();
    let (before_s, begun, mut sent) = (server.cpu_s(), Instant::now(), 0);
    while begun.elapsed() < Duration::from_secs(SECONDS) {
        let due = begun.elapsed().as_millis() as u64 * PER_MS;
        let datagram = datagram();
        while sent < due {
            socket.send(datagram.as_bytes()).unwrap();
            sent += 1;
        }
        // The pace is what is measured.
        thread::sleep(Duration::from_micros(500));
    }
    let took_s = begun.elapsed().as_secs_f64();
    let cpu_s = server.cpu_s() - before_s;
    let own = |name: &str| {
        let text = server.get("/metrics").body;
        let line = text.lines().find_map(|it| it.strip_prefix(&format!("{name} ")));
        line.map_or(0, |it| it.parse::<f64>().unwrap() as u64)
    };
    let received = || own("streamgauge_datagrams_total");
    let dropped = || own("streamgauge_lost_datagrams_total");
    wait_for("every datagram to be received or dropped", || received() + dropped() >= sent);
    assert_eq!(received() + dropped(), sent);
    wait_for("what was received to be counted", || server.value("bench", metric, "sum") == Some(received() as f64));
    println!(
        "{name:<8} {:>10.0} {sent:>9} {:>9} {:>8} {:>12.1} % {:>10.2}",
        sent as f64 / took_s,
        received(),
        dropped(),
        cpu_s / took_s * 100.0,
        cpu_s * 1e6 / received() as f64
    );
}
