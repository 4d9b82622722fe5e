//! Named parts: all of them make sense, say where their numbers come from, and take overrides.

use homeostat::catalogue::{self, Named};
use homeostat::component::{Builder, Enzyme};
use homeostat::library;
use homeostat::model::Model;
use homeostat::network::{Field, Network};
use homeostat::simulation::{Run, Simulation};
use homeostat::units::{Concentration, Status, Volume};
use std::collections::BTreeSet;

const HEAD: &str = "[model]\nname = \"all\"\n[compartment.cell]\nvolume = \"1 L\"\n";

fn text<'a>(named: &'a Named, field: &str) -> &'a str {
    match named.fields.get(field) {
        Some(Field::Text(text)) => text,
        _ => "",
    }
}

/// A model of every named part, each under its own name, and of what they act on.
fn everything() -> String {
    let all = catalogue::all().unwrap();
    let makes = |name: &str| all.iter().any(|n| n.name == name.split('.').next().unwrap() && n.kind != "blocker");
    let mut species: BTreeSet<String> = ["vesicle", "outside"].map(String::from).into();
    let mut file =
        "[input.fire]\nvalue = \"1 1/h\"\n[release.release]\nreaction = \"vesicle -> outside\"\nk = \"fire\"\n"
            .to_string();
    for named in all {
        let reaction = text(named, "reaction").replace("->", "+");
        let terms = reaction.split('+').filter_map(|term| term.split_whitespace().last());
        let levels = ["S", "P", "A", "B", "Q", "I", "X"].map(|level| text(named, level));
        let names = terms.chain(levels).filter(|n| n.starts_with(|c: char| c.is_alphabetic()) && !makes(n));
        species.extend(names.map(String::from));
        let place = if named.kind == "turnover" { "compartment = \"cell\"\n" } else { "" };
        file += &format!("[{}.{}]\nlike = \"{}\"\n{place}", named.kind, named.name, named.name);
    }
    let entry = |name: &String| format!("[species.{name}]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n");
    HEAD.to_string() + &species.iter().map(entry).collect::<String>() + &file
}

#[test]
fn every_named_part_works_and_says_where_its_numbers_come_from() {
    let network = Model::from_toml(&everything()).unwrap().network();
    network.checked().unwrap();
    Simulation::new(&network).unwrap();
    let own = ["cell", "fire"];
    for (name, value, origin) in
        network.sources().filter(|(name, ..)| !own.contains(&&**name) && !name.starts_with('['))
    {
        assert!(origin.status.is_some() && origin.source.is_some(), "{name} = {}", value.unwrap());
    }
    for named in catalogue::all().unwrap() {
        assert!(!named.about.is_empty(), "{}", named.name);
    }
}

/// What was measured, or is said to have been, was so in an animal and in something of it.
#[test]
fn what_has_a_source_has_a_species_and_a_tissue() {
    let mut lacking = Vec::new();
    for named in catalogue::all().unwrap() {
        for (field, value) in named.fields.iter().filter(|(field, _)| *field != "molar_mass") {
            let Field::Value(value) = value else { continue };
            let origin = &value.origin;
            let is_whole = origin.species.is_some() && origin.tissue.is_some();
            if origin.status != Some(Status::Assumed) && !is_whole {
                lacking.push(format!("{} {}.{field}", named.kind, named.name));
            }
        }
    }
    assert_eq!(lacking, [""; 0]);
}

/// What a literature model has in full can be said by names alone.
#[test]
fn a_model_of_named_parts_is_the_published_one() {
    let published = library::load("best-2009-dopamine").unwrap();
    let over = "[model]\nname = \"named\"\nbase = \"best-2009-dopamine\"\n\
        [supply.NADPH]\nlike = \"NADPH\"\n[supply.NADP]\nlike = \"NADP\"\n\
        [enzyme.TH]\nlike = \"TH\"\n[enzyme.DRR]\nlike = \"DRR\"\n[enzyme.AADC]\nlike = \"AADC\"\n\
        [regulator.\"TH.autoreceptor\"]\nlike = \"D2\"\n\
        [regulator.\"TH.substrate_inhibition\"]\nlike = \"TH_substrate_inhibition\"\n\
        [transporter.MAT]\nlike = \"VMAT2\"\n[transporter.DAT]\nlike = \"DAT\"\n";
    let named = Model::from_toml(over).unwrap().over(&published).network();
    named.checked().unwrap();
    let state = |network: &Network| {
        let simulation = Simulation::new(network).unwrap();
        let rest = simulation.steady(&Default::default()).unwrap();
        ["tyr", "cda", "vda", "eda", "bh4"].map(|name| rest.concentration(name).unwrap())
    };
    let (names, numbers) = (state(&named), state(&published.network()));
    for (x, y) in names.iter().zip(numbers) {
        assert!((x - y).abs() <= 1e-12 * y, "{x} {y}");
    }
}

/// With its competitors named, the carrier of the blood-brain barrier lets in what the published rates do without them.
#[test]
fn the_barrier_lets_in_as_much_as_published() {
    let parts = "[species.tyr]\ncompartment = \"cell\"\nconcentration = \"0 uM\"\n[species.trp]\ncompartment = \"cell\"\nconcentration = \"0 uM\"\n\
        [supply.btyr]\nlike = \"btyr\"\n[supply.btrp]\nlike = \"btrp\"\n[supply.blnaa]\nlike = \"blnaa\"\n\
        [transporter.LAT1]\nlike = \"LAT1\"\n[transporter.LAT1_trp]\nlike = \"LAT1_trp\"\n";
    let rates = first(parts, "LAT1,LAT1_trp");
    for (found, published) in rates.iter().zip([400.0 * 97.0 / (64.0 + 97.0), 700.0 * 96.0 / (330.0 + 96.0)]) {
        assert!((found / published - 1.0).abs() < 1e-6, "{found} {published}");
    }
}

/// A carrier rests at exp(z V F/RT) times the ratios of its ions, each to the power of its number.
#[test]
fn coupled_carriers_rest_at_the_gradient_of_their_ions() {
    let pools: String = ["eda", "cda", "ena", "cna", "eht", "cht"]
        .map(|name| format!("[species.{name}]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n"))
        .concat();
    let carriers = ["DAT", "NET", "SERT"]
        .map(|name| format!("[transporter.{name}_coupled]\nlike = \"{name}_coupled\"\n"))
        .concat();
    let found = first(&(pools + &carriers), "DAT_coupled.gradient,NET_coupled.gradient,SERT_coupled.gradient");
    let (sodium, chloride, potassium, voltage) = (10.0 / 145.0, 7.0 / 125.0, 3.0 / 140.0, -70.0 / 26.7_f64);
    let expected = [
        (2.0 * voltage).exp() * sodium * sodium * chloride,
        voltage.exp() * sodium * chloride,
        sodium * chloride * potassium,
    ];
    for (found, expected) in found.iter().zip(expected) {
        assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
    }
}

fn first(parts: &str, list: &str) -> Vec<f64> {
    let simulation = Simulation::new(&Model::from_toml(&format!("{HEAD}{parts}")).unwrap().network()).unwrap();
    let run = Run { steps: 1, selection: simulation.select(list).unwrap(), ..Run::until(1e-9) };
    simulation.run(&run).unwrap().rows.remove(0)
}

#[test]
fn what_a_part_gives_itself_goes_before() {
    let mut net = Network::new("override");
    let cell = net.compartment("cell", Volume::l(1.0));
    for name in ["tyr", "bh4", "bh2", "ldopa", "cda"] {
        net.species(name, cell, Concentration::um(1.0));
    }
    net.add(Enzyme::new("slow").like("TH").set("Vmax", "1 uM/h"));
    // another law leaves the constants of the named one aside
    net.add(Enzyme::new("other").like("TH").set("law", "michaelis_menten").set("Km", "3 uM"));
    net.checked().unwrap();
    let value = |name: &str| net.numbers().find(|(n, _)| n == name).map(|(_, value)| value.to_string());
    assert_eq!(value("slow.Vmax").unwrap(), "1 uM/h");
    assert_eq!(value("slow.KB").unwrap(), "46 uM");
    assert_eq!((value("other.Vmax").unwrap(), value("other.KB")), ("125 uM/h".to_string(), None));
    // it stays as short as it was written
    let file = Model::from_network(&net).unwrap();
    assert_eq!(file.parts["enzyme"]["slow"].len(), 2);
}

#[test]
fn unknown_names_and_fields_are_told() {
    for (part, told) in [
        ("[enzyme.e]\nlike = \"TG\"\n", "the catalogue has no enzyme TG (did you mean TH?)"),
        ("[sensor.e]\nlike = \"TH\"\n", "the catalogue has no sensor TH; known: no sensor at all"),
        ("[enzyme.e]\nlike = 3\n", "expected the name of a part of the catalogue"),
        ("[enzyme.e]\nlike = \"TH\"\nKx = \"1 uM\"\n", "no part of kind enzyme has this field"),
    ] {
        let text = format!("{HEAD}[species.x]\ncompartment = \"cell\"\nconcentration = \"1 uM\"\n{part}");
        let problems = Model::from_toml(&text).unwrap().network().check();
        assert!(problems.iter().any(|p| p.message.contains(told)), "{told}: {problems:?}");
    }
}

/// The facts that are easily got wrong.
#[test]
fn cofactors_stand_where_they_belong() {
    let reaction = |name: &str| text(catalogue::find("enzyme", name).unwrap(), "reaction").to_string();
    assert_eq!(reaction("DBH"), "vda + 2 ascorbate -> vna + 2 semidehydroascorbate"); // one electron each
    assert!(reaction("PNMT").contains("cna + sam")); // cytosolic
    for name in ["PNMT", "COMT", "HNMT"] {
        assert!(reaction(name).ends_with("+ sah"), "{name}");
        assert_eq!(text(catalogue::find("enzyme", name).unwrap(), "A"), "sam", "{name}: SAM binds first");
    }
    for name in ["AADC_PLP", "HDC_PLP"] {
        assert_eq!(text(catalogue::find("regulator", name).unwrap(), "X"), "plp");
    }
    assert!(reaction("aldehyde_reductase").ends_with("dhpg") && reaction("ALDH").ends_with("dopac"));
}

/// Standard atomic weights (IUPAC 2021, abridged), in g/mol.
const WEIGHTS: &[(&str, f64)] =
    &[("C", 12.011), ("H", 1.008), ("N", 14.007), ("O", 15.999), ("F", 18.998), ("Cl", 35.45), ("S", 32.06)];

fn molar_mass(formula: &str) -> f64 {
    let mut rest = formula;
    let mut sum = 0.0;
    while !rest.is_empty() {
        let letters = 1 + rest[1..].find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len() - 1);
        let (element, after) = rest.split_at(letters);
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let (count, next) = after.split_at(digits);
        let weight = WEIGHTS.iter().find(|(name, _)| *name == element).unwrap().1;
        sum += weight * if count.is_empty() { 1.0 } else { count.parse().unwrap() };
        rest = next;
    }
    sum
}

#[test]
fn molar_masses_are_those_of_their_formulas() {
    let mut found = 0;
    for named in catalogue::all().unwrap() {
        let Some(Field::Value(value)) = named.fields.get("molar_mass") else { continue };
        let source = value.origin.source.as_deref().unwrap();
        let Some(rest) = source.strip_prefix("from the formula ") else { continue };
        let expected = molar_mass(rest.split_whitespace().next().unwrap());
        assert!((value.value - expected).abs() < 0.02, "{}: {expected}", named.name);
        found += 1;
    }
    assert!(found > 10, "{found}");
}
