//! Reactions as text: `2 A + B -> C`.

use super::assembly::Assembly;
use crate::network::{Field, Network, Species};

/// Who takes part in a reaction.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reaction {
    pub consumed: Vec<(Species, f64)>,
    pub produced: Vec<(Species, f64)>,
}

impl Reaction {
    /// The change of each species for one turnover.
    pub fn changes(&self) -> Vec<(Species, f64)> {
        let consumed = self.consumed.iter().map(|(s, n)| (*s, -n));
        consumed.chain(self.produced.iter().copied()).collect()
    }

    /// Whether one molecule becomes one other, or comes from nowhere.
    pub fn is_one_to_one(&self) -> bool {
        let is_single = |side: &[(Species, f64)]| matches!(side, [(_, count)] if *count == 1.0);
        is_single(&self.produced) && (self.consumed.is_empty() || is_single(&self.consumed))
    }

    /// The species in whose compartment the velocity is measured.
    pub fn home(&self) -> Option<Species> {
        self.consumed.first().or(self.produced.first()).map(|(s, _)| *s)
    }

    /// The usual levels of laws: S the first that is consumed, P the first that is produced.
    pub fn first_levels(&self) -> Vec<(&'static str, Species)> {
        let substrate = self.consumed.first().map(|(s, _)| ("S", *s));
        let product = self.produced.first().map(|(s, _)| ("P", *s));
        substrate.into_iter().chain(product).collect()
    }
}

/// The reaction of a part.
pub(super) fn read_reaction(a: &mut Assembly<'_>) -> Option<Reaction> {
    if let Some(Field::Table(_)) = a.field_at(&["reaction"]) {
        a.know("reaction");
        a.report("reaction", "expected one text, or species by consumes and produces alone, and not both");
        return None;
    }
    let text = a.required_text("reaction", "a reaction such as \"tyr + bh4 -> ldopa + bh2\"")?;
    let faults = match parse_reaction(text, a.net) {
        Ok(reaction) => return Some(reaction),
        Err(faults) => faults,
    };
    faults.into_iter().for_each(|fault| a.report("reaction", fault));
    None
}

/// Reads a reaction; an empty side is nothing. All faults at once.
fn parse_reaction(text: &str, net: &Network) -> Result<Reaction, Vec<String>> {
    let Some((left, right)) = text.split_once("->") else {
        return Err(vec![format!("found {text:?}, expected a reaction with an arrow, such as \"A + B -> C\"")]);
    };
    let mut faults = Vec::new();
    let mut side = |text: &str| -> Vec<(Species, f64)> {
        let terms = text.split('+').map(str::trim).filter(|_| !text.trim().is_empty());
        terms.filter_map(|t| term(t, net).map_err(|fault| faults.push(fault)).ok()).collect()
    };
    let reaction = Reaction { consumed: side(left), produced: side(right) };
    if faults.is_empty() && reaction.home().is_none() {
        faults.push("the reaction changes nothing: name at least one species".to_string());
    }
    if faults.is_empty() { Ok(reaction) } else { Err(faults) }
}

fn term(text: &str, net: &Network) -> Result<(Species, f64), String> {
    let (count, name) = match text.split_once(char::is_whitespace) {
        Some((count, name)) => match count.parse::<f64>() {
            Ok(n) if n > 0.0 && n.is_finite() => (n, name.trim()),
            _ => return Err(format!("found {count:?} in {text:?}, expected a positive number before the species")),
        },
        None => (1.0, text),
    };
    Ok((net.species_named(name)?, count))
}
