//! Which fields a kind of part takes: found by asking the kind itself, so that what is told is what holds.

use super::assembly::Assembly;
use super::{ALL, Kind};
use crate::error::did_you_mean;
use crate::network::{Field, Network, Part};
use crate::units::{Unit, Value};

/// A field of a kind of part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldUse {
    /// Its name.
    pub name: &'static str,
    /// Whether it has to be given, as far as no other field stands for it.
    pub is_required: bool,
    /// What is expected: a kind of quantity with examples of units, a name, one of some words.
    pub expected: String,
    /// What holds where it is not given, where that is a word or a number.
    pub usual: Option<String>,
}

/// A unit of nothing that any part asks for.
const STRANGE: &str = "K^3";

fn strange() -> Field {
    Field::Value(Value::new(1.0, Unit::parse(STRANGE).unwrap_or_default()))
}

/// A name that nothing has.
const NAME: &str = "part";

/// What a part asks for, what it says of fields, and what holds where they are not given.
struct Asked {
    names: Vec<&'static str>,
    said: Vec<(String, String)>,
    usual: Vec<(&'static str, String)>,
}

impl Kind {
    /// The fields of this kind, of a law where one is named. Fields that only others call for are told where these are given.
    ///
    /// ```
    /// use homeostat::component;
    /// let kind = |name: &str| component::ALL.iter().find(|kind| kind.name == name).unwrap();
    /// let fields = kind("enzyme").fields(Some("uncompetitive"))?;
    /// let km = fields.iter().find(|field| field.name == "Km").unwrap();
    /// assert!(km.is_required && km.expected.starts_with("a concentration such as uM"));
    /// let fields = kind("regulator").fields(None)?;
    /// let strength = fields.iter().find(|field| field.name == "strength").unwrap();
    /// assert_eq!((strength.is_required, strength.usual.as_deref()), (false, Some("1")));
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// Where the kind takes no such law: the message.
    pub fn fields(&self, law: Option<&str>) -> Result<Vec<FieldUse>, String> {
        let mut bare = Part::new(self.name, NAME);
        if let Some(law) = law {
            bare = bare.with("law", law);
        }
        let mut asked = self.ask(&bare);
        if let Some(message) = asked.of("law").filter(|_| law.is_some()) {
            return Err(message.to_string());
        }
        // where one of two is needed nothing more is asked for until one of them is there
        let narrow = bare.clone();
        for (name, other) in asked.choices() {
            bare = bare.with(name, strange());
            asked = self.ask(&bare);
            let one = asked.of(name).and_then(expected).unwrap_or_default();
            asked.said.insert(0, (name.to_string(), format!("is missing; expected {one}; or {other} in its place")));
        }
        let mut fields: Vec<FieldUse> = Vec::new();
        let mut names = asked.names.clone();
        let mut i = 0;
        while let Some(&name) = names.get(i) {
            i += 1;
            if fields.iter().any(|field| field.name == name) || ["like", "from"].contains(&name) {
                continue;
            }
            let usual = asked.usual.iter().find(|(field, _)| *field == name).map(|(_, usual)| usual.clone());
            let missing = asked.of(name).filter(|message| message.starts_with("is missing"));
            let is_required = missing.is_some();
            let expected = match missing {
                Some(message) => expected(message).unwrap_or_default(),
                None => {
                    let found = self.probe(&narrow, name, &mut names);
                    if found.is_empty() { self.probe(&bare, name, &mut names) } else { found }
                }
            };
            fields.push(FieldUse { name, is_required, expected, usual });
        }
        Ok(fields)
    }

    /// What a field that may be left out is expected to be: what is said of a number that it cannot be, and of a word. Fields that
    /// it calls for are added to `names`.
    fn probe(&self, bare: &Part, name: &'static str, names: &mut Vec<&'static str>) -> String {
        let mut found = String::new();
        for value in [strange(), Field::Text("?".to_string())] {
            let asked = self.ask(&bare.clone().with(name, value));
            found = asked.of(name).and_then(expected).unwrap_or(found);
            names.extend(asked.names);
            if !found.is_empty() && found != "a text in quotes" {
                break;
            }
        }
        found
    }

    fn ask(&self, part: &Part) -> Asked {
        let mut net = Network::new(NAME);
        let mut assembly = Assembly::new(&mut net, part);
        (self.emit)(&mut assembly);
        let (names, usual) = (std::mem::take(&mut assembly.asked), std::mem::take(&mut assembly.usual));
        let said = net.check().into_iter().filter_map(|problem| match &problem.place[..] {
            [_, _, field] => Some((field.clone(), problem.message)),
            _ => None,
        });
        Asked { names, said: said.collect(), usual }
    }
}

impl Asked {
    /// Fields of which one is needed, with the other one.
    fn choices(&self) -> Vec<(&'static str, &'static str)> {
        let pairs = self.names.iter().flat_map(|one| self.names.iter().map(move |other| (*one, *other)));
        let is_choice = |(one, other): &(&str, &str)| {
            self.of(one).is_some_and(|message| message == format!("is missing; expected {one} or {other}"))
        };
        pairs.filter(is_choice).collect()
    }

    /// What was said of a field.
    fn of(&self, name: &str) -> Option<&str> {
        self.said.iter().find(|(field, _)| field == name).map(|(_, message)| message.as_str())
    }
}

/// What a message says is expected.
fn expected(message: &str) -> Option<String> {
    let words = || message.split_once("known: ").map(|(_, known)| format!("one of {known}"));
    let named = || Some(format!("the name of a {}", message.strip_prefix("there is no ")?.strip_suffix(" ?")?));
    if message.starts_with("at character") {
        return Some("a formula".to_string());
    }
    message.rsplit_once("expected ").map(|(_, expected)| expected.to_string()).or_else(words).or_else(named)
}

/// A kind by its name.
///
/// ```
/// use homeostat::component;
/// assert_eq!(component::named("enzyme").unwrap().name, "enzyme");
/// assert!(component::named("enzime").unwrap_err().contains("did you mean enzyme?"));
/// ```
///
/// # Errors
/// The message: there is none, with the nearest.
pub fn named(name: &str) -> Result<&'static Kind, String> {
    ALL.iter().find(|kind| kind.name == name).ok_or_else(|| {
        let hint = did_you_mean(name, ALL.iter().map(|k| k.name));
        format!("there is no kind of part named {name}{hint}")
    })
}
