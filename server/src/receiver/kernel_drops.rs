//! Counts the datagrams that the kernel dropped because the buffer of a socket was full. They are
//! read from `/proc/net/udp`, once in a while; where that file is missing they stay unknown.

use std::{fs::File, io::Read, os::fd::AsFd, sync::Arc, time::Duration};

use rustix::fs::fstat;
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use crate::{clock::since_1970, telemetry::Counters};

/// Time between two reads.
const READ_EVERY: Duration = Duration::from_secs(1);
/// Most bytes of a table that are read: a row has 128.
const TABLE_BYTES_MAX: u64 = 4 << 20;
/// The tables of IPv4 and IPv6.
const TABLES: [&str; 2] = ["/proc/net/udp", "/proc/net/udp6"];
/// The fields of a socket's inode and of its drops (`proc_pid_net(5)`).
const INODE_FIELD: usize = 9;
const DROPS_FIELD: usize = 12;

/// The number by which a socket is found in the tables.
pub(crate) fn inode(socket: &impl AsFd) -> Option<u64> {
    fstat(socket).ok().map(|it| it.st_ino)
}

/// Adds new drops to the counters until `shutdown` is cancelled.
pub(crate) async fn keep_counting(inode: Option<u64>, counters: Arc<Counters>, shutdown: CancellationToken) {
    let Some(inode) = inode else { return };
    let mut ticks = tokio::time::interval(READ_EVERY);
    let mut seen = 0;
    loop {
        tokio::select! { () = shutdown.cancelled() => return, _ = ticks.tick() => {} }
        let Ok(Some(drops)) = spawn_blocking(move || read(inode)).await else { continue };
        if drops > seen {
            counters.lose_datagrams(drops - seen, since_1970());
            tracing::warn!(
                lost = drops - seen,
                "the kernel dropped datagrams, because they came faster than they could be taken"
            );
            seen = drops;
        }
    }
}

fn read(inode: u64) -> Option<u64> {
    TABLES.iter().find_map(|path| {
        let mut text = String::new();
        File::open(path).ok()?.take(TABLE_BYTES_MAX).read_to_string(&mut text).ok()?;
        drops(&text, inode)
    })
}

/// The drops of a socket in a table.
fn drops(table: &str, inode: u64) -> Option<u64> {
    table.lines().skip(1).find_map(|row| {
        let fields: Vec<&str> = row.split_ascii_whitespace().collect();
        let is_it = fields.get(INODE_FIELD)?.parse::<u64>().ok()? == inode;
        fields.get(DROPS_FIELD).filter(|_| is_it)?.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_a_row_of_the_table() {
        let table = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n\
                     \x20 4301: 0100007F:1972 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 157325 2 000000006fdcc9b4 17\n";
        assert_eq!(drops(table, 157_325), Some(17));
        assert_eq!(drops(table, 17), None);
        assert_eq!(drops("", 17), None);
    }
}
