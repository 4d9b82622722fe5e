//! What a law is: a formula, and what it needs.

use crate::expr::{Expr, Graph, Symbol};
use crate::units::Dimension;
use std::ops::Index;

/// A rate law: a formula with named arguments.
#[derive(Debug)]
pub struct Law {
    /// The name in model files.
    pub name: &'static str,
    /// What the arguments are, in the order of the formula; groups come last.
    pub arguments: &'static [Argument],
    /// What the value is.
    pub gives: Gives,
    /// Where the formula stands.
    pub reference: &'static str,
    /// The formula over arguments in that order; they have to be there, as [`Law::over`] makes sure.
    pub formula: for<'g> fn(&Given<'g>) -> Expr<'g>,
}

/// What the value of a law is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Concentration per time.
    Velocity,
    /// A dimensionless factor, 1 where nothing is regulated.
    Factor,
    /// The part, from 0 to 1, that an inhibitor leaves of what it acts on: a factor that only lowers, 1 without the inhibitor.
    Remainder,
    /// A dimensionless term of a competition, 0 where nothing competes.
    Term,
}

/// An argument of a law.
#[derive(Debug)]
pub struct Argument {
    /// Its name in model files.
    pub name: &'static str,
    /// What it is.
    pub role: Role,
}

/// What an argument is.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// A concentration: of a species or a rule, or held from outside.
    Level,
    /// What a species amounts to in the space where the velocity is measured: its amount over that space's
    /// size. A first-order constant then is the part of the species' own content that moves per time.
    Content,
    /// A pure number that may change while the model runs: of a parameter or a rule.
    Signal,
    /// A number of this dimension that must be positive.
    Positive(Dimension),
    /// A number of this dimension that must not be negative.
    NonNegative(Dimension),
    /// A finite number of this dimension, of either sign.
    Finite(Dimension),
    /// A number from 0 to 1.
    Fraction,
    /// The concentration at which the level with this name saturates or binds half: a Km, Ki or Kd. In a group the
    /// group's own name stands for the level of each.
    Half(&'static str),
    /// A rate constant of mass action: a velocity over a concentration for each molecule of this side of the reaction.
    RateConstant(Side),
    /// The equilibrium constant of the reaction: a concentration for each molecule produced, over one for each consumed.
    Equilibrium,
    /// Any number of levels (or of things with a name), each with arguments of its own.
    Each(&'static Group),
}

/// A side of a reaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is consumed.
    Consumed,
    /// What is produced.
    Produced,
}

/// How many molecules a reaction consumes and produces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// Molecules consumed.
    pub consumed: i32,
    /// Molecules produced.
    pub produced: i32,
}

/// An argument that repeats.
#[derive(Debug)]
pub struct Group {
    /// Over what it repeats.
    pub over: Over,
    /// What each has; none, one (in a file the table then holds it for each directly), or several.
    pub arguments: &'static [Argument],
    /// The least number of them.
    pub least: usize,
    /// The fields in which a single one may be written instead: its level and its constant.
    pub single: Option<[&'static str; 2]>,
}

impl Group {
    /// Whether the table of the group holds for each level a number, and not a table of its own.
    pub fn is_plain(&self) -> bool {
        self.arguments.len() == 1 && self.over != Over::Labels
    }
}

/// Over what a group repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Levels named in a table of the part: species, or concentrations held from outside.
    Levels,
    /// The species of a side of the reaction, each as often as the reaction says, and levels held from outside that the
    /// table names besides.
    Reaction(Side),
    /// Anything, by names that mean nothing elsewhere.
    Labels,
}

impl Role {
    /// The dimension of the argument, in a reaction of this order; nothing for a group.
    pub fn dimension(self, order: Order) -> Option<Dimension> {
        let concentration = Dimension::CONCENTRATION;
        match self {
            Role::Level | Role::Content | Role::Half(_) => Some(concentration),
            Role::Positive(dimension) | Role::NonNegative(dimension) | Role::Finite(dimension) => Some(dimension),
            Role::Signal | Role::Fraction => Some(Dimension::DIMENSIONLESS),
            Role::RateConstant(Side::Consumed) => Some(Dimension::VELOCITY.div(concentration.pow(order.consumed))),
            Role::RateConstant(Side::Produced) => Some(Dimension::VELOCITY.div(concentration.pow(order.produced))),
            Role::Equilibrium => Some(concentration.pow(order.produced - order.consumed)),
            Role::Each(_) => None,
        }
    }
}

/// Arguments that are given to a formula: single ones by their place, groups by their place among groups.
#[derive(Clone, Debug, Default)]
pub struct Given<'g> {
    /// The single arguments.
    pub single: Vec<Expr<'g>>,
    /// The groups.
    pub groups: Vec<Vec<Member<'g>>>,
}

impl<'g> Given<'g> {
    /// The members of a group.
    pub fn group(&self, place: usize) -> &[Member<'g>] {
        &self.groups[place]
    }
}

impl<'g> Index<usize> for Given<'g> {
    type Output = Expr<'g>;
    fn index(&self, place: usize) -> &Expr<'g> {
        &self.single[place]
    }
}

/// One of a group: its level (where the group has levels), then what it has of its own.
#[derive(Clone, Debug)]
pub struct Member<'g> {
    /// How many molecules take part.
    pub count: f64,
    /// The level and the arguments, in order.
    pub values: Vec<Expr<'g>>,
}

impl<'g> Member<'g> {
    /// One molecule with these values.
    pub fn new(values: impl IntoIterator<Item = Expr<'g>>) -> Self {
        Member { count: 1.0, values: values.into_iter().collect() }
    }

    /// The level over the member's first constant: how much of it is bound for each free site.
    pub(super) fn bound(&self) -> Expr<'g> {
        self[0] / self[1]
    }
}

impl<'g> Index<usize> for Member<'g> {
    type Output = Expr<'g>;
    fn index(&self, place: usize) -> &Expr<'g> {
        &self.values[place]
    }
}

impl Law {
    /// The formula over these arguments; nothing where they are not as many as the law's record says.
    ///
    /// ```
    /// use homeostat::law::{self, Given};
    /// let nothing = Given { single: vec![], groups: vec![vec![]] };
    /// assert!(law::by_name("activation").unwrap().over(&nothing).is_none());
    /// ```
    pub fn over<'g>(&self, given: &Given<'g>) -> Option<Expr<'g>> {
        let groups: Vec<&Group> = self
            .arguments
            .iter()
            .filter_map(|argument| match argument.role {
                Role::Each(group) => Some(group),
                _ => None,
            })
            .collect();
        let fits = |(group, members): (&&Group, &Vec<Member<'g>>)| {
            let own = group.arguments.len() + usize::from(group.over != Over::Labels);
            members.len() >= group.least && members.iter().all(|member| member.values.len() == own)
        };
        let singles = self.arguments.len() - groups.len();
        let fits = given.single.len() == singles
            && given.groups.len() == groups.len()
            && groups.iter().zip(&given.groups).all(fits);
        fits.then(|| (self.formula)(given))
    }

    /// The formula as text, each group with two members (one where it repeats over a reaction).
    ///
    /// ```
    /// use homeostat::law;
    /// assert_eq!(law::by_name("first_order").unwrap().text(), "k * S");
    /// ```
    pub fn text(&self) -> String {
        let graph = Graph::new();
        let mut names: Vec<String> = Vec::new();
        let mut symbol = |name: String| {
            names.push(name);
            graph.symbol(Symbol(names.len() as u32 - 1))
        };
        let mut given = Given::default();
        for argument in self.arguments {
            let Role::Each(group) = argument.role else {
                given.single.push(symbol(argument.name.to_string()));
                continue;
            };
            let count = if matches!(group.over, Over::Reaction(_)) { 1 } else { 2 };
            let members = (1..=count).map(|i| {
                let level = (group.over != Over::Labels).then_some(argument.name);
                let names = level.into_iter().chain(group.arguments.iter().map(|a| a.name));
                Member::new(names.map(|name| symbol(format!("{name}.{i}"))).collect::<Vec<_>>())
            });
            given.groups.push(members.collect());
        }
        (self.formula)(&given).text(&|symbol| names[symbol.0 as usize].clone())
    }
}

/// The sum of expressions, where there are any.
pub(super) fn sum<'g>(terms: impl IntoIterator<Item = Expr<'g>>) -> Option<Expr<'g>> {
    terms.into_iter().reduce(|a, b| a + b)
}

/// The product of expressions, where there are any.
pub(super) fn product<'g>(factors: impl IntoIterator<Item = Expr<'g>>) -> Option<Expr<'g>> {
    factors.into_iter().reduce(|a, b| a * b)
}

/// `x^n` for a number of molecules: products, which are quicker than powers, while they are short.
pub(super) fn repeated<'g>(x: Expr<'g>, n: f64) -> Expr<'g> {
    match n {
        2.0 => x * x,
        3.0 => x * x * x,
        _ => x.power(n),
    }
}

/// `k (1 + sum I/Ki)`: a half-saturation under ligands that compete for one site, or exclude one another.
pub(super) fn competed<'g>(k: Expr<'g>, ligands: &[Member<'g>]) -> Expr<'g> {
    match sum(ligands.iter().map(Member::bound)) {
        Some(bound) => k * (1.0 + bound),
        None => k,
    }
}

/// `Vmax (prod (S/Km)^n - prod P^m / (Keq prod Km^n)) / (prod occupied(S) + prod occupied(P) - 1)`: what reversible laws
/// of any number of substrates and products have in common.
pub(super) fn reversible<'g>(
    vmax: Expr<'g>,
    keq: Expr<'g>,
    [substrates, products]: [&[Member<'g>]; 2],
    occupied: impl Fn(&Member<'g>) -> Expr<'g>,
) -> Expr<'g> {
    let forward = substrates.iter().fold(vmax, |v, m| v * repeated(m.bound(), m.count));
    let per_km = substrates.iter().fold(vmax / keq, |v, m| v / repeated(m[1], m.count));
    let back = products.iter().fold(per_km, |v, m| v * repeated(m[0], m.count));
    let sides = [substrates, products].map(|side| product(side.iter().map(&occupied)));
    match sides {
        [Some(left), Some(right)] => (forward - back) / (left + right - 1.0),
        [Some(one), None] | [None, Some(one)] => (forward - back) / one,
        [None, None] => forward - back,
    }
}

pub(super) const fn level(name: &'static str) -> Argument {
    Argument { name, role: Role::Level }
}

pub(super) const fn signal(name: &'static str) -> Argument {
    Argument { name, role: Role::Signal }
}

pub(super) const fn content(name: &'static str) -> Argument {
    Argument { name, role: Role::Content }
}

pub(super) const fn half(name: &'static str, level: &'static str) -> Argument {
    Argument { name, role: Role::Half(level) }
}

pub(super) const fn vmax(name: &'static str) -> Argument {
    Argument { name, role: Role::NonNegative(Dimension::VELOCITY) }
}

pub(super) const fn per_time(name: &'static str) -> Argument {
    Argument { name, role: Role::NonNegative(Dimension::FREQUENCY) }
}

pub(super) const fn ratio(name: &'static str) -> Argument {
    Argument { name, role: Role::NonNegative(Dimension::DIMENSIONLESS) }
}

pub(super) const fn positive(name: &'static str) -> Argument {
    Argument { name, role: Role::Positive(Dimension::DIMENSIONLESS) }
}

/// Ligands that compete for the site of the substrate; a single one may be written `I` and `Ki`.
pub(super) const COMPETITORS: Argument = Argument { name: "competitors", role: Role::Each(&COMPETING) };

pub(super) const COMPETING: Group =
    Group { over: Over::Levels, arguments: &[half("Ki", "competitors")], least: 0, single: Some(["I", "Ki"]) };

/// The substrates of the reaction, each with its Km.
pub(super) const SUBSTRATES: Argument = Argument {
    name: "substrates",
    role: Role::Each(&Group {
        over: Over::Reaction(Side::Consumed),
        arguments: &[half("Km", "substrates")],
        least: 1,
        single: None,
    }),
};

/// The products of the reaction, each with its Km.
pub(super) const PRODUCTS: Argument = Argument {
    name: "products",
    role: Role::Each(&Group {
        over: Over::Reaction(Side::Produced),
        arguments: &[half("Km", "products")],
        least: 1,
        single: None,
    }),
};
