//! Formulas in the words of a model.

use super::{EntityKind, Network};
use crate::expr::{Expr, Symbol};

impl Network {
    /// A formula over what has a name here, as it is written in a model file: `[x]` is a concentration.
    ///
    /// ```
    /// let net = homeostat::library::load("best-2009-dopamine")?.network();
    /// let (eda, uptake) = (net.species_named("eda").unwrap(), net.parameter_named("DAT.Km").unwrap());
    /// let bound = net.concentration(eda) / (net.value(uptake) + net.concentration(eda));
    /// assert_eq!(net.text_of(bound), "[eda] / (DAT.Km + [eda])");
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn text_of(&self, formula: Expr<'_>) -> String {
        let text = formula.text(&|symbol: Symbol| self.name_of(symbol).to_string());
        let sizes = self.entities().iter().filter(|e| matches!(e.kind, EntityKind::Compartment { .. }));
        let sizes: Vec<&str> =
            sizes.map(|e| e.name.as_str()).filter(|size| text.contains(&format!("(1 / {size})"))).collect();
        self.all_species().fold(text, |text, species| {
            let EntityKind::Species { compartment, .. } = &self.entity(species).kind else { return text };
            let (name, own) = (self.name_of(species), self.name_of(*compartment));
            sizes.iter().fold(text, |text, size| {
                // over the size of its own compartment an amount is a concentration, over another one a content there
                let short = if *size == own { format!("[{name}]") } else { format!("{name} / {size}") };
                let quotient = format!("{name} * (1 / {size})");
                let bare = if *size == own { short.clone() } else { format!("({short})") };
                replaced(replaced(text, &format!("({quotient})"), &bare), &quotient, &short)
            })
        })
    }
}

/// The text with whole names of `what` replaced.
fn replaced(text: String, what: &str, by: &str) -> String {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let (mut written, mut rest) = (String::new(), text.as_str());
    while let Some(at) = rest.find(what) {
        let (before, after) = (&rest[..at], &rest[at + what.len()..]);
        written += before;
        written += if written.ends_with(is_of_name) { what } else { by };
        rest = after;
    }
    written + rest
}
