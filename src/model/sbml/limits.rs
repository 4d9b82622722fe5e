//! What a file may ask of its reader, looked at before it is parsed: each limit is far above any model.

/// Elements may nest this deep; so may formulas.
pub(super) const DEEPEST: usize = 500;
/// Elements in a file: with text between them 0.8 GB of memory while it is read.
const MOST_ELEMENTS: usize = 5_000_000;
/// Attributes of an element: their names are compared in pairs.
const MOST_ATTRIBUTES: usize = 500;
/// Namespaces in scope, summed over the elements that declare some: each such element gets a list of them.
const MOST_SCOPES: usize = 50_000_000;

/// What is beyond a limit, and at which byte.
pub(super) fn check(text: &str) -> Result<(), (usize, String)> {
    let mut scopes = vec![0]; // namespaces in scope, element by element on the way inside
    let (mut elements, mut scoped) = (0, 0);
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|i| at + i) {
        let rest = &text[open..];
        let passed = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")].iter().find(|(o, _)| rest.starts_with(o));
        if let Some((start, end)) = passed {
            let Some(length) = rest[start.len()..].find(end) else { return Ok(()) }; // the parser will say it
            at = open + start.len() + length + end.len();
        } else if rest.starts_with("</") {
            scopes.truncate((scopes.len() - 1).max(1));
            at = open + 2;
        } else if rest.starts_with("<!") {
            let message = "a document type or entity definition; SBML has none, and it is not read: remove it";
            return Err((open, message.to_string()));
        } else {
            let tag = Tag::of(rest.as_bytes());
            elements += 1;
            let inside = scopes.last().copied().unwrap_or(0) + tag.namespaces;
            if tag.namespaces > 0 {
                scoped += inside;
            }
            if !tag.is_empty {
                scopes.push(inside);
            }
            let beyond = [
                (scopes.len() - 1, DEEPEST, "elements nest"),
                (elements, MOST_ELEMENTS, "elements of a file are"),
                (tag.attributes, MOST_ATTRIBUTES, "attributes of an element are"),
                (scoped, MOST_SCOPES, "namespaces in scope are"),
            ];
            if let Some((_, most, what)) = beyond.iter().find(|(count, most, _)| count > most) {
                return Err((open, format!("{what} more than {most}, which is the most that is read")));
            }
            at = open + tag.length;
        }
    }
    Ok(())
}

/// What a start tag has, counted without understanding it.
struct Tag {
    length: usize,
    attributes: usize,
    namespaces: usize,
    is_empty: bool,
}

impl Tag {
    fn of(text: &[u8]) -> Tag {
        let mut tag = Tag { length: text.len(), attributes: 0, namespaces: 0, is_empty: false };
        let mut quote = None;
        for (i, &c) in text.iter().enumerate() {
            match (quote, c) {
                (Some(q), _) if q == c => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(c),
                (None, b'=') => tag.attributes += 1,
                (None, b'x') if text[i..].starts_with(b"xmlns") => tag.namespaces += 1,
                (None, b'>') => {
                    tag.is_empty = text[i - 1] == b'/';
                    tag.length = i + 1;
                    break;
                }
                _ => {}
            }
        }
        tag
    }
}
