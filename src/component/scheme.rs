//! Schemes of states: receptors, sensors, transporters that alternate.

use super::assembly::Assembly;
use super::level::Level;
use super::{Builder, Kind, builder};
use crate::error::did_you_mean;
use crate::expr::NodeId;
use crate::law::scheme::{Cycle, Step, unbalanced};
use crate::network::{Compartment, Field, Parameter, Range, Species};
use crate::units::{Dimension, Value};
use std::collections::BTreeMap;

builder! {
    /// A molecule with states and reversible steps between them, whose rate constants may depend on ligands and voltage. It is
    /// conserved: what leaves a state enters another. Every cycle must be able to rest
    /// ([`Cycle::is_balanced`](crate::law::scheme::Cycle::is_balanced)), unless `driven` says what drives it: forward over back
    /// constants make 1 (detailed balance), and as much of each substance is released as is bound. `substances` says which
    /// levels are one substance on the two sides of a membrane. This is judged by the numbers that the part gives, and by those
    /// that are set later as a run begins.
    ///
    /// ```
    /// use homeostat::component::{Builder, Scheme};
    /// use homeostat::network::Field;
    /// let receptor = Scheme::new("R").set("total", "1 nM").set("compartment", "cleft")
    ///     .set("states", [("closed", 1.0), ("open", 0.0)])
    ///     .step("bind", [("step", "closed -> open"), ("binds", "glu"), ("forward", "5 1/(mM ms)"), ("back", "0.1 1/ms")]);
    /// assert!(matches!(receptor.part().fields["steps"], Field::Table(_)));
    /// ```
    Scheme "scheme"
}

impl Scheme {
    /// A step: `step` ("closed -> open"), `forward`, `back`, and where there are any `binds`, `releases` and `charge`.
    pub fn step(self, name: &str, fields: impl Into<Field>) -> Self {
        let mut part = self.part();
        let steps = part.fields.entry("steps".to_string()).or_insert(Field::Table(Default::default()));
        if let Field::Table(steps) = steps {
            steps.insert(name.to_string(), fields.into());
        }
        Self::around(part)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "scheme",
    summary: "states of a molecule: states, total, compartment, steps (step, binds, releases, forward, back, charge), \
              ligands (sensed, taken), substances, V, RT_F, driven",
    emit: |a| emit(a, false),
};

/// By how much a product of constants, as they are printed, may miss 1.
const PRINTED: f64 = 1e-6;

/// The fields of a step.
const FIELDS: [&str; 6] = ["step", "binds", "releases", "forward", "back", "charge"];

/// A state by its name in the scheme.
type State<'a> = (&'a str, Species);

/// What all steps of a scheme share.
struct Scene<'a> {
    states: Vec<State<'a>>,
    /// Membrane voltage and thermal voltage.
    voltage: Option<(Parameter, Parameter)>,
    /// Whether ligands that are species leave their pools when they bind.
    takes: bool,
    /// What levels are, by their names, where it is said.
    substances: BTreeMap<&'a str, &'a str>,
}

/// Ligands of a step, each with its name and how many molecules.
type Ligands = Vec<(String, Level, i32)>;

/// A scheme; whether ligands leave their pools is said by the field `ligands`, else it is `takes`.
pub(super) fn emit(a: &mut Assembly<'_>, takes: bool) {
    let states = states(a);
    let takes = match a.text("ligands") {
        None => Some(takes),
        Some("sensed") => Some(false),
        Some("taken") => Some(true),
        Some(other) => {
            let message = format!("found {other:?}, expected \"sensed\" (their pools stay as they are) or \"taken\"");
            a.report("ligands", message);
            None
        }
    };
    let voltage = voltage(a);
    let substances = substances(a);
    let is_driven = a.text("driven").is_some();
    let Some(steps) = a.table("steps") else {
        if !a.has("steps") {
            a.report("steps", "is missing; expected a table of steps by name");
        }
        return;
    };
    let (Some(states), Some(takes)) = (states, takes) else { return };
    let scene = Scene { states, voltage, takes, substances };
    let steps: Vec<Option<Written>> = steps.keys().map(|name| step(a, &scene, name)).collect();
    let Some(steps) = steps.into_iter().collect::<Option<Vec<Written>>>() else { return };
    if is_driven {
        return;
    }
    let parameters = steps.iter().flat_map(|step| [Some(step.forward), Some(step.back), step.charge]);
    let parameters: Vec<Parameter> = parameters.flatten().collect();
    let found = faults(&steps.iter().map(|written| written.step.clone()).collect::<Vec<_>>());
    if found.is_empty() {
        a.demand("steps", parameters, move |numbers| faults(&with(&steps, numbers)));
    }
    found.into_iter().for_each(|fault| a.report("steps", fault));
}

/// Cycles that can never rest.
fn faults(steps: &[Step]) -> Vec<String> {
    let fault = |cycle: Cycle| {
        let is_bound = !cycle.net.is_empty();
        let mend = if is_bound { "name levels of one substance in substances" } else { "mend a constant or charge" };
        let hint = format!("{mend}, or say by driven = \"...\" what drives it");
        format!("{cycle}: the cycle can never rest (detailed balance); {hint}")
    };
    unbalanced(steps, PRINTED).into_iter().map(fault).collect()
}

/// Steps with other numbers: of each the constants forward and back, and the charge where it moves one.
fn with(steps: &[Written], numbers: &[f64]) -> Vec<Step> {
    let mut numbers = numbers.iter().copied();
    let mut next = |before: f64| numbers.next().unwrap_or(before);
    let step = |Written { step, charge, .. }: &Written| Step {
        forward: next(step.forward),
        back: next(step.back),
        charge: if charge.is_some() { next(step.charge) } else { step.charge },
        ..step.clone()
    };
    steps.iter().map(step).collect()
}

/// A step as it is written, and the parameters that its numbers are.
struct Written {
    step: Step,
    forward: Parameter,
    back: Parameter,
    charge: Option<Parameter>,
}

/// What levels are that are one substance on two sides: `{ Na = "Na_o, Na_i" }`.
fn substances<'a>(a: &mut Assembly<'a>) -> BTreeMap<&'a str, &'a str> {
    let mut substances = BTreeMap::new();
    let Some(table) = a.table("substances") else { return substances };
    for (substance, levels) in table {
        let path = ["substances", substance];
        let Field::Text(levels) = levels else {
            a.report_at(&path, "expected names of levels with commas between, such as \"Na_o, Na_i\"");
            continue;
        };
        for level in levels.split(',').map(str::trim) {
            a.level_named(&path, level, Dimension::CONCENTRATION);
            if substances.insert(level, substance.as_str()).is_some() {
                a.report_at(&path, format!("{level} is named twice; a level is of one substance"));
            }
        }
    }
    substances
}

/// The membrane voltage and the thermal voltage, where one of them is given.
fn voltage(a: &mut Assembly<'_>) -> Option<(Parameter, Parameter)> {
    if !a.has("V") && !a.has("RT_F") {
        a.know("V");
        a.know("RT_F");
        return None;
    }
    let v = a.number("V", &format!("{}.V", a.name()), Dimension::VOLTAGE, Range::Finite);
    let thermal = a.number("RT_F", &format!("{}.RT_F", a.name()), Dimension::VOLTAGE, Range::Positive);
    v.zip(thermal)
}

/// The states: species that exist, or made here from parts of a total.
fn states<'a>(a: &mut Assembly<'a>) -> Option<Vec<State<'a>>> {
    let table = a.table("states");
    if !a.has("states") {
        a.report("states", "is missing; expected a table of states, each with its part of the total or a species");
    }
    let table = table?;
    let is_made = a.has("total");
    let (mut total, mut place) = (None, None);
    if is_made {
        a.know("total");
        total = a.value_at(&["total"], Dimension::CONCENTRATION, Range::NonNegative);
        let name = a.required_text("compartment", "the name of a compartment");
        place = name.and_then(|name| a.compartment_named(name));
    } else {
        a.know("total");
        a.know("compartment");
    }
    let mut states = Vec::new();
    let mut sum = 0.0;
    for name in table.keys() {
        let species = match (is_made, &total, place) {
            (true, Some(total), Some(place)) => made(a, name, total, place, &mut sum),
            (true, ..) => None,
            (false, ..) => existing(a, name),
        };
        states.push(species.map(|species| (name.as_str(), species)));
    }
    let states: Vec<State<'_>> = states.into_iter().collect::<Option<_>>()?;
    if is_made && (sum - 1.0_f64).abs() > PRINTED {
        a.report("states", format!("the parts make {sum}, expected 1"));
        return None;
    }
    let mut is_sound = true;
    for (i, (name, species)) in states.iter().enumerate() {
        if let Some((other, _)) = states[..i].iter().find(|(_, earlier)| earlier == species) {
            a.report_at(&["states", name], format!("is the same species as {other}; give each state its own"));
            is_sound = false;
        }
    }
    if !is_sound {
        return None;
    }
    Some(states)
}

/// A state that begins with a part of the total.
fn made(a: &mut Assembly<'_>, name: &str, total: &Value, place: Compartment, sum: &mut f64) -> Option<Species> {
    let part = a.value_at(&["states", name], Dimension::DIMENSIONLESS, Range::Fraction)?;
    *sum += part.value;
    let initial = Value { value: total.value * part.value, ..total.clone() };
    let initial = crate::units::Concentration::try_from(initial).ok()?;
    let entity = format!("{}.{name}", a.name());
    Some(a.net.species(&entity, place, initial))
}

fn existing(a: &mut Assembly<'_>, name: &str) -> Option<Species> {
    let path = ["states", name];
    let Some(Field::Text(species)) = a.field_at(&path) else {
        a.report_at(&path, "expected the name of a species; parts of a total need the field total");
        return None;
    };
    a.net.species_named(species).map_err(|message| a.report_at(&path, message)).ok()
}

/// A step becomes a process; what the check of cycles needs to know of it is given back.
fn step(a: &mut Assembly<'_>, scene: &Scene<'_>, name: &str) -> Option<Written> {
    let path = |field: &'static str| ["steps", name, field];
    refuse_others(a, name);
    let ends = ends(a, scene, &path("step"));
    let (binds, releases) = (ligands(a, &path("binds")), ligands(a, &path("releases")));
    let (binds, releases) = (binds?, releases?);
    let forward = constant(a, name, "forward", &binds);
    let back = constant(a, name, "back", &releases);
    let charge = charge(a, scene, name);
    let ((from, to), forward, back) = (ends?, forward?, back?);
    let charge = charge?;

    let net = &*a.net;
    let side = |k: Parameter, state: Species, ligands: &Ligands| {
        ligands.iter().fold(net.value(k) * net.value(state), |rate, (_, level, count)| {
            rate * level.value(net).power(f64::from(*count))
        })
    };
    let (mut there, mut again) = (side(forward, from.1, &binds), side(back, to.1, &releases));
    if let Some((_, tilt)) = charge {
        (there, again) = (there * net.formula(tilt), again / net.formula(tilt));
    }
    let rate = (there - again).id();
    let mut changes = vec![(from.1, -1.0), (to.1, 1.0)];
    if scene.takes {
        for (ligands, sign) in [(&binds, -1.0), (&releases, 1.0)] {
            changes.extend(ligands.iter().filter_map(|(_, level, count)| match level {
                Level::Species(species) => Some((*species, sign * f64::from(*count))),
                Level::Given(_) | Level::Held(_) => None,
            }));
        }
    }
    let process = format!("{}.{name}", a.name());
    let charge = charge.map(|(charge, _)| charge);
    let moved = charge.map_or(Some(0.0), |charge| a.now(charge));
    let mut step = Step::new(from.0, to.0, a.now(forward)?, a.now(back)?).charged(moved?);
    for (ligands, sign) in [(binds, 1), (releases, -1)] {
        for (level, _, count) in ligands {
            let substance = scene.substances.get(level.as_str()).copied().unwrap_or(&level);
            step = step.moves(substance, &level, sign * count);
        }
    }
    a.net.process(&process, changes, rate);
    Some(Written { step, forward, back, charge })
}

/// The states at the ends of a step.
fn ends<'a>(a: &mut Assembly<'_>, scene: &Scene<'a>, path: &[&str; 3]) -> Option<(State<'a>, State<'a>)> {
    let Some(Field::Text(text)) = a.field_at(path) else {
        a.report_at(path, "is missing; expected two states such as \"closed -> open\"");
        return None;
    };
    let Some((from, to)) = text.split_once("->") else {
        a.report_at(path, format!("found {text:?}, expected two states such as \"closed -> open\""));
        return None;
    };
    let [from, to] = [from, to].map(|name| {
        let name = name.trim();
        let found = scene.states.iter().find(|(state, _)| *state == name).copied();
        if found.is_none() {
            let hint = did_you_mean(name, scene.states.iter().map(|(state, _)| *state));
            a.report_at(path, format!("there is no state {name}{hint}"));
        }
        found
    });
    if from.is_some() && from == to {
        a.report_at(path, format!("found {text:?}: a step leads from one state to another"));
        return None;
    }
    from.zip(to)
}

/// What a step binds or releases: `glu`, or `3 Na_o + H_o`.
fn ligands(a: &mut Assembly<'_>, path: &[&str; 3]) -> Option<Ligands> {
    let text = match a.field_at(path) {
        None => return Some(Vec::new()),
        Some(Field::Text(text)) => text,
        Some(_) => {
            a.report_at(path, "expected the names of levels, such as \"glu\" or \"2 Na + Cl\"");
            return None;
        }
    };
    let mut found = Vec::new();
    let mut is_sound = true;
    for term in text.split('+').map(str::trim) {
        let (count, name) = match term.split_once(char::is_whitespace) {
            Some((count, name)) => (count.parse::<i32>().ok().filter(|n| (1..=12).contains(n)), name.trim()),
            None => (Some(1), term),
        };
        if count.is_none() {
            a.report_at(path, format!("found {term:?}, expected a whole number up to 12 before the name"));
        }
        let level = a.level_named(path, name, Dimension::CONCENTRATION);
        is_sound &= count.is_some() && level.is_some();
        found.extend(count.zip(level).map(|(count, level)| (name.to_string(), level, count)));
    }
    is_sound.then_some(found)
}

/// A rate constant: per time, and per concentration for each molecule that comes in.
fn constant(a: &mut Assembly<'_>, name: &str, field: &'static str, ligands: &Ligands) -> Option<Parameter> {
    let order: i32 = ligands.iter().map(|(_, _, count)| count).sum();
    let dimension = Dimension::FREQUENCY.div(Dimension::CONCENTRATION.pow(order));
    let entity = format!("{}.{field}.{name}", a.name());
    a.number_at(&["steps", name, field], &entity, dimension, Range::NonNegative)
}

/// exp(-charge V / (2 RT/F)), where the step moves charge inwards: half of the voltage acts on the way there, half on the way
/// back (Läuger, Electrogenic Ion Pumps, 1991: symmetric barriers).
fn charge(a: &mut Assembly<'_>, scene: &Scene<'_>, name: &str) -> Option<Option<(Parameter, NodeId)>> {
    let path = ["steps", name, "charge"];
    if a.field_at(&path).is_none() {
        return Some(None);
    }
    let Some((v, thermal)) = scene.voltage else {
        a.report_at(&path, "moves in a voltage: give the part V (membrane voltage) and RT_F (thermal voltage)");
        return None;
    };
    let entity = format!("{}.charge.{name}", a.name());
    let charge = a.number_at(&path, &entity, Dimension::DIMENSIONLESS, Range::Finite)?;
    let net = &*a.net;
    let tilt = (-(net.value(charge) * net.value(v) / (2.0 * net.value(thermal)))).exp().id();
    Some(Some((charge, tilt)))
}

fn refuse_others(a: &mut Assembly<'_>, name: &str) {
    let Some(Field::Table(fields)) = a.field_at(&["steps", name]) else { return };
    for other in fields.keys().filter(|field| !FIELDS.contains(&field.as_str())) {
        let hint = did_you_mean(other, FIELDS);
        let message = format!("no step has this field{hint}; expected one of: {}", FIELDS.join(", "));
        a.report_at(&["steps", name, other], message);
    }
}
