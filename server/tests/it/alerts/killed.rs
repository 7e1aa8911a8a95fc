//! `kill -9` at random moments while a hundred incidents open and are resolved: each is told once
//! when it opens and once when it is over, in this order, and nothing that did not happen is told.

use std::{collections::BTreeSet, sync::Arc};

use testing::{process::Server, random::Dice, wait::wait_for};

use super::{add_channel, add_rule, gauge_rule, measure, rows, told};

const INCIDENTS: usize = 100;
/// Incidents that open at a time.
const WAVE: usize = 10;

#[test]
fn ok_killed_while_a_hundred_incidents_come_and_go() {
    let mut server = Server::start();
    let dir = Arc::clone(&server.dir);
    let token = server.drain("shop");
    add_channel(dir.path());
    let name = |n: usize| format!("queue{n}");
    let all = |value: f64| (0..INCIDENTS).map(|it| (name(it), value)).collect::<Vec<_>>();
    measure(&server, &token, &all(1.0));
    for n in 0..INCIDENTS {
        add_rule(dir.path(), &gauge_rule("shop", &name(n)));
    }
    let mut dice = Dice(7);
    let mut kills = 0;
    let of_wave =
        |wave: usize, value: f64| (wave * WAVE..(wave + 1) * WAVE).map(move |it| (format!("queue{it}"), value));
    for wave in 0..=INCIDENTS / WAVE {
        let rising = if wave < INCIDENTS / WAVE { WAVE } else { 0 };
        let mut values: Vec<_> = of_wave(wave, 20.0).take(rising).collect();
        if wave > 0 {
            values.extend(of_wave(wave - 1, 1.0));
        }
        measure(&server, &token, &values);
        // Somewhere between the judging that opens and the one that resolves.
        let before = fired(dir.path());
        let wanted = before + usize::try_from(dice.roll(WAVE as u64)).unwrap();
        let end = std::time::Instant::now() + std::time::Duration::from_millis(dice.roll(2_500));
        wait_for("a moment", || fired(dir.path()) >= wanted.min(INCIDENTS) || std::time::Instant::now() > end);
        server = Server::start_in(server.kill(), 0, &[]);
        kills += 1;
        let expected = ((wave + 1) * WAVE).min(INCIDENTS);
        wait_for("the wave to fire", || fired(dir.path()) >= expected);
    }
    measure(&server, &token, &all(1.0));
    let open = "SELECT count(*) AS n FROM incident WHERE resolved_ms IS NULL";
    wait_for("every incident to be over", || rows(dir.path(), open)[0]["n"] == 0);
    let incidents = rows(dir.path(), "SELECT id, cause FROM incident ORDER BY id");
    let causes: BTreeSet<_> = incidents.iter().map(|it| it["cause"].as_str().unwrap().to_owned()).collect();
    assert_eq!((incidents.len(), causes.len()), (INCIDENTS, INCIDENTS));
    for incident in &incidents {
        assert_eq!(told(dir.path(), incident["id"].as_i64().unwrap()), ["opened", "resolved"], "{incident}");
    }
    let sql = "SELECT count(*) AS n, count(DISTINCT message_id) AS ids FROM outbox";
    let messages = &rows(dir.path(), sql)[0];
    assert_eq!((&messages["n"], &messages["ids"]), (&(2 * INCIDENTS).into(), &(2 * INCIDENTS).into()));
    eprintln!("{INCIDENTS} incidents, {kills} kills, {} messages", messages["n"]);
}

fn fired(dir: &std::path::Path) -> usize {
    let found = rows(dir, "SELECT count(*) AS n FROM incident WHERE fired_ms IS NOT NULL");
    usize::try_from(found[0]["n"].as_u64().unwrap()).unwrap()
}
