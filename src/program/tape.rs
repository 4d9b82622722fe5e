//! The executor that works everywhere: a loop over instructions.

use super::{Block, Inputs, Instruction, Lane, Op, Program, Source};

impl Program {
    /// Runs the program: reads `inputs`, writes `outputs`, uses `scratch` (at least
    /// [`Program::scratch_len`] long; its contents before and after mean nothing).
    ///
    /// # Panics
    /// Where a slice is shorter than the program needs: a fault of the caller, not of any input.
    pub fn run<L: Lane>(&self, inputs: &Inputs<'_, L>, outputs: &mut [L], scratch: &mut [L]) {
        for block in self.blocks() {
            block.run(inputs, outputs, scratch);
        }
    }
}

impl Block {
    fn run<L: Lane>(&self, inputs: &Inputs<'_, L>, outputs: &mut [L], scratch: &mut [L]) {
        let constants = self.constants.len();
        let (width, results) = (self.width(), self.results.len());
        for (register, &value) in scratch.iter_mut().zip(&self.constants) {
            *register = L::splat(value);
        }
        for instance in 0..self.instances {
            let sources = &self.gather[instance * width..][..width];
            for (register, &source) in scratch[constants..].iter_mut().zip(sources) {
                *register = read(inputs, source);
            }
            for i in &self.code {
                scratch[i.out as usize] = execute(i, scratch);
            }
            let places = &self.scatter[instance * results..][..results];
            for (&place, &register) in places.iter().zip(&self.results) {
                outputs[place as usize] = scratch[register as usize];
            }
        }
    }
}

#[inline(always)]
fn read<L: Lane>(inputs: &Inputs<'_, L>, source: Source) -> L {
    match source {
        Source::Time => inputs.t,
        Source::State(i) => inputs.state[i as usize],
        Source::Parameter(i) => inputs.parameter[i as usize],
        Source::Mode(i) => inputs.mode[i as usize],
        Source::Forcing(i) => inputs.forcing[i as usize],
        Source::History(i) => inputs.history[i as usize],
    }
}

#[inline(always)]
fn execute<L: Lane>(i: &Instruction, r: &[L]) -> L {
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
        Program::new(vec![Block { constants, gather, code, results, scatter: vec![0], instances: 1, registers }], 1)
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
