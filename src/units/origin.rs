//! Where a number comes from, and how far it has been checked.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How far the source of a number has been checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Status {
    /// Read in the source that is named.
    Checked,
    /// A source is named, and has not been read.
    CitedUnread,
    /// Chosen without a source; `source` says why.
    Assumed,
    /// Written nowhere: a scale or a strength that is 1 until it is changed. Files cannot say it.
    #[serde(skip)]
    Implied,
}

impl Status {
    /// Those that a file can say.
    pub const ALL: [Status; 3] = [Status::Checked, Status::CitedUnread, Status::Assumed];
}

/// As in files.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Checked => "checked",
            Status::CitedUnread => "cited-unread",
            Status::Assumed => "assumed",
            Status::Implied => "implied",
        })
    }
}

/// Where a number comes from.
///
/// ```
/// use homeostat::units::{Origin, Status};
/// let of_model = Origin::new("Best et al. 2009").with_status(Status::Checked);
/// let of_number = Origin { source: Some("Best et al. 2009: V_TH".to_string()), ..Origin::default() };
/// let resolved = of_number.or(&of_model);
/// assert_eq!((resolved.source.as_deref(), resolved.status), (Some("Best et al. 2009: V_TH"), Some(Status::Checked)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The paper, table or equation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How far that has been checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The animal in which it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub species: Option<String>,
    /// The tissue, cell or preparation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tissue: Option<String>,
}

impl Origin {
    /// A source of which no more is said.
    pub fn new(source: impl Into<String>) -> Self {
        Origin { source: Some(source.into()), ..Origin::default() }
    }

    /// The same, with how far it has been checked.
    pub fn with_status(self, status: Status) -> Self {
        Origin { status: Some(status), ..self }
    }

    /// What is not said here is taken from `other`. A number with a status of its own stands by itself: what holds for
    /// others in its file need not hold for it.
    pub fn or(&self, other: &Origin) -> Origin {
        if self.status.is_some() {
            return self.clone();
        }
        let own = |own: &Option<String>, other: &Option<String>| own.clone().or_else(|| other.clone());
        Origin {
            source: own(&self.source, &other.source),
            status: other.status,
            species: own(&self.species, &other.species),
            tissue: own(&self.tissue, &other.tissue),
        }
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Origin::default()
    }
}
