//! Checks of whole pictures, and of the axes behind them.

use super::axes::{self, Scale, Tick};
use super::{Curve, Figure, PlotError};

fn hours(n: usize) -> Vec<f64> {
    (0..n).map(|i| i as f64).collect()
}

fn figure(n: usize) -> Figure {
    Figure::new("Title", "time", "h", hours(n))
}

/// Renders both ways; the SVG must parse and the PNG must have the SVG's size.
fn render(figure: &Figure) -> Vec<String> {
    let svg = figure.to_svg().unwrap();
    let document = roxmltree::Document::parse(&svg).unwrap();
    let root = document.root_element();
    let size = |name: &str| root.attribute(name).unwrap().parse::<u32>().unwrap();
    let png = figure.to_png().unwrap();
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    let (width, height, inked) = decode(&png);
    assert_eq!((width, height), (size("width"), size("height")));
    assert!(inked > 1000, "the picture is empty");
    for node in root.descendants() {
        for a in node.attributes() {
            assert!(!a.value().contains("NaN") && !a.value().contains("inf"), "{}", a.value());
        }
    }
    root.descendants()
        .filter(|n| n.tag_name().name() == "text")
        .map(|n| n.text().unwrap_or("").trim().to_string())
        .collect()
}

fn decode(png: &[u8]) -> (u32, u32, usize) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let inked = pixels.iter().filter(|&&p| p != 255).count();
    (info.width, info.height, inked)
}

fn curve(unit: &str, y: &[f64]) -> Curve {
    Curve { name: String::new(), unit: unit.into(), y: y.to_vec() }
}

fn grouped(curves: &[Curve]) -> Vec<Vec<usize>> {
    axes::group(curves).into_iter().map(|g| g.curves).collect()
}

fn labels(scale: Scale, unit: &str, most: usize) -> Vec<String> {
    let ticks = scale.ticks(unit, |t: &[Tick], _| t.len() <= most);
    assert!(ticks.iter().all(|t| (-1e-5..=1.00001).contains(&t.at)));
    ticks.into_iter().map(|t| t.label).collect()
}

#[test]
fn names_and_units_are_written() {
    let figure = Figure::new("A & B <c>", "time \"t\"", "h", hours(3))
        .curve("[DA] < 'x' & \"y\" > z", "µmol/(L·s)", vec![1.0, 2.0, 3.0])
        .unwrap()
        .curve("second", "nM", vec![1.0, 2.0, 3.0])
        .unwrap()
        .band("meal & rest", vec![(0.5, 1.0), (-5.0, 0.1), (90.0, 91.0)]);
    let texts = render(&figure);
    for expected in ["A & B <c>", "time \"t\" (h)", "[DA] < 'x' & \"y\" > z", "second", "second (nM)", "meal & rest"] {
        assert_eq!(texts.iter().filter(|t| *t == expected).count(), 1, "{expected}");
    }
    assert!(texts.concat().contains("(µmol/(L·s))"), "{texts:?}"); // the axis, on two lines
}

#[test]
fn control_characters_do_not_break_the_file() {
    let figure = Figure::new("a\u{1}b\nc", "t\u{0}", "\u{FFFE}", hours(2))
        .curve("\u{7}bell\t\u{1F600}", "\r\n", vec![1.0, 2.0])
        .unwrap();
    let texts = render(&figure);
    assert!(texts.contains(&"a\u{FFFD}b c".to_string()));
    assert_eq!(texts.iter().filter(|t| t.contains("bell")).count(), 2, "{texts:?}"); // legend and axis
}

#[test]
fn asked_size_is_kept() {
    let figure = figure(5).curve("a", "nM", vec![1.0; 5]).unwrap();
    for size in [(400, 300), (640, 480), (1600, 900)] {
        let png = figure.clone().size(size.0, size.1).to_png().unwrap();
        let (width, height, _) = decode(&png);
        assert_eq!((width, height), size);
    }
}

#[test]
fn impossible_sizes_are_refused() {
    let figure = figure(5).curve("a", "nM", vec![1.0; 5]).unwrap();
    for size in [(0, 0), (1, 1), (399, 400), (1000, 50)] {
        match figure.clone().size(size.0, size.1).to_png() {
            Err(PlotError::TooSmall { asked, needed }) => {
                assert_eq!(asked, size);
                // What the message advises works.
                let advised = figure.clone().size(needed.0, needed.1);
                assert!(advised.to_svg().is_ok());
            }
            other => panic!("{size:?}: {other:?}"),
        }
    }
    for size in [(u32::MAX, u32::MAX), (20_001, 500), (15_000, 15_000)] {
        let result = figure.clone().size(size.0, size.1).to_png();
        assert!(matches!(result, Err(PlotError::TooLarge { .. })));
    }
}

#[test]
fn odd_values_are_drawn() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    for y in [
        [nan; 4],
        [inf, -inf, nan, inf],
        [1e300, -1e300, 0.0, 5e299],
        [f64::MAX, f64::MIN, 0.0, 1.0],
        [1e-31, 2e-31, 3e-31, 1.5e-31],
        [5e-324, 1e-323, 0.0, 5e-324],
        [-3.0, -2.0, -1.0, -7.0],
        [0.0; 4],
        [-0.0, 0.0, -0.0, 0.0],
        [1e300; 4],
        [7.0, 7.0 + 1e-15, 7.0, 7.0],
        [1e9, 1e9 + 2.0, 1e9 + 4.0, 1e9],
        [1.0, nan, 2.0, inf],
    ] {
        let figure = figure(4).curve("odd", "nM", y.to_vec()).unwrap();
        let texts = render(&figure);
        assert!(texts.contains(&"odd".to_string()), "{y:?}: {texts:?}");
        assert!(texts.len() >= 8, "{y:?}: {texts:?}");
        assert!(texts.iter().all(|t| t.len() < 20), "{y:?}: {texts:?}");
    }
}

#[test]
fn odd_positions_are_drawn() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    for x in [
        vec![3.0],
        vec![0.0],
        vec![nan, 2.0, inf],
        vec![2.0, 2.0, 2.0],
        vec![3.0, 1.0, 2.0],
        vec![f64::MIN, 0.0, f64::MAX],
        vec![1.7e9, 1.7e9 + 1.0, 1.7e9 + 2.0],
    ] {
        let y = vec![1.0; x.len()];
        let figure = Figure::new("", "", "", x.clone()).curve("a", "nM", y);
        assert!(render(&figure.unwrap()).len() > 4, "{x:?}");
    }
}

#[test]
fn sixty_curves_have_sixty_names() {
    let mut sixty = figure(50);
    for i in 0..60 {
        let y = (0..50).map(|k| f64::from(i + k)).collect();
        sixty = sixty.curve(format!("receptor {i}"), "nM", y).unwrap();
    }
    let texts = render(&sixty);
    for i in 0..60 {
        assert!(texts.contains(&format!("receptor {i}")));
    }
}

#[test]
fn long_names_are_wrapped_whole() {
    let name = "an-extremely-long-name/".repeat(8) + &"unbroken".repeat(12);
    let figure = figure(3).curve(name.clone(), "very long unit ".repeat(20), vec![1.0; 3]).unwrap();
    let texts = render(&figure);
    let joined: String = texts.concat();
    assert!(joined.contains(&name), "{joined}");
}

#[test]
fn labels_are_large() {
    let figure = figure(3).curve("a", "nM", vec![1.0, 2.0, 4.0]).unwrap();
    let svg = figure.to_svg().unwrap();
    let document = roxmltree::Document::parse(&svg).unwrap();
    // Ten units of the view box make one pixel.
    for node in document.descendants().filter(|n| n.has_tag_name("text")) {
        let size: f64 = node.attribute("font-size").unwrap().parse().unwrap();
        assert!(size >= 180.0 && size.fract() == 0.0, "{size}");
    }
    assert!(svg.contains("viewBox=\"0 0 10000 "));
}

#[test]
fn unusable_figures_say_why() {
    assert!(matches!(figure(2).to_svg(), Err(PlotError::NoCurves)));
    let none = Figure::new("", "t", "", vec![]).curve("a", "", vec![]).unwrap();
    let error = none.to_png().unwrap_err();
    assert!(matches!(error, PlotError::NoPositions { given: 0, .. }));
    let lost = Figure::new("", "t", "", vec![f64::NAN]).curve("a", "", vec![1.0]).unwrap();
    assert!(lost.to_svg().unwrap_err().to_string().contains("finite"));
    let length = figure(2).curve("a", "nM", vec![]).unwrap_err();
    assert!(length.to_string().contains("0 values for 2 positions"));
    for interval in [(2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
        let banded = figure(2).curve("a", "nM", vec![1.0, 2.0]).unwrap();
        let error = banded.band("meal", vec![interval]).to_svg().unwrap_err();
        assert!(matches!(error, PlotError::Band { .. }), "{error}");
    }
}

#[test]
fn endings_choose_the_format() {
    let figure = figure(2).curve("a", "nM", vec![1.0, 2.0]).unwrap();
    let folder = std::env::temp_dir().join(format!("homeostat-plot-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    figure.save(&folder.join("a.SVG")).unwrap();
    figure.save(&folder.join("a.png")).unwrap();
    let svg = std::fs::read_to_string(folder.join("a.SVG")).unwrap();
    assert!(svg.starts_with("<svg"));
    let png = std::fs::read(folder.join("a.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    for name in ["a", "a.pdf", ".svg"] {
        let error = figure.save(&folder.join(name)).unwrap_err();
        assert!(error.to_string().contains(".png"), "{name}: {error}");
    }
    let error = figure.save(&folder.join("none/a.svg")).unwrap_err();
    assert!(std::error::Error::source(&error).is_some());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn panels_follow_unit_and_magnitude() {
    let curves = [
        curve("nM", &[0.002, 0.003]),
        curve("nM", &[2.6, 2.0]),
        curve("nM", &[80.0, 70.0]),
        curve("nM", &[126.0, 100.0]),
        curve("mV", &[-70.0, 30.0]),
        curve("nM", &[940.0, 600.0]),
        curve("nM", &[f64::NAN, f64::NAN]),
    ];
    let groups = grouped(&curves);
    assert_eq!(groups.len(), 5);
    assert!(groups.contains(&vec![2, 3]) && groups.contains(&vec![4]));
    // A curve that would be a straight line gets a panel; a constant one does not.
    let tall = curve("nM", &[0.0, 100.0]);
    let slight = curve("nM", &[90.0, 90.5]);
    let constant = curve("nM", &[90.0, 90.0]);
    assert_eq!(grouped(&[tall.clone(), slight]).len(), 2);
    assert_eq!(grouped(&[tall, constant]).len(), 1);
    // Too many magnitudes are brought down to six panels, units are not mixed.
    let decades: Vec<Curve> = (0..20).map(|i| curve("nM", &[10f64.powi(2 * i), 0.0])).collect();
    assert_eq!(grouped(&decades).len(), 6);
    let units: Vec<Curve> = (0..8).map(|i| curve(&i.to_string(), &[1.0])).collect();
    assert_eq!(grouped(&units).len(), 8);
}

#[test]
fn ticks_are_round_and_alike() {
    let roomy = |min, max, most| labels(Scale::roomy(min, max), "", most);
    assert_eq!(roomy(0.0, 0.3, 5), ["0", "0.1", "0.2", "0.3"].map(String::from));
    assert_eq!(roomy(0.5e-6, 2.1e-6, 6), ["0", "0.5e-6", "1.0e-6", "1.5e-6", "2.0e-6"].map(String::from));
    assert_eq!(roomy(140.0, 140.02, 3), ["140.00", "140.01", "140.02"].map(String::from));
    assert_eq!(roomy(-1e300, 1e300, 3), ["-1e300", "0", "1e300"].map(String::from));
    assert_eq!(roomy(1_234_567.0, 1_234_569.0, 3), ["1234567", "1234568", "1234569"].map(String::from));
    assert_eq!(
        labels(Scale::tight(0.0, 48.0), "h", 9),
        ["0", "6", "12", "18", "24", "30", "36", "42", "48"].map(String::from)
    );
    assert_eq!(labels(Scale::tight(0.0, 120.0), "min", 6), ["0", "30", "60", "90", "120"].map(String::from));
    // Narrow ranges keep their distance from zero, wide ones start there.
    assert!(Scale::roomy(900.0, 1000.0).place(0.0) < -1.0);
    assert!(Scale::roomy(1.0, 1000.0).place(0.0).abs() < 1e-12);
    assert!((Scale::roomy(-1000.0, -1.0).place(0.0) - 1.0).abs() < 1e-12);
}

#[test]
fn powers_of_ten_are_labelled_and_share_a_panel() {
    let figure = Figure::new("Work", "error", "", vec![1e-9, 1e-3, f64::NAN, 1e-8, 0.0])
        .curve("slow", "us", vec![1e6, 1e3, f64::NAN, f64::NAN, f64::NAN])
        .unwrap()
        .curve("fast", "us", vec![f64::NAN, f64::NAN, f64::NAN, 1e2, 1e1])
        .unwrap()
        .band("below", vec![(0.0, 1e-8)])
        .powers_of_ten();
    let texts = render(&figure);
    for expected in ["1e-9", "1e-6", "1e-3", "1e2", "1e6", "slow", "fast", "below"] {
        assert_eq!(texts.iter().filter(|t| *t == expected).count(), 1, "{expected}: {texts:?}");
    }
    assert_eq!(texts.iter().filter(|t| t.contains("(us)")).count(), 1, "one panel: {texts:?}");
}
