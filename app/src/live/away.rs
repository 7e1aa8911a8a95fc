//! The note over the page while the server is gone.

use leptos::prelude::*;

use super::{heard::Heard, status::Status};
use crate::part::{
    time::{clock_seconds, length},
    type_erasure::{erased_option, erased_text},
    zone::short,
};

/// Says that the server is gone and how old the shown values are, or that it asks for its password
/// again. The note lies over the page, so that nothing moves.
#[component]
pub fn AwayNote() -> impl IntoView {
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    let heard = use_context::<Heard>().unwrap_or_default();
    let last_s = RwSignal::new(None::<(i64, i64)>);
    let look = move || {
        if status.try_get_untracked() == Some(Status::Gone) {
            last_s.try_set(heard.last_s());
        }
    };
    Effect::new(move |_| {
        status.track();
        look();
    });
    #[cfg(feature = "hydrate")]
    super::clock::every(std::time::Duration::from_secs(1), look);
    erased_option(move || match status.get() {
        Status::Gone => {
            let as_of = Memo::new(move |_| last_s.get().map(|it| it.0));
            let told = erased_text(move || {
                let as_of = as_of.get().map(|it| format!(" Values as of {} {}", clock_seconds(it), short(it)));
                format!("Disconnected.{}", as_of.unwrap_or_default())
            });
            // Not announced: it changes every second.
            let age = erased_text(move || last_s.get().map(|it| format!(", {} ago", length(it.1))).unwrap_or_default());
            Some(
                view! {
                    <p class="away"><span>
                        <span role="alert">{told}</span><span aria-hidden="true">{age}</span>". Reconnecting automatically."
                    </span></p>
                }
                .into_any(),
            )
        }
        Status::Refused => {
            let again = view! { <a class="btn" href="" rel="external">"Sign in"</a> };
            Some(
                view! { <p class="away" role="alert">"The server requires you to sign in again. "{again}</p> }
                    .into_any(),
            )
        }
        _ => None,
    })
}
