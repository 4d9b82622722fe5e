//! How the components of a system repeat.

use super::Pattern;
use crate::program::LANES;
use std::collections::HashMap;

/// Equal parts of a system: each component belongs to one instance of a group, or to the border. Instances of a group have
/// the same equations on components of their own, and touch others through the border only.
///
/// ```
/// use homeostat::linalg::{Pattern, Template};
/// // three cells (x, y), each exchanging x with a pool, which is component 6
/// let cells = [0, 1, 2, 3, 4, 5];
/// let entries = (0..3).flat_map(|k| [(2 * k, 2 * k), (2 * k, 2 * k + 1), (2 * k, 6), (6, 2 * k), (2 * k + 1, 2 * k)]);
/// let template = Template::new(7).with_group(2, cells.to_vec()).unwrap();
/// assert_eq!(template.border(), [6]);
/// let pattern = Pattern::new(7, entries).unwrap();
/// assert!(pattern.clone().with_template(template).is_some());
/// // neighbours that touch one another are no instances
/// let chain = Template::new(7).with_group(1, cells.to_vec()).unwrap();
/// assert!(pattern.with_template(chain).is_none());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    groups: Vec<Group>,
    border: Vec<u32>,
    members: Vec<Member>,
}

/// Instances of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    width: usize,
    components: Vec<u32>,
}

/// What a component belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Member {
    /// The border; its place there.
    Border(u32),
    /// An instance of a group; its place there.
    Own { group: u32, instance: u32, place: u32 },
}

impl Template {
    /// Without groups: all `n` components are border.
    pub fn new(n: usize) -> Self {
        let border: Vec<u32> = (0..n as u32).collect();
        Template { groups: Vec::new(), members: border.iter().map(|&i| Member::Border(i)).collect(), border }
    }

    /// With a group of instances of `width` components each, given one instance after the other; those of the same place
    /// correspond. `None` where a component is not there or belongs to another group, or an instance is not complete,
    /// or where there is none.
    pub fn with_group(mut self, width: usize, components: Vec<u32>) -> Option<Self> {
        if width == 0 || components.is_empty() || !components.len().is_multiple_of(width) {
            return None;
        }
        let group = self.groups.len() as u32;
        for (at, &component) in components.iter().enumerate() {
            let member = self.members.get_mut(component as usize)?;
            if !matches!(member, Member::Border(_)) {
                return None;
            }
            *member = Member::Own { group, instance: (at / width) as u32, place: (at % width) as u32 };
        }
        self.groups.push(Group { width, components });
        self.border.clear();
        for (i, member) in self.members.iter_mut().enumerate() {
            if let Member::Border(place) = member {
                *place = self.border.len() as u32;
                self.border.push(i as u32);
            }
        }
        Some(self)
    }

    /// The groups.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The components that belong to no group, ascending.
    pub fn border(&self) -> &[u32] {
        &self.border
    }

    /// The place of a component in an instance of a group, the border's components coming after the instance's own: none
    /// where it belongs to another instance.
    fn local(&self, group: usize, instance: usize, component: u32) -> Option<usize> {
        match self.members[component as usize] {
            Member::Border(place) => Some(self.groups[group].width + place as usize),
            Member::Own { group: g, instance: k, place } if g as usize == group && k as usize == instance => {
                Some(place as usize)
            }
            Member::Own { .. } => None,
        }
    }

    /// For each group its entries; none where the pattern does not repeat in this way.
    pub(super) fn entries(&self, pattern: &Pattern) -> Option<Vec<Entries>> {
        if self.members.len() != pattern.n() {
            return None;
        }
        let mut entries: Vec<Entries> = self.groups.iter().map(|_| Entries::default()).collect();
        let mut counts: Vec<Vec<usize>> = self.groups.iter().map(|group| vec![0; group.count()]).collect();
        for (e, (i, j)) in pattern.entries().enumerate() {
            let (group, instance) = match (self.members[i], self.members[j]) {
                (Member::Own { group, instance, .. }, _) | (_, Member::Own { group, instance, .. }) => {
                    (group as usize, instance as usize)
                }
                _ => continue,
            };
            let place = |component: usize| self.local(group, instance, component as u32);
            let of_group = entries[group].places.entry((place(i)?, place(j)?)).or_default();
            // each instance in its turn, so that none is left out
            if counts[group].len() <= instance {
                return None;
            }
            counts[group][instance] += 1;
            of_group.resize(of_group.len().max(instance + 1), NOWHERE);
            of_group[instance] = e as u32;
        }
        for ((group, entries), counts) in self.groups.iter().zip(&entries).zip(&counts) {
            let all = entries.places.len();
            let complete = |places: &Vec<u32>| places.len() == group.count() && !places.contains(&NOWHERE);
            if counts.iter().any(|&count| count != all) || !entries.places.values().all(complete) {
                return None;
            }
        }
        Some(entries)
    }
}

const NOWHERE: u32 = u32::MAX;

impl Group {
    /// How many components an instance has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many instances there are.
    pub fn count(&self) -> usize {
        self.components.len() / self.width
    }

    /// The components of an instance.
    pub fn instance(&self, k: usize) -> &[u32] {
        &self.components[k * self.width..][..self.width]
    }
}

/// Where the entries of a matrix that have to do with a group stand, in pattern order.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    /// For each entry of an instance (row and column as places in the instance, the border's after its own) its place in
    /// each instance.
    pub places: std::collections::BTreeMap<(usize, usize), Vec<u32>>,
}

/// What the components and entries of the first instance of a group are in the others. What is not of the group stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moves {
    components: HashMap<u32, Vec<u32>>,
    entries: HashMap<u32, Vec<u32>>,
}

impl Moves {
    pub(super) fn new(group: &Group, entries: &Entries) -> Self {
        let of_place = |v: usize| (0..group.count()).map(|k| group.instance(k)[v]).collect();
        Moves {
            components: (0..group.width).map(|v| (group.instance(0)[v], of_place(v))).collect(),
            entries: entries.places.values().map(|places| (places[0], places.clone())).collect(),
        }
    }

    pub fn component(&self, k: usize, component: u32) -> u32 {
        self.components.get(&component).map_or(component, |places| places[k])
    }

    pub fn entry(&self, k: usize, entry: u32) -> u32 {
        self.entries.get(&entry).map_or(entry, |places| places[k])
    }
}

/// Memory for so many numbers of each instance: [`LANES`] instances side by side, so that they can be read together.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Layout {
    pub first: usize,
    pub width: usize,
    pub count: usize,
}

impl Layout {
    pub fn len(&self) -> usize {
        self.width * self.count
    }

    /// The place of number v of instance k.
    pub fn place(&self, k: usize, v: usize) -> u32 {
        let (group, lane) = (k / LANES, k % LANES);
        let lanes = LANES.min(self.count - group * LANES);
        (self.first + group * LANES * self.width + v * lanes + lane) as u32
    }

    /// What a place of the first instance is in another one; none where it lies outside.
    pub fn moved(&self, k: usize, place: u32) -> Option<u32> {
        let distance = (place as usize).checked_sub(self.first).filter(|&distance| distance < self.len())?;
        Some(self.place(k, distance / LANES.min(self.count)))
    }
}
