//! Renders many pages of the real server at once. Each must be complete and none may panic (the
//! harness looks for panics in the log). Page content is tested in `app/tests`.

use testing::{
    clock::now_ms,
    frames::{frame, frames, lines, now_line},
    process::Server,
    recount::service_ms,
};

const VISITORS: usize = 8;
const VISITS: usize = 100;
const PAGES: [(&str, u16); 5] =
    [("/apps/nobody", 404), ("/apps/app", 200), ("/", 200), ("/nowhere/at-all", 404), ("/apps/app?range=7d", 200)];

#[test]
fn ok_many_pages_at_once_are_all_whole() {
    let server = Server::start();
    let token = server.drain("app");
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    std::thread::scope(|scope| {
        for visitor in 0..VISITORS {
            let server = &server;
            scope.spawn(move || {
                for visit in 0..VISITS {
                    let (path, status) = PAGES[(visitor + visit) % PAGES.len()];
                    let reply = server.get(path);
                    assert_eq!(reply.status, status, "{path}");
                    let bytes = reply.body.len();
                    assert!(reply.body.contains("</main>"), "{path}: {bytes} bytes");
                    // After the document comes the data for hydration, in a script element.
                    assert!(reply.body.trim_end().ends_with("</script>") || status == 404, "{path}: {bytes} bytes");
                }
            });
        }
    });
}

/// The counts of all heatmap rows in a page's hydration data, by row.
fn heat(page: &str) -> Vec<f64> {
    let page = page.replace("\\\"", "\"");
    let mut rows = vec![0.0; contract::heat::ROWS];
    for column in page.split("\"heat\":[").skip(1) {
        let (first, counts) = column.split_once(",[").unwrap();
        let counts = counts.split(']').next().unwrap().split(',');
        for (row, count) in counts.enumerate() {
            rows[first.parse::<usize>().unwrap() + row] += count.parse::<f64>().unwrap();
        }
    }
    rows
}

#[test]
fn ok_a_heatmap_counts_every_request_in_every_range() {
    let server = Server::start();
    let token = server.drain("app");
    let lines = lines(11, 4_000, 240);
    assert_eq!(server.post(&token, &[], &frames(&lines)).status, 204);
    let mut expected = vec![0.0; contract::heat::ROWS];
    for ms in service_ms(&lines) {
        expected[contract::heat::row(ms)] += 1.0;
    }
    let now_s = now_ms() / 1_000;
    let spans = ["range=live".to_owned(), "range=1h".to_owned(), "range=30d".to_owned()];
    let chosen = [(300, 1), (5_000, 1), (200_000, 60)]
        .map(|(ago_s, ahead_s)| format!("from={}&to={}", now_s - ago_s, now_s + ahead_s));
    for span in spans.iter().chain(&chosen) {
        let found = heat(&server.get(&format!("/apps/app?{span}")).body);
        // A value within 1 % of an edge may be counted in the neighbouring row. Whole milliseconds
        // at an edge may not.
        let moved: f64 = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).sum();
        assert_eq!(found.iter().sum::<f64>(), expected.iter().sum::<f64>(), "{span}");
        assert!(moved <= expected.iter().sum::<f64>() * 0.02, "{span}: {found:?}, expected {expected:?}");
    }
}
