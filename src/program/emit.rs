//! A flat program as Cranelift's intermediate code.

use super::{BinaryFunction, Block, Function, Instruction, Op, Program, Source};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::immediates::Offset32;
use cranelift_codegen::ir::{AbiParam, InstBuilder, MemFlagsData, SigRef, Signature, Type, Value, types};
use cranelift_frontend::FunctionBuilder;
use std::collections::BTreeMap;

/// The type of addresses.
const ADDRESS: Type = types::I64;
/// Bytes of a number.
const WIDTH: usize = size_of::<f64>();
/// How many numbers a pointer of a call reaches: offsets in code are `i32`.
pub(super) const MOST: usize = i32::MAX as usize / WIDTH;
/// The pointers of a call after the time: state, parameter, mode, forcing, history, outputs.
pub(super) const POINTERS: usize = 6;

/// A number that stands in memory and was last used so many instructions ago is fetched again: to keep it would only drive
/// others out of the processor's registers, which then have to be put aside and fetched too.
const NEAR: usize = 24;

/// What a register holds while code is made.
#[derive(Clone, Copy)]
enum Held {
    /// Nothing yet.
    Nothing,
    Number(Value),
    /// A truth, which becomes 1 or 0 only where it is used as a number.
    Truth(Value),
}

/// Adds parameters of the shape `f(t, state, parameter, mode, forcing, history, outputs)`.
pub(super) fn signature(mut signature: Signature) -> Signature {
    signature.params.push(AbiParam::new(types::F64));
    signature.params.extend([AbiParam::new(ADDRESS); POINTERS]);
    signature
}

/// Emits a program into a function that has the parameters of [`signature`], for a processor that `fuses` products with
/// sums by an instruction or not.
pub(super) fn emit(program: &Program, fuses: bool, builder: &mut FunctionBuilder<'_>) {
    let entry = builder.create_block();
    builder.append_block_params_for_function_params(entry);
    builder.switch_to_block(entry);
    builder.seal_block(entry);
    let parameters = builder.block_params(entry).to_vec();
    let signatures = [1, 2, 3].map(|numbers| outside(builder, numbers));
    for block in program.blocks() {
        for instance in 0..block.instances {
            let registers = vec![Held::Nothing; block.registers];
            let mut emission = Emission {
                block,
                instance,
                fuses,
                builder,
                parameters: &parameters,
                signatures,
                homes: vec![None; block.registers],
                used: vec![0; block.registers],
                turn: 0,
                registers,
                mask: None,
            };
            emission.run();
        }
    }
    builder.ins().return_(&[]);
}

/// The signature of a function outside: a number that says which, and so many arguments.
fn outside(builder: &mut FunctionBuilder<'_>, numbers: usize) -> SigRef {
    let mut signature = Signature::new(builder.func.signature.call_conv);
    signature.params.push(AbiParam::new(types::I64));
    signature.params.extend(vec![AbiParam::new(types::F64); numbers]);
    signature.returns.push(AbiParam::new(types::F64));
    builder.import_signature(signature)
}

/// One instance of a block.
struct Emission<'a, 'b> {
    block: &'a Block,
    instance: usize,
    fuses: bool,
    builder: &'a mut FunctionBuilder<'b>,
    parameters: &'a [Value],
    signatures: [SigRef; 3],
    registers: Vec<Held>,
    /// Where each register's number stands among the outputs.
    homes: Vec<Option<u32>>,
    /// The instruction at which each register was last used, and the present one.
    used: Vec<usize>,
    turn: usize,
    /// All bits but that of the sign.
    mask: Option<Value>,
}

impl Emission<'_, '_> {
    fn run(&mut self) {
        let block = self.block;
        // a result is stored as soon as it is known, so that it need not be kept
        let mut writers = vec![usize::MAX; block.registers];
        for (turn, instruction) in block.code.iter().enumerate() {
            writers[instruction.out as usize] = turn;
        }
        // of results that go to one place the last is the one that stays there
        let last: BTreeMap<u32, usize> = self.places().iter().copied().zip(0..).collect();
        let mut due: Vec<(usize, usize)> =
            last.into_values().map(|k| (writers[block.results[k] as usize], k)).collect();
        due.sort_unstable();
        let mut due = due.into_iter().peekable();
        for (turn, instruction) in block.code.iter().enumerate() {
            self.turn = turn;
            let held = self.instruction(instruction);
            let out = instruction.out as usize;
            (self.registers[out], self.homes[out], self.used[out]) = (held, None, turn);
            while let Some((_, k)) = due.next_if(|(writer, _)| *writer == turn) {
                self.store(k);
            }
        }
        for (_, k) in due {
            self.store(k);
        }
    }

    /// Where the results of this instance go.
    fn places(&self) -> &[u32] {
        let results = self.block.results.len();
        &self.block.scatter[self.instance * results..][..results]
    }

    fn store(&mut self, result: usize) {
        let block = self.block;
        let value = self.number(block.results[result]);
        let place = self.places()[result];
        let outputs = self.parameters[POINTERS];
        self.builder.ins().store(MemFlagsData::trusted(), value, outputs, offset(place));
        self.homes[block.results[result] as usize] = Some(place);
    }

    /// A register as a number; constants and inputs are fetched where they are used first, or again after long.
    fn number(&mut self, register: u32) -> Value {
        let register = register as usize;
        let is_near = self.turn - std::mem::replace(&mut self.used[register], self.turn) <= NEAR;
        let held = match self.registers[register] {
            Held::Number(value) if is_near || !self.stands_in_memory(register) => return value,
            Held::Number(_) | Held::Nothing => self.fetch(register),
            Held::Truth(truth) => {
                let (one, zero) = (self.constant(1.0), self.constant(0.0));
                self.builder.ins().select(truth, one, zero)
            }
        };
        self.registers[register] = Held::Number(held);
        held
    }

    fn stands_in_memory(&self, register: usize) -> bool {
        register < self.block.constants.len() + self.block.width() || self.homes[register].is_some()
    }

    fn fetch(&mut self, register: usize) -> Value {
        let block = self.block;
        if let Some(place) = self.homes[register] {
            let outputs = self.parameters[POINTERS];
            return self.builder.ins().load(types::F64, MemFlagsData::trusted(), outputs, offset(place));
        }
        let Some(input) = register.checked_sub(block.constants.len()) else {
            return self.constant(block.constants[register]);
        };
        let (pointer, place) = match block.gather[self.instance * block.width() + input] {
            Source::Time => return self.parameters[0],
            Source::State(i) => (1, i),
            Source::Parameter(i) => (2, i),
            Source::Mode(i) => (3, i),
            Source::Forcing(i) => (4, i),
            Source::History(i) => (5, i),
        };
        let flags = MemFlagsData::trusted().with_readonly();
        self.builder.ins().load(types::F64, flags, self.parameters[pointer], offset(place))
    }

    fn constant(&mut self, x: f64) -> Value {
        self.builder.ins().f64const(x)
    }

    fn truth(&mut self, register: u32) -> Value {
        if let Held::Truth(truth) = self.registers[register as usize] {
            return truth;
        }
        let (value, zero) = (self.number(register), self.constant(0.0));
        self.builder.ins().fcmp(FloatCC::NotEqual, value, zero)
    }

    fn instruction(&mut self, i: &Instruction) -> Held {
        match i.op {
            Op::Less => self.compare(FloatCC::LessThan, i),
            Op::LessEqual => self.compare(FloatCC::LessThanOrEqual, i),
            Op::Equal => self.compare(FloatCC::Equal, i),
            Op::And => {
                let (a, b) = (self.truth(i.a), self.truth(i.b));
                Held::Truth(self.builder.ins().band(a, b))
            }
            Op::Or => {
                let (a, b) = (self.truth(i.a), self.truth(i.b));
                Held::Truth(self.builder.ins().bor(a, b))
            }
            Op::Not => {
                let a = self.truth(i.a);
                Held::Truth(self.builder.ins().icmp_imm_u(IntCC::Equal, a, 0))
            }
            _ => Held::Number(self.arithmetic(i)),
        }
    }

    fn compare(&mut self, condition: FloatCC, i: &Instruction) -> Held {
        let (a, b) = (self.number(i.a), self.number(i.b));
        Held::Truth(self.builder.ins().fcmp(condition, a, b))
    }

    fn arithmetic(&mut self, i: &Instruction) -> Value {
        if i.op == Op::Select {
            let condition = self.truth(i.a);
            let (yes, no) = (self.number(i.b), self.number(i.c));
            return self.builder.ins().select(condition, yes, no);
        }
        let a = self.number(i.a);
        match i.op {
            Op::Neg => self.builder.ins().fneg(a),
            Op::Abs if cfg!(target_arch = "x86_64") => {
                // `fabs` would make its mask anew each time
                let mask = self.mask.unwrap_or_else(|| self.builder.ins().f64const(f64::from_bits(u64::MAX >> 1)));
                self.mask = Some(mask);
                self.builder.ins().band(a, mask)
            }
            Op::Abs => self.builder.ins().fabs(a),
            Op::Call(Function::Sqrt) => {
                let (root, zero) = (self.builder.ins().sqrt(a), self.constant(0.0));
                let below = self.builder.ins().fcmp(FloatCC::LessThanOrEqual, a, zero);
                self.builder.ins().select(below, zero, root)
            }
            Op::Call(f) => self.call(super::native::function as *const () as usize, f as i64, &[a]),
            Op::Call2(BinaryFunction::Power) => {
                // tests in place for an exponent known only at run time were no faster than the call, and slow to compile
                let known = self.block.constants.get(i.b as usize);
                known.and_then(|&exponent| self.small_power(a, exponent)).unwrap_or_else(|| {
                    let b = self.number(i.b);
                    self.call(super::native::binary as *const () as usize, 0, &[a, b])
                })
            }
            Op::Fma => {
                let (b, c) = (self.number(i.b), self.number(i.c));
                if self.fuses {
                    return self.builder.ins().fma(a, b, c);
                }
                self.call(super::native::fused as *const () as usize, 0, &[a, b, c])
            }
            op => {
                let b = self.number(i.b);
                match op {
                    Op::Add => self.builder.ins().fadd(a, b),
                    Op::Sub => self.builder.ins().fsub(a, b),
                    Op::Mul => self.builder.ins().fmul(a, b),
                    _ => self.builder.ins().fdiv(a, b),
                }
            }
        }
    }

    /// The powers that the table computes by products, computed in the same way.
    fn small_power(&mut self, a: Value, exponent: f64) -> Option<Value> {
        let square = self.builder.ins().fmul(a, a);
        Some(match exponent {
            0.0 => self.constant(1.0),
            1.0 => a,
            2.0 => square,
            3.0 => self.builder.ins().fmul(square, a),
            4.0 => self.builder.ins().fmul(square, square),
            -1.0 => self.inverse(a),
            -2.0 => self.inverse(square),
            _ => return None,
        })
    }

    fn inverse(&mut self, a: Value) -> Value {
        let one = self.constant(1.0);
        self.builder.ins().fdiv(one, a)
    }

    fn call(&mut self, address: usize, which: i64, arguments: &[Value]) -> Value {
        let mut all = vec![self.builder.ins().iconst(types::I64, which)];
        all.extend_from_slice(arguments);
        let address = self.builder.ins().iconst(ADDRESS, address as i64);
        let signature = self.signatures[arguments.len() - 1];
        let call = self.builder.ins().call_indirect(signature, address, &all);
        self.builder.inst_results(call)[0]
    }
}

fn offset(place: u32) -> Offset32 {
    Offset32::new((place as usize * WIDTH) as i32)
}
