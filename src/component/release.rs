//! Vesicular release: as a rate averaged over spikes, or spike by spike.

use super::assembly::Assembly;
use super::{Builder, Kind, Reacts, builder};
use crate::network::{Field, Parameter, Range, Species, Trigger};
use crate::units::Dimension;

builder! {
    /// Vesicular release. With `k` it is averaged over spikes: the vesicle pool times a firing parameter (per time).
    /// With `quantum` it is an event that spikes of a schedule make happen: each moves a quantum of the pool, the first
    /// species consumed, along the reaction. A quantum is a part of the pool at that instant (0 to 1), or an amount, or
    /// a concentration in the pool's compartment; of an amount that the pool no longer holds, what is there is moved.
    ///
    /// ```
    /// use homeostat::component::{Builder, Release};
    /// let averaged = Release::new("release").set("reaction", "vda -> eda").set("k", "fire");
    /// let spiking = Release::new("release").set("reaction", "vda -> eda").quantum(1.0 / 18_000.0);
    /// assert_eq!(spiking.part().kind, averaged.part().kind);
    /// ```
    Release "release"
}

impl Reacts for Release {}

impl Release {
    /// The parameter that says how fast the pool is released: per time.
    pub fn firing(self, fire: Parameter) -> Self {
        self.set("k", fire)
    }

    /// What a spike moves: a part of the pool, an amount, or a concentration.
    pub fn quantum(self, quantum: impl Into<Field>) -> Self {
        self.set("quantum", quantum)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "release",
    summary: "vesicular release: reaction, and k (a firing parameter per time) or quantum (what a spike moves)",
    emit: |a| {
        // another law may do without k
        if a.has("law") && !a.has("quantum") {
            a.know("quantum");
            return a.process("first_order");
        }
        match a.either(["k", "quantum"]) {
            Some("quantum") => spiking(a),
            Some(_) => a.process("first_order"),
            None => ["reaction", "law", "compartment"].iter().for_each(|field| a.know(field)),
        }
    },
};

fn spiking(a: &mut Assembly<'_>) {
    let reaction = a.reaction();
    let name = format!("{}.quantum", a.name());
    let kinds = [
        (Dimension::DIMENSIONLESS, Range::Fraction),
        (Dimension::AMOUNT, Range::NonNegative),
        (Dimension::CONCENTRATION, Range::NonNegative),
    ];
    let quantum = a.number_of("quantum", &name, &kinds);
    let (Some(reaction), Some((quantum, dimension))) = (reaction, quantum) else { return };
    let Some(&(pool, per_turnover)) = reaction.consumed.first() else {
        return a.report("reaction", "found no species before the arrow; expected the vesicle pool");
    };
    let Some(place) = a.compartment_of(pool) else { return };

    let net = &*a.net;
    let there = net.value(pool).max(0.0);
    let quantum = net.value(quantum);
    let (moved, shortage) = if dimension == Dimension::DIMENSIONLESS {
        (quantum * there, None)
    } else {
        let asked = if dimension == Dimension::AMOUNT { quantum } else { quantum * net.value(place) };
        (asked.min(there), Some(there.less(asked).id()))
    };
    let changes: Vec<_> = summed(&reaction.changes())
        .into_iter()
        .map(|(species, change)| {
            let moved = if change.abs() == per_turnover { moved } else { moved * (change.abs() / per_turnover) };
            let amount = net.value(species);
            (species, if change < 0.0 { amount - moved } else { amount + moved }.id())
        })
        .collect();
    let event = a.net.event(a.name(), Trigger::Scheduled, changes);
    if let Some(shortage) = shortage {
        a.net.count_shortage(event, shortage);
    }
}

/// Each species once.
fn summed(changes: &[(Species, f64)]) -> Vec<(Species, f64)> {
    let mut sums: Vec<(Species, f64)> = Vec::new();
    for (species, change) in changes {
        match sums.iter_mut().find(|(s, _)| s == species) {
            Some((_, sum)) => *sum += change,
            None => sums.push((*species, *change)),
        }
    }
    sums.retain(|(_, change)| *change != 0.0);
    sums
}
