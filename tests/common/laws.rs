//! Laws at numbers: arguments laid out flat, single ones first, then the members of each group.

use super::complex;
use homeostat::expr::{Expr, Graph, Symbol};
use homeostat::law::{self, Argument, Given, Law, Member, Order, Over, Role, Side};
use homeostat::units::Dimension;
use nalgebra::Complex;

/// A law with numbers for its arguments.
#[derive(Clone, Debug)]
pub struct Case {
    pub law: &'static Law,
    pub single: Vec<f64>,
    /// For each group its members: how many molecules, and the level and constants.
    pub groups: Vec<Vec<(f64, Vec<f64>)>>,
}

impl Case {
    pub fn new(name: &str, single: &[f64], groups: &[&[&[f64]]]) -> Case {
        let law = law::by_name(name).unwrap_or_else(|| panic!("no law {name}"));
        let members = |group: &&[&[f64]]| group.iter().map(|m| (1.0, m.to_vec())).collect();
        Case { law, single: single.to_vec(), groups: groups.iter().map(members).collect() }
    }

    /// The arguments in a row.
    pub fn flat(&self) -> Vec<f64> {
        let members = self.groups.iter().flatten().flat_map(|(_, values)| values.iter().copied());
        self.single.iter().copied().chain(members).collect()
    }

    /// The same law at other numbers.
    pub fn with(&self, flat: &[f64]) -> Case {
        let mut case = self.clone();
        let members = case.groups.iter_mut().flatten().flat_map(|(_, values)| values.iter_mut());
        for (place, value) in case.single.iter_mut().chain(members).zip(flat) {
            *place = *value;
        }
        case
    }

    pub fn expr<'g>(&self, graph: &'g Graph) -> Expr<'g> {
        let mut next = 0..;
        let mut symbols = |values: &[f64]| -> Vec<Expr<'g>> {
            values.iter().map(|_| graph.symbol(Symbol(next.next().unwrap()))).collect()
        };
        let single = symbols(&self.single);
        let mut member = |(count, values): &(f64, Vec<f64>)| Member { count: *count, values: symbols(values) };
        let groups = self.groups.iter().map(|group| group.iter().map(&mut member).collect()).collect();
        (self.law.formula)(&Given { single, groups })
    }

    pub fn value(&self) -> f64 {
        let graph = Graph::new();
        let numbers: Vec<Complex<f64>> = self.flat().iter().map(|x| Complex::new(*x, 0.0)).collect();
        complex::evaluate(&graph, self.expr(&graph), &numbers).re
    }

    /// The derivative by the flat argument of this place.
    pub fn slope(&self, place: usize) -> f64 {
        let graph = Graph::new();
        complex::derivative(&graph, self.expr(&graph), &self.flat(), place)
    }

    pub fn order(&self) -> Order {
        let mut order = Order::default();
        for ((_, group), members) in groups(self.law).zip(&self.groups) {
            let count: f64 = members.iter().map(|(count, _)| count).sum();
            match group.over {
                Over::Reaction(Side::Consumed) => order.consumed += count as i32,
                Over::Reaction(Side::Produced) => order.produced += count as i32,
                _ => {}
            }
        }
        order
    }

    /// What stands at each flat place: the name of the argument (of the group, for a level of one) and its role.
    pub fn places(&self) -> Vec<(&'static str, Role)> {
        let single = self.law.arguments.iter().filter(|a| !matches!(a.role, Role::Each(_)));
        let mut places: Vec<(&'static str, Role)> = single.map(|a| (a.name, a.role)).collect();
        for ((name, group), members) in groups(self.law).zip(&self.groups) {
            for _ in members {
                places.extend((group.over != Over::Labels).then_some((name, Role::Level)));
                places.extend(group.arguments.iter().map(|a| (a.name, a.role)));
            }
        }
        places
    }

    pub fn dimensions(&self) -> Vec<Dimension> {
        self.places().iter().map(|(_, role)| role.dimension(self.order()).unwrap()).collect()
    }

    /// The flat places of levels with this name: of a single argument, or of the members of a group.
    pub fn levels(&self, name: &str) -> Vec<usize> {
        let is = |(n, role): &(&str, Role)| *n == name && matches!(role, Role::Level | Role::Content);
        self.places().iter().enumerate().filter(|(_, place)| is(place)).map(|(i, _)| i).collect()
    }
}

/// The groups of a law.
pub fn groups(law: &'static Law) -> impl Iterator<Item = (&'static str, &'static law::Group)> {
    law.arguments.iter().filter_map(|Argument { name, role }| match role {
        Role::Each(group) => Some((*name, *group)),
        _ => None,
    })
}

/// The rows of `tests/golden/laws.csv`: a case and its value.
pub fn golden() -> Vec<(Case, f64)> {
    let numbers = |text: &str| -> Vec<f64> { text.split_whitespace().map(|x| x.parse().unwrap()).collect() };
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let law = law::by_name(fields[0]).unwrap_or_else(|| panic!("no law {}", fields[0]));
        let member = |text: &str| {
            let values = numbers(text);
            (values[0], values[1..].to_vec())
        };
        let group = |text: &str| text.split(';').filter(|m| !m.is_empty()).map(member).collect();
        let groups = if groups(law).count() == 0 { Vec::new() } else { fields[2].split('|').map(group).collect() };
        (Case { law, single: numbers(fields[1]), groups }, fields[3].parse().unwrap())
    };
    include_str!("../golden/laws.csv").lines().skip(1).map(row).collect()
}
