//! From a network back to a file.

use super::{CompartmentEntry, Header, Model, SpeciesEntry, Unchecked};
use crate::error::{Error, Problem};
use crate::expr::{Arena, Node, NodeId, Op, Symbol};
use crate::network::{
    Condition, Direction, Entity, EntityKind, Field, Initial, Network, Part, Range, Schedule, Species, Trigger,
};
use crate::units::{Unit, Value};
use indexmap::IndexMap;
use std::collections::HashMap;

/// A formula of more pieces than this has no place in a line of text.
const LONGEST: f64 = 1e5;

impl Model {
    /// The file for a network: its compartments, species, parts and schedules. Parameters, processes, rules and events that no
    /// part made are written as inputs and formulas, what moves or is given otherwise as `dynamics`. Where units of parameters
    /// do not fit formulas, numbers are written without them, and so the file of any network is read again.
    ///
    /// # Errors
    /// Where the network itself is wrong, and what a file has no place for: modifiers that no part made, formulas that are too
    /// long as text.
    pub fn from_network(network: &Network) -> Result<Self, Error> {
        network.checked()?;
        if network.has_loose_modifiers() {
            let message = "modifiers that no part made have no place in a file: use a regulator or a blocker";
            return Err(Problem::error(["model"], message).into());
        }
        let model = Writer { network, has_units: true, problems: Vec::new() }.model()?;
        match model.network().checked() {
            Ok(_) => Ok(model),
            Err(_) => {
                let model = Writer { network, has_units: false, problems: Vec::new() }.model()?;
                model.network().checked()?;
                Ok(model)
            }
        }
    }
}

/// A file in the making.
struct Writer<'n> {
    network: &'n Network,
    /// Whether inputs and rules have units; else their numbers are those of the model's units.
    has_units: bool,
    problems: Vec<Problem>,
}

impl Writer<'_> {
    fn model(mut self) -> Result<Model, Error> {
        let network = self.network;
        let units = network.units();
        let mut model = Model {
            model: Header {
                name: network.name().to_string(),
                time_unit: units.time().to_string(),
                amount_unit: units.amount().to_string(),
                volume_unit: units.volume().to_string(),
                concentration_unit: units.concentration().to_string(),
                ..Header::default()
            },
            ..Model::default()
        };
        // a scale comes with its process
        let scales: Vec<Symbol> = network.all_processes().filter_map(|p| Some(network.scale_of(p)?.into())).collect();
        for (i, entity) in network.entities().iter().enumerate() {
            let symbol = Symbol(i as u32);
            if entity.part.is_none() && !scales.contains(&symbol) {
                self.write(&mut model, symbol, entity);
            }
        }
        for part in network.parts() {
            model.write_part(part.clone());
        }
        for schedule in network.schedules() {
            let named = Schedule { name: String::new(), ..schedule.clone() };
            model.schedule.insert(schedule.name.clone(), named);
        }
        if self.problems.is_empty() { Ok(model) } else { Err(Error::Input(self.problems)) }
    }

    fn write(&mut self, model: &mut Model, symbol: Symbol, entity: &Entity) {
        let (network, name) = (self.network, entity.name.as_str());
        match &entity.kind {
            EntityKind::Compartment { volume, .. } => {
                let entry = CompartmentEntry { volume: volume.clone(), range: unchecked(Range::Positive, volume) };
                model.compartment.insert(name.to_string(), entry);
            }
            EntityKind::Species { compartment, initial, .. } => {
                let (concentration, amount) = match initial {
                    Initial::Concentration(c) => (Some(c.clone()), None),
                    Initial::Amount(a) => (None, Some(a.clone())),
                };
                let number = concentration.as_ref().or(amount.as_ref());
                let range = number.and_then(|number| unchecked(Range::NonNegative, number));
                let compartment = network.name_of(*compartment).to_string();
                model.species.insert(name.to_string(), SpeciesEntry { compartment, concentration, amount, range });
            }
            EntityKind::Parameter { value, .. } => {
                if let Some(formula) = network.assigned(symbol).filter(|_| network.delayed(symbol).is_none()) {
                    let own = network.units().of(value.unit.dimension()).unwrap_or_default();
                    return model.write_part(self.rule(name, formula, symbol, &own));
                }
                let number = if self.has_units { Some(value.clone()) } else { self.plain(value) };
                let value = number.unwrap_or_else(|| value.clone());
                let range = unchecked(Range::Finite, &value).map(|_| Field::from("unchecked"));
                let mut part = Part::new("input", name).with("value", Field::Value(value));
                part.fields.extend(range.map(|range| ("range".to_string(), range)));
                model.write_part(part);
            }
            EntityKind::Process { stoichiometry, rate, .. } => {
                let part = self.process(name, symbol, stoichiometry, *rate);
                model.write_part(part);
            }
            EntityKind::Event { .. } => {
                let part = self.event(name, symbol, &entity.kind);
                model.write_part(part);
            }
            EntityKind::Rule { value, unit } => {
                let part = self.rule(name, *value, symbol, unit);
                model.write_part(part);
            }
        }
        if let Some(part) = self.dynamics(name, symbol) {
            model.write_part(part);
        }
    }

    /// A number in the units of the model, without its own.
    fn plain(&self, value: &Value) -> Option<Value> {
        let number = self.network.units().number(value).ok()?;
        Some(Value { value: number, unit: Unit::ONE, ..value.clone() })
    }

    fn rule(&mut self, name: &str, value: NodeId, of: Symbol, unit: &Unit) -> Part {
        let part = Part::new("rule", name).with("value", self.text(value, of));
        if self.has_units && *unit != Unit::ONE { part.with("unit", unit.to_string()) } else { part }
    }

    fn process(&mut self, name: &str, symbol: Symbol, stoichiometry: &[(Species, f64)], rate: NodeId) -> Part {
        let network = self.network;
        let side = |sign: f64| {
            let terms = stoichiometry.iter().filter(|(_, n)| n * sign > 0.0);
            let terms: Vec<String> = terms.map(|(s, n)| format!("{} {}", n.abs(), network.name_of(*s))).collect();
            terms.join(" + ")
        };
        let reaction = format!("{} -> {}", side(-1.0), side(1.0)).trim().to_string();
        let part = Part::new("process", name).with("reaction", reaction).with("rate", self.text(rate, symbol));
        if network.fast().contains(&symbol) { part.with("fast", true) } else { part }
    }

    fn event(&mut self, name: &str, symbol: Symbol, kind: &EntityKind) -> Part {
        let mut part = Part::new("event", name);
        let EntityKind::Event { trigger, changes, sizes, is_terminal, .. } = kind else { return part };
        match trigger {
            Trigger::Scheduled => {}
            Trigger::Root(root, direction) => {
                part = part.with("root", self.text(*root, symbol));
                let direction = match direction {
                    Direction::Both => None,
                    Direction::Rising => Some("rising"),
                    Direction::Falling => Some("falling"),
                };
                part.fields.extend(direction.map(|direction| ("direction".to_string(), direction.into())));
            }
            Trigger::Condition(condition) => part.fields.extend(self.condition(condition, symbol)),
        }
        let change = |(what, value): &(Symbol, NodeId)| {
            let name = self.network.name_of(*what);
            let in_brackets = sizes.iter().any(|(of, _)| of == what);
            let left = if in_brackets { format!("[{name}]") } else { name.to_string() };
            format!("{left} = {}", self.text(*value, symbol))
        };
        let changes: Vec<String> = changes.iter().map(change).collect();
        part = part.with("change", changes.join("; "));
        if *is_terminal { part.with("then", "end") } else { part }
    }

    fn condition(&mut self, condition: &Condition, of: Symbol) -> IndexMap<String, Field> {
        let mut fields = IndexMap::new();
        let mut put = |name: &str, field: Field| _ = fields.insert(name.to_string(), field);
        put("when", self.text(condition.holds, of).into());
        for (name, formula) in [("delay", condition.delay), ("priority", condition.priority)] {
            if let Some(formula) = formula {
                put(name, self.text(formula, of).into());
            }
        }
        let usual = Condition::new(condition.holds);
        let flags = [
            ("initially", condition.initially, usual.initially),
            ("persistent", condition.is_persistent, usual.is_persistent),
            ("keeps_values", condition.keeps_values, usual.keeps_values),
        ];
        flags.into_iter().filter(|(_, is, usual)| is != usual).for_each(|(name, is, _)| put(name, is.into()));
        fields
    }

    /// How something moves beside processes and rules.
    fn dynamics(&mut self, name: &str, symbol: Symbol) -> Option<Part> {
        let (network, dynamics) = (self.network, self.network.dynamics());
        let mut part = Part::new("dynamics", name);
        let rates: Vec<NodeId> = dynamics.rates.iter().filter(|(of, _)| *of == symbol).map(|(_, rate)| *rate).collect();
        let rate = rates.into_iter().map(|rate| network.formula(rate)).reduce(|sum, rate| sum + rate).map(|x| x.id());
        let zero = dynamics.algebraic.iter().find(|(of, _)| *of == symbol).map(|(_, zero)| *zero);
        let past = network.delayed(symbol);
        let formulas = [
            ("value", past.map(|past| past.value).or(network.assigned(symbol))),
            ("delay", past.map(|past| past.by)),
            ("rate", rate),
            ("start", dynamics.initial.get(&symbol).copied()),
            ("zero", zero),
        ];
        for (field, formula) in formulas {
            if let Some(formula) = formula {
                part = part.with(field, self.text(formula, symbol));
            }
        }
        if dynamics.still.contains(&symbol) {
            part = part.with("constant", true);
        }
        (!part.fields.is_empty()).then_some(part)
    }

    /// A formula as text.
    fn text(&mut self, formula: NodeId, of: Symbol) -> String {
        let network = self.network;
        if pieces(&network.graph().arena(), formula) > LONGEST {
            let message =
                "its formula is too long for a line of text, as parts of it stand in many places; SBML can hold it";
            self.problems.push(Problem::error([network.name_of(of)], message));
            return String::new();
        }
        network.formula(formula).text(&|symbol| network.name_of(symbol).to_string())
    }
}

/// How many pieces a formula has when it is written out.
fn pieces(arena: &Arena, root: NodeId) -> f64 {
    let mut sizes: HashMap<NodeId, f64> = HashMap::new();
    for id in arena.reachable(&[root]) {
        let of: &[NodeId] = match arena.node(id) {
            Node::Apply(Op::Neg | Op::Abs | Op::Not | Op::Call(_), a, ..) => &[a],
            Node::Apply(Op::Fma | Op::Select, a, b, c) => &[a, b, c],
            Node::Apply(_, a, b, _) => &[a, b],
            _ => &[],
        };
        let size = 1.0 + of.iter().map(|operand| sizes[operand]).sum::<f64>();
        sizes.insert(id, size);
    }
    sizes[&root]
}

/// What is said of a number outside of its usual range.
fn unchecked(usual: Range, value: &Value) -> Option<Unchecked> {
    usual.problem(value).map(|_| Unchecked::Unchecked)
}

impl Model {
    fn write_part(&mut self, part: Part) {
        self.parts.entry(part.kind).or_default().insert(part.name, part.fields);
    }
}
