//! Drugs on receptors.

use super::assembly::Assembly;
use super::receptor::{AGONISM, ANTAGONISM};
use super::{Builder, Kind, builder};
use crate::expr::NodeId;
use crate::network::{Modifier, Parameter, Range};
use crate::units::{Concentration, Dimension, Unit};

builder! {
    /// A ligand of a [`Receptor`](crate::component::Receptor). With an `efficacy` it binds where the transmitter does: 1 is a
    /// full agonist, 0 an antagonist, between them a partial agonist. With a `cooperativity` alpha it binds elsewhere and
    /// changes the affinity: K becomes K (1 + B/KB)/(1 + alpha B/KB), above 1 for a positive allosteric modulator (Ehlert 1988,
    /// Mol. Pharmacol. 33:187). `NAME.occupancy` is the part of its sites that it holds: with a the transmitter over K and
    /// b = B/KB, b (1 + alpha a)/(1 + a + b (1 + alpha a)) of an allosteric one.
    ///
    /// ```
    /// use homeostat::component::{Builder, Ligand};
    /// use homeostat::units::Concentration;
    /// let haloperidol = Ligand::new("haloperidol_D2").target("D2_receptor").affinity(Concentration::nm(1.0))
    ///     .set("I", "haloperidol").set("efficacy", 0.0);
    /// assert_eq!(haloperidol.part().kind, "ligand");
    /// ```
    Ligand "ligand"
}

impl Ligand {
    /// The receptor.
    pub fn target(self, receptor: &str) -> Self {
        self.set("target", receptor)
    }

    /// The concentration at which it would hold half of the receptors alone.
    pub fn affinity(self, ki: Concentration) -> Self {
        self.set("Ki", ki)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "ligand",
    summary: "a drug on a receptor: target (a receptor), I, Ki, efficacy (0 to 1) or cooperativity (allosteric)",
    emit,
};

fn emit(a: &mut Assembly<'_>) {
    let name = a.name();
    let receptor = receptor(a);
    let level = a.level("I", None);
    let ki = a.number("Ki", &format!("{name}.Ki"), Dimension::CONCENTRATION, Range::Positive);
    let is_allosteric = a.has("cooperativity");
    if is_allosteric && a.has("efficacy") {
        a.know("efficacy");
        a.know("cooperativity");
        return a.report("cooperativity", "both efficacy and cooperativity are given; keep one");
    }
    let (field, range) = if is_allosteric { ("cooperativity", Range::Positive) } else { ("efficacy", Range::Fraction) };
    a.know("efficacy");
    a.know("cooperativity");
    let strength = a.number(field, &format!("{name}.{field}"), Dimension::DIMENSIONLESS, range);
    let (Some(receptor), Some(level), Some(ki), Some(strength)) = (receptor, level, ki, strength) else { return };
    let net = &*a.net;
    let (term, strength) = (level.value(net) / net.value(ki), net.value(strength));
    let occupancy: NodeId = if is_allosteric {
        let affinity = ((1.0 + term) / (1.0 + strength * term)).id();
        // it binds free receptors with its own constant, and alpha times as tightly those that hold the transmitter
        let held = net.formula(receptor.occupancy);
        let (apart, along) = (term / (1.0 + term), strength * term / (1.0 + strength * term));
        let occupancy = (held * along + (1.0 - held) * apart).id();
        a.net.modify(receptor.k, Modifier::Factor(affinity));
        occupancy
    } else {
        let (active, idle) = ((strength * term).id(), ((1.0 - strength) * term).id());
        let occupancy = (term * net.formula(receptor.free)).id();
        a.net.modify(receptor.agonism, Modifier::Term(active));
        a.net.modify(receptor.antagonism, Modifier::Term(idle));
        occupancy
    };
    a.net.rule(&format!("{name}.occupancy"), occupancy, Unit::ONE);
}

/// What ligands act on.
struct Site {
    k: Parameter,
    agonism: Parameter,
    antagonism: Parameter,
    free: NodeId,
    occupancy: NodeId,
}

fn receptor(a: &mut Assembly<'_>) -> Option<Site> {
    let name = a.required_text("target", "the name of a receptor")?;
    let parameter = |a: &Assembly<'_>, what: &str| a.net.parameter_named(&format!("{name}.{what}")).ok();
    let rule = |a: &Assembly<'_>, what: &str| Some(a.net.value(a.net.get(&format!("{name}.{what}"))?).id());
    let parameters = (parameter(a, "K"), parameter(a, AGONISM), parameter(a, ANTAGONISM));
    let rules = (rule(a, "free"), rule(a, "occupancy"));
    if let ((Some(k), Some(agonism), Some(antagonism)), (Some(free), Some(occupancy))) = (parameters, rules) {
        return Some(Site { k, agonism, antagonism, free, occupancy });
    }
    let message = match a.net.get(name) {
        Some(symbol) => format!("{name} is a {}; expected a receptor", a.net.entity(symbol).kind.name()),
        None => a.net.unknown(name),
    };
    a.report("target", message);
    None
}
