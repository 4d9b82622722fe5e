//! Builds the dopamine terminal of Best, Nijhout & Reed 2009 from typed parts, and shows that it is the
//! model of the file `models/best-2009-dopamine.toml`.
//!
//! `cargo run --release --example compose_dopamine`

use homeostat::component::{
    Blocker, Builder, Clearance, Enzyme, Exchange, Input, Reacts, Regulator, Release, Supply, Transporter,
};
use homeostat::network::{Change, Network, Schedule};
use homeostat::simulation::{Run, Settings, Simulation};
use homeostat::units::{Concentration, Frequency, Time, Velocity, Volume};
use homeostat::{Error, law, library};

fn um(x: f64) -> Concentration {
    Concentration::um(x)
}

fn um_per_h(x: f64) -> Velocity {
    Velocity::um_per_h(x)
}

fn per_h(x: f64) -> Frequency {
    Frequency::per_h(x)
}

/// The terminal from breakfast to metabolite. Constants: Best et al. 2009, doi 10.1186/1742-4682-6-21.
fn terminal() -> Result<Network, Error> {
    let mut net = Network::new("best-2009-dopamine");
    let cytosol = net.compartment("cytosol", Volume::l(1.0));
    let vesicles = net.compartment("vesicles", Volume::l(1.0));
    let extracellular = net.compartment("extracellular", Volume::l(1.0));
    let pools = net.compartment("pools", Volume::l(1.0));

    // the steady state, as it stands in the file
    let bh2 = net.species("bh2", cytosol, um(40.85518598137229));
    let bh4 = net.species("bh4", cytosol, um(319.1448140186277));
    let tyr = net.species("tyr", cytosol, um(125.70270342375274));
    let ldopa = net.species("ldopa", cytosol, um(0.355860980752906));
    let cda = net.species("cda", cytosol, um(2.6469496086743494));
    let vda = net.species("vda", vesicles, um(80.96621304823579));
    let eda = net.species("eda", extracellular, um(0.002023684279375491));
    let hva = net.species("hva", pools, um(7.678179503694473));
    let tyrpool = net.species("tyrpool", pools, um(942.7702756781455));

    // what is held from outside
    net.add(Supply::new("btyr").level(um(97.0)));
    net.add(Supply::new("NADPH").level(um(330.0)));
    net.add(Supply::new("NADP").level(um(26.0)));
    net.add(Input::new("fire").value(per_h(1.0)));

    // tyrosine
    net.add(Transporter::new("TYRin").produces(tyr).set("S", "btyr").vmax(um_per_h(400.0)).km(um(64.0)));
    net.add(Exchange::new("tyrosine_pool").consumes(tyr).produces(tyrpool).rate_constants(per_h(6.0), per_h(0.6)));
    net.add(Clearance::new("tyrosine_loss").consumes(tyr).rate_constant(per_h(0.2)));
    net.add(Clearance::new("tyrosine_pool_loss").consumes(tyrpool).rate_constant(per_h(0.2)));

    // synthesis
    let hydroxylase = Enzyme::new("TH").law(law::by_name("equilibrium_ordered").expect("a law of the library"));
    net.add(
        hydroxylase
            .consumes(tyr)
            .consumes(bh4)
            .produces(ldopa)
            .produces(bh2)
            .set("A", bh4)
            .set("B", tyr)
            .set("I", cda)
            .vmax(um_per_h(125.0))
            .set("KiA", um(60.0))
            .set("KB", um(46.0))
            .set("Ki", um(110.0)),
    );
    net.add(
        Regulator::new("TH.substrate_inhibition")
            .target("TH")
            .set("law", "inhibition_factor")
            .sensor(tyr)
            .set("top", 0.56)
            .set("Ki", um(160.0))
            .set_point(um(126.0)),
    );
    net.add(
        Regulator::new("TH.autoreceptor")
            .target("TH")
            .sensor(eda)
            .set("x0", um(0.002024))
            .set("n", 4.0)
            .set("w", 8.0)
            .set("low", 0.5)
            .set("high", 5.0),
    );
    net.add(
        Enzyme::new("DRR")
            .set("law", "bi_substrate_reversible")
            .consumes(bh2)
            .produces(bh4)
            .set("A", bh2)
            .set("B", "NADPH")
            .set("P", bh4)
            .set("Q", "NADP")
            .vmax(um_per_h(200.0))
            .set("KA", um(100.0))
            .set("KB", um(75.0))
            .set("Vreverse", um_per_h(80.0))
            .set("KP", um(10.0))
            .set("KQ", um(75.0)),
    );
    net.add(Enzyme::new("AADC").consumes(ldopa).produces(cda).vmax(um_per_h(10_000.0)).km(um(130.0)));

    // packing, release, reuptake
    net.add(Transporter::new("MAT").consumes(cda).produces(vda).vmax(um_per_h(7082.0)).km(um(3.0)).leak(per_h(40.0)));
    net.add(Release::new("release").consumes(vda).produces(eda).set("k", "fire"));
    net.add(Transporter::new("DAT").consumes(eda).produces(cda).vmax(um_per_h(8000.0)).km(um(0.2)));

    // breakdown and washout
    net.add(Enzyme::new("CATAB").consumes(eda).produces(hva).vmax(um_per_h(30.0)).km(um(3.0)));
    net.add(Clearance::new("MAO").consumes(cda).produces(hva).rate_constant(per_h(10.0)));
    net.add(Clearance::new("washout").consumes(eda).rate_constant(per_h(400.0)));
    net.add(Clearance::new("hva_loss").consumes(hva).rate_constant(per_h(3.45)));

    // three meals: factors on blood tyrosine by the clock
    let meal = |from: f64, until: f64, factor: f64| Change {
        parameter: "btyr".to_string(),
        factor: Some(factor),
        value: None,
        from: Time::h(from).into(),
        until: Some(Time::h(until).into()),
        every: Some(Time::h(24.0).into()),
    };
    let hours = [(0.0, 7.0, 0.25), (7.0, 10.0, 1.75), (10.0, 12.0, 0.25), (12.0, 15.0, 1.75), (15.0, 18.0, 0.25)];
    let evening = [(18.0, 21.0, 3.25), (21.0, 24.0, 0.25)];
    let change = hours.into_iter().chain(evening).map(|(from, until, factor)| meal(from, until, factor)).collect();
    net.schedule(Schedule { name: "meals".to_string(), change, ..Schedule::default() });
    Ok(net)
}

fn main() -> Result<(), Error> {
    let net = terminal()?;
    let file = library::load("best-2009-dopamine")?.network();
    let day = |net: &Network| -> Result<_, Error> {
        let mut simulation = Simulation::new(net)?;
        simulation.schedule_named("meals")?;
        let run = Run { settings: Settings::with_rtol(1e-9), ..Run::until(24.0) }; // rows of every species
        Ok(simulation.run(&run)?)
    };
    let (composed, written) = (day(&net)?, day(&file)?);
    let mut largest: f64 = 0.0;
    for (a, b) in composed.rows.iter().flatten().zip(written.rows.iter().flatten()) {
        largest = largest.max((a - b).abs() / b.abs());
    }
    println!("a day with meals: the composed network and the file differ by at most {largest:e} (relative)");
    assert!(largest <= 1e-12, "the two should be one model");

    // the same terminal with a competitive blocker of the transporter (Ki assumed)
    let mut blocked = net;
    blocked.add(Blocker::competitive("blocker", "DAT.Km", um(0.3)).concentration(um(0.3)));
    let steady = |net: &Network| Simulation::new(net)?.steady(&Default::default());
    let free = steady(&file)?;
    let held = steady(&blocked)?;
    for ((name, before), (_, after)) in free.concentrations.iter().zip(&held.concentrations) {
        println!("{name:>8} {before:12.6} -> {after:12.6} uM");
    }
    Ok(())
}
