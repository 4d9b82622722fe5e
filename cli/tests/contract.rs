//! What commands print when all is well.

mod common;

use common::{BEGIN, DOPAMINE, LOSS, Place, homeostat};
use std::io::Read;
use std::process::Stdio;

#[test]
fn list() {
    let outcome = homeostat(&["list"]);
    assert_eq!(outcome.code, 0);
    let line = outcome.out.lines().find(|line| line.starts_with("best-2009-dopamine\t")).unwrap();
    assert!(line.contains("Best, Nijhout & Reed 2009") && line.ends_with("\t10.1186/1742-4682-6-21"), "{line}");
}

#[test]
fn list_parameters() {
    let outcome = homeostat(&["list", "--parameters", DOPAMINE]);
    assert_eq!(outcome.code, 0);
    let lines: Vec<Vec<&str>> = outcome.out.lines().map(|line| line.split('\t').collect()).collect();
    assert!(lines.iter().all(|fields| fields.len() == 4), "{}", outcome.out);
    let named = |name: &str| lines.iter().find(|fields| fields[0] == name).unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(named("TH.Vmax")[1..], ["125", "uM/h", "Best et al. 2009: V_TH"]);
    assert_eq!(named("fire")[1..3], ["1", "1/h"]);
    assert_eq!(named("cytosol")[1..3], ["1", "L"]);
    assert_eq!(named("[vda]")[1..3], ["80.96621304823579", "uM"]);
    for name in ["TH.scale", "TH.autoreceptor", "TH.substrate_inhibition", "btyr", "AADC.Km", "TYRin.scale"] {
        named(name);
    }
}

#[test]
fn every_listed_parameter_can_be_set() {
    let outcome = homeostat(&["list", "--parameters", DOPAMINE]);
    let pairs: Vec<String> =
        outcome.out.lines().map(|l| l.splitn(3, '\t').take(2).collect::<Vec<_>>().join("=")).collect();
    let mut arguments = vec!["run", DOPAMINE, "--steps", "2"];
    pairs.iter().for_each(|pair| arguments.extend(["--set", pair]));
    assert_eq!(homeostat(&arguments).out, homeostat(&["run", DOPAMINE, "--steps", "2"]).out);
}

#[test]
fn check() {
    let outcome = homeostat(&["check", DOPAMINE]);
    assert_eq!((outcome.code, outcome.err.as_str()), (0, ""));
    assert!(outcome.out.starts_with("best-2009-dopamine: 9 species, 14 processes, "), "{}", outcome.out);
    assert!(outcome.out.ends_with(", 1 conserved sum (bh2 + bh4)\n"), "{}", outcome.out);
}

#[test]
fn rows_and_times() {
    let outcome = homeostat(&["run", DOPAMINE]);
    let rows = outcome.rows();
    assert_eq!(rows.len(), 101);
    assert!(outcome.out.starts_with("time,[bh2],[bh4],[tyr],[ldopa],[cda],[vda],[eda],[hva],[tyrpool]\n"));
    for (i, row) in rows.iter().enumerate() {
        let expected = if i == 100 { 24.0 } else { i as f64 * 24.0 / 100.0 };
        assert_eq!(row[0], expected);
    }
    let rows = homeostat(&["run", DOPAMINE, "--start", "0.1", "--end", "0.7 h", "--steps", "3"]).rows();
    assert_eq!(rows.iter().map(|r| r[0]).collect::<Vec<_>>(), [0.1, 0.1 + 0.6 / 3.0, 0.1 + 2.0 * 0.6 / 3.0, 0.7]);
    // --start integrates from 0 and prints from there
    let arguments = ["run", DOPAMINE, "--set", "TH.scale=0", "--end", "4", "--steps", "4"];
    let all = homeostat(&arguments).rows();
    let late =
        homeostat(&["run", DOPAMINE, "--set", "TH.scale=0", "--end", "4", "--start", "2", "--steps", "2"]).rows();
    assert_eq!(late[..], all[2..]);
}

#[test]
fn no_steps_give_the_row_at_the_start() {
    for (arguments, time) in [(&[][..], 0.0), (&["--start", "2"], 2.0), (&["--start", "30"], 30.0)] {
        let rows = homeostat(&[&["run", DOPAMINE, "--steps", "0"], arguments].concat()).rows();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0][0], time);
    }
}

#[test]
fn times_with_units() {
    let expected = homeostat(&["run", DOPAMINE, "--start", "1.5", "--end", "48"]).out;
    for (start, end) in [("90 min", "2 d"), ("90min", "2d"), ("5400 s", "48 h")] {
        assert_eq!(homeostat(&["run", DOPAMINE, "--start", start, "--end", end]).out, expected);
    }
}

#[test]
fn rows_at_events_show_the_state_after_them() {
    let arguments = ["run", DOPAMINE, "--schedule", "meals", "--select", "btyr", "--steps", "24"];
    let rows = homeostat(&arguments).rows();
    let btyr: Vec<f64> = rows.iter().map(|r| r[1] / 97.0).collect();
    assert_eq!(
        (btyr[0], btyr[6], btyr[7], btyr[10], btyr[18], btyr[21], btyr[24]),
        (0.25, 0.25, 1.75, 0.25, 3.25, 0.25, 0.25)
    );
    let place = Place::new("dose");
    let dose = place.write("dose.toml", "[[dose]]\nspecies = \"eda\"\nadd = \"1 uM\"\nat = \"0 h\"\n");
    let rows = place.homeostat(&["run", DOPAMINE, "--schedule", dose, "--select", "[eda]", "--steps", "1"]).rows();
    assert_eq!(rows[0][1], 1.0 + 0.002023684279375491);
}

#[test]
fn selections_repeat_quote_and_mean_everything() {
    let outcome = homeostat(&["run", DOPAMINE, "--steps", "0", "--select", "[eda],TH,eda,TH,fire"]);
    assert_eq!(outcome.out.lines().next(), Some("time,[eda],TH,eda,TH,fire"));
    assert_eq!(outcome.rows()[0].len(), 6);
    let several = homeostat(&["run", DOPAMINE, "--steps", "0", "--select", "[eda]", "--select", "\"TH\",eda"]);
    assert_eq!(several.out.lines().next(), Some("time,[eda],TH,eda"));
    let everything = homeostat(&["run", DOPAMINE, "--steps", "0", "--select", "*"]);
    let header = everything.out.lines().next().unwrap();
    for name in ["[eda]", "eda", "TH", "TH.Vmax", "fire", "cytosol", "MAO.scale"] {
        assert!(header.split(',').any(|column| column == name), "{name} is not in {header}");
    }
}

#[test]
fn ids_that_look_like_words_of_a_formula_are_names() {
    let place = Place::new("ids");
    let names = "[input.time]\nvalue = 3\n[input.inf]\nvalue = 4\n[input.pi]\nvalue = 5\n";
    let model = place.write("m.toml", &format!("{BEGIN}{LOSS}{names}"));
    let outcome = place.homeostat(&["run", model, "--select", "time,inf,pi", "--set", "inf=7", "--steps", "0"]);
    assert_eq!(outcome.out, "time,time,inf,pi\n0,3,7,5\n");
}

#[test]
fn numbers_are_the_shortest_that_read_back() {
    let outcome = homeostat(&["run", DOPAMINE, "--select", "[eda]", "--steps", "0"]);
    assert_eq!(outcome.out, "time,[eda]\n0,0.002023684279375491\n");
    let rows = homeostat(&["run", DOPAMINE, "--set", "fire=0.1", "--select", "fire", "--steps", "0"]);
    assert_eq!(rows.out, "time,fire\n0,0.1\n");
}

#[test]
fn changes_take_amounts_concentrations_and_units() {
    let place = Place::new("changes");
    let model = place.write("m.toml", &format!("{BEGIN}{LOSS}").replace("\"1 L\"", "\"2 L\""));
    let first = |set: &str| {
        place.homeostat(&["run", model, "--set", set, "--select", "[x],x", "--steps", "0"]).rows()[0].clone()
    };
    assert_eq!(first("loss.k=1"), [0.0, 1.0, 2.0]);
    assert_eq!(first("x=3"), [0.0, 1.5, 3.0]);
    assert_eq!(first("x=3 nmol"), [0.0, 0.0015, 0.003]);
    assert_eq!(first("[x]=3"), [0.0, 3.0, 6.0]);
    assert_eq!(first("[x]= 3 mM"), [0.0, 3000.0, 6000.0]);
    assert_eq!(first("cell=4"), [0.0, 1.0, 4.0]);
}

#[test]
fn names_with_units() {
    let run = ["run", DOPAMINE, "--select", "[eda],TH,fire,TH.scale", "--steps", "0", "--set", "fire=10 Hz"];
    assert_eq!(homeostat(&run).out.lines().next(), Some("time,[eda],TH,fire,TH.scale"));
    let outcome = homeostat(&[&run[..], &["--units"]].concat());
    assert_eq!(outcome.out.lines().next(), Some("time (h),[eda] (uM),TH (umol/h),fire (1/h),TH.scale"));
    assert_eq!(outcome.rows()[0][3], 36000.0);
}

#[test]
fn json_rows() {
    let place = Place::new("json");
    let outcome = place.homeostat(&["run", DOPAMINE, "--select", "[eda],TH", "--steps", "2", "--out", "x.json"]);
    assert_eq!((outcome.code, outcome.out.as_str()), (0, ""));
    let json: serde_json::Value = serde_json::from_str(&place.read("x.json")).unwrap();
    assert_eq!(json["model"], DOPAMINE);
    assert_eq!(json["time_unit"], "h");
    assert_eq!(json["columns"][0], serde_json::json!({"name": "[eda]", "unit": "uM"}));
    assert_eq!(json["columns"][1], serde_json::json!({"name": "TH", "unit": "umol/h"}));
    assert_eq!(json["time"], serde_json::json!([0.0, 12.0, 24.0]));
    assert_eq!(json["rows"].as_array().unwrap().len(), 3);
}

#[test]
fn numbers_that_are_none() {
    let place = Place::new("not_numbers");
    let rules =
        "[rule.a]\nvalue = \"ln(0 - x)\"\n[rule.b]\nvalue = \"1 / (x - x^1.5)\"\n[rule.c]\nvalue = \"ln(x - x^1.5)\"\n";
    let model = place.write("m.toml", &format!("{BEGIN}{LOSS}{rules}"));
    let run = ["run", model, "--select", "a,b,c", "--steps", "0"];
    assert_eq!(place.homeostat(&run).out, "time,a,b,c\n0,NaN,inf,-inf\n");
    assert_eq!(place.homeostat(&[&run[..], &["--out", "x.json"]].concat()).code, 0);
    let json: serde_json::Value = serde_json::from_str(&place.read("x.json")).unwrap();
    assert_eq!(json["rows"][0], serde_json::json!(["NaN", "inf", "-inf"]));
}

#[test]
fn csv_file_is_what_standard_output_shows() {
    let place = Place::new("csv");
    let shown = homeostat(&["run", DOPAMINE, "--steps", "5"]);
    let written = place.homeostat(&["run", DOPAMINE, "--steps", "5", "--out", "x.csv"]);
    assert_eq!((written.out.as_str(), place.read("x.csv")), ("", shown.out));
}

#[test]
fn plots() {
    let place = Place::new("plots");
    let outcome =
        place.homeostat(&["run", DOPAMINE, "--schedule", "meals", "--select", "[eda],[vda],TH", "--plot", "x.svg"]);
    assert_eq!(outcome.rows().len(), 101);
    let svg = place.read("x.svg");
    for text in ["time (h)", "uM", "umol/h", "meals (btyr)", "Dopamine terminal"] {
        assert!(svg.contains(text), "{text}");
    }
    assert_eq!(place.homeostat(&["run", DOPAMINE, "--plot", "x.png"]).code, 0);
    assert!(std::fs::read(place.0.join("x.png")).unwrap().starts_with(b"\x89PNG"));
    assert_eq!(place.homeostat(&["run", DOPAMINE, "--steps", "0", "--plot", "x.png"]).code, 0);
    // a block is marked, too; few rows leave the picture as fine as it is
    let block = "[[change]]\nparameter = \"TH.scale\"\nvalue = 0\nfrom = \"1 h\"\nuntil = \"3 h\"\n";
    let run = ["run", DOPAMINE, "--schedule", place.write("block.toml", block), "--select", "TH", "--plot", "b.svg"];
    assert_eq!(place.homeostat(&[&run[..], &["--steps", "1"]].concat()).rows().len(), 2);
    let svg = place.read("b.svg");
    assert!(svg.contains("block (TH.scale)"));
    let points = |line: &str| line.split_once("points=\"").map_or(0, |(_, points)| points.split(' ').count());
    assert!(svg.lines().map(points).max().unwrap() > 20, "{svg}");
}

#[test]
fn stats_are_one_line_of_json() {
    let outcome = homeostat(&["run", DOPAMINE, "--schedule", "meals", "--stats", "--seed", "7", "--executor", "tape"]);
    assert_eq!(outcome.err.lines().count(), 1);
    let stats: serde_json::Value = serde_json::from_str(&outcome.err).unwrap();
    assert_eq!((&stats["method"], &stats["executor"]), (&"rodas5p".into(), &"tape".into()));
    for name in ["steps", "rejected", "rhs", "jacobians", "factorisations", "solves", "fallback_factorisations"] {
        assert!(stats[name].is_u64(), "{name}");
    }
    let names: Vec<&String> = stats.as_object().unwrap().keys().collect();
    for name in [
        "explicit_steps",
        "switches",
        "newton_iterations",
        "convergence_failures",
        "roots",
        "mode_changes",
        "projections",
    ] {
        assert!(names.iter().any(|n| *n == name) && stats[name] == 0, "{name} in {names:?}");
    }
    assert_eq!((names[0], names[1], names[2]), (&"method".into(), &"executor".into(), &"linear_algebra".into()));
    assert!(stats["compile_seconds"].is_f64() && stats["solve_seconds"].is_f64());
    assert_eq!(stats["scales"].as_array().unwrap().len(), 9);
    assert_eq!(stats["scales"][0], serde_json::json!({"name": "bh2", "scale": 360.0, "atol": 1e-3 * 1e-6 * 360.0}));
    // the solver's steps do not depend on the rows
    let few = homeostat(&["run", DOPAMINE, "--schedule", "meals", "--stats", "--steps", "1"]);
    let few: serde_json::Value = serde_json::from_str(&few.err).unwrap();
    assert_eq!((&few["steps"], &few["jacobians"]), (&stats["steps"], &stats["jacobians"]));
}

#[test]
fn warnings_come_once_and_before_the_stats() {
    let outcome = homeostat(&["run", DOPAMINE, "--atol", "1", "--stats"]);
    assert_eq!(outcome.code, 0);
    let lines: Vec<&str> = outcome.err.lines().collect();
    let (stats, warnings) = lines.split_last().unwrap();
    assert!(stats.starts_with('{'));
    let about_eda = |line: &&&str| line.starts_with("warning: species.eda: stays below its absolute tolerance 1e0");
    assert_eq!(warnings.iter().filter(about_eda).count(), 1, "{}", outcome.err);
}

#[test]
fn steady_as_json() {
    let json = homeostat(&["steady", DOPAMINE, "--json"]).json();
    assert_eq!((&json["model"], &json["time_unit"]), (&DOPAMINE.into(), &"h".into()));
    assert_eq!(json["species"]["vda"]["unit"], "uM");
    assert!((json["species"]["vda"]["value"].as_f64().unwrap() - 80.966_213_048_235_79).abs() < 1e-9);
    assert_eq!(json["fluxes"]["TH"]["unit"], "umol/h"); // as in a run
    assert_eq!(json["eigenvalues"].as_array().unwrap().len(), 9);
    assert_eq!(json["eigenvalues"][0].as_array().unwrap().len(), 2);
    let sum = &json["conserved"][0];
    assert_eq!((&sum["sum"], &sum["unit"]), (&"bh2 + bh4".into(), &"umol".into()));
    assert!((sum["total"].as_f64().unwrap() - 360.0).abs() < 1e-10);
    assert_eq!((&json["stable"], &json["flat"]), (&true.into(), &serde_json::json!([])));
    assert!(json["residual"].as_f64().unwrap() < 1e-10);
    let blocked = homeostat(&["steady", DOPAMINE, "--set", "fire=2", "--json"]).json();
    assert!(blocked["species"]["vda"]["value"].as_f64().unwrap() < 60.0);
}

#[test]
fn steady_as_a_table() {
    let outcome = homeostat(&["steady", DOPAMINE]);
    assert_eq!(outcome.code, 0);
    for line in ["best-2009-dopamine: steady state, stable", "Species (uM)", "Fluxes (umol/h)", "Eigenvalues (1/h)"] {
        assert!(outcome.out.lines().any(|l| l == line), "{line}");
    }
    let bad = homeostat(&["steady", DOPAMINE, "--set", "fier=1", "--set", "x"]);
    assert_eq!(bad.code, 2);
    let message = "--set fier=1: there is nothing named fier (did you mean fire?)\n--set x: expected NAME=VALUE\n";
    assert_eq!(bad.err, message);
}

#[test]
fn a_model_written_as_json_runs_alike() {
    let place = Place::new("as_json");
    let json = homeostat::library::load(DOPAMINE).unwrap().to_json().unwrap();
    let outcome = place.homeostat(&["run", place.write("m.json", &json), "--schedule", "meals"]);
    assert_eq!(outcome.out, homeostat(&["run", DOPAMINE, "--schedule", "meals"]).out);
}

#[test]
fn a_reader_that_leaves_is_no_fault() {
    let place = Place::new("reader");
    // far more rows than a pipe holds: the run must not go on to the end
    let mut child = place
        .command(&["run", DOPAMINE, "--steps", "1000000000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 100]).unwrap();
    drop(out);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn summaries_and_bands() {
    let place = Place::new("summaries");
    let seconds = ["run", "best-2009-dopamine-spikes", "--schedule", "tonic", "--start", "2 s", "--end", "10 s"];
    let wanted = ["--steps", "0", "--select", "[eda]", "--band", "[eda]=1 nM..5 nM", "--summary"];
    assert_eq!(place.homeostat(&[&seconds[..], &wanted, &["s.json"]].concat()).code, 0);
    let list: serde_json::Value = serde_json::from_str(&place.read("s.json")).unwrap();
    let [whole, band] = [&list[0], &list[1]].map(|entry| entry.as_object().unwrap());
    // at 5 Hz the mean is that of the averaged model, 2.02 nM, with peaks of 5.04
    assert!((whole["mean"].as_f64().unwrap() - 2.024e-3).abs() < 2e-5, "{whole:?}");
    assert!(!whole.contains_key("low") && band["low"] == 1e-3 && band["high"] == 5e-3);
    let (time, share) = (band["time_inside"].as_f64().unwrap(), band["share"].as_f64().unwrap());
    assert!((0.7..0.75).contains(&share), "{share}");
    assert!((share - time * 3600.0 / 8.0).abs() < 1e-9, "{share} of 8 s, {time} h");
    assert_eq!(place.homeostat(&[&seconds[..], &wanted, &["s.csv"]].concat()).code, 0);
    let csv = place.read("s.csv");
    assert!(
        csv.starts_with("name,unit,mean,min,min_at,max,max_at,low,high,time_inside,share\n[eda],uM,0.00203"),
        "{csv}"
    );
}

#[test]
fn executors_and_seeds() {
    let end = ["--end", "10 s", "--steps", "50"];
    let rows = |more: &[&str]| {
        let random = ["run", "best-2009-dopamine-spikes", "--schedule", "poisson"];
        let outcome = homeostat(&[&random[..], &end, more].concat());
        assert_eq!(outcome.code, 0, "{}", outcome.err);
        outcome.out
    };
    let tape = rows(&["--executor", "tape", "--seed", "3"]);
    assert_eq!(tape, rows(&["--executor", "native", "--seed", "3"]));
    assert_ne!(tape, rows(&["--seed", "4"]));
    assert_eq!(rows(&[]), rows(&["--seed", "0"]));
}

fn stats(arguments: &[&str]) -> serde_json::Value {
    let outcome = homeostat(&[&["run", DOPAMINE, "--schedule", "meals", "--stats"], arguments].concat());
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    serde_json::from_str(outcome.err.lines().last().unwrap()).unwrap()
}

#[test]
fn counts_and_linear_algebra_of_the_methods() {
    assert_eq!(stats(&[])["linear_algebra"], "static");
    let dense = stats(&["--linear-algebra", "dense", "--method", "radau"]);
    assert_eq!(dense["linear_algebra"], "dense");
    assert!(dense["newton_iterations"].as_u64() > dense["steps"].as_u64());
    let explicit = stats(&["--method", "dopri5", "--end", "1 min"]);
    assert!(explicit["linear_algebra"].is_null() && explicit["explicit_steps"] == explicit["steps"]);
    let both = stats(&["--method", "auto"]);
    assert!(both["switches"].as_u64() > Some(0) && both["explicit_steps"].as_u64() < both["steps"].as_u64(), "{both}");
}

/// A drain that takes no notice of what is left: 1 uM is gone after 2 h.
#[test]
fn amounts_can_be_held_at_zero() {
    let place = Place::new("non-negative");
    let model = place.write("x.toml", &format!("{BEGIN}[process.drain]\nreaction = \"x ->\"\nrate = \"0.5\"\n"));
    let free = place.homeostat(&["run", model]).rows();
    assert!((free.last().unwrap()[1] + 4.0).abs() < 1e-6, "{:?}", free.last());
    let held = place.homeostat(&["run", model, "--non-negative"]);
    assert_eq!(held.code, 1);
    assert!(held.err.contains("species x") && held.err.contains("to stay at zero or above"), "{}", held.err);
    let last: Vec<f64> = held.out.lines().last().unwrap().split(',').map(|x| x.parse().unwrap()).collect();
    assert!(last[0] > 1.8 && last[0] <= 2.0 && last[1] >= 0.0, "{last:?}");
    let refused = place.homeostat(&["run", model, "--non-negative", "--method", "dopri5"]);
    assert!(refused.code == 2 && refused.err.contains("choose auto or rodas5p"), "{}", refused.err);
}

#[test]
fn limits() {
    let outcome = homeostat(&["run", DOPAMINE, "--schedule", "meals", "--max-steps", "30"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.err.contains("the limit on the number of steps is reached") && !outcome.out.is_empty());
    let outcome = homeostat(&["run", DOPAMINE, "--time-limit", "0"]);
    assert!(outcome.err.contains("the limit on the time by the clock is reached"), "{}", outcome.err);
}

#[test]
fn an_event_that_ends_the_run_is_told() {
    let place = Place::new("ending");
    let model =
        "[model]\nname = \"x\"\nbase = \"best-2009-dopamine\"\n[event.low]\nroot = \"vda - 40\"\nthen = \"end\"\n";
    std::fs::write(place.0.join("x.toml"), model).unwrap();
    let outcome = place.homeostat(&["run", "x.toml", "--set", "TH.scale=0", "--select", "[vda]"]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    assert!(outcome.err.starts_with("note: the event low ended the run at 2.7"), "{}", outcome.err);
    let last: Vec<f64> = outcome.out.lines().last().unwrap().split(',').map(|x| x.parse().unwrap()).collect();
    assert!((last[1] - 40.0).abs() < 1e-4);
}
