//! Rate laws: one short function and one record each, in a file of its own with its reference.
//!
//! [`ALL`] is the one list. A law is written over expressions; its value, exact derivatives and text all
//! come from that one function. Arguments that repeat (competitors, substrates, ions) are groups: any number of them
//! is one law ([`Group`]). Reversible laws take the equilibrium constant, so that they obey Haldane's relation
//! whatever their other constants are. [`scheme`] checks cycles of elementary steps, [`convert`] turns what tables
//! print (IC50, Q10) into constants of laws.
//!
//! ```
//! use homeostat::law;
//! let names: Vec<&str> = law::ALL.iter().map(|law| law.name).collect();
//! assert!(names.contains(&"michaelis_menten"));
//! let law = law::by_name("michaelis_menten").unwrap();
//! assert_eq!(law.text(), "Vmax * S / (Km + S)");
//! ```

pub mod convert;
mod record;
pub mod scheme;

pub use coupled_transport::equilibrium_gradient;
pub use record::{Argument, Given, Gives, Group, Law, Member, Order, Over, Role, Side};

use record::{COMPETING, COMPETITORS, PRODUCTS, SUBSTRATES, competed, content, half, level, per_time};
use record::{positive, product, ratio, repeated, reversible, signal, sum, vmax};

/// Defines the list: each law is a function and a record `LAW` in the file of its name.
macro_rules! laws {
    ($($name:ident,)*) => {
        $(mod $name;)*
        $(pub use $name::$name;)*
        /// All laws.
        pub const ALL: &[Law] = &[$($name::LAW),*];
    };
}

laws! {
    activation,
    added_drive,
    allosteric,
    autoreceptor,
    bi_substrate_inhibition,
    bi_substrate_reversible,
    binding,
    common_modular,
    competition,
    competitive,
    convenience,
    coupled_transport,
    diffusion,
    drive,
    emax,
    equilibrium_ordered,
    exchange,
    first_order,
    gated_uptake,
    hill,
    imax,
    inactivation,
    inhibition_factor,
    linear_gain,
    mass_action,
    michaelis_menten,
    mixed,
    morrison,
    mwc,
    non_competitive,
    occupancy,
    operational,
    ordered,
    ordered_reversible,
    partial_inhibition,
    ping_pong,
    ping_pong_reversible,
    potentiating_competition,
    proportional,
    pure_non_competitive,
    ramp,
    random,
    receptor_activity,
    refill,
    reversible_michaelis_menten,
    sigmoid,
    substrate_inhibition,
    tight_binding,
    uncompetitive,
    uptake_with_leak,
    uptake_with_loss,
    zero_order,
}

/// A law by its name.
pub fn by_name(name: &str) -> Option<&'static Law> {
    ALL.iter().find(|law| law.name == name)
}
