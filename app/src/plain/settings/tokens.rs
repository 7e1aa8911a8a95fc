//! `/settings/tokens`: API tokens.

use leptos::prelude::*;

use super::{Outcome, moment, one_button, settings, table};
use crate::shell::Assets;

/// An API token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    pub name: String,
    pub scope: String,
    /// The apps that it is limited to; none for every app.
    pub apps: Option<Vec<String>>,
    pub expires_s: Option<i64>,
    pub used_s: Option<i64>,
    pub used_from: String,
    pub created_by: String,
}

/// All API tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokensPage {
    pub outcome: Outcome,
    pub tokens: Vec<ApiToken>,
    /// The names of all apps.
    pub apps: Vec<String>,
}

/// The page of API tokens as HTML.
#[must_use]
pub fn tokens_page(assets: &Assets, page: TokensPage) -> String {
    settings(assets, "/settings/tokens", page.outcome, move || {
        let apps = choices(page.apps);
        let rows = page.tokens.into_iter().map(token).collect_view();
        view! {
            <section class="card saving">
                <h2>"Create a token"</h2>
                <p class="dim">
                    "For scripts: as Bearer, or as the password of Basic. It is shown once. What they can ask is in the "
                    <a href="/api">"API reference"</a>"."
                </p>
                <form method="post" action="/settings/tokens" class="sharing">
                    <input type="hidden" name="do" value="add" />
                    <div class="saving-fields">
                        <label class="field"><span>"Name"</span>
                            <input type="text" name="name" required maxlength="60" autocomplete="off" />
                        </label>
                        <label class="field"><span>"Scope"</span>
                            <select name="scope">
                                <option value="read">"Read"</option>
                                <option value="write">"Read and write"</option>
                            </select>
                        </label>
                        <label class="field"><span>"Expires after"</span>
                            <select name="days">
                                <option value="30">"30 days"</option>
                                <option value="90" selected>"90 days"</option>
                                <option value="365">"1 year"</option>
                                <option value="0">"Never"</option>
                            </select>
                        </label>
                    </div>
                    {apps}
                    <p class="acts"><button class="btn main" type="submit">"Create token"</button></p>
                </form>
            </section>
            {table("API tokens", &["Name", "Scope", "Apps", "Expires", "Last used", ""], rows, "There are no API tokens yet.")}
        }
        .into_any()
    })
}

/// The apps that a token may be limited to.
fn choices(apps: Vec<String>) -> Option<AnyView> {
    let boxes: Vec<_> = apps
        .into_iter()
        .map(|app| view! { <label><input type="checkbox" name="app" value=app.clone() />{app}</label> })
        .collect();
    (!boxes.is_empty()).then(|| {
        view! {
            <fieldset>
                <legend>"Only these apps"</legend>
                <p class="dim">"With none chosen the token is for every app, also for later ones."</p>
                <div class="choices" tabindex="0" role="group" aria-label="Apps">{boxes}</div>
            </fieldset>
        }
        .into_any()
    })
}

fn token(it: ApiToken) -> AnyView {
    let label = format!("Remove {}", it.name);
    let remove = one_button("/settings/tokens", "remove", ("name", it.name.clone()), "Remove", label);
    let used = it.used_s.map_or("Never".to_owned(), |at_s| format!("{} from {}", moment(at_s), it.used_from));
    view! {
        <tr>
            <th scope="row">{it.name}<small class="dim">{format!(" by {}", it.created_by)}</small></th>
            <td data-name="Scope">{it.scope}</td><td data-name="Apps">{it.apps.map_or("Every app".to_owned(), |it| it.join(", "))}</td>
            <td class="moment" data-name="Expires">{it.expires_s.map_or("Never".to_owned(), moment)}</td><td class="moment" data-name="Last used">{used}</td>
            <td class="act">{remove}</td>
        </tr>
    }
    .into_any()
}
