//! Operations written down one by one, then made a program.

use super::{Block, Instruction, Op, Program, Source};
use std::collections::HashMap;

/// Writes operations down; a number is known by a name until [`Recorder::program`] gives it a register.
#[derive(Default)]
pub(crate) struct Recorder {
    constants: Vec<f64>,
    inputs: Vec<Source>,
    code: Vec<Instruction>,
    /// What each name stands for.
    names: Vec<Name>,
    constant_names: HashMap<u64, u32>,
    input_names: HashMap<Source, u32>,
}

/// What a name stands for, by its place among its like.
#[derive(Clone, Copy)]
enum Name {
    Constant(u32),
    Input(u32),
    Code(u32),
}

impl Recorder {
    fn name(&mut self, name: Name) -> u32 {
        self.names.push(name);
        self.names.len() as u32 - 1
    }

    pub fn constant(&mut self, x: f64) -> u32 {
        if let Some(&name) = self.constant_names.get(&x.to_bits()) {
            return name;
        }
        let name = self.name(Name::Constant(self.constants.len() as u32));
        self.constants.push(x);
        self.constant_names.insert(x.to_bits(), name);
        name
    }

    pub fn input(&mut self, source: Source) -> u32 {
        if let Some(&name) = self.input_names.get(&source) {
            return name;
        }
        let name = self.name(Name::Input(self.inputs.len() as u32));
        self.inputs.push(source);
        self.input_names.insert(source, name);
        name
    }

    /// Inputs of one class: `count` of them from `first` on.
    pub fn inputs(&mut self, class: fn(u32) -> Source, first: usize, count: usize) -> Vec<u32> {
        (first..first + count).map(|i| self.input(class(i as u32))).collect()
    }

    pub fn write(&mut self, op: Op, a: u32, b: u32) -> u32 {
        self.write_all(Instruction::binary(op, 0, a, b))
    }

    /// `a b + c` with one rounding.
    pub fn write_fma(&mut self, a: u32, b: u32, c: u32) -> u32 {
        self.write_all(Instruction::ternary(Op::Fma, 0, a, b, c))
    }

    fn write_all(&mut self, instruction: Instruction) -> u32 {
        let name = self.name(Name::Code(self.code.len() as u32));
        self.code.push(Instruction { out: name, ..instruction });
        name
    }

    /// Writes down what a program of one instance of each block does, its inputs being what `read` says; gives its outputs.
    pub fn call(&mut self, program: &Program, mut read: impl FnMut(&mut Self, Source) -> u32) -> Vec<u32> {
        let mut outputs = vec![self.constant(0.0); program.outputs()];
        for block in program.blocks() {
            for (name, place) in self.call_block(block, &mut read) {
                outputs[place as usize] = name;
            }
        }
        outputs
    }

    /// Writes down what the first instance of a block does; gives its results with their places.
    pub fn call_block(&mut self, block: &Block, read: &mut impl FnMut(&mut Self, Source) -> u32) -> Vec<(u32, u32)> {
        let mut names: Vec<u32> = block.constants.iter().map(|&x| self.constant(x)).collect();
        names.extend(block.gather[..block.width()].iter().map(|&source| read(self, source)));
        names.resize(block.registers, 0);
        for i in &block.code {
            let [a, b, c] = [i.a, i.b, i.c].map(|r| names[r as usize]);
            names[i.out as usize] = self.write_all(Instruction { a, b, c, ..*i });
        }
        block.results.iter().map(|&result| names[result as usize]).zip(block.scatter.iter().copied()).collect()
    }

    /// The program that gives these results at these places of its outputs.
    pub fn program(self, results: Vec<(u32, u32)>) -> Option<Program> {
        let outputs = results.iter().map(|&(_, place)| place as usize + 1).max().unwrap_or(0);
        Program::new(vec![self.block(results, Vec::new())], outputs)
    }

    /// The block that stores results at these places of the outputs, and adds others to what stands at theirs.
    pub fn block(self, mut results: Vec<(u32, u32)>, added: Vec<(u32, u32)>) -> Block {
        let count = added.len();
        results.extend(added);
        let (constants, inputs) = (self.constants.len() as u32, self.inputs.len() as u32);
        let register = |name: u32| match self.names[name as usize] {
            Name::Constant(i) => i,
            Name::Input(i) => constants + i,
            Name::Code(i) => constants + inputs + i,
        };
        let code = self.code.iter().map(|i| {
            let [out, a, b, c] = [i.out, i.a, i.b, i.c].map(register);
            Instruction { op: i.op, out, a, b, c }
        });
        Block {
            code: code.collect(),
            results: results.iter().map(|&(name, _)| register(name)).collect(),
            scatter: results.iter().map(|&(_, place)| place).collect(),
            registers: self.names.len(),
            constants: self.constants,
            gather: self.inputs,
            added: count,
            instances: 1,
        }
    }
}
