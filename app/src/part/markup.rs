//! HTML as text, for lists of many small elements: a view of each would cost a module kilobytes.

/// Appends a text from outside to HTML, between tags or inside a quoted attribute: names come from
/// log lines and may be anything. `html-escape`, which rendering on the server uses, is not linked
/// into the browser's modules; for five letters it would only make them larger.
pub fn push_text(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(letter),
        }
    }
}

/// Appends pieces of HTML as they are.
pub fn push_all(html: &mut String, parts: &[&str]) {
    for part in parts {
        html.push_str(part);
    }
}

/// Appends a link. `attributes` are HTML that begins with a blank, or empty.
pub fn push_link(html: &mut String, attributes: &str, href: &str, text: &str) {
    push_all(html, &["<a", attributes, " href=\""]);
    push_text(html, href);
    html.push_str("\">");
    push_text(html, text);
    html.push_str("</a>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_no_text_becomes_an_element_or_ends_an_attribute() {
        let mut html = String::new();
        push_text(&mut html, "<b title=\"x\" id='y'>a & b</b> ä");
        assert_eq!(html, "&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;a &amp; b&lt;/b&gt; ä");
    }

    #[test]
    fn ok_links() {
        let mut html = String::new();
        push_link(&mut html, " class=\"more\"", "/a?b=1&c=\"", "<all>");
        assert_eq!(html, "<a class=\"more\" href=\"/a?b=1&amp;c=&quot;\">&lt;all&gt;</a>");
    }
}
