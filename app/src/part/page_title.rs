//! What the titles of all pages have in common: how things stand, before the page's own title, and
//! the product's name behind it.
//!
//! In the browser the title follows the signals. On the server it is worked out at once: the head
//! of a document is written when the signals of its page are gone.

use leptos::prelude::*;
use leptos_meta::Title;

use super::icon::Standing;

/// Makes whole titles of what pages give to `Title`.
pub fn title_format(standing: impl Fn() -> Standing + Send + Sync + 'static) -> impl IntoView {
    #[cfg(feature = "ssr")]
    let standing = {
        let now = untrack(standing);
        move || now
    };
    view! { <Title formatter=move |title: String| whole(&title, standing()) /> }
}

fn whole(title: &str, standing: Standing) -> String {
    let before = match standing {
        Standing::Well => String::new(),
        Standing::Incidents(open) => format!("({}!) ", open.count),
        Standing::Disconnected => "Disconnected · ".to_owned(),
    };
    let between = if title.is_empty() { "" } else { " · " };
    format!("{before}{title}{between}Streamgauge")
}

#[cfg(test)]
mod tests {
    use contract::OpenIncidents;

    use super::*;

    #[test]
    fn ok_whole_titles() {
        let incidents = Standing::Incidents(OpenIncidents { count: 2, is_critical: false });
        for (title, standing, expected) in [
            ("", Standing::Well, "Streamgauge"),
            ("api", Standing::Well, "api · Streamgauge"),
            ("", incidents, "(2!) Streamgauge"),
            ("api", incidents, "(2!) api · Streamgauge"),
            ("", Standing::Disconnected, "Disconnected · Streamgauge"),
        ] {
            assert_eq!(whole(title, standing), expected);
        }
    }
}
