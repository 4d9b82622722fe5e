//! Whether formulas are in the units that their places expect (Level 3 Version 2, sections 3.4.11 and 4; the numbers of the
//! rules are those of its appendix A). A number without units may be in any, so that no warning rests on one.

mod judge;
mod measure;

use super::super::document::{Base, Formula, RuleKind, SbmlModel};
use super::super::math::Math;
use super::fault;
use crate::error::{Problem, Severity};
use judge::{Finding, Judge};
use measure::Measure;

/// Rules for compartments, species, parameters and references that are assigned; the same at the start; for rates of
/// change; and for events.
const ASSIGNED: [u32; 4] = [10511, 10512, 10513, 10514];
const STARTED: [u32; 4] = [10521, 10522, 10523, 10524];
const RATED: [u32; 4] = [10531, 10532, 10533, 10534];
const SET: [u32; 4] = [10561, 10562, 10563, 10564];

pub(super) fn check(model: &SbmlModel, problems: &mut Vec<Problem>) {
    let mut inspector = Inspector { judge: Judge::new(model), problems };
    inspector.rules(model);
    inspector.reactions(model);
    inspector.events(model);
}

struct Inspector<'m, 'p> {
    judge: Judge<'m>,
    problems: &'p mut Vec<Problem>,
}

impl<'m> Inspector<'m, '_> {
    fn rules(&mut self, model: &'m SbmlModel) {
        for a in &model.initial_assignments {
            let place = ["initialAssignment", a.symbol.as_str()];
            self.variable(place, &a.base, &a.math, &a.symbol, STARTED, false);
        }
        for rule in &model.rules {
            let place = [rule.element(), rule.variable().unwrap_or(rule.base.id())];
            match &rule.kind {
                RuleKind::Algebraic => self.formula(place, &rule.base, &rule.math, None),
                RuleKind::Assignment(x) => self.variable(place, &rule.base, &rule.math, x, ASSIGNED, false),
                RuleKind::Rate(x) => self.variable(place, &rule.base, &rule.math, x, RATED, true),
            }
        }
        for c in &model.constraints {
            self.formula(["constraint", c.base.id()], &c.base, &c.math, None);
        }
    }

    fn reactions(&mut self, model: &'m SbmlModel) {
        for r in &model.reactions {
            let Some(law) = &r.kinetic_law else { continue };
            let rate = self.judge.rate_of_reactions();
            self.judge.enter(&law.parameters);
            self.formula(["reaction", r.base.id()], &law.base, &law.math, rate.map(|rate| (rate, 10541)));
            self.judge.enter(&[]);
        }
    }

    fn events(&mut self, model: &'m SbmlModel) {
        let time = self.judge.time();
        for e in &model.events {
            let place = ["event", e.base.id()];
            if let Some(trigger) = &e.trigger {
                self.formula(place, &trigger.base, &trigger.math, None);
            }
            let mut beside = |formula: &'m Option<Formula>, expected: Option<(Measure, u32)>| {
                if let Some(formula) = formula {
                    self.formula(place, &formula.base, &formula.math, expected);
                }
            };
            beside(&e.delay, time.map(|time| (time, 10551)));
            beside(&e.priority, Some((Measure::ONE, 10552)));
            for a in &e.assignments {
                self.variable(place, &a.base, &a.math, &a.variable, SET, false);
            }
        }
    }

    /// A formula that gives a variable, or its rate of change.
    fn variable(
        &mut self,
        place: [&str; 2],
        base: &Base,
        math: &'m Option<Math>,
        name: &str,
        rules: [u32; 4],
        is_rate: bool,
    ) {
        let expected = self.judge.variable(name).and_then(|(kind, measure)| {
            let measure = if is_rate { measure.over(self.judge.time()?) } else { measure };
            Some((measure, rules[kind as usize]))
        });
        self.formula(place, base, math, expected);
    }

    fn formula(&mut self, place: [&str; 2], base: &Base, math: &'m Option<Math>, expected: Option<(Measure, u32)>) {
        let Some(math) = math else { return };
        let (rule, message) = match (self.judge.formula(math), expected) {
            (Err(clash), _) => (10501, clash),
            (Ok(Finding::Known(found)), Some((expected, rule))) if !found.is(expected) => {
                (rule, format!("the formula gives {}, expected {}: mend it or a unit", found.text(), expected.text()))
            }
            _ => return,
        };
        let problem = fault(place, base, Some(rule), message);
        self.problems.push(Problem { severity: Severity::Warning, ..problem });
    }
}
