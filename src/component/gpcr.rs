//! Receptors that act by way of a G protein.

use super::assembly::Assembly;
use super::{Builder, Kind, Reacts, builder};
use crate::network::{Parameter, Range, Species};
use crate::units::Dimension;

builder! {
    /// A receptor B that a ligand L occupies, the G protein G that occupied receptors activate, and the protein T that
    /// the active G protein induces and that turns it off:
    ///
    /// ```text
    /// B' = k_on L (receptors - B) - k_off B
    /// G' = k_activation B^2 (G_total - G) - k_deactivation T G
    /// T' = k_induction G^2 (T_total - T) - k_decay T
    /// ```
    ///
    /// All are concentrations. The reaction says what binding does to the ligand: `L -> B` takes it up, `-> B` with the
    /// field `ligand` leaves it as it is. The processes are `NAME.binding`, `NAME.activation` and `NAME.induction`, each
    /// the difference of both directions. A regulator that reads G is what the receptor does.
    /// Best et al. 2020, BMC Neurosci. 21:40 (5-HT1B and H3 autoreceptors).
    ///
    /// ```
    /// use homeostat::component::{Builder, Gpcr};
    /// let autoreceptor = Gpcr::new("HTR1B").set("reaction", "eht -> B").set("G", "G").set("T", "T")
    ///     .set("receptors", "10 uM").set("k_on", "36000 1/(uM h)").set("k_off", "20000 1/h")
    ///     .set("G_total", "10 uM").set("k_activation", "20 1/(uM^2 h)").set("k_deactivation", "200 1/(uM h)")
    ///     .set("T_total", "10 uM").set("k_induction", "30 1/(uM^2 h)").set("k_decay", "200 1/h");
    /// assert_eq!(autoreceptor.part().kind, "gpcr");
    /// ```
    Gpcr "gpcr"
}

impl Reacts for Gpcr {}

impl Gpcr {
    /// The level that occupies the receptor, where binding does not use it up.
    pub fn ligand(self, species: Species) -> Self {
        self.set("ligand", species)
    }

    /// The active G protein and the protein that turns it off.
    pub fn cascade(self, g: Species, t: Species) -> Self {
        self.set("G", g).set("T", t)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "gpcr",
    summary: "a receptor with its G protein: reaction (ligand -> bound, or -> bound with ligand), G, T, receptors, k_on, k_off, G_total, k_activation, k_deactivation, T_total, k_induction, k_decay",
    emit,
};

fn emit(a: &mut Assembly<'_>) {
    let reaction = a.reaction();
    let binds = reaction.as_ref().and_then(|r| r.consumed.first()).map(|(species, _)| *species);
    let ligand = a.level("ligand", binds);
    let (active, regulator) = (a.species("G"), a.species("T"));
    let constants = CONSTANTS.map(|(field, dimension)| {
        let entity = format!("{}.{field}", a.name());
        a.number(field, &entity, dimension, Range::NonNegative)
    });
    if reaction.as_ref().is_some_and(|r| !r.is_one_to_one()) {
        a.report("reaction", "expected one ligand or none before the arrow and one occupied receptor behind it");
    }
    let bound = reaction.as_ref().and_then(|r| r.produced.first()).map(|(species, _)| *species);
    if reaction.is_some() && bound.is_none() {
        a.report("reaction", "found no species behind the arrow; expected the occupied receptor");
    }
    let (Some(reaction), Some(ligand), Some(bound), Some(active), Some(regulator)) =
        (reaction, ligand, bound, active, regulator)
    else {
        return;
    };
    if active == regulator || [active, regulator].contains(&bound) {
        return a.report("T", "the occupied receptor, G and T are not three species; give each its own");
    }
    let [Some(receptors), Some(k_on), Some(k_off), Some(g_total), Some(k_activation), Some(k_deactivation), ..] =
        constants
    else {
        return;
    };
    let [.., Some(t_total), Some(k_induction), Some(k_decay)] = constants else { return };

    let net = &*a.net;
    let value = |parameter: Parameter| net.value(parameter);
    let [b, g, t] = [bound, active, regulator].map(|species| net.concentration(species));
    let binding = value(k_on) * ligand.value(net) * (value(receptors) - b) - value(k_off) * b;
    let activation = value(k_activation) * (b * b) * (value(g_total) - g) - value(k_deactivation) * t * g;
    let induction = value(k_induction) * (g * g) * (value(t_total) - t) - value(k_decay) * t;
    let velocities = [binding, activation, induction].map(|velocity| velocity.id());
    let changes = [reaction.changes(), vec![(active, 1.0)], vec![(regulator, 1.0)]];
    for (((name, species), changes), velocity) in
        ["binding", "activation", "induction"].into_iter().zip([bound, active, regulator]).zip(changes).zip(velocities)
    {
        let Some(place) = a.compartment_of(species) else { continue };
        let rate = (a.net.formula(velocity) * a.net.value(place)).id();
        a.net.process(&format!("{}.{name}", a.name()), changes, rate);
    }
}

/// The constants by their fields.
const CONSTANTS: [(&str, Dimension); 9] = [
    ("receptors", Dimension::CONCENTRATION),
    ("k_on", Dimension::PER_CONCENTRATION_TIME),
    ("k_off", Dimension::FREQUENCY),
    ("G_total", Dimension::CONCENTRATION),
    ("k_activation", PER_SQUARE_TIME),
    ("k_deactivation", Dimension::PER_CONCENTRATION_TIME),
    ("T_total", Dimension::CONCENTRATION),
    ("k_induction", PER_SQUARE_TIME),
    ("k_decay", Dimension::FREQUENCY),
];

/// A third-order rate constant.
const PER_SQUARE_TIME: Dimension = Dimension::PER_CONCENTRATION_TIME.div(Dimension::CONCENTRATION);
