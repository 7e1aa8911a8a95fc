//! The zone and the calendar of the browser. Pages are in UTC; only what a person enters or chooses
//! by the wall clock is read in the person's own zone.

use js_sys::{Array, Date, Intl, Object, Reflect};

/// The name of the zone, such as `Europe/Berlin`.
#[must_use]
pub fn name() -> Option<String> {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
}

/// Nine o'clock tomorrow morning, unix milliseconds.
#[must_use]
pub fn tomorrow_morning_ms() -> i64 {
    let date = Date::new_0();
    date.set_date(date.get_date() + 1);
    date.set_hours(9);
    date.set_minutes(0);
    date.set_seconds(0);
    date.set_milliseconds(0);
    date.get_time() as i64
}

/// The unix milliseconds of a time as a field of a form has it, such as `2026-11-26T14:31`.
#[must_use]
pub fn entered_ms(text: &str) -> Option<i64> {
    let ms = Date::parse(text);
    ms.is_finite().then_some(ms as i64)
}
