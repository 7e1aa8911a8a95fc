//! The lines of one request: the router's, and the app's own.

use std::sync::Arc;

use super::{app::App, endpoint::Endpoint, entry::Entry, random::Random, scenario::Conditions};

/// Share of requests that fail in the app when nothing is wrong.
const FAILURES: f64 = 0.000_6;
/// Share of requests whose client disconnects.
const ABANDONED: f64 = 0.000_4;
/// The router's timeout, ms.
const TIMEOUT_MS: f64 = 30_000.0;
/// Share of requests whose app lines carry measurements.
const MEASURED: f64 = 0.25;

/// An error code of the router.
#[derive(Clone, Copy)]
struct RouterCode {
    code: &'static str,
    desc: &'static str,
}

/// A request, as its lines describe it.
struct Request<'a> {
    endpoint: &'a Endpoint,
    outcome: Outcome,
    path: String,
    id: String,
    /// The dyno that the router reached.
    dyno: Option<&'a Arc<str>>,
    database_ms: f64,
}

/// The outcome of a request.
struct Outcome {
    status: u16,
    code: Option<RouterCode>,
    service_ms: f64,
    bytes: f64,
}

/// Appends the lines of a request that ends at `at_us` (unix microseconds).
pub(crate) fn write(app: &App, conditions: &Conditions, at_us: i64, random: &mut Random, out: &mut Vec<Entry>) {
    let endpoint = random.pick(app.endpoints, |it| it.weight);
    let dyno = random.below(app.web.len() as u64) as usize;
    let database_ms = random.log_normal(endpoint.median_ms * 0.45, endpoint.spread) * conditions.database;
    let outcome = outcome(endpoint, conditions, database_ms, random);
    let (path, id) = (endpoint.path(random), random.uuid());
    let dyno = (!conditions.is_down).then(|| &app.web[dyno]);
    let request = Request { endpoint, outcome, path, id, dyno, database_ms };

    let text = router_text(app, &request, random);
    out.push(Entry { at_us, app: "heroku", proc_id: "router".into(), text });
    if let Some(dyno) = dyno
        && request.outcome.code.is_none()
        && endpoint.status != 101
    {
        app_lines(dyno, &request, at_us, random, out);
    }
}

fn outcome(endpoint: &Endpoint, conditions: &Conditions, database_ms: f64, random: &mut Random) -> Outcome {
    let broken = |status, code, desc, service_ms| Outcome {
        status,
        code: Some(RouterCode { code, desc }),
        service_ms,
        bytes: 0.0,
    };
    if conditions.is_down {
        return broken(503, "H10", "App crashed", 0.0);
    }
    let own_ms = random.log_normal(endpoint.median_ms * 0.55, endpoint.spread * 0.7);
    let service_ms = own_ms + database_ms;
    // Requests without database work are not affected.
    let is_heavy = endpoint.median_ms > 10.0 && endpoint.status != 101;
    if is_heavy && (random.chance(conditions.timeouts) || service_ms > TIMEOUT_MS) {
        return broken(503, "H12", "Request timeout", TIMEOUT_MS + random.between(0.0, 4.0));
    }
    if random.chance(ABANDONED) {
        return broken(499, "H27", "Client Request Interrupted", service_ms);
    }
    let status = if random.chance(FAILURES) {
        500
    } else if random.chance(endpoint.refused) {
        *random.pick(&[404, 404, 404, 422, 401, 429], |_| 1.0)
    } else {
        endpoint.status
    };
    let bytes = match status {
        204 | 304 => 0.0,
        400.. => random.between(60.0, 2_000.0),
        _ => random.log_normal(endpoint.bytes, 0.5),
    };
    Outcome { status, code: None, service_ms, bytes }
}

fn router_text(app: &App, request: &Request<'_>, random: &mut Random) -> String {
    let Request { endpoint, outcome, path, id, .. } = request;
    let dyno = request.dyno.map_or("", |it| it);
    let at = match outcome.code {
        Some(RouterCode { code: "H27", desc }) => format!("sock=client at=warning code=H27 desc=\"{desc}\""),
        Some(RouterCode { code, desc }) => format!("at=error code={code} desc=\"{desc}\""),
        None => "at=info".to_owned(),
    };
    let Endpoint { method, .. } = endpoint;
    let protocol = match app.has_router_2 {
        true if random.chance(0.8) => "protocol=http2.0 tls=true tls_version=tls1.3",
        true => "protocol=http1.1 tls=true tls_version=tls1.2",
        false => "protocol=https",
    };
    // When no dyno was reached, nothing was measured.
    let (connect, service) = if dyno.is_empty() {
        (String::new(), String::new())
    } else {
        (format!("{}ms", random.log_normal(0.9, 1.0) as u64), format!("{}ms", outcome.service_ms as u64))
    };
    // The networks reserved for examples (RFC 5737).
    let network = random.pick(&["192.0.2", "198.51.100", "203.0.113"], |_| 1.0);
    format!(
        "{at} method={method} path=\"{path}\" host={}.example.com request_id={id} fwd=\"{network}.{}\" \
         dyno={dyno} connect={connect} service={service} status={} bytes={} {protocol}",
        app.name,
        1 + random.below(254),
        outcome.status,
        outcome.bytes as u64,
    )
}

fn app_lines(dyno: &Arc<str>, request: &Request<'_>, at_us: i64, random: &mut Random, out: &mut Vec<Entry>) {
    let Request { endpoint, outcome, path, id, database_ms, .. } = request;
    // The app finishes a little before the router.
    let at_us = at_us - random.between(200.0, 1_500.0) as i64;
    let mut add_line = |text| out.push(Entry { at_us, app: "app", proc_id: Arc::clone(dyno), text });
    let Endpoint { method, action, .. } = endpoint;
    let status = outcome.status;
    if status == 500 {
        add_line(format!(
            "[{id}] ActiveRecord::ConnectionTimeoutError (could not obtain a connection from the pool within 5.000 \
             seconds; all pooled connections were in use)"
        ));
    }
    let (duration_ms, path) = (outcome.service_ms, path.split('?').next().unwrap_or_default());
    add_line(format!(
        "method={method} path={path} format=html action={action} status={status} duration={duration_ms:.2} \
         db={database_ms:.2} request_id={id}"
    ));
    if random.chance(MEASURED) {
        let rows = 1 + random.log_normal(8.0, 1.2) as u64;
        let mut text = format!("measure#db.query={database_ms:.1}ms measure#db.rows={rows}");
        text.push_str(if random.chance(0.9) { " count#cache.hit=1" } else { " count#cache.miss=1" });
        if status < 400 {
            text.push_str(match *action {
                "payments#create" => " count#payments.accepted=1",
                "orders#show" => " count#orders.viewed=1",
                "events#create" => " count#events.accepted=1",
                "search#index" => " count#searches=1",
                _ => "",
            });
        }
        add_line(text);
    }
}
