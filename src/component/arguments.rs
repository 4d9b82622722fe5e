//! The arguments of a law, from the fields of a part.

use super::assembly::Assembly;
use super::level::Level;
use crate::error::did_you_mean;
use crate::expr::NodeId;
use crate::law::{Argument, Given, Group, Law, Member, Order, Over, Role, Side};
use crate::network::{Compartment, Field, Parameter, Range, Species};
use crate::units::Dimension;

/// The arguments of a law, in its order: single ones, then groups.
#[derive(Clone, Debug, Default)]
pub(super) struct Arguments {
    pub single: Vec<NodeId>,
    groups: Vec<Vec<(f64, Vec<NodeId>)>>,
}

impl Arguments {
    /// A single argument of the law by its name.
    pub fn named(&self, law: &Law, name: &str) -> Option<NodeId> {
        let mut single = law.arguments.iter().filter(|a| !matches!(a.role, Role::Each(_)));
        self.single.get(single.position(|a| a.name == name)?).copied()
    }

    /// The values of the members of a group of the law.
    pub fn group_named(&self, law: &Law, name: &str) -> Option<&[(f64, Vec<NodeId>)]> {
        let mut groups = law.arguments.iter().filter(|a| matches!(a.role, Role::Each(_)));
        self.groups.get(groups.position(|a| a.name == name)?).map(Vec::as_slice)
    }
}

/// One of a group, before what it has of its own is read.
struct Found {
    /// Its key in the table of the group; none where it is written by single fields.
    key: Option<String>,
    level: Option<Level>,
    count: f64,
}

/// What has been read: levels by the names of their arguments, and constants with the levels that halve at them.
#[derive(Default)]
struct Read {
    levels: Vec<(&'static str, Level)>,
    halves: Vec<(&'static str, Parameter)>,
}

/// The most molecules of one species in a law that counts them.
const MOST: f64 = 12.0;

impl Assembly<'_> {
    /// The arguments of a law from the fields of the same names; `levels` stand in for levels not given, and
    /// contents are measured in `place`.
    pub fn arguments(
        &mut self,
        law: &Law,
        levels: &[(&str, Species)],
        place: Option<Compartment>,
    ) -> Option<Arguments> {
        let mut groups = Vec::new();
        for argument in law.arguments {
            if let Role::Each(group) = argument.role {
                groups.push((argument.name, group, self.members(argument.name, group)));
            }
        }
        let order = order(&groups);
        let mut arguments = Arguments::default();
        let (mut read, mut is_complete) = (Read::default(), true);
        for argument in law.arguments.iter().filter(|a| !matches!(a.role, Role::Each(_))) {
            let default = levels.iter().find(|(name, _)| *name == argument.name).map(|(_, species)| *species);
            let value = self.single(argument, default, place, order, &mut read);
            is_complete &= value.is_some();
            arguments.single.extend(value);
        }
        self.remember_halves(&read);
        for (name, group, members) in groups {
            let members = members.map(|members| self.values(name, group, &members));
            is_complete &= members.as_ref().is_some_and(|members| members.iter().all(Option::is_some));
            arguments.groups.push(members.into_iter().flatten().flatten().collect());
        }
        is_complete.then_some(arguments)
    }

    /// The value of an argument that is no group.
    fn single(
        &mut self,
        argument: &Argument,
        default: Option<Species>,
        place: Option<Compartment>,
        order: Option<Order>,
        read: &mut Read,
    ) -> Option<NodeId> {
        let name = argument.name;
        let entity = format!("{}.{name}", self.name());
        let level = match argument.role {
            Role::Level | Role::Content => self.level(name, default)?,
            Role::Signal => {
                self.know(name);
                self.level_at(&[name], &entity, Dimension::DIMENSIONLESS)?
            }
            _ => {
                self.know(name);
                return self.constant(argument, &[name], &entity, order, read);
            }
        };
        read.levels.push((name, level));
        Some(match (argument.role, level, place) {
            (Role::Content, Level::Species(species), Some(place)) => self.net.content(species, place).id(),
            _ => level.value(self.net).id(),
        })
    }

    /// The value of a number, written at `path`: the parameter `entity`.
    fn constant(
        &mut self,
        argument: &Argument,
        path: &[&str],
        entity: &str,
        order: Option<Order>,
        read: &mut Read,
    ) -> Option<NodeId> {
        let range = match argument.role {
            Role::NonNegative(_) | Role::RateConstant(_) => Range::NonNegative,
            Role::Finite(_) => Range::Finite,
            Role::Fraction => Range::Fraction,
            _ => Range::Positive,
        };
        let dimension = match argument.role {
            // which unit to expect is not known where the reaction cannot be read, and that is told
            Role::RateConstant(_) | Role::Equilibrium => argument.role.dimension(order?)?,
            role => role.dimension(Order::default())?,
        };
        let parameter = self.number_at(path, entity, dimension, range)?;
        if let Role::Half(level) = argument.role {
            read.halves.push((level, parameter));
        }
        Some(self.net.value(parameter).id())
    }

    /// Notes which species saturate at which parameter.
    fn remember_halves(&mut self, read: &Read) {
        for (of, half) in &read.halves {
            for (name, level) in &read.levels {
                if let (true, Level::Species(species)) = (name == of, level) {
                    self.net.saturates(*species, *half);
                }
            }
        }
    }

    /// Who belongs to a group: the species of the reaction, those of the table, or the one that single fields give.
    fn members(&mut self, name: &'static str, group: &Group) -> Option<Vec<Found>> {
        self.know(name);
        let mut found = match group.over {
            Over::Reaction(side) => self.reacting(side)?,
            _ => Vec::new(),
        };
        let mut is_complete = true;
        if let Some([level, constant]) = group.single {
            let is_single = self.has(level) || self.has(constant);
            if is_single && self.has(name) {
                self.report(name, format!("{level} or {constant} is given, too; write all in {name}"));
            } else if is_single {
                let level = self.level(level, None);
                is_complete &= level.is_some();
                found.push(Found { key: None, level, count: 1.0 });
            }
            self.know(level);
            self.know(constant);
        }
        if self.has(name) && !group.arguments.is_empty() {
            for key in self.table(name)?.keys() {
                if found.iter().all(|member| member.key.as_ref() != Some(key)) {
                    let member = self.member(name, key, group);
                    is_complete &= member.is_some();
                    found.extend(member);
                }
            }
        }
        if is_complete && found.len() < group.least {
            let message = match (group.over, group.single) {
                (Over::Reaction(_), _) => "the reaction has none on this side; this law needs one".to_string(),
                (_, Some([level, constant])) => {
                    format!("is missing; expected a table by name, or {level} and {constant} of a single one")
                }
                (_, None) => "is missing; expected a table by name".to_string(),
            };
            self.report(name, message);
            is_complete = false;
        }
        is_complete.then_some(found)
    }

    /// The species of a side of the reaction, each once.
    fn reacting(&mut self, side: Side) -> Option<Vec<Found>> {
        let reaction = self.reaction.clone()?;
        let side = if side == Side::Consumed { reaction.consumed } else { reaction.produced };
        let mut found: Vec<Found> = Vec::new();
        for (species, count) in side {
            let key = self.net.name_of(species).to_string();
            match found.iter_mut().find(|member| member.key.as_ref() == Some(&key)) {
                Some(member) => member.count += count,
                None => found.push(Found { key: Some(key), level: Some(Level::Species(species)), count }),
            }
        }
        match found.iter().find(|member| member.count.fract() != 0.0 || member.count > MOST) {
            Some(odd) => {
                let (count, key) = (odd.count, odd.key.clone().unwrap_or_default());
                let message =
                    format!("found {count} of {key}; this law counts molecules: expected a whole number up to {MOST}");
                self.report("reaction", message);
                None
            }
            None => Some(found),
        }
    }

    /// A member that the table of a group names.
    fn member(&mut self, name: &'static str, key: &str, group: &Group) -> Option<Found> {
        let level = match group.over {
            Over::Labels => None,
            _ => Some(self.level_named(&[name, key], key, Dimension::CONCENTRATION)?),
        };
        if let (Over::Reaction(side), Some(Level::Species(_))) = (group.over, level) {
            let is = if side == Side::Consumed { "consumed" } else { "produced" };
            self.report_at(&[name, key], format!("{key} is not {is} by the reaction; add it there, or remove it here"));
            return None;
        }
        Some(Found { key: Some(key.to_string()), level, count: 1.0 })
    }

    /// The values of a group's members: the level, then what each has of its own.
    fn values(&mut self, name: &'static str, group: &Group, members: &[Found]) -> Vec<Option<(f64, Vec<NodeId>)>> {
        members.iter().map(|member| self.values_of(name, group, member).map(|values| (member.count, values))).collect()
    }

    fn values_of(&mut self, name: &'static str, group: &Group, member: &Found) -> Option<Vec<NodeId>> {
        let mut read = Read::default();
        read.levels.extend(member.level.map(|level| (name, level)));
        let mut values: Vec<NodeId> = member.level.iter().map(|level| level.value(self.net).id()).collect();
        let mut is_complete = true;
        for argument in group.arguments {
            let value = match (&member.key, group.single) {
                (Some(key), _) => self.member_value(name, key, group, argument, &mut read),
                (None, Some([_, constant])) => {
                    let entity = format!("{}.{constant}", self.name());
                    self.constant(argument, &[constant], &entity, None, &mut read)
                }
                (None, None) => None,
            };
            is_complete &= value.is_some();
            values.extend(value);
        }
        if let Some(key) = &member.key {
            self.refuse_others(name, key, group);
        }
        self.remember_halves(&read);
        is_complete.then_some(values)
    }

    /// What the table of a group has for an argument of a member; it alone where a level has one argument only.
    fn member_value(
        &mut self,
        name: &'static str,
        key: &str,
        group: &Group,
        argument: &Argument,
        read: &mut Read,
    ) -> Option<NodeId> {
        let entity = format!("{}.{}.{key}", self.name(), argument.name);
        let path: &[&str] = if group.is_plain() { &[name, key] } else { &[name, key, argument.name] };
        match argument.role {
            Role::Level => {
                self.level_at(path, &entity, Dimension::CONCENTRATION).map(|level| level.value(self.net).id())
            }
            _ => self.constant(argument, path, &entity, None, read),
        }
    }

    /// Reports what the table of a member has besides the group's arguments.
    fn refuse_others(&mut self, name: &'static str, key: &str, group: &Group) {
        if group.is_plain() {
            return;
        }
        let known = || group.arguments.iter().map(|a| a.name);
        let others: Vec<String> = match self.table(name).and_then(|table| table.get(key)) {
            Some(Field::Table(fields)) => fields.keys().filter(|f| known().all(|k| k != *f)).cloned().collect(),
            _ => Vec::new(),
        };
        for other in others {
            let hint = did_you_mean(&other, known());
            let expected = known().collect::<Vec<_>>().join(", ");
            self.report_at(&[name, key, &other], format!("{name} have no such field{hint}; expected {expected}"));
        }
    }

    /// A law's value as an expression of the network.
    pub fn evaluate(&self, law: &Law, arguments: &Arguments) -> NodeId {
        let expr = |id: &NodeId| self.net.formula(*id);
        let member =
            |(count, values): &(f64, Vec<NodeId>)| Member { count: *count, values: values.iter().map(expr).collect() };
        let given = Given {
            single: arguments.single.iter().map(expr).collect(),
            groups: arguments.groups.iter().map(|members| members.iter().map(member).collect()).collect(),
        };
        (law.formula)(&given).id()
    }
}

/// How many molecules the groups over the sides of the reaction count; nothing where they could not be read.
fn order(groups: &[(&'static str, &'static Group, Option<Vec<Found>>)]) -> Option<Order> {
    let mut order = Order::default();
    for (_, group, members) in groups {
        let Over::Reaction(side) = group.over else { continue };
        let count: f64 = members.as_ref()?.iter().map(|member| member.count).sum();
        match side {
            Side::Consumed => order.consumed += count as i32,
            Side::Produced => order.produced += count as i32,
        }
    }
    Some(order)
}
