//! The syntax of searches on one screen, behind a button. It opens and closes without JavaScript. A
//! click outside closes it and does nothing else: it hits a button that covers the page.

use leptos::prelude::*;

use crate::part::markup::push_all;

/// What can be written, and what it means.
const ROWS: [(&str, &str); 12] = [
    ("timeout pool", "both words, in upper or lower case"),
    ("\"Pool exhausted\"", "this text, with its case"),
    ("timeout OR refused", "one of them or both"),
    ("(a OR b) c", "brackets group"),
    ("-healthcheck", "without this; also -\"…\", -field=value and -(…)"),
    ("status=503", "a field with this value"),
    ("status!=200", "another value, or no such field"),
    ("code=*", "any value"),
    ("path~/orders", "a value that contains this"),
    ("status>=500 bytes<1e6", "numbers"),
    ("service>1.5s connect>250ms", "times"),
    ("level:warn", "a field with this value, or this text"),
];

/// The button and what it opens.
pub fn syntax() -> AnyView {
    view! {
        <button class="syntax-help" type="button" popovertarget="syntax">"Syntax"</button>
        <div id="syntax" class="syntax" popover="auto">
            <button class="outside" type="button" popovertarget="syntax" popovertargetaction="hide" tabindex="-1" aria-hidden="true"></button>
            <div class="sheet">
                <h2>"Search syntax"</h2>
                <dl inner_html=rows()></dl>
                <p>"Fields are key=value pairs and the first level of JSON. The down arrow key in the search field lists those that there are."</p>
            </div>
        </div>
    }
    .into_any()
}

/// The rows as HTML. They never change, and a list of views would cost the module kilobytes.
fn rows() -> String {
    let mut html = String::new();
    for (term, meaning) in ROWS {
        let term = term.replace('<', "&lt;");
        push_all(&mut html, &["<div><dt><code>", &term, "</code></dt><dd>", meaning, "</dd></div>"]);
    }
    html
}

#[cfg(test)]
mod tests {
    use contract::LogFilter;

    use super::*;

    #[test]
    fn ok_every_example_is_a_filter() {
        for (term, _) in ROWS {
            assert!(LogFilter::parse(term).is_ok(), "{term}");
        }
    }
}
