//! A network, compiled: rates and exact Jacobian as native code, for this crate and for its peers.

use super::{Facts, Problem};
use homeostat::network::Network;
use homeostat::solver::{OdeSystem, Point};
use homeostat::system::{NativeSystem, System};
use std::cell::RefCell;
use std::sync::Arc;

pub struct Compiled {
    facts: Facts,
    network: Network,
    system: Arc<System>,
    native: NativeSystem,
    places: Vec<(usize, usize)>,
}

impl Compiled {
    /// `facts` is told the system, and parameters in which what it names has other values.
    pub fn new(network: Network, facts: impl FnOnce(&System, &dyn Fn(&[(&str, f64)]) -> Vec<f64>) -> Facts) -> Self {
        let system = Arc::new(System::compile(&network).expect("the network is sound"));
        let native = system.native().expect("there is native code");
        let base = system.parameters(&network).expect("the numbers have units of the network");
        let facts = facts(&system, &|changes| {
            let mut parameters = base.clone();
            for (name, value) in changes {
                let place = network.get(name).and_then(|symbol| system.parameter_of(symbol));
                parameters[place.expect("the network has the parameter")] = *value;
            }
            system.prepare(&mut parameters);
            parameters
        });
        let places = system.shape().jacobian.entries().collect();
        Compiled { facts, network, system, native, places }
    }

    pub fn network(&self) -> &Network {
        &self.network
    }

    /// What computes on the tape.
    pub fn tape(&self) -> &System {
        &self.system
    }

    /// What computes as native code.
    pub fn native(&self) -> &NativeSystem {
        &self.native
    }
}

thread_local! {
    static VALUES: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
}

impl Problem for Compiled {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn rhs(&self, parameters: &[f64], y: &[f64], d: &mut [f64]) {
        // native code needs no scratch memory, and refuses nothing
        let _ = self.native.rhs(&Point::new(0.0, parameters), y, d, &mut []);
    }

    fn entries(&self, parameters: &[f64], y: &[f64], mut e: impl FnMut(usize, usize, f64)) {
        VALUES.with_borrow_mut(|values| {
            values.resize(self.places.len(), 0.0);
            let _ = self.native.jacobian(&Point::new(0.0, parameters), y, values, &mut []);
            for (&(i, j), value) in self.places.iter().zip(values) {
                e(i, j, *value);
            }
        });
    }
}
