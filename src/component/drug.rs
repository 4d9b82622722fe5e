//! What the body does with a drug.

use super::assembly::Assembly;
use super::{Builder, Kind, builder};
use crate::expr::NodeId;
use crate::network::{Compartment, Drug as Record, Initial, Parameter, Range, Species};
use crate::units::{Concentration, Dimension, Frequency, Time, Value, Volume};

builder! {
    /// A drug in one or two compartments: absorbed in first order from a depot, eliminated by a clearance `CL` or a rate
    /// constant `k_el`, exchanged with a periphery by `Q` and `V2` or by `k12` and `k21` (Gabrielsson & Weiner,
    /// Pharmacokinetic and Pharmacodynamic Data Analysis, chapter 2). The part's own name is the concentration that acts:
    /// the free one in plasma, times `Kp_uu` in the brain; or the free one of a brain of its own volume `V_brain`, which `k_in`
    /// fills from plasma and `k_out` empties; behind it in an effect compartment where `ke0` is given (Sheiner et al. 1979,
    /// Clin. Pharmacol. Ther. 25:358). Blockers, ligands and regulators name it as their level.
    ///
    /// Species: `NAME.gut` (the depot), `NAME.plasma`, `NAME.peripheral`, `NAME.brain`, `NAME.effect`; the volumes are the
    /// compartments `NAME.V`, `NAME.V2` and `NAME.V_brain`. What is not given is not there; the fractions `F`, `fu`, `fu_brain`
    /// and `Kp_uu` are then 1. Doses are
    /// entries of a schedule ([`Administration`](crate::network::Administration)).
    ///
    /// ```
    /// use homeostat::component::{Builder, Drug};
    /// use homeostat::units::{Frequency, Volume};
    /// let drug = Drug::new("caffeine").volume(Volume::l(40.0)).eliminated(Frequency::per_h(0.16))
    ///     .absorbed(Frequency::per_h(3.6)).set("molar_mass", "194.19 g/mol");
    /// assert_eq!(drug.part().kind, "drug");
    /// ```
    Drug "drug"
}

impl Drug {
    /// The volume in which it is found in plasma.
    pub fn volume(self, v: Volume) -> Self {
        self.set("V", Value::from(v))
    }

    /// The part of what is in the plasma that is lost per time.
    pub fn eliminated(self, k_el: Frequency) -> Self {
        self.set("k_el", k_el)
    }

    /// The part of the depot that is absorbed per time.
    pub fn absorbed(self, ka: Frequency) -> Self {
        self.set("ka", ka)
    }

    /// How long a dose waits before it is in the depot.
    pub fn lag(self, lag: Time) -> Self {
        self.set("lag", Value::from(lag))
    }
}

pub(super) const KIND: Kind = Kind {
    name: "drug",
    summary: "a drug in the body: V, CL or k_el, ka, F, lag, V2 and Q or k12 and k21, fu, Kp_uu or V_brain, k_in, k_out and fu_brain, ke0, molar_mass, body_weight",
    emit,
};

fn emit(a: &mut Assembly<'_>) {
    let name = a.name();
    a.know("F");
    let molar_mass = optional(a, "molar_mass", Dimension::MASS.div(Dimension::AMOUNT), Range::Positive);
    let body_weight = optional(a, "body_weight", Dimension::MASS, Range::Positive);
    let lag = optional(a, "lag", Dimension::TIME, Range::NonNegative);
    let ka = optional(a, "ka", Dimension::FREQUENCY, Range::Positive);
    if lag.is_some() && ka.is_none() {
        a.report("lag", "is given without ka: only what is absorbed can lag");
    }
    if a.has("F") && ka.is_none() {
        a.report("F", "is given without ka: only what is absorbed can be lost on the way; give ka, or remove it");
    }
    let central = a.size("V");
    let gone = elimination(a);
    let second = periphery(a);
    let target = target(a);
    let ke0 = optional(a, "ke0", Dimension::FREQUENCY, Range::Positive);
    let (Some(central), Some(gone), Some(second), Some(target)) = (central, gone, second, target) else { return };
    let plasma = empty(a, "plasma", central);
    let depot = ka.and_then(|ka| absorption(a, ka, plasma, central));
    let infusion = infusion(a, plasma);
    eliminate(a, gone, plasma, central);
    if let Some(second) = second {
        exchange(a, second, plasma, central);
    }
    let level = at_target(a, target, plasma);
    acting(a, level, ke0, central);
    if let Some(infusion) = infusion {
        let name = name.to_string();
        a.net.administer(Record { name, depot, plasma, infusion, lag, molar_mass, body_weight });
    }
}

/// A number that may be left out.
fn optional(a: &mut Assembly<'_>, field: &'static str, dimension: Dimension, range: Range) -> Option<Parameter> {
    a.know(field);
    if a.has(field) { a.number(field, &format!("{}.{field}", a.name()), dimension, range) } else { None }
}

/// A species of the drug, of which there is nothing yet.
fn empty(a: &mut Assembly<'_>, what: &str, place: Compartment) -> Species {
    let none = Value::from(Concentration::um(0.0)).cited("nothing before the first dose").implied();
    a.net.species(&format!("{}.{what}", a.name()), place, Initial::Concentration(none))
}

/// A rate constant, or a flow that becomes one over the volume it leaves.
#[derive(Clone, Copy)]
enum Speed {
    Constant(Parameter),
    Flow(Parameter),
}

fn elimination(a: &mut Assembly<'_>) -> Option<Speed> {
    let name = a.name();
    if a.either(["CL", "k_el"])? == "k_el" {
        a.number("k_el", &format!("{name}.k_el"), Dimension::FREQUENCY, Range::NonNegative).map(Speed::Constant)
    } else {
        a.number("CL", &format!("{name}.CL"), Dimension::VOLUME_FLOW, Range::NonNegative).map(Speed::Flow)
    }
}

/// A second compartment: where its content counts, and the speeds there and back.
#[derive(Clone, Copy)]
struct Second {
    place: Option<Compartment>,
    out: Speed,
    back: Speed,
}

/// Nothing inside where there is no second compartment; nothing where it is wrong.
fn periphery(a: &mut Assembly<'_>) -> Option<Option<Second>> {
    let name = a.name();
    let fields = ["V2", "Q", "k12", "k21"];
    fields.iter().for_each(|field| a.know(field));
    match fields.map(|field| a.has(field)) {
        [false, false, false, false] => Some(None),
        [_, _, false, false] => {
            let place = a.size("V2");
            let flow = a.number("Q", &format!("{name}.Q"), Dimension::VOLUME_FLOW, Range::NonNegative);
            let (place, flow) = (place?, Speed::Flow(flow?));
            Some(Some(Second { place: Some(place), out: flow, back: flow }))
        }
        [false, false, _, _] => {
            let mut speed = |field: &'static str| {
                a.number(field, &format!("{name}.{field}"), Dimension::FREQUENCY, Range::NonNegative)
            };
            let (out, back) = (speed("k12"), speed("k21"));
            Some(Some(Second { place: None, out: Speed::Constant(out?), back: Speed::Constant(back?) }))
        }
        _ => {
            a.report("V2", "the periphery is given twice; keep V2 and Q, or k12 and k21");
            None
        }
    }
}

/// How what acts follows from what is in plasma.
enum Target {
    /// At once: free fraction, ratio of free concentrations.
    Equilibrium(Parameter, Parameter),
    /// By rate constants into a volume and out of it, and the free fraction there.
    Brain { place: Compartment, enters: Parameter, leaves: Parameter, free: Parameter },
}

fn target(a: &mut Assembly<'_>) -> Option<Target> {
    let name = a.name();
    let constants = ["V_brain", "k_in", "k_out", "fu_brain"];
    let ratios = ["fu", "Kp_uu"];
    constants.iter().chain(&ratios).for_each(|field| a.know(field));
    if !constants.iter().any(|field| a.has(field)) {
        let free = a.neutral("fu", &format!("{name}.fu"), Range::Fraction);
        let ratio = a.neutral("Kp_uu", &format!("{name}.Kp_uu"), Range::NonNegative);
        return Some(Target::Equilibrium(free?, ratio?));
    }
    if constants[..3].iter().all(|field| !a.has(field)) {
        a.report("fu_brain", "has a meaning only beside V_brain, k_in and k_out; give them, or fu and Kp_uu");
        return None;
    }
    if let Some(field) = ratios.iter().find(|field| a.has(field)) {
        a.report(field, "has no meaning beside k_in and k_out, which say what enters the brain; keep one");
        return None;
    }
    let place = a.size("V_brain");
    let mut speed =
        |field: &'static str| a.number(field, &format!("{name}.{field}"), Dimension::FREQUENCY, Range::NonNegative);
    let (enters, leaves) = (speed("k_in"), speed("k_out"));
    let free = a.neutral("fu_brain", &format!("{name}.fu_brain"), Range::Fraction);
    Some(Target::Brain { place: place?, enters: enters?, leaves: leaves?, free: free? })
}

/// The concentration at the targets.
fn at_target(a: &mut Assembly<'_>, target: Target, plasma: Species) -> NodeId {
    match target {
        Target::Equilibrium(free, ratio) => {
            let net = &*a.net;
            (net.value(ratio) * net.value(free) * net.concentration(plasma)).id()
        }
        Target::Brain { place, enters, leaves, free } => {
            let brain = empty(a, "brain", place);
            let net = &*a.net;
            let rate = (net.value(enters) * net.value(plasma) - net.value(leaves) * net.value(brain)).id();
            let level = (net.value(free) * net.concentration(brain)).id();
            a.net.process(&format!("{}.penetration", a.name()), [(plasma, -1.0), (brain, 1.0)], rate);
            level
        }
    }
}

/// A depot, from which the part `F` reaches the plasma and the rest is lost on the way.
fn absorption(a: &mut Assembly<'_>, ka: Parameter, plasma: Species, central: Compartment) -> Option<Species> {
    let name = a.name();
    let available = a.neutral("F", &format!("{name}.F"), Range::Fraction)?;
    let depot = empty(a, "gut", central);
    let net = &*a.net;
    let leaves = net.value(ka) * net.value(depot);
    let absorbed = (leaves * net.value(available)).id();
    let lost = (leaves * (1.0 - net.value(available))).id();
    a.net.process(&format!("{name}.absorption"), [(depot, -1.0), (plasma, 1.0)], absorbed);
    a.net.process(&format!("{name}.first_pass"), [(depot, -1.0)], lost);
    Some(depot)
}

/// What flows into the plasma: nothing until a schedule lets it.
fn infusion(a: &mut Assembly<'_>, plasma: Species) -> Option<Parameter> {
    let unit = a.net.units().of(Dimension::RATE).map_err(|error| a.report("V", error.to_string())).ok()?;
    let none = Value::new(0.0, unit).cited("nothing is infused").implied();
    let infusion = a.net.parameter_within(&format!("{}.infusion", a.name()), none, Range::NonNegative);
    let rate = a.net.value(infusion).id();
    a.net.process(&format!("{}.infused", a.name()), [(plasma, 1.0)], rate);
    Some(infusion)
}

fn eliminate(a: &mut Assembly<'_>, speed: Speed, plasma: Species, central: Compartment) {
    let net = &*a.net;
    let rate = match speed {
        Speed::Constant(k) => net.value(k) * net.value(plasma),
        Speed::Flow(flow) => net.value(flow) * net.content(plasma, central),
    };
    let rate = rate.id();
    a.net.process(&format!("{}.elimination", a.name()), [(plasma, -1.0)], rate);
}

fn exchange(a: &mut Assembly<'_>, second: Second, plasma: Species, central: Compartment) {
    let place = second.place.unwrap_or(central);
    let peripheral = empty(a, "peripheral", place);
    let net = &*a.net;
    let leaving = |speed: Speed, species: Species, from: Compartment| match speed {
        Speed::Constant(k) => net.value(k) * net.value(species),
        Speed::Flow(flow) => net.value(flow) * net.content(species, from),
    };
    let rate = (leaving(second.out, plasma, central) - leaving(second.back, peripheral, place)).id();
    a.net.process(&format!("{}.distribution", a.name()), [(plasma, -1.0), (peripheral, 1.0)], rate);
}

/// The concentration that acts, as the rule of the part's own name.
fn acting(a: &mut Assembly<'_>, mut level: NodeId, ke0: Option<Parameter>, central: Compartment) {
    if let Some(ke0) = ke0 {
        let effect = empty(a, "effect", central);
        let net = &*a.net;
        let lag = net.value(ke0) * (net.formula(level) - net.concentration(effect)) * net.value(central);
        let rate = lag.id();
        level = net.concentration(effect).id();
        a.net.process(&format!("{}.equilibration", a.name()), [(effect, 1.0)], rate);
    }
    let unit = a.net.units().concentration().clone();
    a.net.rule(a.name(), level, unit);
}
