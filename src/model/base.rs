//! Models that stand on others.

use super::Model;
use crate::error::{Problem, did_you_mean};
use crate::network::Field;
use crate::units::Value;
use indexmap::IndexMap;

/// The fields of a part.
type Fields = IndexMap<String, Field>;

impl Model {
    /// This model over the one that it names as its base: what it does not give itself is taken over, apart from what
    /// it removes. Of the header, the name, the title and the paper stay its own; units are the base's.
    ///
    /// ```
    /// use homeostat::model::Model;
    /// let base = Model::from_toml(r#"
    ///     [model]
    ///     name = "decay"
    ///     [compartment.cell]
    ///     volume = "1 L"
    ///     [species.a]
    ///     compartment = "cell"
    ///     concentration = "10 uM"
    ///     [clearance.loss]
    ///     reaction = "a ->"
    ///     k = "0.5 1/h"
    /// "#)?;
    /// let faster = Model::from_toml(r#"
    ///     [model]
    ///     name = "faster"
    ///     base = "decay"
    ///     [clearance.loss]
    ///     reaction = "a ->"
    ///     k = "5 1/h"
    /// "#)?.over(&base);
    /// assert!(faster.network().checked().is_ok());
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn over(mut self, base: &Model) -> Model {
        let removed = std::mem::take(&mut self.model.remove);
        let is_removed = |kind: &str, name: &str| removed.iter().any(|r| r.split_once('.') == Some((kind, name)));
        let own = std::mem::take(&mut self.model);
        self.model = base.model.clone();
        (self.model.name, self.model.base) = (own.name, None);
        self.model.title = if own.title.is_empty() { self.model.title.clone() } else { own.title };
        self.model.end = own.end.or(self.model.end.take());
        if !own.paper.is_empty() {
            (self.model.paper, self.model.doi) = (own.paper, own.doi);
        }
        let mut known: Vec<String> = Vec::new();
        self.compartment = over("compartment", &base.compartment, self.compartment, &is_removed, &mut known);
        self.species = over("species", &base.species, self.species, &is_removed, &mut known);
        self.schedule = over("schedule", &base.schedule, self.schedule, &is_removed, &mut known);
        let mut parts = IndexMap::new();
        for (kind, of_base) in &base.parts {
            let own = self.parts.shift_remove(kind).unwrap_or_default();
            if kind == "input" {
                let changed = own.iter().filter(|(name, _)| !is_removed(kind, name));
                self.problems.extend(changed.filter_map(|(name, fields)| other_kind(name, fields, of_base.get(name)?)));
            }
            parts.insert(kind.clone(), over(kind, of_base, own, &is_removed, &mut known));
        }
        parts.retain(|_, of_kind: &mut IndexMap<_, _>| !of_kind.is_empty());
        parts.extend(self.parts);
        self.parts = parts;
        for name in removed.iter().filter(|name| !known.contains(name)) {
            let hint = did_you_mean(name, known.iter().map(String::as_str));
            let message = format!("the base has no {name}{hint}; expected a kind and a name such as release.release");
            self.problems.push(Problem::error(["model", "remove"], message));
        }
        self.problems.extend(base.problems.iter().cloned().map(|problem| Problem { line: None, ..problem }));
        self
    }
}

/// The problem of an input that is another kind of quantity than in the base, whose formulas read it.
fn other_kind(name: &str, own: &Fields, base: &Fields) -> Option<Problem> {
    let value = |fields: &Fields| match fields.get("value")? {
        Field::Value(value) => Some(value.clone()),
        Field::Text(text) => Value::parse(text).ok(),
        _ => None,
    };
    let (own, base) = (value(own)?, value(base)?);
    let (found, expected) = (own.unit.dimension(), base.unit.dimension());
    let message = format!(
        "found {own}, {}; expected {} as in the base, whose formulas read it (or remove input.{name} first)",
        found.with_article(),
        expected.with_examples()
    );
    (found != expected).then(|| Problem::error(["input", name, "value"], message))
}

/// The entries of the base that are not removed, each replaced by one of the same name, then the new ones.
fn over<T: Clone>(
    kind: &str,
    base: &IndexMap<String, T>,
    mut own: IndexMap<String, T>,
    is_removed: &dyn Fn(&str, &str) -> bool,
    known: &mut Vec<String>,
) -> IndexMap<String, T> {
    known.extend(base.keys().map(|name| format!("{kind}.{name}")));
    let kept = base.iter().filter(|(name, _)| !is_removed(kind, name));
    let mut all: IndexMap<String, T> =
        kept.map(|(name, entry)| (name.clone(), own.shift_remove(name).unwrap_or_else(|| entry.clone()))).collect();
    all.extend(own);
    all
}
