//! What numbers of a part have to satisfy together, now and when they are set later.

use super::{Network, Parameter};
use crate::error::Problem;
use crate::expr::Symbol;
use std::fmt;
use std::sync::Arc;

/// A judgement of several numbers at once: every fault.
type Judge = Arc<dyn Fn(&[f64]) -> Vec<String> + Send + Sync>;

/// What parameters have to satisfy together.
#[derive(Clone)]
pub(super) struct Demand {
    /// Where it is written.
    pub place: Vec<String>,
    pub parameters: Vec<Parameter>,
    pub judge: Judge,
}

impl fmt::Debug for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Demand")
            .field("place", &self.place)
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}

impl Network {
    /// Asks of parameters what is judged of their numbers, in the units of the model, in this order.
    pub(crate) fn demand(
        &mut self,
        place: Vec<String>,
        parameters: Vec<Parameter>,
        judge: impl Fn(&[f64]) -> Vec<String> + Send + Sync + 'static,
    ) {
        self.demands.push(Demand { place, parameters, judge: Arc::new(judge) });
    }

    /// What numbers do not satisfy; `number` has those of parameters that a run does not change.
    pub(crate) fn unmet(&self, number: &dyn Fn(Symbol) -> Option<f64>) -> Vec<Problem> {
        let faults = |demand: &Demand| {
            let numbers: Option<Vec<f64>> = demand.parameters.iter().map(|parameter| number(parameter.0)).collect();
            let faults = numbers.map_or(Vec::new(), |numbers| (demand.judge)(&numbers));
            faults.into_iter().map(|fault| Problem::error(demand.place.clone(), fault)).collect::<Vec<_>>()
        };
        self.demands.iter().flat_map(faults).collect()
    }
}
