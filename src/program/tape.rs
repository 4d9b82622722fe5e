//! The executor that works everywhere: a loop over instructions.

use super::instances::{Column, Repeat};
use super::{Block, Inputs, Instruction, LANES, Lane, OUTPUTS, Op, Program, Source, Vector, Wide, Work, widest};

impl Program {
    /// Runs the program: reads `inputs`, writes `outputs`, uses `scratch` (at least
    /// [`Program::scratch_len`] long; its contents before and after mean nothing).
    ///
    /// # Panics
    /// Where a slice is shorter than the program needs: a fault of the caller, not of any input.
    pub fn run<L: Lane>(&self, inputs: &Inputs<'_, L>, outputs: &mut [L], scratch: &mut [L]) {
        for block in self.blocks() {
            widest(Instances { block, first: 0, inputs, outputs: &mut *outputs, scratch: &mut *scratch });
        }
    }

    /// Does the same as [`Program::run`], to the bit, several instances of a block at a time.
    ///
    /// # Panics
    /// As [`Program::run`].
    pub fn run_in_lanes(&self, inputs: &Inputs<'_>, outputs: &mut [f64], scratch: &mut [f64]) {
        for (block, repeat) in self.blocks().iter().zip(&self.repeats) {
            let mut first = 0;
            if let Some(repeat) = repeat {
                let registers = scratch.as_chunks_mut().0;
                widest(Side { block, repeat, inputs, outputs: &mut *outputs, registers });
                first = block.instances / LANES * LANES;
            }
            widest(Instances { block, first, inputs, outputs: &mut *outputs, scratch: &mut *scratch });
        }
    }
}

/// The instances of a block from `first` on, one after the other.
struct Instances<'a, 'b, L> {
    block: &'a Block,
    first: usize,
    inputs: &'a Inputs<'b, L>,
    outputs: &'a mut [L],
    scratch: &'a mut [L],
}

impl<L: Lane> Work for Instances<'_, '_, L> {
    type Output = ();
    #[inline(always)]
    fn run<V: Vector>(self) {
        self.block.run(self.first, self.inputs, self.outputs, self.scratch);
    }
}

impl Block {
    /// Runs the instances from `first` on.
    #[inline(always)]
    fn run<L: Lane>(&self, first: usize, inputs: &Inputs<'_, L>, outputs: &mut [L], scratch: &mut [L]) {
        let constants = self.constants.len();
        let (width, results) = (self.width(), self.results.len());
        let stored = results - self.added;
        for (register, &value) in scratch.iter_mut().zip(&self.constants) {
            *register = L::splat(value);
        }
        for instance in first..self.instances {
            let sources = &self.gather[instance * width..][..width];
            for (register, &source) in scratch[constants..].iter_mut().zip(sources) {
                *register = read(inputs, outputs, source);
            }
            for i in &self.code {
                scratch[i.out as usize] = execute(i, scratch);
            }
            let places = &self.scatter[instance * results..][..results];
            for (&place, &register) in places.iter().zip(&self.results[..stored]) {
                outputs[place as usize] = scratch[register as usize];
            }
            for (&place, &register) in places[stored..].iter().zip(&self.results[stored..]) {
                let sum = &mut outputs[place as usize];
                *sum = sum.zip(scratch[register as usize], |sum, x| sum + x);
            }
        }
    }
}

/// Instances side by side: all those that fill whole groups.
struct Side<'a> {
    block: &'a Block,
    repeat: &'a Repeat,
    inputs: &'a Inputs<'a>,
    outputs: &'a mut [f64],
    registers: &'a mut [Wide],
}

impl Work for Side<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let Side { block, repeat, inputs, outputs, registers } = self;
        let (constants, width, results) = (block.constants.len(), block.width(), block.results.len());
        let stored = results - block.added;
        for (register, &value) in registers.iter_mut().zip(&block.constants) {
            *register = [value; LANES];
        }
        for group in 0..block.instances / LANES {
            let first = group * LANES;
            for (c, column) in repeat.inputs.iter().enumerate() {
                registers[constants + c] = match *column {
                    Column::Same { class, place } => [class_of(inputs, outputs, class)[place as usize]; LANES],
                    Column::Steady { class, first, group: step, lane: 1 } => {
                        let place = (i64::from(first) + group as i64 * step) as usize;
                        let mut lanes = [0.0; LANES];
                        lanes.copy_from_slice(&class_of(inputs, outputs, class)[place..][..LANES]);
                        lanes
                    }
                    Column::Steady { class, first, group: step, lane } => {
                        let (place, of_class) =
                            (i64::from(first) + group as i64 * step, class_of(inputs, outputs, class));
                        std::array::from_fn(|l| of_class[(place + l as i64 * lane) as usize])
                    }
                    _ => std::array::from_fn(|l| read(inputs, outputs, block.gather[(first + l) * width + c])),
                };
            }
            for i in &block.code {
                registers[i.out as usize] = execute(i, registers);
            }
            for (r, &register) in block.results[..stored].iter().enumerate() {
                let value = registers[register as usize];
                match repeat.results[r] {
                    Column::Steady { first, group: step, lane: 1, .. } => {
                        let place = (i64::from(first) + group as i64 * step) as usize;
                        outputs[place..][..LANES].copy_from_slice(&value);
                    }
                    _ => {
                        for (l, x) in value.into_iter().enumerate() {
                            outputs[block.scatter[(first + l) * results + r] as usize] = x;
                        }
                    }
                }
            }
            for (r, &register) in block.results.iter().enumerate().skip(stored) {
                for (l, x) in registers[register as usize].into_iter().enumerate() {
                    outputs[block.scatter[(first + l) * results + r] as usize] += x;
                }
            }
        }
    }
}

/// The numbers of a class of sources.
#[inline(always)]
fn class_of<'a>(inputs: &Inputs<'a>, outputs: &'a [f64], class: usize) -> &'a [f64] {
    match class {
        0 => inputs.state,
        1 => inputs.parameter,
        2 => inputs.mode,
        3 => inputs.forcing,
        OUTPUTS => outputs,
        _ => inputs.history,
    }
}

#[inline(always)]
fn read<L: Lane>(inputs: &Inputs<'_, L>, outputs: &[L], source: Source) -> L {
    match source {
        Source::Output(i) => outputs[i as usize],
        Source::Time => inputs.t,
        Source::State(i) => inputs.state[i as usize],
        Source::Parameter(i) => inputs.parameter[i as usize],
        Source::Mode(i) => inputs.mode[i as usize],
        Source::Forcing(i) => inputs.forcing[i as usize],
        Source::History(i) => inputs.history[i as usize],
    }
}

#[inline(always)]
pub(super) fn execute<L: Lane>(i: &Instruction, r: &[L]) -> L {
    let truth = |x: bool| if x { 1.0 } else { 0.0 };
    let (a, b) = (r[i.a as usize], r[i.b as usize]);
    match i.op {
        Op::Neg => a.map(|a| -a),
        Op::Abs => a.map(f64::abs),
        Op::Add => a.zip(b, |a, b| a + b),
        Op::Sub => a.zip(b, |a, b| a - b),
        Op::Mul => a.zip(b, |a, b| a * b),
        Op::Div => a.zip(b, |a, b| a / b),
        Op::Fma => a.fma(b, r[i.c as usize]),
        Op::Select => a.select(b, r[i.c as usize]),
        Op::Less => a.zip(b, |a, b| truth(a < b)),
        Op::LessEqual => a.zip(b, |a, b| truth(a <= b)),
        Op::Equal => a.zip(b, |a, b| truth(a == b)),
        Op::And => a.zip(b, |a, b| truth(a != 0.0 && b != 0.0)),
        Op::Or => a.zip(b, |a, b| truth(a != 0.0 || b != 0.0)),
        Op::Not => a.map(|a| truth(a == 0.0)),
        Op::Call(f) => a.call(f),
        Op::Call2(f) => a.call2(f, b),
    }
}

#[cfg(test)]
mod tests {
    use crate::program::{Block, Function, Inputs, Instruction, Op, Program, Source};

    fn one(constants: Vec<f64>, gather: Vec<Source>, code: Vec<Instruction>, registers: usize) -> Option<Program> {
        let results = vec![registers as u32 - 1];
        Program::new(
            vec![Block { constants, gather, code, results, scatter: vec![0], added: 0, instances: 1, registers }],
            1,
        )
    }

    #[test]
    fn select_takes_one_side_untouched() {
        let code = vec![Instruction::ternary(Op::Select, 3, 2, 0, 1)];
        let p = one(vec![7.0, f64::NAN], vec![Source::Mode(0)], code, 4).unwrap();
        let (mut out, mut scratch) = ([0.0], vec![0.0; 4]);
        p.run(&Inputs { mode: &[1.0], ..Inputs::default() }, &mut out, &mut scratch);
        assert_eq!(out[0], 7.0);
        p.run(&Inputs { mode: &[0.0], ..Inputs::default() }, &mut out, &mut scratch);
        assert!(out[0].is_nan());
    }

    #[test]
    fn instances_share_code() {
        let block = Block {
            constants: vec![],
            gather: vec![Source::State(0), Source::Time, Source::State(1), Source::Time],
            code: vec![Instruction::binary(Op::Mul, 2, 0, 1), Instruction::unary(Op::Call(Function::Sqrt), 3, 2)],
            results: vec![3],
            scatter: vec![1, 0],
            added: 0,
            instances: 2,
            registers: 4,
        };
        let p = Program::new(vec![block], 2).unwrap();
        let (mut out, mut scratch) = ([0.0; 2], [0.0; 4]);
        p.run(&Inputs { t: 4.0, state: &[1.0, 9.0], ..Inputs::default() }, &mut out, &mut scratch);
        assert_eq!(out, [6.0, 2.0]);
    }

    #[test]
    fn a_register_that_nothing_wrote_is_refused() {
        assert!(one(vec![1.0], vec![], vec![Instruction::binary(Op::Add, 2, 0, 1)], 3).is_none());
    }
}
