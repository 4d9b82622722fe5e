//! Formulas of SBML: their values against closed forms and published tables, and both ways between text and tree.

use homeostat::model::sbml::{Document, Lambda, Math, Operator};

fn document(inside: &str) -> Document {
    let math = format!("<math xmlns=\"http://www.w3.org/1998/Math/MathML\">{inside}</math>");
    let text = format!(
        "<sbml xmlns=\"http://www.sbml.org/sbml/level3/version2/core\" level=\"3\" version=\"2\"><model>\
        <listOfParameters><parameter id=\"x\" constant=\"false\"/><parameter id=\"y\" constant=\"false\"/></listOfParameters>\
        <listOfRules><algebraicRule>{math}</algebraicRule></listOfRules></model></sbml>"
    );
    Document::from_xml(&text).unwrap()
}

/// Reads MathML, and sees that writing and reading it again changes nothing.
fn math(inside: &str) -> Math {
    let document = document(inside);
    assert_eq!(Document::from_xml(&document.to_xml()).unwrap(), document, "{inside}");
    document.model.rules[0].math.clone().unwrap()
}

fn value(inside: &str) -> f64 {
    math(inside).value(&|name| Some(if name == "x" { 3.0 } else { -0.5 })).unwrap()
}

fn apply(operator: &str, arguments: &[f64]) -> f64 {
    let arguments: String = arguments.iter().map(|a| format!("<cn>{a}</cn>")).collect();
    value(&format!("<apply><{operator}/>{arguments}</apply>"))
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 4e-15 * expected.abs().max(1e-300), "{found} is not {expected}");
}

#[test]
fn arithmetic_of_any_arity() {
    assert_eq!(apply("plus", &[]), 0.0);
    assert_eq!(apply("times", &[]), 1.0);
    assert_eq!(apply("plus", &[2.0]), 2.0);
    assert_eq!(apply("plus", &[1.0, 2.0, 3.0, 4.0]), 10.0);
    assert_eq!(apply("times", &[1.0, 2.0, 3.0, 4.0]), 24.0);
    assert_eq!(apply("minus", &[2.0]), -2.0);
    assert_eq!(apply("minus", &[2.0, 5.0]), -3.0);
    assert_eq!(apply("max", &[2.0, 5.0, -1.0]), 5.0);
    assert_eq!(apply("min", &[2.0, 5.0, -1.0]), -1.0);
    // quotient and remainder go with the truncated ratio
    for (a, b, quotient, remainder) in [(7.0, 2.0, 3.0, 1.0), (-7.0, 2.0, -3.0, -1.0), (7.0, -2.0, -3.0, 1.0)] {
        assert_eq!(apply("quotient", &[a, b]), quotient);
        assert_eq!(apply("rem", &[a, b]), remainder);
    }
    assert_eq!(apply("factorial", &[0.0]), 1.0);
    close(apply("factorial", &[10.0]), 3_628_800.0);
    assert_eq!(value("<apply><root/><cn>2</cn></apply>"), std::f64::consts::SQRT_2);
    close(value("<apply><root/><degree><cn>3</cn></degree><cn>27</cn></apply>"), 3.0);
    assert_eq!(value("<apply><log/><cn>1000</cn></apply>"), 3.0);
    close(value("<apply><log/><logbase><cn>2</cn></logbase><cn>1024</cn></apply>"), 10.0);
}

#[test]
fn logic_and_chains() {
    for (operator, none, one, mixed) in [("and", 1.0, 1.0, 0.0), ("or", 0.0, 1.0, 1.0), ("xor", 0.0, 1.0, 0.0)] {
        assert_eq!(apply(operator, &[]), none, "{operator}");
        assert_eq!(apply(operator, &[1.0]), one, "{operator}");
        assert_eq!(apply(operator, &[1.0, 0.0, 1.0]), mixed, "{operator}");
    }
    assert_eq!(apply("xor", &[1.0, 1.0, 1.0]), 1.0);
    for (a, b, implied) in [(0.0, 0.0, 1.0), (0.0, 1.0, 1.0), (1.0, 0.0, 0.0), (1.0, 1.0, 1.0)] {
        assert_eq!(apply("implies", &[a, b]), implied);
    }
    assert_eq!(apply("lt", &[1.0, 2.0, 3.0]), 1.0);
    assert_eq!(apply("lt", &[1.0, 3.0, 2.0]), 0.0);
    assert_eq!(apply("geq", &[3.0, 3.0, 2.0]), 1.0);
    assert_eq!(apply("eq", &[3.0, 3.0, 2.0]), 0.0);
    assert_eq!(apply("neq", &[3.0, 2.0]), 1.0);
    assert_eq!(value("<apply><not/><true/></apply>"), 0.0);
}

/// Abramowitz and Stegun, tables 4.1, 4.6, 4.14, 4.15: values at 1, at 2 and at 1/2.
#[test]
fn trigonometry_against_tables() {
    let sine = 0.841_470_984_807_896_5;
    let cosine = 0.540_302_305_868_139_7;
    let hyperbolic_sine = 1.175_201_193_643_801_4;
    let hyperbolic_cosine = 1.543_080_634_815_243_8;
    for (operator, at_1) in [
        ("sin", sine),
        ("cos", cosine),
        ("tan", sine / cosine),
        ("sec", 1.0 / cosine),
        ("csc", 1.0 / sine),
        ("cot", cosine / sine),
        ("sinh", hyperbolic_sine),
        ("cosh", hyperbolic_cosine),
        ("tanh", hyperbolic_sine / hyperbolic_cosine),
        ("sech", 1.0 / hyperbolic_cosine),
        ("csch", 1.0 / hyperbolic_sine),
        ("coth", hyperbolic_cosine / hyperbolic_sine),
    ] {
        close(apply(operator, &[1.0]), at_1);
    }
    let (pi, ln) = (std::f64::consts::PI, f64::ln);
    let golden = ln((1.0 + 5.0_f64.sqrt()) / 2.0);
    for (operator, x, expected) in [
        ("arcsin", 0.5, pi / 6.0),
        ("arccos", 0.5, pi / 3.0),
        ("arctan", 1.0, pi / 4.0),
        ("arcsec", 2.0, pi / 3.0),
        ("arccsc", 2.0, pi / 6.0),
        ("arccot", 1.0, pi / 4.0),
        ("arccot", 0.0, pi / 2.0),
        ("arcsinh", 0.5, golden),
        ("arccosh", 2.0, ln(2.0 + 3.0_f64.sqrt())),
        ("arctanh", 0.5, ln(3.0) / 2.0),
        ("arcsech", 0.5, ln(2.0 + 3.0_f64.sqrt())),
        ("arccsch", 2.0, golden),
        ("arccoth", 2.0, ln(3.0) / 2.0),
    ] {
        close(apply(operator, &[x]), expected);
    }
}

#[test]
fn numbers_and_constants() {
    assert_eq!(value("<cn type=\"integer\"> 12 </cn>"), 12.0);
    assert_eq!(value("<cn type=\"e-notation\"> 6.02 <sep/> 23 </cn>"), 6.02e23);
    assert_eq!(value("<cn type=\"rational\">1<sep/>4</cn>"), 0.25);
    assert_eq!(value("<cn>-.5</cn>"), -0.5);
    assert_eq!(value("<cn>1e-300</cn>"), 1e-300);
    assert_eq!(value("<pi/>"), std::f64::consts::PI);
    assert_eq!(value("<exponentiale/>"), std::f64::consts::E);
    assert_eq!(value("<infinity/>"), f64::INFINITY);
    assert!(value("<notanumber/>").is_nan());
    assert!(value("<cn>NaN</cn>").is_nan());
    assert_eq!(value("<cn>-INF</cn>"), f64::NEG_INFINITY);
    // the number of SBML Level 3, whatever the text in the element says
    let symbols = "http://www.sbml.org/sbml/symbols/";
    assert_eq!(value(&format!("<csymbol definitionURL=\"{symbols}avogadro\">time</csymbol>")), 6.02214179e23);
    let units = math("<cn xmlns:s=\"http://www.sbml.org/sbml/level3/version2/core\" s:units=\"mole\">2</cn>");
    assert_eq!(units, Math::Number(2.0, Some("mole".into())));
}

#[test]
fn pieces() {
    let pieces = "<piecewise><piece><cn>1</cn><apply><lt/><ci>x</ci><cn>2</cn></apply></piece>\
        <piece><cn>2</cn><apply><lt/><ci>x</ci><cn>4</cn></apply></piece><otherwise><cn>3</cn></otherwise></piecewise>";
    assert_eq!(value(pieces), 2.0);
    let none = math("<piecewise><piece><cn>1</cn><false/></piece></piecewise>");
    assert_eq!(none.value(&|_| None), None);
}

#[test]
fn every_operator_reads_back() {
    for operator in Operator::all() {
        for count in 0..4 {
            let arguments = vec![Math::name("x"); count];
            let mut written = document("<cn>1</cn>");
            written.model.rules[0].math = Some(Math::Apply(operator, arguments));
            // what takes no such number is refused, never read as something else
            if let Ok(again) = Document::from_xml(&written.to_xml()) {
                assert_eq!(again, written);
            }
        }
    }
}

#[test]
fn functions_and_names_with_meaning_read_back() {
    let symbols = "http://www.sbml.org/sbml/symbols/";
    let delay = math(&format!("<apply><csymbol definitionURL=\"{symbols}delay\"/><ci>x</ci><cn>2</cn></apply>"));
    assert_eq!(delay, Math::Apply(Operator::Delay, vec![Math::name("x"), Math::number(2.0)]));
    let rate = math(&format!("<apply><csymbol definitionURL=\"{symbols}rateOf\"/><ci>x</ci></apply>"));
    assert_eq!(rate, Math::Apply(Operator::RateOf, vec![Math::name("x")]));
    let semantics =
        math("<semantics><apply><plus/><ci>x</ci><ci>y</ci></apply><annotation>x+y</annotation></semantics>");
    assert_eq!(semantics, Math::Apply(Operator::Plus, vec![Math::name("x"), Math::name("y")]));
    let mut document = document("<cn>1</cn>");
    let lambda = Lambda { arguments: vec!["a".into(), "b".into()], body: Math::from_infix("a / b").unwrap() };
    let mut function = homeostat::model::sbml::FunctionDefinition { lambda: Some(lambda), ..Default::default() };
    function.base.id = Some("f".into());
    document.model.functions.push(function);
    document.model.rules[0].math = Some(Math::Call("f".into(), vec![Math::name("x"), Math::name("y")]));
    assert_eq!(Document::from_xml(&document.to_xml()).unwrap(), document);
}

/// SBML Level 1 Version 2, section on formulas: precedence and functions.
#[test]
fn formulas_of_level_1() {
    let of = |text: &str| Math::from_infix(text).unwrap().value(&|name| Some(if name == "x" { 3.0 } else { 0.5 }));
    for (text, expected) in [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("10 - 3 - 2", 5.0),
        ("24 / 4 / 2 * 3", 9.0),
        ("2 * -x", -6.0),
        ("-x^2", 9.0),
        ("2^3^2", 64.0),
        ("2^-1", 0.5),
        ("--x", 3.0),
        ("1.5e2 + .5 + 1.", 151.5),
        ("pow(x, 2) + sqr(x) + sqrt(16)", 22.0),
        ("log(exp(y)) + log10(1000)", 3.5),
        ("ceil(1.2) + floor(-1.2) + abs(-4)", 4.0),
        ("asin(sin(y)) + acos(cos(y)) + atan(tan(y))", 1.5),
        ("x_1 * y2", 0.25),
    ] {
        let found = of(text).unwrap();
        assert!((found - expected).abs() < 1e-14, "{text}: {found}");
    }
    for (text, expected) in [
        ("", "character 1: expected a number, a name or a bracket, found the end"),
        ("1 +", "character 4"),
        ("2 x", "character 3: expected an operator or the end, found x"),
        ("(1", "character 3: expected ), found the end"),
        ("sin(1, 2)", "character 1: sin takes 1 arguments, found 2"),
        ("pow(1)", "pow takes 2 arguments, found 1"),
        ("1 $ 2", "found $"),
        ("+1", "found +"),
        (".", "expected a number, found a dot"),
        ("µ", "found µ"),
    ] {
        let found = Math::from_infix(text).unwrap_err();
        assert!(found.contains(expected), "{text}: {found}");
    }
}
