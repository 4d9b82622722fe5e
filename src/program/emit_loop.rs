//! Instances of a block as loops: two at a time, their places reached by steps or looked up, and what is left over one at a
//! time.

use super::emit::{ADDRESS, Frame, Tables, WIDTH, emit_once, offset};
use super::instances::{Column, Repeat};
use super::{Block, LANES, OUTPUTS, Source};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};
use cranelift_frontend::FunctionBuilder;
use std::collections::BTreeMap;
use std::ops::Range;

/// Where an input or a result stands.
#[derive(Clone, Copy)]
pub(super) enum Address {
    Time,
    /// One place.
    Fixed {
        base: Value,
        place: u32,
    },
    /// A place for each of two instances, so many bytes apart, from so many on.
    Lanes {
        base: Value,
        first: i32,
        apart: i32,
    },
    /// A place for each of two instances, looked up in a table: their distances from the base in bytes.
    LookedUp {
        base: Value,
        table: Value,
        entry: i32,
    },
}

/// Where all inputs and results stand.
pub(super) struct Addresses {
    pub inputs: Vec<Address>,
    pub results: Vec<Address>,
    /// For each input, whether nothing writes there while the program runs.
    pub is_input: Vec<bool>,
    /// Inputs whose place is written by the same instance.
    pub early: Vec<usize>,
    /// The results to be stored: of several that go to one place the last one, which stays there, and all that are added.
    pub kept: Vec<usize>,
}

impl Addresses {
    /// Of one instance.
    pub fn of_instance(block: &Block, instance: usize, frame: &Frame<'_>) -> Self {
        let fixed = |(class, place): (usize, u32)| Address::Fixed { base: frame.parameters[1 + class], place };
        let inputs = sources(block, instance).iter().map(|s| s.place().map_or(Address::Time, fixed)).collect();
        let results = places(block, instance).iter().map(|&place| fixed((OUTPUTS, place))).collect();
        Addresses::new(block, instance, inputs, results)
    }

    fn new(block: &Block, instance: usize, inputs: Vec<Address>, results: Vec<Address>) -> Self {
        let (sources, places) = (sources(block, instance), places(block, instance));
        let stored = places.len() - block.added;
        let last: BTreeMap<u32, usize> = places[..stored].iter().copied().zip(0..).collect();
        let written: Vec<usize> = last.values().copied().chain(stored..places.len()).collect();
        let is_written = |place: &u32| places.contains(place);
        Addresses {
            inputs,
            results,
            is_input: sources.iter().map(|source| !matches!(source, Source::Output(_))).collect(),
            early: (0..sources.len())
                .filter(|&c| matches!(&sources[c], Source::Output(place) if is_written(place)))
                .collect(),
            kept: written,
        }
    }
}

fn sources(block: &Block, instance: usize) -> &[Source] {
    &block.gather[instance * block.width()..][..block.width()]
}

fn places(block: &Block, instance: usize) -> &[u32] {
    &block.scatter[instance * block.results.len()..][..block.results.len()]
}

impl Address {
    /// One number, or one for each of a pair.
    pub fn load(self, builder: &mut FunctionBuilder<'_>, is_pair: bool, is_input: bool) -> Value {
        let mut flags = MemFlagsData::new().with_notrap();
        if is_input {
            flags = flags.with_readonly();
        }
        match self {
            Address::Time => builder.ins().f64const(f64::NAN), // is in a register, not in memory
            Address::Fixed { base, place } => {
                let value = builder.ins().load(types::F64, flags, base, offset(place));
                if is_pair { builder.ins().splat(types::F64X2, value) } else { value }
            }
            Address::Lanes { base, first, .. } if !is_pair => builder.ins().load(types::F64, flags, base, first),
            Address::Lanes { base, first, apart } if apart == WIDTH as i32 => {
                builder.ins().load(types::F64X2, flags, base, first)
            }
            Address::Lanes { .. } | Address::LookedUp { .. } => {
                let [one, other] =
                    self.places(builder).map(|(base, at)| builder.ins().load(types::F64, flags, base, at));
                let pair = builder.ins().scalar_to_vector(types::F64X2, one);
                builder.ins().insertlane(pair, other, 1)
            }
        }
    }

    /// The two places of a pair: pointers, and how far behind them.
    fn places(self, builder: &mut FunctionBuilder<'_>) -> [(Value, i32); 2] {
        match self {
            Address::Time => [(builder.ins().iconst(ADDRESS, 0), 0); 2],
            Address::Fixed { base, place } => [(base, offset(place).into()); 2],
            Address::Lanes { base, first, apart } => [(base, first), (base, first + apart)],
            Address::LookedUp { base, table, entry } => [0, 1].map(|lane| {
                let flags = MemFlagsData::new().with_notrap().with_readonly();
                let distance = builder.ins().uload32(flags, table, (2 * entry + lane) * size_of::<u32>() as i32);
                (builder.ins().iadd(base, distance), 0)
            }),
        }
    }

    pub fn store(self, builder: &mut FunctionBuilder<'_>, value: Value, is_pair: bool) {
        let flags = MemFlagsData::new().with_notrap();
        match self {
            Address::Time => {}
            Address::Fixed { base, place } => {
                builder.ins().store(flags, value, base, offset(place));
            }
            Address::Lanes { base, first, apart } if !is_pair || apart == WIDTH as i32 => {
                builder.ins().store(flags, value, base, first);
            }
            Address::Lanes { .. } | Address::LookedUp { .. } => {
                for (lane, (base, at)) in (0_u8..).zip(self.places(builder)) {
                    let value = builder.ins().extractlane(value, lane);
                    builder.ins().store(flags, value, base, at);
                }
            }
        }
    }
}

/// Emits all instances: whole groups of [`LANES`] in pairs, the others one by one.
pub(super) fn emit_repeat(
    block: &Block,
    repeat: &Repeat,
    frame: &Frame<'_>,
    builder: &mut FunctionBuilder<'_>,
    tables: &mut Tables,
) {
    let paired = block.instances / LANES * LANES;
    emit_pairs(block, repeat, paired, frame, builder, tables);
    match block.instances - paired {
        0 => {}
        1 => emit_once(block, &Addresses::of_instance(block, paired, frame), false, frame, builder, tables),
        _ => emit_singly(block, repeat, paired, frame, builder, tables),
    }
}

/// How a pointer moves: class, bytes from group to group and from instance to instance.
type Motion = (usize, i64, i64);

fn motion(column: &Column) -> Option<Motion> {
    match *column {
        Column::Steady { class, group, lane, .. } => Some((class, group * WIDTH as i64, lane * WIDTH as i64)),
        _ => None,
    }
}

/// The first `count` instances, two at a time.
fn emit_pairs(
    block: &Block,
    repeat: &Repeat,
    count: usize,
    frame: &Frame<'_>,
    builder: &mut FunctionBuilder<'_>,
    tables: &mut Tables,
) {
    let columns = || repeat.inputs.iter().chain(&repeat.results);
    let motions: BTreeMap<Motion, usize> = columns().filter_map(motion).map(|m| (m, 0)).collect();
    let motions: BTreeMap<Motion, usize> = motions.into_keys().zip(0..).collect();
    let mut starts: Vec<Value> = motions.keys().map(|(class, ..)| frame.parameters[1 + class]).collect();
    let table = pairs_of(&distances(block, repeat, 0..count, &is_scattered));
    let row = 2 * columns().filter(|&column| is_scattered(column)).count() * size_of::<u32>();
    starts.push(tables.places(table, builder));
    let (pointers, turn) = begin_loop(builder, &starts);
    let mut entries = 0..;
    let mut address = |column: &Column| match *column {
        Column::Same { class, place } => Address::Fixed { base: frame.parameters[1 + class], place },
        Column::Steady { first, lane, .. } => {
            let base = motion(column).and_then(|m| motions.get(&m)).map(|&k| pointers[k]);
            let (first, apart) = (first as usize * WIDTH, lane * WIDTH as i64);
            base.map_or(Address::Time, |base| Address::Lanes { base, first: first as i32, apart: apart as i32 })
        }
        Column::Scattered { class } => {
            let (base, table) = (frame.parameters[1 + class], pointers[motions.len()]);
            Address::LookedUp { base, table, entry: entries.next().unwrap_or(0) }
        }
        Column::Time => Address::Time,
    };
    let inputs = repeat.inputs.iter().map(&mut address).collect();
    let results = repeat.results.iter().map(&mut address).collect();
    emit_once(block, &Addresses::new(block, 0, inputs, results), true, frame, builder, tables);
    // after every other pair a group is full
    let pairs = LANES as i64 / 2;
    let place = builder.ins().band_imm_u(turn, pairs - 1);
    let is_last = builder.ins().icmp_imm_u(IntCC::Equal, place, pairs - 1);
    let moved = motions.keys().zip(&pointers).map(|(&(_, group, lane), &pointer)| {
        let within = builder.ins().iconst(ADDRESS, 2 * lane);
        let over = builder.ins().iconst(ADDRESS, group - (LANES as i64 - 2) * lane);
        let step = builder.ins().select(is_last, over, within);
        builder.ins().iadd(pointer, step)
    });
    let mut moved: Vec<Value> = moved.collect();
    moved.push(builder.ins().iadd_imm_u(pointers[motions.len()], row as i64));
    end_loop(builder, &moved, turn, count / 2);
}

fn is_scattered(column: &Column) -> bool {
    matches!(column, Column::Scattered { .. })
}

/// How far the places of some columns are from their bases, in bytes, instance after instance.
fn distances(
    block: &Block,
    repeat: &Repeat,
    instances: Range<usize>,
    is_meant: &dyn Fn(&Column) -> bool,
) -> Vec<Vec<u32>> {
    let of_instance = |instance: usize| {
        let inputs = sources(block, instance).iter().map(|s| s.place().map_or(0, |(_, place)| place));
        let all = inputs.zip(&repeat.inputs).chain(places(block, instance).iter().copied().zip(&repeat.results));
        all.filter(|(_, column)| is_meant(column)).map(|(place, _)| place * WIDTH as u32).collect()
    };
    instances.map(of_instance).collect()
}

/// Those of two instances side by side.
fn pairs_of(distances: &[Vec<u32>]) -> Vec<u32> {
    let pairs = distances.as_chunks::<2>().0.iter();
    pairs.flat_map(|[one, other]| one.iter().zip(other).flat_map(|(&one, &other)| [one, other])).collect()
}

/// Instances from `first` on, one at a time, their places looked up.
fn emit_singly(
    block: &Block,
    repeat: &Repeat,
    first: usize,
    frame: &Frame<'_>,
    builder: &mut FunctionBuilder<'_>,
    tables: &mut Tables,
) {
    let is_moving = |column: &Column| is_scattered(column) || matches!(column, Column::Steady { .. });
    let width = repeat.inputs.iter().chain(&repeat.results).filter(|&column| is_moving(column)).count();
    let start = tables.places(distances(block, repeat, first..block.instances, &is_moving).concat(), builder);
    let (pointers, turn) = begin_loop(builder, &[start]);
    let mut entry = 0;
    let mut address = |column: &Column| match *column {
        Column::Time => Address::Time,
        Column::Same { class, place } => Address::Fixed { base: frame.parameters[1 + class], place },
        Column::Steady { class, .. } | Column::Scattered { class } => {
            let flags = MemFlagsData::new().with_notrap().with_readonly();
            let distance = builder.ins().uload32(flags, pointers[0], entry * size_of::<u32>() as i32);
            entry += 1;
            Address::Lanes { base: builder.ins().iadd(frame.parameters[1 + class], distance), first: 0, apart: 0 }
        }
    };
    let inputs: Vec<Address> = repeat.inputs.iter().map(&mut address).collect();
    let results: Vec<Address> = repeat.results.iter().map(&mut address).collect();
    emit_once(block, &Addresses::new(block, first, inputs, results), false, frame, builder, tables);
    let row = builder.ins().iconst(ADDRESS, (width * size_of::<u32>()) as i64);
    let moved = builder.ins().iadd(pointers[0], row);
    end_loop(builder, &[moved], turn, block.instances - first);
}

/// Begins a loop with pointers that start here; gives them and the number of the turn.
fn begin_loop(builder: &mut FunctionBuilder<'_>, starts: &[Value]) -> (Vec<Value>, Value) {
    let header = builder.create_block();
    let zero = builder.ins().iconst(types::I64, 0);
    let arguments: Vec<_> = [zero].iter().chain(starts).map(|&value| value.into()).collect();
    builder.ins().jump(header, &arguments);
    let turn = builder.append_block_param(header, types::I64);
    let pointers = starts.iter().map(|_| builder.append_block_param(header, ADDRESS)).collect();
    builder.switch_to_block(header);
    (pointers, turn)
}

/// Ends the loop after so many turns; the pointers move on to these.
fn end_loop(builder: &mut FunctionBuilder<'_>, moved: &[Value], turn: Value, turns: usize) {
    let Some(header) = builder.current_block() else { return };
    let next = builder.ins().iadd_imm_u(turn, 1);
    let is_more = builder.ins().icmp_imm_u(IntCC::UnsignedLessThan, next, turns as i64);
    let exit = builder.create_block();
    let arguments: Vec<_> = [next].iter().chain(moved).map(|&value| value.into()).collect();
    builder.ins().brif(is_more, header, &arguments, exit, &[]);
    builder.seal_block(header);
    builder.switch_to_block(exit);
    builder.seal_block(exit);
}
