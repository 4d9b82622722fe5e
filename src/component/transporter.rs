//! Transporters.

use super::arguments::Arguments;
use super::assembly::Assembly;
use super::{Builder, Kind, Reacts, builder, scheme};
use crate::expr::Node;
use crate::law::{Law, Member, equilibrium_gradient};
use crate::network::Parameter;
use crate::units::{Concentration, Frequency, Unit, Value, Velocity};

builder! {
    /// A transporter: carries a species from one compartment to another at a velocity that a law gives, by
    /// default Michaelis and Menten's (uptake only). What is carried in from outside of the model is a level
    /// held by a supply.
    ///
    /// With a law that has `ions`, such as `coupled_transport`, it runs both ways, driven by gradients and voltage; the rule
    /// `NAME.gradient` is the ratio of outside to inside at which it stands still, `NAME.reversal` the voltage (mV) at which it
    /// would, where it moves charge (`z` is not given as 0). With `states` and `steps` in the place of a reaction it is a carrier that alternates, a
    /// [`Scheme`](super::Scheme) that takes what it binds: it exchanges, as releasers need.
    ///
    /// ```
    /// use homeostat::component::{Builder, Reacts, Transporter};
    /// use homeostat::units::{Concentration, Velocity};
    /// let dopamine_transporter = Transporter::new("DAT")
    ///     .set("reaction", "eda -> cda")
    ///     .vmax(Velocity::um_per_h(8000.0))
    ///     .km(Concentration::um(0.2));
    /// assert_eq!(dopamine_transporter.part().name, "DAT");
    /// ```
    Transporter "transporter"
}

impl Reacts for Transporter {}

impl Transporter {
    /// The limiting velocity.
    pub fn vmax(self, vmax: Velocity) -> Self {
        self.set("Vmax", vmax)
    }

    /// The concentration of half the limiting velocity.
    pub fn km(self, km: Concentration) -> Self {
        self.set("Km", km)
    }

    /// Takes up from a level held outside, such as blood.
    pub fn from_supply(self, level: Parameter) -> Self {
        self.set("S", level)
    }

    /// Leaks back in first order (vesicles).
    pub fn leak(self, leak: Frequency) -> Self {
        self.set("law", "uptake_with_leak").set("leak", leak)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "transporter",
    summary: "carries a species: reaction, law (michaelis_menten), the law's arguments, compartment; or states and steps",
    emit: |a| {
        if a.has("steps") {
            return scheme::emit(a, true);
        }
        if let Some((law, arguments)) = a.flux("michaelis_menten") {
            tell_balance(a, law, &arguments);
        }
    },
};

/// Where a carrier that ions drive stands still: as a gradient, and as a voltage. The latter is there for a carrier that moves
/// charge. Of other laws there is nothing to tell.
fn tell_balance(a: &mut Assembly<'_>, law: &Law, arguments: &Arguments) {
    let named = ["S", "P", "V", "RT_F", "z"].map(|name| arguments.named(law, name));
    let ([Some(s), Some(p), Some(v), Some(thermal), Some(z)], Some(ions)) = (named, arguments.group_named(law, "ions"))
    else {
        return;
    };
    let moves_charge = match a.net.formula(z).node() {
        Node::Symbol(z) => a.now(Parameter(z)) != Some(0.0),
        _ => true,
    };
    let net = &*a.net;
    let members: Vec<Member<'_>> =
        ions.iter().map(|(_, values)| Member::new(values.iter().map(|id| net.formula(*id)))).collect();
    let [s, p, v, thermal, z] = [s, p, v, thermal, z].map(|id| net.formula(id));
    let gradient = equilibrium_gradient([v, thermal, z], &members);
    // g grows by exp(z V / RT_F)
    let reversal = v + thermal / z * (s / (p * gradient)).ln();
    let millivolt = Value::parse("1 mV").and_then(|unit| Ok((net.units().number(&unit)?, unit.unit)));
    let (gradient, reversal) = (gradient.id(), millivolt.map(|(size, unit)| ((reversal / size).id(), unit)));
    let name = a.name();
    a.net.rule(&format!("{name}.gradient"), gradient, Unit::ONE);
    match reversal {
        Ok((reversal, unit)) if moves_charge => {
            a.net.rule(&format!("{name}.reversal"), reversal, unit);
        }
        Ok(_) => {}
        Err(error) => a.report("V", error.to_string()),
    }
}
