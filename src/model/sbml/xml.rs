//! The XML under the reader: elements with places, attributes with types, problems as they are found.

use super::document::Position;
use super::limits;
use crate::error::{Error, Problem, Severity, did_you_mean};
use roxmltree::{Node, ParsingOptions};
use std::cell::RefCell;

pub(super) const MATHML: &str = "http://www.w3.org/1998/Math/MathML";
pub(super) const COMP: &str = "http://www.sbml.org/sbml/level3/version1/comp/version1";

/// Problems kept of one file; more tell nothing new.
const MOST_PROBLEMS: usize = 200;

/// Attributes that every element may have.
const COMMON: [&str; 4] = ["id", "name", "metaid", "sboTerm"];

/// A text and what has been found in it.
pub(super) struct File<'i> {
    text: &'i str,
    line_starts: Vec<usize>,
    problems: RefCell<Vec<Problem>>,
    pub(super) level: u32,
    pub(super) version: u32,
    /// The namespace of SBML's own elements.
    pub(super) core: String,
}

/// Parses, within limits.
pub(super) fn parse(text: &str) -> Result<roxmltree::Document<'_>, Error> {
    let fault = |at: Position, message: String| {
        let mut problem = Problem::error([""; 0], format!("not XML, column {}: {message}", at.column));
        problem.line = Some(at.line as usize);
        Error::from(problem)
    };
    limits::check(text).map_err(|(at, message)| fault(File::new(text).position(at), message))?;
    let options = ParsingOptions { allow_dtd: false, ..Default::default() };
    roxmltree::Document::parse_with_options(text, options).map_err(|error| {
        let at = error.pos();
        // the message ends with the place, which the problem has
        let message = error.to_string();
        let message = message.strip_suffix(&format!(" at {at}")).unwrap_or(&message).to_string();
        fault(Position { line: at.row, column: at.col }, message)
    })
}

impl<'i> File<'i> {
    pub(super) fn new(text: &'i str) -> File<'i> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1));
        let (problems, core) = (RefCell::default(), String::new());
        File { text, line_starts: starts.collect(), problems, level: 0, version: 0, core }
    }

    pub(super) fn position(&self, offset: usize) -> Position {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let column = offset - self.line_starts[line.saturating_sub(1)] + 1;
        Position { line: line as u32, column: column as u32 }
    }

    fn is_full(&self) -> bool {
        self.problems.borrow().len() >= MOST_PROBLEMS
    }

    /// The problems so far, which are taken.
    pub(super) fn take_problems(&self) -> Vec<Problem> {
        self.problems.take()
    }

    pub(super) fn is_level(&self, level: u32) -> bool {
        self.level == level
    }
}

/// An element.
#[derive(Clone, Copy)]
pub(super) struct Tag<'a> {
    pub(super) node: Node<'a, 'a>,
    pub(super) file: &'a File<'a>,
}

impl<'a> Tag<'a> {
    pub(super) fn name(self) -> &'a str {
        self.node.tag_name().name()
    }

    pub(super) fn namespace(self) -> &'a str {
        self.node.tag_name().namespace().unwrap_or_default()
    }

    pub(super) fn at(self) -> Position {
        self.file.position(self.node.range().start)
    }

    /// The elements in it.
    pub(super) fn elements(self) -> impl Iterator<Item = Tag<'a>> {
        self.node.children().filter(Node::is_element).map(move |node| Tag { node, file: self.file })
    }

    /// The elements of SBML itself in it.
    pub(super) fn children(self) -> impl Iterator<Item = Tag<'a>> {
        self.elements().filter(|tag| tag.namespace() == tag.file.core)
    }

    pub(super) fn child(self, name: &str) -> Option<Tag<'a>> {
        self.children().find(|tag| tag.name() == name)
    }

    /// What stands in the list of this name.
    pub(super) fn list(self, name: &str) -> Vec<Tag<'a>> {
        self.child(name).into_iter().flat_map(Tag::children).filter(|t| !t.is_common()).collect()
    }

    /// Whether it is for people and other programs.
    pub(super) fn is_common(self) -> bool {
        matches!(self.name(), "notes" | "annotation")
    }

    /// The elements of a package in it.
    pub(super) fn package(self, namespace: &'static str, name: &'static str) -> Option<Tag<'a>> {
        self.elements().find(|tag| tag.namespace() == namespace && tag.name() == name)
    }

    /// An attribute without a namespace.
    pub(super) fn attribute(self, name: &str) -> Option<&'a str> {
        self.node.attributes().find(|a| a.namespace().is_none() && a.name() == name).map(|a| a.value())
    }

    pub(super) fn text(self, name: &str) -> Option<String> {
        self.attribute(name).map(str::to_string)
    }

    /// The first of these names that is an attribute.
    pub(super) fn either(self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name))
    }

    pub(super) fn number(self, name: &str) -> Option<f64> {
        self.typed(name, "a number", number)
    }

    pub(super) fn whole(self, name: &str) -> Option<i32> {
        self.typed(name, "a whole number", |text| text.trim().parse().ok())
    }

    pub(super) fn truth(self, name: &str) -> Option<bool> {
        self.typed(name, "true or false", |text| match text.trim() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        })
    }

    fn typed<T>(self, name: &str, expected: &str, read: fn(&str) -> Option<T>) -> Option<T> {
        let text = self.attribute(name)?;
        let value = read(text);
        if value.is_none() {
            self.fault(Some(10103), format!("{name} is \"{text}\", expected {expected}"));
        }
        value
    }

    /// What is required, or what stands for it after a complaint.
    pub(super) fn required<T: Default>(self, value: Option<T>, name: &str) -> T {
        value.unwrap_or_else(|| {
            if self.attribute(name).is_none() {
                self.fault(Some(10103), format!("{name} is missing, and is required here"));
            }
            T::default()
        })
    }

    /// Complains of attributes and elements of SBML that have no place here.
    pub(super) fn allow(self, attributes: &[&str], elements: &[&str]) {
        for attribute in self.node.attributes().filter(|a| a.namespace().is_none()) {
            let name = attribute.name();
            if self.file.is_full() {
                return;
            }
            if !COMMON.contains(&name) && !attributes.contains(&name) {
                let hint = hint(name, attributes.iter().copied());
                self.fault(Some(10103), format!("there is no attribute {name} of {}{hint}", self.name()));
            }
        }
        let mut seen: Vec<&str> = Vec::new();
        for child in self.children().filter(|c| !c.is_common()) {
            let name = child.name();
            if self.file.is_full() {
                return;
            }
            if !elements.contains(&name) {
                let hint = hint(name, elements.iter().copied());
                child.fault(Some(10102), format!("{name} has no place in {}{hint}", self.name()));
            } else if seen.contains(&name) {
                child.fault(Some(10103), format!("a second {name} in {}", self.name()));
            } else {
                seen.push(name);
            }
        }
    }

    /// Its place by names: those elements around it that have some.
    pub(super) fn place(self) -> Vec<String> {
        let mut place = Vec::new();
        for node in self.node.ancestors().filter(Node::is_element) {
            let name = node.tag_name().name();
            if name.starts_with("listOf")
                || matches!(name, "sbml" | "model")
                || node.tag_name().namespace() == Some(MATHML)
            {
                continue;
            }
            let named = ["id", "variable", "symbol", "species", "specie", "name"];
            place.extend(named.iter().find_map(|a| node.attribute(*a)).map(str::to_string));
            place.push(name.to_string());
        }
        place.reverse();
        place
    }

    /// A problem here, with the number of SBML's rule where one is known.
    pub(super) fn problem(self, rule: Option<u32>, message: String) -> Problem {
        let at = self.at();
        let rule = rule.map_or_else(String::new, |rule| format!(" (SBML rule {rule})"));
        let mut problem = Problem::error(self.place(), format!("column {}: {message}{rule}", at.column));
        problem.line = Some(at.line as usize);
        problem
    }

    pub(super) fn fault(self, rule: Option<u32>, message: impl Into<String>) {
        if !self.file.is_full() {
            let problem = self.problem(rule, message.into());
            self.file.problems.borrow_mut().push(problem);
        }
    }

    pub(super) fn warn(self, message: impl Into<String>) {
        if !self.file.is_full() {
            let problem = Problem { severity: Severity::Warning, ..self.problem(None, message.into()) };
            self.file.problems.borrow_mut().push(problem);
        }
    }

    /// What stands between its tags, as written, with those namespaces that it takes from around it.
    pub(super) fn inner(self) -> String {
        let range = self.node.range();
        let whole = &self.file.text[range.clone()];
        let (Some(start), Some(end)) = (end_of_tag(whole), whole.rfind("</")) else { return String::new() };
        let (start, end) = (range.start + start, range.start + end);
        if start > end {
            return String::new(); // an empty element
        }
        let mut inner = String::new();
        let mut copied = start;
        for child in self.elements() {
            let at = child.node.range().start;
            let tag = &self.file.text[at..child.node.range().end];
            let after_name = at + tag.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(0);
            inner.push_str(&self.file.text[copied..after_name]);
            copied = after_name;
            let head = &tag[..end_of_tag(tag).unwrap_or(tag.len())];
            for (declaration, uri) in child.borrowed_namespaces(head, tag) {
                inner.push_str(&format!(" {declaration}=\"{}\"", escaped(uri)));
            }
        }
        inner.push_str(&self.file.text[copied..end]);
        inner
    }

    /// Namespaces that a copied element needs and does not declare.
    fn borrowed_namespaces(self, head: &str, whole: &str) -> Vec<(String, &'a str)> {
        let mut borrowed = Vec::new();
        for namespace in self.node.namespaces() {
            let declaration = match namespace.name() {
                Some("xml") => continue,
                Some(prefix) if whole.contains(&format!("{prefix}:")) => format!("xmlns:{prefix}"),
                None if namespace.uri() == self.namespace() && namespace.uri() != self.file.core => "xmlns".to_string(),
                _ => continue,
            };
            let is_declared = head
                .match_indices(&declaration)
                .any(|(i, _)| head[i + declaration.len()..].trim_start().starts_with('='));
            if !is_declared {
                borrowed.push((declaration, namespace.uri()));
            }
        }
        borrowed.sort();
        borrowed
    }
}

/// ` (did you mean X?)`, or nothing; texts too long for a name are not compared.
pub(super) fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    if name.len() > 100 { String::new() } else { did_you_mean(name, known) }
}

/// Where a start tag is over.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (i, c) in text.bytes().enumerate() {
        match (quote, c) {
            (Some(q), _) if q == c => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(c),
            (None, b'>') => return Some(i + 1),
            _ => {}
        }
    }
    None
}

/// A number as XML has it (`xsd:double`).
pub(super) fn number(text: &str) -> Option<f64> {
    match text.trim() {
        "INF" | "+INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        plain if plain.bytes().all(|c| c.is_ascii_digit() || b"+-.eE".contains(&c)) => plain.parse().ok(),
        _ => None,
    }
}

/// A text inside of an attribute or an element.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' | '\r' => out.push_str(&format!("&#{};", c as u32)),
            c => out.push(c),
        }
    }
    out
}
