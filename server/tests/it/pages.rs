//! Pages out of the real server, many at once: every one whole, none ended by a panic (the harness looks for those in the log).

use crate::{
    harness::Server,
    traffic::{frame, now_line},
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
                    // Behind the document comes the data that the browser takes over with, in a script.
                    assert!(reply.body.trim_end().ends_with("</script>") || status == 404, "{path}: {bytes} bytes");
                }
            });
        }
    });
}
