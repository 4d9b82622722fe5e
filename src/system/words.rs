//! Switches in the words of the model.

use super::System;
use super::switch::Kind;
use crate::expr::{Node, Symbol};
use crate::network::{EntityKind, Network};

impl System {
    /// The other side of a switch of two.
    pub(crate) fn other_side(&self, switch: usize, mode: f64) -> Option<f64> {
        let kind = self.switches.all.get(switch)?.kind;
        matches!(kind, Kind::Less | Kind::LessEqual).then_some(1.0 - mode)
    }

    /// The switch whose margin is a root function.
    pub(crate) fn switch_of_root(&self, root: usize) -> Option<usize> {
        root.checked_sub(self.events.of_root.len())
    }

    /// A switch in the words of the model, with the processes that it stands in.
    pub(crate) fn condition(&self, network: &Network, switch: usize) -> Option<String> {
        let switch = self.switches.all.get(switch)?;
        let name = |symbol: Symbol| network.name_of(symbol).to_string();
        let text = with_concentrations(self.equations.graph.get(switch.node)?.text(&name), network);
        let arena = self.equations.graph.arena();
        let Node::Symbol(mode) = arena.node(switch.mode) else { return None };
        let stands = self.terms.iter().map(|term| arena.symbols(term.rate).contains(&mode));
        let processes = network.all_processes().zip(stands).filter(|(_, stands)| *stands);
        let names: Vec<&str> = processes.map(|(process, _)| network.name_of(process)).collect();
        Some(match names[..] {
            [] => text,
            [one] => format!("{text} (in process {one})"),
            _ => format!("{text} (in processes {})", names.join(", ")),
        })
    }
}

/// An amount over the size of its compartment is written as it is in formulas.
fn with_concentrations(text: String, network: &Network) -> String {
    network.all_species().fold(text, |text, species| {
        let EntityKind::Species { compartment, .. } = &network.entity(species).kind else { return text };
        let (name, size) = (network.name_of(species), network.name_of(*compartment));
        let (quotient, brackets) = (format!("{name} * (1 / {size})"), format!("[{name}]"));
        let text = replaced(text, &format!("({quotient})"), &brackets);
        replaced(text, &quotient, &brackets)
    })
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
