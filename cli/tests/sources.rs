//! `homeostat check --sources`.

mod common;

use common::{BEGIN, Place, homeostat};

#[test]
fn every_number_stands_in_the_table_with_its_status() {
    let told = homeostat(&["check", "--sources", "best-2009-dopamine"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let lines: Vec<Vec<&str>> = told.out.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(lines[0], ["parameter", "value", "unit", "status", "species", "tissue", "source", "spread"]);
    let km = lines.iter().find(|line| line[0] == "DAT.Km").unwrap();
    assert_eq!(km[..4], ["DAT.Km", "0.2", "uM", "checked"]);
    assert!(km[6].contains("Best et al. 2009"), "{km:?}");
    assert!(lines.iter().any(|line| line[0] == "schedule.meals" && line[3] == "checked"));
    // the shares come last, and are of all rows
    let rows = lines.iter().filter(|line| line.len() == 8).count() - 1;
    let shares: Vec<(&str, usize)> =
        lines.iter().filter(|line| line.len() == 3).map(|line| (line[0], line[1].parse().unwrap())).collect();
    assert_eq!(
        shares.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["checked", "cited-unread", "assumed", "missing"]
    );
    assert_eq!(shares.iter().map(|(_, count)| count).sum::<usize>(), rows);
    assert_eq!(shares[3].1, 0);
}

#[test]
fn named_parts_are_listed_and_taken_over() {
    let told = homeostat(&["list", "--parts"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let lines: Vec<Vec<&str>> = told.out.lines().map(|line| line.split('\t').collect()).collect();
    for (kind, name) in [("enzyme", "TH"), ("transporter", "SERT"), ("drug", "escitalopram"), ("regulator", "alpha2A")]
    {
        let line = lines.iter().find(|line| line[..2] == [kind, name]).unwrap_or_else(|| panic!("{name}"));
        assert!(line.len() == 3 && !line[2].is_empty(), "{line:?}");
    }
    let place = Place::new("parts");
    let file = place.write("part.toml", &format!("{BEGIN}[drug.d]\nlike = \"escitalopran\"\n"));
    let told = place.homeostat(&["check", file]);
    assert_eq!((told.code, told.err.lines().count()), (2, 1), "{}", told.err);
    assert!(
        told.err
            .contains("part.toml:10: drug.d.like: the catalogue has no drug escitalopran (did you mean escitalopram?)"),
        "{}",
        told.err
    );
}
