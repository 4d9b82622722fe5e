//! A flat program as Cranelift's intermediate code.

use super::emit_loop::{Address, Addresses, emit_repeat};
use super::{BinaryFunction, Block, Function, Instruction, Op, Program};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::immediates::Offset32;
use cranelift_codegen::ir::{
    AbiParam, ConstantData, Endianness, InstBuilder, MemFlagsData, SigRef, Signature, Type, Value, types,
};
use cranelift_frontend::FunctionBuilder;

/// The type of addresses.
pub(super) const ADDRESS: Type = types::I64;
/// Bytes of a number.
pub(super) const WIDTH: usize = size_of::<f64>();
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

/// What all emissions of a program share.
pub(super) struct Frame<'a> {
    /// Time, then pointers by the class of what they point to.
    pub parameters: &'a [Value],
    signatures: [SigRef; 3],
    fuses: bool,
}

/// What code looks up beside what it is given.
#[derive(Default)]
pub(super) struct Tables {
    places: Vec<Box<[u32]>>,
    numbers: Vec<Box<[f64]>>,
}

impl Tables {
    /// Keeps places; gives their address.
    pub fn places(&mut self, places: Vec<u32>, builder: &mut FunctionBuilder<'_>) -> Value {
        let places = places.into_boxed_slice();
        let address = builder.ins().iconst(ADDRESS, places.as_ptr() as i64);
        self.places.push(places);
        address
    }

    /// Keeps numbers; gives their address.
    fn numbers(&mut self, numbers: &[f64], builder: &mut FunctionBuilder<'_>) -> Value {
        let numbers: Box<[f64]> = numbers.into();
        let address = builder.ins().iconst(ADDRESS, numbers.as_ptr() as i64);
        self.numbers.push(numbers);
        address
    }
}

/// Adds parameters of the shape `f(t, state, parameter, mode, forcing, history, outputs)`.
pub(super) fn signature(mut signature: Signature) -> Signature {
    signature.params.push(AbiParam::new(types::F64));
    signature.params.extend([AbiParam::new(ADDRESS); POINTERS]);
    signature
}

/// Emits a program into a function that has the parameters of [`signature`], for a processor that `fuses` products with
/// sums by an instruction or not. Instances that can be run together become a loop; what it looks up is put to `tables`,
/// which have to live as long as the code.
pub(super) fn emit(program: &Program, fuses: bool, builder: &mut FunctionBuilder<'_>, tables: &mut Tables) {
    let entry = builder.create_block();
    builder.append_block_params_for_function_params(entry);
    builder.switch_to_block(entry);
    builder.seal_block(entry);
    let parameters = builder.block_params(entry).to_vec();
    let signatures = [1, 2, 3].map(|numbers| outside(builder, numbers));
    let frame = Frame { parameters: &parameters, signatures, fuses };
    for (block, repeat) in program.blocks().iter().zip(&program.repeats) {
        match repeat {
            Some(repeat) => emit_repeat(block, repeat, &frame, builder, tables),
            None => {
                for instance in 0..block.instances {
                    let addresses = Addresses::of_instance(block, instance, &frame);
                    emit_once(block, &addresses, false, &frame, builder, tables);
                }
            }
        }
    }
    builder.ins().return_(&[]);
}

/// Emits the code of a block for one instance, or for two in one register.
pub(super) fn emit_once(
    block: &Block,
    addresses: &Addresses,
    is_pair: bool,
    frame: &Frame<'_>,
    builder: &mut FunctionBuilder<'_>,
    tables: &mut Tables,
) {
    let constants = tables.numbers(&block.constants, builder);
    let registers = vec![Held::Nothing; block.registers];
    let (homes, used) = (vec![None; block.registers], vec![0; block.registers]);
    Emission { block, addresses, is_pair, frame, constants, builder, registers, homes, used, turn: 0, mask: None }
        .run();
}

/// The signature of a function outside: a number that says which, and so many arguments.
fn outside(builder: &mut FunctionBuilder<'_>, numbers: usize) -> SigRef {
    let mut signature = Signature::new(builder.func.signature.call_conv);
    signature.params.push(AbiParam::new(types::I64));
    signature.params.extend(vec![AbiParam::new(types::F64); numbers]);
    signature.returns.push(AbiParam::new(types::F64));
    builder.import_signature(signature)
}

/// One instance of a block, or two.
struct Emission<'a, 'b> {
    block: &'a Block,
    addresses: &'a Addresses,
    /// Whether each value is two numbers, of one instance each.
    is_pair: bool,
    frame: &'a Frame<'a>,
    /// Where the block's constants stand.
    constants: Value,
    builder: &'a mut FunctionBuilder<'b>,
    registers: Vec<Held>,
    /// Where each register's number stands among the outputs.
    homes: Vec<Option<Address>>,
    /// The instruction at which each register was last used, and the present one.
    used: Vec<usize>,
    turn: usize,
    /// All bits but that of the sign.
    mask: Option<Value>,
}

impl Emission<'_, '_> {
    fn run(&mut self) {
        let block = self.block;
        // what the block writes over is read before
        for &input in &self.addresses.early {
            self.number((block.constants.len() + input) as u32);
        }
        // a result is stored as soon as it is known, so that it need not be kept
        let mut writers = vec![usize::MAX; block.registers];
        for (turn, instruction) in block.code.iter().enumerate() {
            writers[instruction.out as usize] = turn;
        }
        let mut due: Vec<(usize, usize)> =
            self.addresses.kept.iter().map(|&k| (writers[block.results[k] as usize], k)).collect();
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

    fn store(&mut self, result: usize) {
        let (block, address) = (self.block, self.addresses.results[result]);
        let mut value = self.number(block.results[result]);
        if result >= block.results.len() - block.added {
            let sum = match address {
                // instances are added one after the other
                Address::Fixed { .. } if self.is_pair => {
                    let sum = address.load(self.builder, false, false);
                    let [first, second] = [0, 1].map(|lane: u8| self.builder.ins().extractlane(value, lane));
                    let sum = self.builder.ins().fadd(sum, first);
                    let sum = self.builder.ins().fadd(sum, second);
                    return address.store(self.builder, sum, false);
                }
                _ => address.load(self.builder, self.is_pair, false),
            };
            value = self.builder.ins().fadd(sum, value);
        }
        address.store(self.builder, value, self.is_pair);
        if result < block.results.len() - block.added {
            self.homes[block.results[result] as usize] = Some(address);
        }
    }

    /// A register as a number; constants and inputs are fetched where they are used first, or again after long.
    fn number(&mut self, register: u32) -> Value {
        let register = register as usize;
        let is_near = self.turn - std::mem::replace(&mut self.used[register], self.turn) <= NEAR;
        let held = match self.registers[register] {
            // instructions take it from memory themselves
            Held::Number(value) if is_near || !self.stands_in_memory(register) => return value,
            Held::Number(_) | Held::Nothing => self.fetch(register),
            Held::Truth(truth) => {
                let (one, zero) = (self.constant(1.0), self.constant(0.0));
                self.select(truth, one, zero)
            }
        };
        self.registers[register] = Held::Number(held);
        held
    }

    /// Whether a register's number can be fetched again.
    fn stands_in_memory(&self, register: usize) -> bool {
        match register.checked_sub(self.block.constants.len()) {
            Some(input) if input < self.block.width() => !self.addresses.early.contains(&input),
            Some(_) => self.homes[register].is_some(),
            None => true,
        }
    }

    fn fetch(&mut self, register: usize) -> Value {
        if let Some(address) = self.homes[register] {
            return address.load(self.builder, self.is_pair, false);
        }
        let Some(input) = register.checked_sub(self.block.constants.len()) else {
            if self.is_pair {
                return self.constant(self.block.constants[register]);
            }
            let constant = Address::Fixed { base: self.constants, place: register as u32 };
            return constant.load(self.builder, false, true);
        };
        match self.addresses.inputs[input] {
            Address::Time if self.is_pair => self.builder.ins().splat(types::F64X2, self.frame.parameters[0]),
            Address::Time => self.frame.parameters[0],
            address => address.load(self.builder, self.is_pair, self.addresses.is_input[input]),
        }
    }

    fn constant(&mut self, x: f64) -> Value {
        if self.is_pair {
            let bytes: Vec<u8> = [x, x].iter().flat_map(|x| x.to_le_bytes()).collect();
            let constant = self.builder.func.dfg.constants.insert(ConstantData::from(bytes));
            return self.builder.ins().vconst(types::F64X2, constant);
        }
        self.builder.ins().f64const(x)
    }

    /// `yes` where a truth holds, else `no`: of a pair each by its own.
    fn select(&mut self, truth: Value, yes: Value, no: Value) -> Value {
        if !self.is_pair {
            return self.builder.ins().select(truth, yes, no);
        }
        let flags = MemFlagsData::new().with_endianness(Endianness::Little);
        let mask = self.builder.ins().bitcast(types::F64X2, flags, truth);
        self.builder.ins().bitselect(mask, yes, no)
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
                let not = if self.is_pair {
                    self.builder.ins().bnot(a)
                } else {
                    self.builder.ins().icmp_imm_u(IntCC::Equal, a, 0)
                };
                Held::Truth(not)
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
            return self.select(condition, yes, no);
        }
        let swap = matches!(i.op, Op::Fma | Op::Mul | Op::Add) && (i.a as usize) < self.block.constants.len();
        let i = &if swap { Instruction { a: i.b, b: i.a, ..*i } } else { *i };
        let a = self.number(i.a);
        match i.op {
            Op::Neg => self.builder.ins().fneg(a),
            Op::Abs if cfg!(target_arch = "x86_64") => {
                // `fabs` would make its mask anew each time
                let mask = match self.mask {
                    Some(mask) => mask,
                    None => self.constant(f64::from_bits(u64::MAX >> 1)),
                };
                self.mask = Some(mask);
                self.builder.ins().band(a, mask)
            }
            Op::Abs => self.builder.ins().fabs(a),
            Op::Call(Function::Sqrt) => {
                let (root, zero) = (self.builder.ins().sqrt(a), self.constant(0.0));
                let below = self.builder.ins().fcmp(FloatCC::LessThanOrEqual, a, zero);
                self.select(below, zero, root)
            }
            Op::Call(f) => self.call(super::native::function as *const () as usize, f as i64, &[a]),
            Op::Call2(BinaryFunction::Power) => {
                // tests in place for an exponent known only at run time were no faster than the call, and slow to compile
                let known = self.block.constants.get(i.b as usize);
                known.and_then(|&exponent| self.small_power(a, exponent)).unwrap_or_else(|| {
                    let b = self.number(i.b);
                    self.call(super::native::binary as *const () as usize, BinaryFunction::Power as i64, &[a, b])
                })
            }
            Op::Call2(f) => {
                let b = self.number(i.b);
                self.call(super::native::binary as *const () as usize, f as i64, &[a, b])
            }
            Op::Fma => {
                let (b, c) = (self.number(i.b), self.number(i.c));
                if self.frame.fuses {
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

    /// A call; of a pair one for each.
    fn call(&mut self, address: usize, which: i64, arguments: &[Value]) -> Value {
        if !self.is_pair {
            return self.call_once(address, which, arguments);
        }
        let [first, second] = [0, 1].map(|lane: u8| {
            let arguments: Vec<Value> =
                arguments.iter().map(|&pair| self.builder.ins().extractlane(pair, lane)).collect();
            self.call_once(address, which, &arguments)
        });
        let pair = self.builder.ins().scalar_to_vector(types::F64X2, first);
        self.builder.ins().insertlane(pair, second, 1)
    }

    fn call_once(&mut self, address: usize, which: i64, arguments: &[Value]) -> Value {
        let mut all = vec![self.builder.ins().iconst(types::I64, which)];
        all.extend_from_slice(arguments);
        let address = self.builder.ins().iconst(ADDRESS, address as i64);
        let signature = self.frame.signatures[arguments.len() - 1];
        let call = self.builder.ins().call_indirect(signature, address, &all);
        self.builder.inst_results(call)[0]
    }
}

pub(super) fn offset(place: u32) -> Offset32 {
    Offset32::new((place as usize * WIDTH) as i32)
}
