//! How the instances of a block lie in memory, and whether they can be run together.

use super::{Block, LANES, OUTPUTS, Source};

/// Where one input or result of a block stands, instance by instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The time.
    Time,
    /// The same place for all.
    Same { class: usize, place: u32 },
    /// Instance `l` of the `g`-th [`LANES`] has place `first + g group + l lane`; those that fill no such group may lie
    /// anywhere.
    Steady { class: usize, first: u32, group: i64, lane: i64 },
    /// Anywhere.
    Scattered { class: usize },
}

/// A block whose instances do not touch one another, so that several may be run side by side.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Repeat {
    pub inputs: Vec<Column>,
    pub results: Vec<Column>,
}

impl Repeat {
    /// The columns of a block, where there are enough instances and they are separate.
    pub fn of(block: &Block, outputs: usize) -> Option<Self> {
        if block.instances < LANES || !is_separate(block, outputs) {
            return None;
        }
        let places = |source: &Source| source.place();
        let inputs = columns(&block.gather, block.instances, places);
        let results = columns(&block.scatter, block.instances, |&place| Some((OUTPUTS, place)));
        Some(Repeat { inputs, results })
    }
}

fn columns<T>(table: &[T], instances: usize, place: impl Fn(&T) -> Option<(usize, u32)>) -> Vec<Column> {
    let width = table.len() / instances;
    (0..width).map(|c| column(instances, |k| place(&table[k * width + c]))).collect()
}

fn column(instances: usize, place: impl Fn(usize) -> Option<(usize, u32)>) -> Column {
    let Some((class, first)) = place(0) else { return Column::Time };
    if (1..instances).all(|k| place(k) == Some((class, first))) {
        return Column::Same { class, place: first };
    }
    let step = |k: usize| place(k).map_or(0, |(_, p)| i64::from(p) - i64::from(first));
    let (lane, group) = (step(1), if instances >= 2 * LANES { step(LANES) } else { 0 });
    let expected = |k: usize| i64::from(first) + (k / LANES) as i64 * group + (k % LANES) as i64 * lane;
    let grouped = instances / LANES * LANES;
    let is_steady = (0..grouped).all(|k| place(k).is_some_and(|(c, p)| c == class && i64::from(p) == expected(k)));
    if is_steady { Column::Steady { class, first, group, lane } } else { Column::Scattered { class } }
}

/// Who has to do with a place of the outputs.
#[derive(Clone, Copy, PartialEq)]
enum Owner {
    Nobody,
    /// This instance stores there.
    Instance(usize),
    /// This result of every instance is added there.
    Sum(usize),
}

/// Whether no instance stores or reads what another one stores, and what is added up is touched by nothing else. All
/// sources of an input have to be of one class.
fn is_separate(block: &Block, outputs: usize) -> bool {
    let (width, results, stored) = (block.width(), block.results.len(), block.results.len() - block.added);
    let mut owners = vec![Owner::Nobody; outputs];
    for (at, &place) in block.scatter.iter().enumerate() {
        let (instance, result) = (at / results, at % results);
        let mine = if result < stored { Owner::Instance(instance) } else { Owner::Sum(result) };
        let owner = &mut owners[place as usize];
        // which of two results of an instance stays in one place could differ from instance to instance
        if *owner != Owner::Nobody && (*owner != mine || result < stored) {
            return false;
        }
        *owner = mine;
    }
    let class = |source: &Source| source.place().map(|(class, _)| class);
    block.gather.iter().enumerate().all(|(at, source)| {
        let is_mine = |owner| owner == Owner::Nobody || owner == Owner::Instance(at / width);
        let is_free = !matches!(source, Source::Output(i) if !is_mine(owners[*i as usize]));
        is_free && class(source) == class(&block.gather[at % width])
    })
}

impl Block {
    /// The block of one instance as one of many: `source` and `place` say what an input and the place of a result of the
    /// first instance are in the k-th.
    pub(crate) fn spread(
        self,
        count: usize,
        source: impl Fn(usize, Source) -> Source,
        place: impl Fn(usize, u32) -> u32,
    ) -> Block {
        let gather = (0..count).flat_map(|k| self.gather.iter().map(move |&s| (k, s))).map(|(k, s)| source(k, s));
        let scatter = (0..count).flat_map(|k| self.scatter.iter().map(move |&p| (k, p))).map(|(k, p)| place(k, p));
        let (gather, scatter) = (gather.collect(), scatter.collect());
        Block { gather, scatter, instances: count, ..self }
    }
}
