//! The sections of the Alerts page, and the links to them.

use contract::alert::AlertsPage;
use leptos::prelude::*;

use crate::part::type_erasure::erased_text;

/// A section of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// What is wrong now.
    Now,
    Rules,
    Channels,
    /// Mutes and maintenance windows.
    Mutes,
    History,
}

impl Tab {
    const ALL: [Self; 5] = [Self::Now, Self::Rules, Self::Channels, Self::Mutes, Self::History];

    /// The section that an address names; what is wrong now unless it names another.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.word() == word).unwrap_or(Self::Now)
    }

    /// Its word in the address.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Now => "",
            Self::Rules => "rules",
            Self::Channels => "channels",
            Self::Mutes => "mutes",
            Self::History => "history",
        }
    }

    /// Its address.
    #[must_use]
    pub fn address(self) -> String {
        if self == Self::Now { "/alerts".to_owned() } else { format!("/alerts?show={}", self.word()) }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Now => "Now",
            Self::Rules => "Rules",
            Self::Channels => "Channels",
            Self::Mutes => "Mutes",
            Self::History => "History",
        }
    }

    /// What its link counts; `None` where a number says nothing.
    fn count(self, page: &AlertsPage) -> Option<usize> {
        let n = match self {
            Self::Now => page.open.len(),
            Self::Channels => page.channels.len(),
            Self::Mutes => page.mutes.len() + page.windows.len(),
            Self::Rules | Self::History => 0,
        };
        (n > 0).then_some(n)
    }
}

/// Links to every section, each with its number.
pub fn tabs(state: RwSignal<AlertsPage>, tab: Memo<Tab>) -> AnyView {
    let link = |of: Tab| {
        let count = move || state.with(|page| of.count(page).map(|n| format!(" {n}")).unwrap_or_default());
        view! {
            <a href=of.address() aria-current=move || (tab.get() == of).then_some("true")>
                {of.label()}{erased_text(count)}
            </a>
        }
    };
    view! { <nav class="seg" aria-label="Sections">{Tab::ALL.map(link).collect_view()}</nav> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_words_come_back() {
        for tab in Tab::ALL {
            assert_eq!(Tab::from_word(tab.word()), tab);
        }
        assert_eq!(Tab::from_word("nonesuch"), Tab::Now);
    }
}
