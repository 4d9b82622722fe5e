//! Every number that a model gives, with where it comes from.

use super::{EntityKind, Initial, Network};
use crate::units::{Origin, Status, Value};

impl Network {
    /// Every number of the model by the name with which it is set: compartments, parameters, and initial values (`x` an
    /// amount, `[x]` a concentration), in the order in which they were added.
    ///
    /// ```
    /// let net = homeostat::library::load("best-2009-dopamine")?.network();
    /// let (_, km) = net.numbers().find(|(name, _)| name == "DAT.Km").unwrap();
    /// assert_eq!(km.to_string(), "0.2 uM");
    /// assert!(km.origin.status.is_some());
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn numbers(&self) -> impl Iterator<Item = (String, &Value)> + '_ {
        self.entities().iter().filter_map(|entity| match &entity.kind {
            EntityKind::Compartment { volume: value, .. } | EntityKind::Parameter { value, .. } => {
                Some((entity.name.clone(), value))
            }
            EntityKind::Species { initial: Initial::Amount(value), .. } => Some((entity.name.clone(), value)),
            EntityKind::Species { initial: Initial::Concentration(value), .. } => {
                Some((format!("[{}]", entity.name), value))
            }
            _ => None,
        })
    }

    /// Everything that has an origin, by name: the numbers that the model writes down, and its schedules
    /// (`schedule.NAME`, without a number). What is 1 until somebody changes it is left out.
    pub fn sources(&self) -> impl Iterator<Item = (String, Option<&Value>, Origin)> + '_ {
        let numbers = self.numbers().map(|(name, value)| (name, Some(value), value.origin.clone()));
        let schedules = self.schedules().iter().map(|schedule| {
            let origin = Origin { source: schedule.source.clone(), status: schedule.status, ..Origin::default() };
            (format!("schedule.{}", schedule.name), None, origin)
        });
        numbers.filter(|(_, _, origin)| origin.status != Some(Status::Implied)).chain(schedules)
    }

    /// How many of [`Network::sources`] have each status, those that say none last.
    ///
    /// ```
    /// use homeostat::units::Status;
    /// let net = homeostat::library::load("best-2009-dopamine")?.network();
    /// let counts = net.status_counts();
    /// assert_eq!(counts.map(|(_, n)| n).iter().sum::<usize>(), net.sources().count());
    /// assert_eq!((counts[2].0, counts[3]), (Some(Status::Assumed), (None, 0)));
    /// # Ok::<(), homeostat::Error>(())
    /// ```
    pub fn status_counts(&self) -> [(Option<Status>, usize); 4] {
        let [checked, unread, assumed] = Status::ALL.map(Some);
        let count = |status| self.sources().filter(|(_, _, origin)| origin.status == status).count();
        [checked, unread, assumed, None].map(|status| (status, count(status)))
    }
}
