//! Receptors that several ligands share.

use super::assembly::Assembly;
use super::{Builder, Kind, builder};
use crate::network::{Parameter, Range, Species};
use crate::units::{Concentration, Dimension};

builder! {
    /// A receptor that a transmitter X activates in full, shared with ligands of any efficacy
    /// ([`Ligand`](crate::component::Ligand)), all in equilibrium. The part's own name is the concentration of X that would
    /// activate it as much alone, X' = (X + K sum e L/KL) / (1 + sum (1 - e) L/KL): regulators name it as their level, whatever
    /// their law. Follows from the activation A = (X/K + sum e L/KL) / (1 + X/K + sum L/KL) (Gaddum 1937, J. Physiol. 89:7P;
    /// Stephenson 1956, Br. J. Pharmacol. 11:379) as X'/(K + X') = A.
    ///
    /// Rules: `NAME.occupancy` by X, `NAME.activation`, `NAME.free`.
    ///
    /// ```
    /// use homeostat::component::{Builder, Receptor};
    /// use homeostat::units::Concentration;
    /// let d2 = Receptor::new("D2_receptor").set("X", "eda").affinity(Concentration::nm(100.0));
    /// assert_eq!(d2.part().kind, "receptor");
    /// ```
    Receptor "receptor"
}

impl Receptor {
    /// The transmitter.
    pub fn transmitter(self, level: Species) -> Self {
        self.set("X", level)
    }

    /// The concentration of the transmitter at which half of the receptors hold it.
    pub fn affinity(self, k: Concentration) -> Self {
        self.set("K", k)
    }
}

/// The parameters on which ligands act, by their names after that of the receptor.
pub(super) const AGONISM: &str = "agonism";
pub(super) const ANTAGONISM: &str = "antagonism";

pub(super) const KIND: Kind =
    Kind { name: "receptor", summary: "a receptor for several ligands: X (the transmitter), K", emit };

fn emit(a: &mut Assembly<'_>) {
    let name = a.name();
    let level = a.level("X", None);
    let k = a.number("K", &format!("{name}.K"), Dimension::CONCENTRATION, Range::Positive);
    let (Some(level), Some(k)) = (level, k) else { return };
    let (agonism, antagonism) = (none(a, AGONISM), none(a, ANTAGONISM));
    let net = &*a.net;
    let (x, k) = (level.value(net), net.value(k));
    // each is 1 plus the sum of its ligands' terms
    let (active, idle) = (net.value(agonism) - 1.0, net.value(antagonism) - 1.0);
    let free = 1.0 / (1.0 + x / k + active + idle);
    let equivalent = (x + k * active) / (1.0 + idle);
    let rules = [("occupancy", x / k * free), ("activation", (x / k + active) * free), ("free", free)]
        .map(|(what, value)| (format!("{name}.{what}"), value.id()));
    let equivalent = equivalent.id();
    let unit = a.net.units().concentration().clone();
    a.net.rule(name, equivalent, unit);
    for (name, value) in rules {
        a.net.rule(&name, value, crate::units::Unit::ONE);
    }
}

/// A parameter that ligands raise.
fn none(a: &mut Assembly<'_>, what: &str) -> Parameter {
    let one = crate::units::Value::from(1.0).cited("1 without ligands").implied();
    a.net.parameter_within(&format!("{}.{what}", a.name()), one, Range::FromOne)
}
