//! Large networks as SBML, made here.

use std::fmt::Write;

const HEAD: &str = r#"<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2"><model id="large">
<listOfCompartments><compartment id="c" size="1" constant="true"/></listOfCompartments><listOfSpecies>"#;

/// Numbers without end, the same every time (Steele, Lea & Flood 2014: SplitMix64).
pub struct Numbers(pub u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// Between 0.5 and 1.5.
    fn about_one(&mut self) -> f64 {
        0.5 + (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn species(text: &mut String, id: &str, amount: f64) {
    let kind = r#"hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false""#;
    let _ = writeln!(text, r#"<species id="{id}" compartment="c" initialAmount="{amount}" {kind}/>"#);
}

/// A reaction by mass action; what saturates has a Km.
fn reaction(text: &mut String, id: &str, (from, to): (&[&str], &str), k: f64, km: Option<f64>) {
    let reference = |s: &str| format!(r#"<speciesReference species="{s}" stoichiometry="1" constant="true"/>"#);
    let reactants: String = from.iter().map(|s| reference(s)).collect();
    let factors: String = from.iter().map(|s| format!("<ci>{s}</ci>")).collect();
    let mut law = format!("<apply><times/><cn>{k}</cn>{factors}</apply>");
    if let Some(km) = km {
        law = format!("<apply><divide/>{law}<apply><plus/><cn>{km}</cn><ci>{}</ci></apply></apply>", from[0]);
    }
    let _ = writeln!(
        text,
        r#"<reaction id="{id}" reversible="false"><listOfReactants>{reactants}</listOfReactants><listOfProducts>{}</listOfProducts>
        <kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML">{law}</math></kineticLaw></reaction>"#,
        reference(to)
    );
}

/// So many copies of a terminal of ten species and thirty reactions, each with numbers of its own, on two pools. Reactions only
/// move what there is: the total stays.
pub fn copies(count: usize) -> String {
    let mut numbers = Numbers(1);
    let mut moves = Vec::new();
    while moves.len() < 28 {
        let (from, to) = (numbers.below(10), numbers.below(10));
        if from != to {
            moves.push((from, to, moves.len() % 2 == 0));
        }
    }
    let mut text = HEAD.to_string();
    species(&mut text, "supply", 1000.0);
    species(&mut text, "waste", 0.0);
    for copy in 0..count {
        (0..10).for_each(|i| species(&mut text, &format!("s{copy}_{i}"), 1.0));
    }
    text += "</listOfSpecies><listOfReactions>";
    for copy in 0..count {
        let name = |i: usize| format!("s{copy}_{i}");
        for (k, &(from, to, saturates)) in moves.iter().enumerate() {
            let (from, to) = (name(from), name(to));
            let km = saturates.then(|| numbers.about_one());
            reaction(&mut text, &format!("r{copy}_{k}"), (&[from.as_str()], to.as_str()), numbers.about_one(), km);
        }
        let scale = 1.0 / count as f64;
        reaction(&mut text, &format!("in{copy}"), (&["supply"], name(0).as_str()), scale * numbers.about_one(), None);
        reaction(&mut text, &format!("out{copy}"), (&[name(9).as_str()], "waste"), numbers.about_one(), None);
    }
    text + "</listOfReactions></model></sbml>"
}

/// A network of `A + B -> C` with partners drawn at random: its elimination fills in.
pub fn tangle(count: usize, reactions: usize) -> String {
    let mut numbers = Numbers(2);
    let mut text = HEAD.to_string();
    (0..count).for_each(|i| species(&mut text, &format!("s{i}"), numbers.about_one()));
    text += "</listOfSpecies><listOfReactions>";
    for r in 0..reactions {
        let [a, b, c] = [0; 3].map(|_| numbers.below(count));
        let [a, b, c] = [a, (a + 1 + b % (count - 2)) % count, c].map(|i| format!("s{i}"));
        reaction(&mut text, &format!("r{r}"), (&[a.as_str(), b.as_str()], c.as_str()), numbers.about_one(), None);
    }
    text + "</listOfReactions></model></sbml>"
}
