//! Blockers of enzymes and transporters.

use super::assembly::Assembly;
use super::{Builder, Kind, builder};
use crate::expr::NodeId;
use crate::law::{Gives, Law};
use crate::network::{EntityKind, Modifier, Parameter, Range, Species};
use crate::units::{Concentration, Dimension, Unit};

builder! {
    /// A reversible blocker. On a Km it competes: Km becomes Km (1 + I/Ki), and the terms of several
    /// blockers of one Km add; beside an inhibitor that the law has itself it is one more factor. With the law
    /// `non_competitive` it leaves the part 1/(1 + I/Ki) of a Vmax or of a process. Laws that could raise a rate are refused:
    /// they belong to a [`Regulator`](crate::component::Regulator). `NAME.occupancy` is the part of the sites
    /// that it would hold without its competitors, as tracers see it (I/(I + Ki)).
    ///
    /// ```
    /// use homeostat::component::{Blocker, Builder};
    /// use homeostat::units::Concentration;
    /// let cocaine = Blocker::competitive("cocaine", "DAT.Km", Concentration::um(0.3))
    ///     .concentration(Concentration::um(0.0));
    /// assert_eq!(cocaine.part().name, "cocaine");
    /// ```
    Blocker "blocker"
}

impl Blocker {
    /// Competes for the site whose Km is named.
    pub fn competitive(name: &str, km: &str, ki: Concentration) -> Self {
        Blocker::new(name).set("target", km).set("Ki", ki)
    }

    /// Leaves 1/(1 + I/Ki) of the process or Vmax that is named.
    pub fn non_competitive(name: &str, target: &str, ki: Concentration) -> Self {
        Blocker::new(name).set("target", target).set("law", "non_competitive").set("Ki", ki)
    }

    /// A concentration that is held: the parameter `NAME.I`, which a schedule may change.
    pub fn concentration(self, level: Concentration) -> Self {
        self.set("I", level)
    }

    /// The species that blocks.
    pub fn ligand(self, species: Species) -> Self {
        self.set("I", species)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "blocker",
    summary: "a reversible blocker: target (Kms, or Vmaxes and processes), I, Ki, law (competition)",
    emit,
};

fn emit(a: &mut Assembly<'_>) {
    let targets = super::regulator::targets(a);
    let law = a.law("competition", &[Gives::Term, Gives::Remainder]);
    let arguments = law.and_then(|law| a.arguments(law, &[], None));
    let (Some(targets), Some(law), Some(arguments)) = (targets, law, arguments) else { return };
    let value = a.evaluate(law, &arguments);
    occupancy(a, law.gives, value);
    for target in targets {
        block(a, law, target, value);
    }
}

fn block(a: &mut Assembly<'_>, law: &Law, target: Parameter, value: NodeId) {
    // a term raises what it acts on and a factor lowers it: on the wrong kind of parameter a blocker would
    // speed the rate up
    let EntityKind::Parameter { value: given, range, .. } = &a.net.entity(target).kind else { return };
    let is_half = given.unit.dimension() == Dimension::CONCENTRATION;
    if is_half && *range == Range::NonNegative {
        let name = a.net.name_of(target);
        let message = format!("{name} is a level, for it may be 0; a blocker acts on a Km, a Vmax or a process");
        return a.report("target", message);
    }
    match (law.gives, is_half) {
        (Gives::Term, true) => a.net.modify(target, Modifier::Term(value)),
        (Gives::Remainder, false) => a.net.modify(target, Modifier::Factor(value)),
        _ => {
            let name = a.net.name_of(target);
            let (is, acts) = if is_half { ("a", "a process or a Vmax") } else { ("no", "a Km") };
            let other = if is_half { "competition" } else { "non_competitive" };
            let message = format!("{name} is {is} concentration: {} acts on {acts}; use law = \"{other}\"", law.name);
            a.report("target", message);
        }
    }
}

/// The part of the sites that the blocker holds, as the rule `NAME.occupancy`.
fn occupancy(a: &mut Assembly<'_>, gives: Gives, value: NodeId) {
    let value = a.net.formula(value);
    let held = if gives == Gives::Term { value / (1.0 + value) } else { 1.0 - value };
    let held = held.id();
    a.net.rule(&format!("{}.occupancy", a.name()), held, Unit::ONE);
}
