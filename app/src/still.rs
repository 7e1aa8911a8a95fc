//! What documents without a module have in common: their style sheet and their last touch. What
//! they hold is decided elsewhere.

/// The style sheet of pages that the server alone makes, beside that of all pages.
pub(crate) const STYLES: &str = "/plain.css";

/// A document of Leptos that no module takes over: without the marks for hydration, which would be
/// visible in its title.
pub(crate) fn whole(document: &str) -> String {
    format!("<!DOCTYPE html>{}", document.replace("<!>", ""))
}
