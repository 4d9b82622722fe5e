//! Regulators: receptors and metabolites that act on a rate.

use super::arguments::Arguments;
use super::assembly::Assembly;
use super::{Builder, Kind, builder};
use crate::expr::NodeId;
use crate::law::{Gives, Law, Order, Role};
use crate::network::{EntityKind, Modifier, Network, Parameter, Range, Species};
use crate::units::{Concentration, Dimension, Unit};

builder! {
    /// A factor on the rate of a process (or on another parameter), given by a law of a level, such as an
    /// autoreceptor.
    ///
    /// The parameter that bears the part's own name is its strength s, from 0 to 1 and by default 1: the factor is
    /// `(1 - s) f0 + s f(X)`. At s = 0 it rests at f0, the factor at the set point (1 where no set point is
    /// given). Where `least` or `most` are given, f is no smaller or no larger. The rule `NAME.factor` shows the factor.
    ///
    /// ```
    /// use homeostat::component::{Builder, Regulator};
    /// use homeostat::units::Concentration;
    /// let inhibition = Regulator::new("TH.substrate_inhibition").target("TH")
    ///     .set("law", "inhibition_factor").set("X", "tyr").set("top", 0.56)
    ///     .set("Ki", Concentration::um(160.0)).set_point(Concentration::um(126.0));
    /// assert_eq!(inhibition.part().kind, "regulator");
    /// ```
    Regulator "regulator"
}

impl Regulator {
    /// The process, or the parameter, that is regulated; or several, with commas between.
    pub fn target(self, name: &str) -> Self {
        self.set("target", name)
    }

    /// The law of the factor.
    pub fn law(self, law: &Law) -> Self {
        self.set("law", law.name)
    }

    /// The species whose concentration acts.
    pub fn sensor(self, species: Species) -> Self {
        self.set("X", species)
    }

    /// Bounds of the factor: it is no smaller than `least` and no larger than `most`.
    pub fn bounds(self, least: f64, most: f64) -> Self {
        self.set("least", least).set("most", most)
    }

    /// The level at which the factor rests where the strength is 0.
    pub fn set_point(self, level: Concentration) -> Self {
        self.set("set_point", level)
    }
}

pub(super) const KIND: Kind = Kind {
    name: "regulator",
    summary: "a factor on a rate: target, law, the law's arguments, least, most, set_point, strength",
    emit,
};

fn emit(a: &mut Assembly<'_>) {
    let (targets, law) = (targets(a), a.law("autoreceptor", &[Gives::Factor, Gives::Remainder]));
    let arguments = law.and_then(|law| a.arguments(law, &[], None));
    let strength = a.neutral("strength", a.name(), Range::Fraction);
    let bounds = bounds(a);
    let factor = |a: &Assembly<'_>, law: &Law, arguments: &Arguments| {
        let factor = a.evaluate(law, arguments);
        bounds.iter().flatten().fold(factor, |factor, bound| bound.on(a.net, factor))
    };
    let rest = rest(a, law, arguments.as_ref(), &factor);
    let (Some(targets), Some(law), Some(arguments), Some(strength), Some(rest)) =
        (targets, law, arguments, strength, rest)
    else {
        return;
    };
    let factor = factor(a, law, &arguments);
    let (s, f0, f) = (a.net.value(strength), a.net.formula(rest), a.net.formula(factor));
    let factor = ((1.0 - s) * f0 + s * f).id();
    a.net.rule(&format!("{}.factor", a.name()), factor, Unit::ONE);
    for target in targets {
        a.net.modify(target, Modifier::Factor(factor));
    }
}

/// An end of the range of a factor.
enum Bound {
    Least(Parameter),
    Most(Parameter),
}

impl Bound {
    fn on(&self, net: &Network, factor: NodeId) -> NodeId {
        let factor = net.formula(factor);
        match self {
            Bound::Least(least) => factor.max(net.value(*least)),
            Bound::Most(most) => factor.min(net.value(*most)),
        }
        .id()
    }
}

/// The bounds that are given.
fn bounds(a: &mut Assembly<'_>) -> [Option<Bound>; 2] {
    let mut bound = |field| {
        a.know(field);
        let entity = format!("{}.{field}", a.name());
        a.has(field).then(|| a.number(field, &entity, Dimension::DIMENSIONLESS, Range::NonNegative)).flatten()
    };
    let (least, most) = (bound("least"), bound("most"));
    if let (Some(least), Some(most)) = (least, most) {
        a.ordered([("least", least), ("most", most)]);
    }
    [least.map(Bound::Least), most.map(Bound::Most)]
}

/// The factor at strength 0.
fn rest(
    a: &mut Assembly<'_>,
    law: Option<&'static Law>,
    arguments: Option<&Arguments>,
    factor: &dyn Fn(&Assembly<'_>, &Law, &Arguments) -> NodeId,
) -> Option<NodeId> {
    if !a.has("set_point") {
        a.know("set_point");
        return Some(a.net.number(1.0).id());
    }
    let entity = format!("{}.set_point", a.name());
    // the law's first argument is what acts
    let law = law?;
    let acts = law.arguments.first()?.role;
    let (Role::Level | Role::Signal) = acts else {
        a.report("set_point", format!("{} acts by several levels, which have no set point; remove it", law.name));
        return None;
    };
    let set_point = a.number("set_point", &entity, acts.dimension(Order::default())?, Range::NonNegative)?;
    let mut arguments = arguments?.clone();
    *arguments.single.first_mut()? = a.net.value(set_point).id();
    Some(factor(a, law, &arguments))
}

/// What is acted on: parameters by their names, or the scales of processes; one, or several with commas between.
pub(super) fn targets(a: &mut Assembly<'_>) -> Option<Vec<Parameter>> {
    let names = a.required_text("target", "the name of a process or of a parameter, or several with commas between")?;
    let found: Vec<Option<Parameter>> = target_names(names).map(|name| target(a, name)).collect();
    let found: Vec<Parameter> = found.into_iter().collect::<Option<_>>()?;
    for (i, name) in target_names(names).enumerate() {
        if found[..i].contains(&found[i]) {
            a.report("target", format!("{name} is named twice; name each target once"));
            return None;
        }
    }
    Some(found)
}

/// The names in a field `target`.
pub(super) fn target_names(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

fn target(a: &mut Assembly<'_>, name: &str) -> Option<Parameter> {
    if name.is_empty() {
        a.report("target", "found nothing between commas, or before or behind one; expected a name there");
        return None;
    }
    let Some(symbol) = a.net.get(name) else {
        let message = a.net.unknown(name);
        a.report("target", message);
        return None;
    };
    match a.net.entity(symbol).kind {
        EntityKind::Parameter { .. } => Some(Parameter(symbol)),
        EntityKind::Process { scale, .. } => Some(scale),
        ref other => {
            let message = format!("{name} is a {}; expected a process or a parameter", other.name());
            a.report("target", message);
            None
        }
    }
}
