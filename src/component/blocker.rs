//! Blockers of enzymes and transporters.

use super::assembly::Assembly;
use super::{Builder, Kind, builder};
use crate::law::Gives;
use crate::network::{Modifier, Species};
use crate::units::Concentration;

builder! {
    /// A reversible blocker. On a Km it competes: Km becomes Km (1 + I/Ki), and the terms of several
    /// blockers of one Km add. With the law `non_competitive` it leaves the part 1/(1 + I/Ki) of a Vmax or
    /// of a process.
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
    summary: "a reversible blocker: target (a Km, a Vmax or a process), I, Ki, law (competition)",
    emit,
};

fn emit(a: &mut Assembly<'_>) {
    let target = super::regulator::target(a);
    let law = a.law("competition", &[Gives::Term, Gives::Factor]);
    let arguments = law.and_then(|law| a.arguments(law, &[]));
    let (Some(target), Some(law), Some(arguments)) = (target, law, arguments) else { return };
    let value = a.evaluate(law, &arguments.values);
    let modifier = match law.gives {
        Gives::Term => Modifier::Term(value),
        Gives::Factor | Gives::Velocity => Modifier::Factor(value),
    };
    a.net.modify(target, modifier);
}
