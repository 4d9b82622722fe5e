//! Many copies of one network that share a part of it.

use super::demand::Demand;
use super::dynamics::Dynamics;
use super::{Compartment, Delay, Drug, EntityKind, Initial, Modifier, Network, Parameter, Schedule, Species, Trigger};
use crate::error::{Error, Problem};
use crate::expr::{Arena, NodeId, Symbol};
use std::collections::HashSet;

impl Network {
    /// A network of `count` copies of this one. What is named in `shared` (with the parts and parameters of that name) is
    /// there once and keeps its name; all else is there once for each copy, named `t1__tyr`, `t2__tyr`, ... where `prefix`
    /// is `t`. Schedules act on every copy. Copies may then be given numbers of their own; they are compiled as instances
    /// of one piece of code as far as they are alike (see [`System::compile`](crate::system::System::compile)).
    ///
    /// ```
    /// let terminal = homeostat::library::load("best-2009-dopamine")?.network();
    /// let shared = ["btyr", "fire", "NADPH", "NADP", "pools", "tyrpool", "tyrosine_pool_loss"];
    /// let many = terminal.copies("t", 3, &shared)?;
    /// assert!(many.get("t3__TH.Vmax").is_some() && many.get("tyrpool").is_some());
    /// assert_eq!(many.all_species().count(), 3 * 8 + 1);
    /// // what is shared cannot rest on what is not
    /// assert!(terminal.copies("t", 3, &["tyrpool"]).is_err());
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    ///
    /// # Errors
    /// A name in `shared` that does not exist; something shared that rests on something that is not.
    pub fn copies(&self, prefix: &str, count: usize, shared: &[&str]) -> Result<Network, Error> {
        for name in shared {
            if !self.parts.iter().any(|part| part.name == *name) {
                self.find(name)?;
            }
        }
        let shared: HashSet<&str> = shared.iter().copied().collect();
        let is_shared: Vec<bool> = (0..self.entities.len()).map(|i| self.is_shared(i, &shared)).collect();
        let mut made = Network::with_units(self.name.clone(), self.units.clone());
        made.problems.clone_from(&self.problems);
        let own: Vec<usize> = (0..self.entities.len()).filter(|&i| !is_shared[i]).collect();
        let once: Vec<usize> = (0..self.entities.len()).filter(|&i| is_shared[i]).collect();
        let mut names: Vec<Option<Symbol>> = vec![None; self.entities.len()];
        for (place, &i) in once.iter().enumerate() {
            names[i] = Some(Symbol(place as u32));
        }
        let from = self.graph.arena();
        let mut copy = Copy { of: self, from: &from, names, missing: None };
        copy.add(&once, &mut made, &|name| name.to_string());
        copy.add_modifiers(&is_shared, true, &mut made);
        copy.add_dynamics(&is_shared, true, &mut made);
        copy.add_drugs(&is_shared, true, &mut made, &|name| name.to_string());
        copy.add_demands(&is_shared, true, &mut made, &|name| name.to_string());
        if let Some((user, used)) = copy.missing {
            let (user, used) = (self.name_of(user), self.name_of(used));
            let message = format!("{user} is shared and rests on {used}, which is not; share {used}, too");
            return Err(Problem::error(["shared", user], message).into());
        }
        for k in 1..=count {
            let first = made.entities.len();
            for (place, &i) in own.iter().enumerate() {
                copy.names[i] = Some(Symbol((first + place) as u32));
            }
            copy.add(&own, &mut made, &|name| copied(prefix, k, name));
            copy.add_modifiers(&is_shared, false, &mut made);
            copy.add_dynamics(&is_shared, false, &mut made);
            copy.add_drugs(&is_shared, false, &mut made, &|name| copied(prefix, k, name));
            copy.add_demands(&is_shared, false, &mut made, &|name| copied(prefix, k, name));
        }
        let is_once = |name: &str| self.get(name).is_none_or(|symbol| is_shared[symbol.0 as usize]);
        made.schedules = self.schedules.iter().map(|s| repeated(s, prefix, count, &is_once)).collect();
        Ok(made)
    }

    /// Whether something, or the part that made it, is named in `shared`; what is named `TH.Vmax` belongs to `TH`.
    fn is_shared(&self, entity: usize, shared: &HashSet<&str>) -> bool {
        let entity = &self.entities[entity];
        let part = entity.part.and_then(|part| self.parts.get(part)).map(|part| part.name.as_str());
        let owner = entity.name.rsplit_once('.').map(|(owner, _)| owner);
        [Some(entity.name.as_str()), part, owner].into_iter().flatten().any(|name| shared.contains(name))
    }
}

fn copied(prefix: &str, k: usize, name: &str) -> String {
    format!("{prefix}{k}__{name}")
}

/// A schedule that acts on every copy.
fn repeated(schedule: &Schedule, prefix: &str, count: usize, is_once: &dyn Fn(&str) -> bool) -> Schedule {
    fn each<T: Clone>(
        rows: &[T],
        count: usize,
        is_once: impl Fn(&T) -> bool,
        rename: impl Fn(&mut T, usize),
    ) -> Vec<T> {
        let mut all = Vec::new();
        for row in rows {
            if is_once(row) {
                all.push(row.clone());
                continue;
            }
            for k in 1..=count {
                let mut row = row.clone();
                rename(&mut row, k);
                all.push(row);
            }
        }
        all
    }
    let name = |name: &mut String, k: usize| *name = copied(prefix, k, name);
    Schedule {
        name: schedule.name.clone(),
        source: schedule.source.clone(),
        status: schedule.status,
        change: each(&schedule.change, count, |c| is_once(&c.parameter), |c, k| name(&mut c.parameter, k)),
        dose: each(&schedule.dose, count, |d| is_once(&d.species), |d, k| name(&mut d.species, k)),
        drug: each(&schedule.drug, count, |d| is_once(&d.name), |d, k| name(&mut d.name, k)),
        spikes: each(&schedule.spikes, count, |s| is_once(&s.event), |s, k| name(&mut s.event, k)),
    }
}

/// Entities being copied.
struct Copy<'a> {
    of: &'a Network,
    from: &'a Arena,
    /// What each entity is in the new network, where it is there.
    names: Vec<Option<Symbol>>,
    /// Something whose ingredient is not there.
    missing: Option<(Symbol, Symbol)>,
}

impl Copy<'_> {
    /// Adds entities, in the order of their new symbols.
    fn add(&mut self, entities: &[usize], to: &mut Network, name: &dyn Fn(&str) -> String) {
        for &i in entities {
            let (entity, user) = (&self.of.entities[i], Symbol(i as u32));
            let kind = match &entity.kind {
                EntityKind::Compartment { .. } | EntityKind::Parameter { .. } => entity.kind.clone(),
                EntityKind::Species { compartment, initial, range } => EntityKind::Species {
                    compartment: Compartment(self.symbol(user, compartment.0)),
                    initial: Initial::clone(initial),
                    range: *range,
                },
                EntityKind::Process { stoichiometry, rate, scale } => EntityKind::Process {
                    stoichiometry: stoichiometry.iter().map(|(s, n)| (self.species(user, *s), *n)).collect(),
                    rate: self.formula(user, *rate, to),
                    scale: Parameter(self.symbol(user, scale.0)),
                },
                EntityKind::Rule { value, unit } => {
                    EntityKind::Rule { value: self.formula(user, *value, to), unit: unit.clone() }
                }
                EntityKind::Event { trigger, changes, sizes, shortage, is_terminal } => EntityKind::Event {
                    trigger: match trigger {
                        Trigger::Scheduled => Trigger::Scheduled,
                        Trigger::Root(root, direction) => Trigger::Root(self.formula(user, *root, to), *direction),
                        Trigger::Condition(condition) => {
                            Trigger::Condition(condition.map(|formula| self.formula(user, formula, to)))
                        }
                    },
                    changes: changes
                        .iter()
                        .map(|(s, value)| (self.symbol(user, *s), self.formula(user, *value, to)))
                        .collect(),
                    sizes: sizes
                        .iter()
                        .map(|(s, size)| (self.symbol(user, *s), self.formula(user, *size, to)))
                        .collect(),
                    shortage: shortage.map(|shortage| self.formula(user, shortage, to)),
                    is_terminal: *is_terminal,
                },
            };
            to.insert(&name(&entity.name), kind);
        }
    }

    /// Adds the modifiers of parameters that are shared, or of those that are not, and what saturates at them.
    fn add_modifiers(&mut self, is_shared: &[bool], shared: bool, to: &mut Network) {
        for (parameter, modifier) in self.of.modifiers.iter().filter(|(p, _)| is_shared[p.0.0 as usize] == shared) {
            let modifier = match *modifier {
                Modifier::Factor(node) => Modifier::Factor(self.formula(parameter.0, node, to)),
                Modifier::Term(node) => Modifier::Term(self.formula(parameter.0, node, to)),
            };
            let parameter = Parameter(self.symbol(parameter.0, parameter.0));
            to.modify(parameter, modifier);
        }
        for (level, half) in self.of.halves.iter().filter(|(_, half)| is_shared[half.0.0 as usize] == shared) {
            if let (Some(level), Some(half)) = (self.names[level.0 as usize], self.names[half.0.0 as usize]) {
                to.saturates(level, Parameter(half));
            }
        }
    }

    /// Adds rules, rates and values at the start of what is shared, or of what is not.
    fn add_dynamics(&mut self, is_shared: &[bool], shared: bool, to: &mut Network) {
        let Dynamics { assigned, rates, still, varying, initial, algebraic, fast, delayed } = self.of.dynamics.clone();
        let is_meant = |symbol: &Symbol| is_shared[symbol.0 as usize] == shared;
        let mut copy =
            |(symbol, formula): (Symbol, NodeId)| (self.symbol(symbol, symbol), self.formula(symbol, formula, to));
        let given: Vec<_> = assigned.into_iter().filter(|(s, _)| is_meant(s)).map(&mut copy).collect();
        let rates: Vec<_> = rates.into_iter().filter(|(s, _)| is_meant(s)).map(&mut copy).collect();
        let begun: Vec<_> = initial.into_iter().filter(|(s, _)| is_meant(s)).map(&mut copy).collect();
        let equated: Vec<_> = algebraic.into_iter().filter(|(s, _)| is_meant(s)).map(&mut copy).collect();
        for (symbol, Delay { value, by }) in delayed.into_iter().filter(|(s, _)| is_meant(s)) {
            let delay = Delay { value: self.formula(symbol, value, to), by: self.formula(symbol, by, to) };
            to.dynamics.delayed.insert(self.symbol(symbol, symbol), delay);
        }
        let varying: Vec<_> = varying.into_iter().filter(is_meant).map(|s| self.symbol(s, s)).collect();
        let still: Vec<_> = still.into_iter().filter(is_meant).map(|s| self.symbol(s, s)).collect();
        to.dynamics.assigned.extend(given);
        to.dynamics.rates.extend(rates);
        to.dynamics.initial.extend(begun);
        to.dynamics.algebraic.extend(equated);
        let fast: Vec<_> = fast.into_iter().filter(is_meant).map(|s| self.symbol(s, s)).collect();
        to.dynamics.varying.extend(varying);
        to.dynamics.still.extend(still);
        to.dynamics.fast.extend(fast);
    }

    /// Adds what is asked of parameters that are all shared, or of those that are not.
    fn add_demands(&mut self, is_shared: &[bool], shared: bool, to: &mut Network, name: &dyn Fn(&str) -> String) {
        let is_meant = |demand: &&Demand| demand.parameters.iter().all(|p| is_shared[p.0.0 as usize]) == shared;
        for demand in self.of.demands.iter().filter(is_meant) {
            let mut place = demand.place.clone();
            if let Some(part) = place.get_mut(1) {
                *part = name(part);
            }
            let parameters = demand.parameters.iter().map(|p| Parameter(self.symbol(p.0, p.0))).collect();
            to.demands.push(Demand { place, parameters, judge: demand.judge.clone() });
        }
    }

    /// Adds what schedules know of drugs that are shared, or of those that are not.
    fn add_drugs(&mut self, is_shared: &[bool], shared: bool, to: &mut Network, name: &dyn Fn(&str) -> String) {
        for drug in self.of.drugs.iter().filter(|drug| is_shared[drug.plasma.0.0 as usize] == shared) {
            let user = drug.plasma.0;
            let mut parameter = |p: Parameter| Parameter(self.symbol(user, p.0));
            let infusion = parameter(drug.infusion);
            let [lag, molar_mass, body_weight] =
                [drug.lag, drug.molar_mass, drug.body_weight].map(|p| p.map(&mut parameter));
            let depot = drug.depot.map(|depot| self.species(user, depot));
            let plasma = self.species(user, drug.plasma);
            to.administer(Drug { name: name(&drug.name), depot, plasma, infusion, lag, molar_mass, body_weight });
        }
    }

    fn symbol(&mut self, user: Symbol, used: Symbol) -> Symbol {
        let name = self.names[used.0 as usize];
        if name.is_none() {
            self.missing.get_or_insert((user, used));
        }
        name.unwrap_or(used)
    }

    fn species(&mut self, user: Symbol, used: Species) -> Species {
        Species(self.symbol(user, used.0))
    }

    fn formula(&mut self, user: Symbol, root: NodeId, to: &Network) -> NodeId {
        let from = self.from;
        to.graph.arena().copy(from, root, &mut |arena, used| Some(arena.symbol(self.symbol(user, used))))
    }
}
