//! What the package `comp` (Hierarchical Model Composition, Version 1) adds to a document.

use super::document::{Base, Position};

/// A model definition in another file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExternalModel {
    /// What every element has.
    pub base: Base,
    /// The file, relative to the one that names it.
    pub source: String,
    /// Which model of that file; without one, its main model.
    pub model: Option<String>,
}

/// An instance of a model definition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Submodel {
    /// What every element has.
    pub base: Base,
    /// The definition.
    pub model: String,
    /// Parameter by which times inside are multiplied to give times outside.
    pub time_factor: Option<String>,
    /// Parameter by which extents inside are multiplied to give extents outside.
    pub extent_factor: Option<String>,
    /// What is left out of this instance.
    pub deletions: Vec<Deletion>,
}

/// An element that an instance does not have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deletion {
    /// What every element has.
    pub base: Base,
    /// Which element of the submodel.
    pub target: Option<Reference>,
}

/// A face of a model to those that contain it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Port {
    /// What every element has.
    pub base: Base,
    /// Which element it stands for.
    pub target: Option<Reference>,
}

/// Names an element of a model, or, through submodels, one deeper inside (`SBaseRef`).
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The element, or the submodel to look into.
    pub name: Referent,
    /// Which element of that submodel.
    pub inner: Option<Box<Reference>>,
    /// Where it begins.
    pub at: Position,
}

/// By what an element is named. Each kind of name is a space of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Referent {
    /// By a port.
    Port(String),
    /// By its identifier.
    Id(String),
    /// By the identifier of a unit definition.
    Unit(String),
    /// By its `metaid`.
    Meta(String),
}

/// An element of a submodel for which another one stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplacedElement {
    /// What every element has.
    pub base: Box<Base>,
    /// The submodel.
    pub submodel: String,
    /// Which element of it; a replaced deletion has none and changes nothing.
    pub target: Option<Reference>,
    /// The deletion that this element stands for.
    pub deletion: Option<String>,
    /// Parameter by which the replaced value is multiplied to give the one that stands for it.
    pub conversion_factor: Option<String>,
}

/// The element of a submodel that stands for another one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplacedBy {
    /// What every element has.
    pub base: Base,
    /// The submodel.
    pub submodel: String,
    /// Which element of it.
    pub target: Option<Reference>,
}
