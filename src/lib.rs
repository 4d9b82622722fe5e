//! How a brain keeps its transmitters in balance, as one stiff system.
//!
//! A transmitter's concentration is the work of a whole life cycle: precursor and cofactor, synthesis,
//! packing into vesicles, release, binding, reuptake, breakdown. This library composes that cycle from typed
//! parts, compiles it, solves it, finds where it settles and says what holds it there. It is research
//! software: it describes models, and never advises a patient.
//!
//! # The walk
//!
//! A [`component`] (an enzyme, a transporter, a regulator) adds processes to a [`network`], which knows
//! names, units and sources; usual ones stand in the [`catalogue`]. Each rate is an expression ([`expr`]), mostly one of the [`law`]s, written
//! once; its exact derivatives follow from it. A [`system`] is the network compiled to flat [`program`]s,
//! with its sparsity and order of elimination ([`linalg`]) fixed. A [`solver`] sees only numbers. A
//! [`simulation`] runs the system with one set of parameters and a schedule, and turns numbers back into
//! names; [`analysis`] asks what the network does as a whole. A [`model`] is all of this as a file, and the
//! [`library`] holds published ones.
//!
//! # A day of a dopamine terminal
//!
//! ```
//! use homeostat::simulation::{Run, Simulation};
//!
//! let model = homeostat::library::load("best-2009-dopamine")?;
//! let mut simulation = Simulation::new(&model.network())?;
//!
//! // where it rests
//! let rest = simulation.steady(&Default::default())?;
//! let eda = rest.concentration("eda").unwrap();
//! assert!((eda - 0.00202368).abs() < 1e-8); // uM: 2 nM of dopamine outside the cell
//! assert!(rest.is_stable);
//!
//! // three meals move blood tyrosine by a factor of 13, dopamine outside the cell, on the first day after rest, by less than 1 %
//! simulation.schedule_named("meals")?;
//! let run = Run { selection: simulation.select("btyr,[eda]")?, ..Run::until(24.0) };
//! let day = simulation.run(&run)?;
//! let eda = day.column("[eda]").unwrap();
//! let (low, high) = eda.iter().fold((f64::MAX, 0.0_f64), |(l, h), &x| (l.min(x), h.max(x)));
//! assert!(high / low < 1.01);
//! # Ok::<(), homeostat::Error>(())
//! ```
//!
//! # Composing one
//!
//! ```
//! use homeostat::component::{Clearance, Enzyme, Reacts, Supply, Transporter};
//! use homeostat::network::Network;
//! use homeostat::simulation::Simulation;
//! use homeostat::units::{Concentration, Frequency, Velocity, Volume};
//!
//! let mut net = Network::new("precursor");
//! let cytosol = net.compartment("cytosol", Volume::l(1.0));
//! let ldopa = net.species("ldopa", cytosol, Concentration::um(0.0));
//! let dopamine = net.species("dopamine", cytosol, Concentration::um(0.0));
//! let blood = Velocity::new(12.0, "uM/h")?;
//! # use homeostat::component::Builder;
//! net.add(Supply::new("blood_ldopa").level(Concentration::nm(500.0)));
//! net.add(Transporter::new("LAT1").produces(ldopa).set("S", "blood_ldopa").vmax(blood).km(Concentration::um(30.0)));
//! net.add(Enzyme::new("AADC").consumes(ldopa).produces(dopamine)
//!     .vmax(Velocity::um_per_h(10_000.0)).km(Concentration::um(130.0)));
//! net.add(Clearance::new("MAO").consumes(dopamine).rate_constant(Frequency::per_h(10.0)));
//!
//! let rest = Simulation::new(&net)?.steady(&Default::default())?;
//! let influx = 12.0 * 0.5 / 30.5; // uM/h
//! assert!((rest.concentration("dopamine").unwrap() - influx / 10.0).abs() < 1e-12);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! `jit`: programs as native code, through Cranelift. `plot`: pictures of time courses, SVG and PNG.

#![deny(missing_docs)]
#![deny(unsafe_code)]

pub mod analysis;
pub mod catalogue;
pub mod component;
pub mod error;
pub mod expr;
pub mod law;
pub mod library;
pub mod linalg;
pub mod model;
pub mod network;
#[cfg(feature = "plot")]
pub mod plot;
pub mod program;
pub mod simulation;
pub mod solver;
pub mod suite;
pub mod system;
pub mod units;

pub use error::{Error, Problem, Severity};

/// The README's code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The code of the documents is compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/choose-a-solver.md")]
struct ChooseASolver;

#[cfg(doctest)]
#[doc = include_str!("../docs/write-a-component.md")]
struct WriteAComponent;
