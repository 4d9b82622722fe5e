//! Biology that emits processes: enzymes, transporters, release, regulators, blockers, supplies.
//!
//! A component is a [`Kind`]: a name for model files and a function that turns a written [`Part`] into
//! entities of a network. [`ALL`] is the one list; each kind has a file with a builder of its own, so that
//! a network can be composed in Rust with checked quantities.
//!
//! ```
//! use homeostat::component::{Enzyme, Clearance, Reacts};
//! use homeostat::network::Network;
//! use homeostat::units::{Concentration, Frequency, Velocity, Volume};
//!
//! let mut net = Network::new("AADC");
//! let cytosol = net.compartment("cytosol", Volume::l(1.0));
//! let ldopa = net.species("ldopa", cytosol, Concentration::um(10.0));
//! let dopamine = net.species("cda", cytosol, Concentration::um(0.0));
//! net.add(
//!     Enzyme::new("AADC").consumes(ldopa).produces(dopamine)
//!         .vmax(Velocity::um_per_h(10_000.0).cited("Best et al. 2009"))
//!         .km(Concentration::um(130.0)),
//! );
//! net.add(Clearance::new("loss").consumes(dopamine).rate_constant(Frequency::per_h(10.0)));
//! net.checked()?;
//! assert!(net.get("AADC.Vmax").is_some());
//! # Ok::<(), homeostat::Error>(())
//! ```

mod arguments;
mod assembly;
mod checks;
mod fields;
mod formula;
mod level;
mod numbers;
mod reaction;

pub use fields::{FieldUse, named};

use crate::catalogue;
use crate::error::Problem;
use crate::law::Law;
use crate::network::{Field, Network, Part, Species};
use crate::units::Origin;
use assembly::Assembly;
use std::borrow::Cow;
use std::collections::HashSet;

/// Defines the list: each kind is a builder and a record `KIND` in a file of its own.
macro_rules! kinds {
    ($($file:ident: $builder:ident,)*) => {
        $(mod $file;)*
        $(pub use $file::$builder;)*
        /// All kinds of parts, in the order in which a file's parts are put together: what others stand on first.
        pub const ALL: &[Kind] = &[$($file::KIND),*];
    };
}

kinds! {
    input: Input,
    supply: Supply,
    drug: Drug,
    receptor: Receptor,
    stimulus: Stimulus,
    scheme: Scheme,
    enzyme: Enzyme,
    transporter: Transporter,
    release: Release,
    sensor: Sensor,
    exchange: Exchange,
    clearance: Clearance,
    turnover: Turnover,
    inactivation: Inactivation,
    binding: Binding,
    elementary: Elementary,
    raw_process: RawProcess,
    rule: Formula,
    gpcr: Gpcr,
    regulator: Regulator,
    blocker: Blocker,
    ligand: Ligand,
    event: Threshold,
    dynamics: Dynamics,
}

/// A kind of part.
#[derive(Debug)]
pub struct Kind {
    /// The name of its tables in model files.
    pub name: &'static str,
    /// What it is, in a line.
    pub summary: &'static str,
    /// Adds what a part of this kind means to a network.
    emit: fn(&mut Assembly<'_>),
}

impl Network {
    /// Adds a part: its species, parameters and processes. What is wrong with it is told when the network
    /// is checked or compiled.
    pub fn add(&mut self, part: impl Into<Part>) {
        let part = self.written(part.into());
        let kind = match named(&part.kind) {
            Ok(kind) => kind,
            Err(message) => return self.report(Problem::error([&part.kind, &part.name], message)),
        };
        self.begin_part(part.clone());
        match whole(&part) {
            Ok(whole) => {
                let mut assembly = Assembly::new(self, &whole);
                (kind.emit)(&mut assembly);
                assembly.finish(&part);
            }
            // what it would have taken over is not asked for
            Err(message) => self.report(Problem::error([&part.kind, &part.name, "like"], message)),
        }
        self.end_part();
    }

    /// Adds parts in an order in which each finds what it names: formulas and targets may name what comes
    /// later in the list. Names that exist nowhere are told as problems.
    pub fn add_all(&mut self, parts: impl IntoIterator<Item = Part>) {
        let mut waiting: Vec<Part> = parts.into_iter().collect();
        loop {
            let before = waiting.len();
            let names: HashSet<String> = waiting.iter().map(|part| part.name.clone()).collect();
            waiting.retain(|part| {
                let ready = is_ready(part, self, &names);
                if ready {
                    self.add(part.clone());
                }
                !ready
            });
            if waiting.len() == before {
                break;
            }
        }
        self.unready = waiting.iter().map(|part| part.name.clone()).collect();
        for part in waiting {
            self.add(part);
        }
        self.unready.clear();
    }

    /// The part with names in the place of handles: as it is written down.
    fn written(&self, mut part: Part) -> Part {
        let side = |participants: &[(Species, f64)]| {
            let term = |(s, n): &(Species, f64)| match n {
                1.0 => self.name_of(*s).to_string(),
                n => format!("{n} {}", self.name_of(*s)),
            };
            participants.iter().map(term).collect::<Vec<_>>().join(" + ")
        };
        let mut open: Vec<&mut Field> = part.fields.values_mut().collect();
        while let Some(field) = open.pop() {
            let text = match field {
                Field::Species(s) => self.name_of(*s).to_string(),
                Field::Parameter(p) => self.name_of(*p).to_string(),
                Field::Reaction(left, right) => format!("{} -> {}", side(left), side(right)).trim().to_string(),
                Field::Table(fields) => {
                    open.extend(fields.values_mut());
                    continue;
                }
                _ => continue,
            };
            *field = Field::Text(text);
        }
        part
    }
}

/// The part with what it takes over from the named part that it is like.
fn whole(part: &Part) -> Result<Cow<'_, Part>, String> {
    let Some(like) = part.fields.get("like") else { return Ok(Cow::Borrowed(part)) };
    let Field::Text(name) = like else { return Err("expected the name of a part of the catalogue".to_string()) };
    let mut whole = part.clone();
    for (field, value) in &catalogue::find(&part.kind, name)?.fields {
        whole.fields.entry(field.clone()).or_insert_with(|| value.clone());
    }
    Ok(Cow::Owned(whole))
}

/// Whether what a part names exists: in its formulas and its target, and elsewhere what other parts of its list, by their
/// `names`, may still make.
fn is_ready(part: &Part, net: &Network, names: &HashSet<String>) -> bool {
    let part = &*whole(part).unwrap_or(Cow::Borrowed(part));
    // it speaks of what is there
    if part.kind == "dynamics" && net.get(&part.name).is_none() {
        return false;
    }
    let comes = |text: &String| *text != part.name && names.contains(text) && net.get(text).is_none();
    let mut open: Vec<&Field> =
        part.fields.iter().filter(|(field, _)| !["law", "like"].contains(&field.as_str())).map(|(_, v)| v).collect();
    while let Some(field) = open.pop() {
        match field {
            Field::Text(text) if comes(text) => return false,
            // keys of a table may be levels
            Field::Table(fields) if fields.keys().any(comes) => return false,
            Field::Table(fields) => open.extend(fields.values()),
            _ => {}
        }
    }
    let formulas: &[&str] = match part.kind.as_str() {
        "process" | "rule" => &["rate", "value"],
        "event" => &["root", "when", "delay", "priority", "change"],
        "dynamics" => &["value", "delay", "rate", "start", "zero"],
        _ => &[],
    };
    formulas.iter().chain(&["target"]).all(|field| match part.fields.get(*field) {
        Some(Field::Text(text)) if *field == "target" => {
            regulator::target_names(text).all(|name| net.get(name).is_some())
        }
        Some(Field::Text(text)) if *field == "change" => event::assignments(text)
            .all(|(left, right)| [Some(left), right].into_iter().flatten().all(|side| formula::is_ready(side, net))),
        Some(Field::Text(text)) => formula::is_ready(text, net),
        _ => true,
    })
}

/// What all builders of parts can do.
pub trait Builder: Sized {
    /// The part as it stands.
    fn part(self) -> Part;
    /// The builder around a part.
    fn around(part: Part) -> Self;

    /// Says where the part's numbers come from, as far as they do not say so themselves.
    fn origin(self, origin: Origin) -> Self {
        self.set("from", origin)
    }

    /// Takes over what it does not give itself from the part of its kind that the [`catalogue`] names so.
    ///
    /// ```
    /// use homeostat::component::{Builder, Enzyme};
    /// let slow = Enzyme::new("TH").like("TH").set("Vmax", "12.5 uM/h");
    /// assert_eq!(slow.part().fields.len(), 2);
    /// ```
    fn like(self, name: &str) -> Self {
        self.set("like", name)
    }

    /// Sets a field by its name in model files: a quantity, a species, a parameter, true or false, or a text.
    fn set(self, field: &str, value: impl Into<Field>) -> Self {
        Self::around(self.part().with(field, value))
    }
}

/// Builders of parts with a reaction and a law.
pub trait Reacts: Builder {
    /// One molecule of this species is consumed. The first is the substrate S of laws that have one.
    fn consumes(self, species: Species) -> Self {
        self.participant(species, 1.0, false)
    }

    /// One molecule of this species is produced. The first is the product P of laws that have one.
    fn produces(self, species: Species) -> Self {
        self.participant(species, 1.0, true)
    }

    /// `count` molecules are produced, or consumed.
    fn participant(self, species: Species, count: f64, is_product: bool) -> Self {
        Self::around(self.part().participant(species, count, is_product))
    }

    /// The law, where it is not the usual one of this kind.
    fn law(self, law: &Law) -> Self {
        self.set("law", law.name)
    }
}

/// Defines a builder.
macro_rules! builder {
    ($(#[$doc:meta])* $name:ident $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name(crate::network::Part);

        impl $name {
            /// A part of this name, to be filled by the other methods.
            pub fn new(name: &str) -> Self {
                $name(crate::network::Part::new($kind, name))
            }
        }

        impl crate::component::Builder for $name {
            fn part(self) -> crate::network::Part {
                self.0
            }
            fn around(part: crate::network::Part) -> Self {
                $name(part)
            }
        }

        impl From<$name> for crate::network::Part {
            fn from(builder: $name) -> Self {
                builder.0
            }
        }
    };
}
use builder;
