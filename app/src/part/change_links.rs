//! What changed before an incident, as one row of links: `v400 released 01:44 → H12 from 01:46`.

use contract::alert::ChangeLink;

use super::markup::push_link;

/// Appends the row as HTML; nothing where nothing changed.
pub fn push_changes(html: &mut String, changes: &[ChangeLink]) {
    let mut before = "<span class=\"changed\">What changed: ";
    for it in changes {
        html.push_str(before);
        push_link(html, "", &it.href, &it.text);
        before = " \u{2192} ";
    }
    if !changes.is_empty() {
        html.push_str("</span>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_a_row_of_links() {
        let link = |text: &str, href: &str| ChangeLink { text: text.to_owned(), href: href.to_owned() };
        let html = |changes: &[ChangeLink]| {
            let mut html = String::new();
            push_changes(&mut html, changes);
            html
        };
        assert_eq!(html(&[]), "");
        assert_eq!(
            html(&[link("<v2> 01:44", "/a?b&c"), link("H12", "/d")]),
            "<span class=\"changed\">What changed: <a href=\"/a?b&amp;c\">&lt;v2&gt; 01:44</a> \u{2192} \
             <a href=\"/d\">H12</a></span>"
        );
    }
}
