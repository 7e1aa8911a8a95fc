//! `streamgauge window add|list|remove`: maintenance windows. Works on the database file, whether
//! the server runs or not; a running server notices within a second.

use contract::alert::{Window, WindowDraft};

use super::{
    alerts::{by, json, refused},
    args::{List, Remove, one_of},
    database::{open, record, unusable},
    error::Error,
    runtime::{block_on, print, print_rows},
};
use crate::{
    clock::now_ms,
    config::{Store as Config, duration},
    outlet::alerts::mutes as changes,
    watch::zone::Zone,
};

/// The days of the week as they are written, Monday first.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// What can be done with maintenance windows.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// Hold messages back at a fixed time on chosen days; prints the number of the window.
    Add(Add),
    /// List the windows, each with its next time.
    List(List),
    /// Remove a window by its number.
    Remove(Remove),
}

/// Arguments of `window add`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Add {
    /// What people call it.
    pub name: String,
    /// When it begins by the clock of --zone, such as 02:30.
    #[arg(long, value_parser = minutes)]
    pub start: u16,
    /// How long it lasts, such as 30m or 2h; at most a day.
    #[arg(long = "for", value_name = "TIME", default_value = "1h", value_parser = length_min)]
    pub length_min: u16,
    /// The days on which it begins, such as mon,wed.
    #[arg(long, value_delimiter = ',', value_parser = day, default_value = "mon,tue,wed,thu,fri,sat,sun")]
    pub days: Vec<usize>,
    /// The zone of its clock, such as Europe/Berlin.
    #[arg(long, default_value = "UTC")]
    pub zone: String,
    /// Only messages about this app.
    #[arg(long)]
    pub app: Option<String>,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Runs the subcommand.
///
/// # Errors
/// See [`Error`].
pub(crate) fn run(args: Args) -> Result<(), Error> {
    block_on(async {
        match args {
            Args::Add(args) => add(args).await,
            Args::List(args) => list(&args).await,
            Args::Remove(args) => {
                let store = open(&args.store.database_url).await?;
                changes::remove_window(&store, args.id).await.map_err(refused)?;
                record(&store, format!("window remove {}", args.id)).await
            }
        }
    })
}

/// The position of a day in the week.
fn day(text: &str) -> Result<usize, String> {
    let days = [0, 1, 2, 3, 4, 5, 6];
    one_of(&days, |it| DAYS[it], text)
}

/// The minutes after midnight of a time such as `02:30`.
fn minutes(text: &str) -> Result<u16, String> {
    let number = |text: &str, max: u16| {
        let is_number = text.len() == 2 && text.bytes().all(|it| it.is_ascii_digit());
        text.parse::<u16>().ok().filter(|it| is_number && *it <= max)
    };
    let time = text.split_once(':').and_then(|(hours, minutes)| Some(number(hours, 23)? * 60 + number(minutes, 59)?));
    time.ok_or_else(|| "expected a time from 00:00 to 23:59".to_owned())
}

/// The minutes of a length such as `90m`.
fn length_min(text: &str) -> Result<u16, String> {
    let length_s = duration::parse(text)?.as_secs();
    let minutes = u16::try_from(length_s / 60).ok().filter(|it| (1..=WindowDraft::LENGTH_MAX_MIN).contains(it));
    minutes.filter(|_| length_s % 60 == 0).ok_or_else(|| "expected whole minutes, at most a day".to_owned())
}

async fn add(args: Add) -> Result<(), Error> {
    let draft = WindowDraft {
        name: args.name,
        app: args.app,
        zone: args.zone,
        weekdays: std::array::from_fn(|it| args.days.contains(&it)),
        start_min: args.start,
        length_min: args.length_min,
    };
    let store = open(&args.store.database_url).await?;
    let name = draft.name.clone();
    let id = changes::save_window(&store, None, draft, &by()).await.map_err(refused)?;
    record(&store, format!("window add {id}, {name}")).await?;
    print(&id.to_string())
}

async fn list(args: &List) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let all = changes::windows(&store, now_ms()).await.map_err(unusable)?;
    print_rows(&all, if args.json { json } else { line })
}

fn line(window: &Window) -> String {
    let Window { id, draft: WindowDraft { name, app, zone, weekdays, start_min, length_min }, next, by } = window;
    let days: Vec<&str> = DAYS.iter().zip(weekdays).filter(|it| *it.1).map(|it| *it.0).collect();
    let days = if days.len() == 7 { "every day".to_owned() } else { days.join(",") };
    let app = app.as_deref().unwrap_or("every app");
    let next = next.first().map_or("never".to_owned(), |it| Zone::UTC.text(it.0.saturating_mul(1_000)));
    let (hour, minute) = (start_min / 60, start_min % 60);
    format!("{id:>5}  {name:<20} {days} {hour:02}:{minute:02} {zone} for {length_min} min, {app}; next {next}  by {by}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_and_err_times() {
        assert_eq!([minutes("00:00"), minutes("02:30"), minutes("23:59")], [Ok(0), Ok(150), Ok(1_439)]);
        for text in ["", "2:30", "24:00", "02:60", "0230", "+2:30", "02:30:00"] {
            assert!(minutes(text).is_err(), "{text}");
        }
        assert_eq!([length_min("1m"), length_min("90m"), length_min("24h")], [Ok(1), Ok(90), Ok(1_440)]);
        for text in ["30s", "90s", "25h", "soon"] {
            assert!(length_min(text).is_err(), "{text}");
        }
    }
}
