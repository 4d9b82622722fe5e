//! Switches in the words of the model.

use super::System;
use super::switch::Kind;
use crate::expr::Node;
use crate::network::Network;

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
        let text = network.text_of(self.equations.graph.get(switch.node)?);
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
