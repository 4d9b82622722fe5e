//! `homeostat check --sources`: where a model's numbers come from.

use homeostat::network::Network;
use homeostat::simulation::number_text;
use homeostat::units::Status;

/// A line for every number, tab-separated, and the share of each status.
pub fn table(network: &Network) -> String {
    let mut text =
        line(["parameter", "value", "unit", "status", "species", "tissue", "source", "spread"].map(String::from));
    for (parameter, value, origin) in network.sources() {
        let (number, unit) =
            value.map_or((String::new(), String::new()), |v| (number_text(v.value), v.unit.to_string()));
        let spread = value.and_then(|v| v.spread).map_or(String::new(), |spread| spread.to_string());
        let said = |text: Option<String>| text.unwrap_or_default();
        let (species, tissue, source) = (said(origin.species), said(origin.tissue), said(origin.source));
        text += &line([parameter, number, unit, name(origin.status), species, tissue, source, spread]);
    }
    text.push('\n');
    let counts = network.status_counts();
    let all: usize = counts.iter().map(|(_, count)| count).sum();
    for (status, count) in counts {
        let percent = 100.0 * count as f64 / all.max(1) as f64;
        text += &format!("{}\t{count}\t{percent:.1} %\n", name(status));
    }
    text
}

fn name(status: Option<Status>) -> String {
    status.map_or("missing".to_string(), |status| status.to_string())
}

/// Fields separated by tabs.
pub fn line<const N: usize>(fields: [String; N]) -> String {
    fields.map(|f| f.replace(['\t', '\n', '\r'], " ")).join("\t") + "\n"
}
