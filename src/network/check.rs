//! Validation: everything that is wrong, at once.

use super::{Entity, EntityKind, Equations, Initial, Network, Range, Species, Trigger};
use crate::error::{Error, Problem};
use crate::expr::Symbol;
use crate::units::{Dimension, Value};
use std::collections::HashSet;

impl Network {
    /// Every problem of the network: errors and warnings, in the order of its parts.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = self.examine().0;
        problems.extend(self.overlooked_sums());
        problems
    }

    /// Every problem, and the equations where they can be put together.
    fn examine(&self) -> (Vec<Problem>, Option<Equations>) {
        let mut problems = self.problems.clone();
        // a part that is wrong is told by itself
        let sound = !problems.iter().any(Problem::is_error);
        for entity in &self.entities {
            let mut place = self.place_of(&entity.kind, &entity.name, entity.part);
            let (field, value, dimension, range) = match &entity.kind {
                EntityKind::Compartment { volume, range } => {
                    ("volume", volume, self.units.volume().dimension(), *range)
                }
                EntityKind::Species { initial: Initial::Concentration(x), range, .. } => {
                    ("concentration", x, self.units.concentration().dimension(), *range)
                }
                EntityKind::Species { initial: Initial::Amount(x), range, .. } => {
                    ("amount", x, self.units.amount().dimension(), *range)
                }
                EntityKind::Parameter { value, range } => ("value", value, value.unit.dimension(), *range),
                _ => continue,
            };
            if let Some(message) = self.number_problem(value, dimension, range) {
                place.push(field.to_string());
                problems.push(Problem::error(place, message));
            }
        }
        problems.extend(self.entities.iter().filter_map(|entity| self.event_problem(entity)));
        problems.extend(self.twice_determined());
        if sound {
            problems.extend(self.untouched());
            problems.extend(self.idle());
        }
        match self.equations() {
            Ok(equations) => (problems, Some(equations)),
            Err(more) => {
                problems.extend(more);
                (problems, None)
            }
        }
    }

    /// The equations of a network without errors.
    ///
    /// # Errors
    /// As [`Network::checked`].
    pub(crate) fn checked_equations(&self) -> Result<Equations, Error> {
        let (problems, equations) = self.examine();
        let errors: Vec<Problem> = problems.into_iter().filter(Problem::is_error).collect();
        equations.filter(|_| errors.is_empty()).ok_or(Error::Input(errors))
    }

    /// The network, or its errors.
    ///
    /// # Errors
    /// [`Error::Input`] with every error; warnings are left out.
    pub fn checked(&self) -> Result<&Self, Error> {
        let errors: Vec<Problem> = self.check().into_iter().filter(Problem::is_error).collect();
        if errors.is_empty() { Ok(self) } else { Err(Error::Input(errors)) }
    }

    /// What is wrong with an event.
    fn event_problem(&self, entity: &Entity) -> Option<Problem> {
        let EntityKind::Event { trigger, changes, is_terminal, .. } = &entity.kind else { return None };
        let problem =
            |message: String| Some(Problem::error(self.place_of(&entity.kind, &entity.name, entity.part), message));
        let twice = changes.iter().enumerate().find(|(i, (s, _))| changes[..*i].iter().any(|(other, _)| other == s));
        if let Some((_, (species, _))) = twice {
            return problem(format!("changes {} twice; give one new amount", self.name_of(*species)));
        }
        if let Trigger::Root(root, _) = trigger
            && self.graph.arena().node(*root).is_condition()
        {
            let hint = "name it `when`, or write a difference, such as [vda] - 40, and the direction in which it goes through zero";
            return problem(format!("is set off by a condition, which is 0 or 1 and goes through nothing; {hint}"));
        }
        let does_nothing = changes.is_empty() && !is_terminal && matches!(trigger, Trigger::Root(..));
        if does_nothing {
            problem("changes nothing; name what it changes, or let it end the run".to_string())
        } else {
            None
        }
    }

    /// What is wrong with a number that should be of a dimension and within a range.
    pub(crate) fn number_problem(&self, value: &Value, dimension: Dimension, range: Range) -> Option<String> {
        let found = value.unit.dimension();
        if found != dimension {
            let (found, expected) = (found.with_article(), dimension.with_examples());
            return Some(format!("found {value}, {found}; expected {expected}"));
        }
        range.problem(value).or_else(|| self.units.number(value).err().map(|e| e.to_string()))
    }

    /// Values that a formula gives, and something else changes.
    fn twice_determined(&self) -> Vec<Problem> {
        let mut changed: Vec<(Symbol, String)> = Vec::new();
        for entity in &self.entities {
            let (what, by): (Vec<Symbol>, _) = match &entity.kind {
                EntityKind::Process { stoichiometry, .. } => {
                    (stoichiometry.iter().map(|(s, _)| s.0).collect(), "process")
                }
                EntityKind::Event { changes, .. } => (changes.iter().map(|(symbol, _)| *symbol).collect(), "event"),
                _ => continue,
            };
            changed.extend(what.into_iter().map(|symbol| (symbol, format!("the {by} {} changes it", entity.name))));
        }
        let (rates, equations) = (self.dynamics.rates.iter(), self.dynamics.algebraic.iter());
        changed.extend(rates.map(|(symbol, _)| (*symbol, "it has a rate of change".to_string())));
        changed.extend(equations.map(|(symbol, _)| (*symbol, "an equation determines it".to_string())));
        let delayed = self.dynamics.delayed.keys().filter(|symbol| self.assigned(**symbol).is_some());
        changed.extend(delayed.map(|symbol| (*symbol, "it is a value of the past".to_string())));
        let is_given = |symbol: Symbol| self.assigned(symbol).is_some() || self.delayed(symbol).is_some();
        let given = changed.into_iter().filter(|(symbol, _)| is_given(*symbol));
        let problem = |(symbol, how): (Symbol, String)| {
            let entity = self.entity(symbol);
            let place = self.place_of(&entity.kind, &entity.name, entity.part);
            Problem::error(place, format!("a formula gives it at every time, but {how}; keep one of them"))
        };
        given.map(problem).collect()
    }

    /// Warnings for species that no process changes and no formula reads.
    fn untouched(&self) -> Vec<Problem> {
        let mut touched: HashSet<Species> = HashSet::new();
        let arena = self.graph.arena();
        for entity in &self.entities {
            let formulas = match &entity.kind {
                EntityKind::Process { stoichiometry, rate, .. } => {
                    touched.extend(stoichiometry.iter().map(|(s, _)| *s));
                    vec![*rate]
                }
                EntityKind::Rule { value, .. } => vec![*value],
                EntityKind::Event { trigger, changes, .. } => {
                    touched.extend(changes.iter().map(|(s, _)| Species(*s)));
                    let changes = changes.iter().map(|(_, value)| *value);
                    match trigger {
                        Trigger::Scheduled => changes.collect(),
                        Trigger::Root(root, _) => changes.chain([*root]).collect(),
                        Trigger::Condition(condition) => changes.chain(condition.formulas()).collect(),
                    }
                }
                _ => Vec::new(),
            };
            touched.extend(formulas.into_iter().flat_map(|f| arena.symbols(f)).map(Species));
        }
        touched.extend(
            self.dynamics
                .all()
                .into_iter()
                .flat_map(|(symbol, f)| [vec![symbol], arena.symbols(f)].concat())
                .map(Species),
        );
        drop(arena);
        let warning = |s: Species| {
            Problem::warning(
                ["species", self.name_of(s)],
                "no process changes it and nothing reads it; remove it or add a part",
            )
        };
        self.all_species().filter(|s| !touched.contains(s)).map(warning).collect()
    }
}
