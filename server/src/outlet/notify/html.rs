//! Escaping for HTML, as Telegram and mail have it.

/// Writes a character so that it is text, also within quotation marks.
pub(super) fn escape(found: char, out: &mut String) {
    match found {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        _ => out.push(found),
    }
}
