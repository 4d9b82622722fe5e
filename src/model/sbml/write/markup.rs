//! XML as text, indented.

use crate::model::sbml::xml::escaped;

/// An XML document in the making.
#[derive(Default)]
pub(in crate::model::sbml) struct Markup {
    out: String,
    depth: usize,
}

/// Attributes: a name and the value, where there is one.
pub(in crate::model::sbml) type Attributes<'a> = [(&'a str, Option<String>)];

impl Markup {
    /// An element and what `inside` writes in it.
    pub(in crate::model::sbml) fn element(
        &mut self,
        name: &str,
        attributes: &Attributes,
        inside: impl FnOnce(&mut Markup),
    ) {
        self.start(name, attributes);
        self.out.push_str(">\n");
        let empty = self.out.len();
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        if self.out.len() == empty {
            self.out.truncate(empty - 2);
            self.out.push_str("/>\n");
        } else {
            self.indent();
            self.out.push_str(&format!("</{name}>\n"));
        }
    }

    /// An element without anything in it.
    pub(in crate::model::sbml) fn empty(&mut self, name: &str, attributes: &Attributes) {
        self.element(name, attributes, |_| {});
    }

    /// An element with text or markup in it that is kept as it is.
    pub(in crate::model::sbml) fn raw(&mut self, name: &str, attributes: &Attributes, content: &str) {
        self.start(name, attributes);
        self.out.push_str(&format!(">{content}</{name}>\n"));
    }

    /// The text.
    pub(in crate::model::sbml) fn finish(self) -> String {
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", self.out)
    }

    fn start(&mut self, name: &str, attributes: &Attributes) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            if let Some(value) = value {
                self.out.push_str(&format!(" {name}=\"{}\"", escaped(value)));
            }
        }
    }

    /// So deep that it is read, and no deeper: a formula may nest hundreds deep.
    fn indent(&mut self) {
        self.out.extend(std::iter::repeat_n(' ', 2 * self.depth.min(20)));
    }
}

/// A number as XML has it: the shortest text that reads back to the same bits.
pub(in crate::model::sbml) fn number(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_string()
    } else if value.is_infinite() {
        if value > 0.0 { "INF" } else { "-INF" }.to_string()
    } else {
        let text = format!("{value:?}");
        text.strip_suffix(".0").unwrap_or(&text).to_string()
    }
}
