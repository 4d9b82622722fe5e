//! A document to XML.

mod composition;
mod document;
mod element;
mod markup;

pub(super) use document::document;
pub(super) use markup::{Markup, number};
