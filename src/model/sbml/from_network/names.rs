//! Identifiers: letters, digits and underscores, each once.

use crate::expr::Symbol;
use crate::network::Network;
use std::collections::HashSet;

/// The identifiers of a network, and those that are taken.
pub(super) struct Names {
    of: Vec<String>,
    taken: HashSet<String>,
}

impl Names {
    /// Names that are identifiers stay as they are; `DAT.Vmax` becomes `DAT_Vmax`, with a number where that is taken.
    pub fn of(net: &Network) -> Self {
        let is_legal = |name: &str| legal(name) == name;
        let all = || net.entities().iter().map(|entity| entity.name.as_str());
        let taken = all().filter(|name| is_legal(name)).map(str::to_string).collect();
        let mut names = Names { of: Vec::new(), taken };
        for name in all() {
            let id = if is_legal(name) { name.to_string() } else { names.fresh(&legal(name)) };
            names.of.push(id);
        }
        names
    }

    pub fn of_symbol(&self, symbol: Symbol) -> &str {
        &self.of[symbol.0 as usize]
    }

    /// An identifier that nothing else has: this one, or with a number behind it.
    pub fn fresh(&mut self, wanted: &str) -> String {
        fresh(&mut self.taken, wanted)
    }
}

/// A name that is not taken, and is now.
pub(super) fn fresh(taken: &mut HashSet<String>, wanted: &str) -> String {
    let mut id = wanted.to_string();
    let mut number = 1;
    while !taken.insert(id.clone()) {
        number += 1;
        id = format!("{wanted}_{number}");
    }
    id
}

/// A text as an identifier (`SId`, Level 3 Version 2, section 3.1.7).
pub(super) fn legal(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let id: String = name.chars().map(letter).collect();
    let begins_well = id.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if begins_well { id } else { format!("_{id}") }
}
