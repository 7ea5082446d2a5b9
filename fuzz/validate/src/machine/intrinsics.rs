//! LLVM's intrinsics, as far as rustc's code for coroutines uses them.

use super::{Frame, Machine, Outcome, Stop, What};
use crate::ir::{BinaryOp, Call, Predicate, Refusal, Type};
use crate::operations::{binary, compare};
use crate::value::{Byte, Value, scalar_bytes, signed, truncated};

impl<'a> Machine<'a> {
    /// `name` is without `llvm.`.
    pub(super) fn intrinsic(&mut self, frame: &Frame<'a>, call: &Call, name: &str, ty: &Type) -> Outcome<Value> {
        match name.split('.').next().unwrap_or(name) {
            "lifetime" => self.lifetime(frame, call),
            "dbg" | "experimental" | "instrprof" | "donothing" => Ok(Value::Undef),
            "assume" => match self.number(frame, &call.arguments[0].value, 1)? {
                Some(1) => Ok(Value::Undef),
                _ => Err(Stop::Undefined("assumption that does not hold".to_owned())),
            },
            "expect" => Ok(self.value(frame, &call.arguments[0].value)),
            "memcpy" | "memmove" => self.copy(frame, call),
            "memset" => self.set_memory(frame, call),
            "trap" => {
                self.see(What::Trap, Vec::new(), Vec::new(), None)?;
                Err(Stop::Ended)
            }
            _ => {
                let look = |argument: &crate::ir::Argument| self.look(frame, &argument.value, &argument.ty);
                let values: Vec<Value> = call.arguments.iter().map(look).collect::<Outcome<_>>()?;
                let bits = call.arguments.first().and_then(|argument| argument.ty.bits()).unwrap_or(0);
                computed(name, &values, bits, ty).map_err(Stop::Refused)
            }
        }
    }

    /// Before its life begins and after it ends a local holds nothing.
    fn lifetime(&mut self, frame: &Frame<'a>, call: &Call) -> Outcome<Value> {
        let pointer = call.arguments.last().map(|argument| &argument.value);
        if let Some(Value::Pointer(pointer)) = pointer.map(|operand| self.value(frame, operand))
            && let Some(size) = self.memory.size(pointer.base)
        {
            self.write(pointer, &vec![Byte::Undef; size])?;
        }
        Ok(Value::Undef)
    }

    fn copy(&mut self, frame: &Frame<'a>, call: &Call) -> Outcome<Value> {
        let (to, from, size) = (&call.arguments[0].value, &call.arguments[1].value, &call.arguments[2]);
        let size = self.deciding(frame, &size.value, size.ty.bits().unwrap_or(64))? as usize;
        if size > 0 {
            let (to, from) = (self.pointer(frame, to)?, self.pointer(frame, from)?);
            let bytes = self.read(from, size)?;
            self.write(to, &bytes)?;
        }
        Ok(Value::Undef)
    }

    fn set_memory(&mut self, frame: &Frame<'a>, call: &Call) -> Outcome<Value> {
        let (to, byte, size) = (&call.arguments[0].value, &call.arguments[1].value, &call.arguments[2]);
        let size = self.deciding(frame, &size.value, size.ty.bits().unwrap_or(64))? as usize;
        if size > 0 {
            let (to, byte) = (self.pointer(frame, to)?, self.look(frame, byte, &Type::Int(8))?);
            self.write(to, &vec![scalar_bytes(&byte, 1)[0]; size])?;
        }
        Ok(Value::Undef)
    }
}

/// Intrinsics that only compute, on integers of `bits` bits.
fn computed(name: &str, values: &[Value], bits: u32, ty: &Type) -> Result<Value, Refusal> {
    let unknown = || format!("intrinsic llvm.{name}");
    if matches!(ty, Type::Other(_)) || bits == 0 {
        return Err(unknown());
    }
    let parts: Vec<&str> = name.split('.').collect();
    match (parts.as_slice(), values) {
        ([op, "with", "overflow", ..], [a, b]) => with_overflow(op, a, b, bits).ok_or_else(unknown)?,
        ([op, "sat", ..], [a, b]) => saturated(op, a, b, bits).ok_or_else(unknown)?,
        ([op @ ("umin" | "umax" | "smin" | "smax"), ..], [a, b]) => {
            let predicate = match *op {
                "umin" => Predicate::Ult,
                "umax" => Predicate::Ugt,
                "smin" => Predicate::Slt,
                _ => Predicate::Sgt,
            };
            Ok(if compare(predicate, a, b, bits)? == Value::TRUE { a.clone() } else { b.clone() })
        }
        ([op @ ("ucmp" | "scmp"), ..], [a, b]) => three_way(op, a, b, bits, ty.bits().unwrap_or(8)),
        ([op @ ("fshl" | "fshr"), ..], [Value::Int(a), Value::Int(b), Value::Int(by)]) => {
            let by = (*by % u128::from(bits)) as u32;
            let by = if *op == "fshl" { by } else { bits - by };
            let low = if by == 0 { 0 } else { b.checked_shr(bits - by).unwrap_or(0) };
            let high = a.checked_shl(by).unwrap_or(0);
            Ok(Value::Int(truncated(if by == bits { *b } else { high | low }, bits)))
        }
        (["is", "constant", ..], _) => Ok(Value::FALSE),
        (_, [Value::Int(a), ..]) => counted(parts[0], *a, bits).map(Value::Int).ok_or_else(unknown),
        (_, [Value::Undef, ..]) => Ok(Value::Undef),
        _ => Err(unknown()),
    }
}

fn three_way(op: &str, a: &Value, b: &Value, bits: u32, result: u32) -> Result<Value, Refusal> {
    let less = if op == "ucmp" { Predicate::Ult } else { Predicate::Slt };
    if compare(less, a, b, bits)? == Value::TRUE {
        return Ok(Value::Int(truncated(u128::MAX, result)));
    }
    compare(Predicate::Ne, a, b, bits)
}

fn counted(op: &str, a: u128, bits: u32) -> Option<u128> {
    let unused = 128 - bits;
    Some(match op {
        "ctpop" => u128::from(a.count_ones()),
        "ctlz" => u128::from(a.leading_zeros() - unused),
        "cttz" => u128::from(a.trailing_zeros().min(bits)),
        "bswap" => a.swap_bytes() >> unused,
        "bitreverse" => a.reverse_bits() >> unused,
        "abs" => truncated(signed(a, bits).unsigned_abs(), bits),
        _ => return None,
    })
}

fn arithmetic(op: &str) -> Option<(bool, BinaryOp)> {
    Some(match op {
        "uadd" => (false, BinaryOp::Add),
        "sadd" => (true, BinaryOp::Add),
        "usub" => (false, BinaryOp::Sub),
        "ssub" => (true, BinaryOp::Sub),
        "umul" => (false, BinaryOp::Mul),
        "smul" => (true, BinaryOp::Mul),
        _ => return None,
    })
}

/// The exact result, where 128 bits hold it.
fn exact(is_signed: bool, op: BinaryOp, a: u128, b: u128, bits: u32) -> Option<i128> {
    let number = |value| if is_signed { Some(signed(value, bits)) } else { i128::try_from(value).ok() };
    let (a, b) = (number(a)?, number(b)?);
    match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        _ => a.checked_mul(b),
    }
}

/// Smallest and largest number.
fn bounds(is_signed: bool, bits: u32) -> (i128, i128) {
    let half = 1i128.checked_shl(bits - 1).unwrap_or(i128::MIN);
    match (is_signed, bits) {
        (true, _) => (half.wrapping_neg(), half.wrapping_sub(1)),
        (false, 128) => (0, i128::MAX),
        (false, _) => (0, (1i128 << bits) - 1),
    }
}

fn with_overflow(op: &str, a: &Value, b: &Value, bits: u32) -> Option<Result<Value, Refusal>> {
    let (is_signed, operation) = arithmetic(op)?;
    let (&Value::Int(x), &Value::Int(y)) = (a, b) else {
        return Some(Ok(Value::aggregate(vec![Value::Undef, Value::Undef])));
    };
    let (low, high) = bounds(is_signed, bits);
    let fits = exact(is_signed, operation, x, y, bits).is_some_and(|exact| (low..=high).contains(&exact));
    Some(
        binary(operation, a, b, bits)
            .map(|wrapped| Value::aggregate(vec![wrapped, if fits { Value::FALSE } else { Value::TRUE }])),
    )
}

fn saturated(op: &str, a: &Value, b: &Value, bits: u32) -> Option<Result<Value, Refusal>> {
    let (is_signed, operation) = arithmetic(op)?;
    let (&Value::Int(x), &Value::Int(y)) = (a, b) else { return Some(Ok(Value::Undef)) };
    let (low, high) = bounds(is_signed, bits);
    let exact = exact(is_signed, operation, x, y, bits)?;
    Some(Ok(Value::Int(truncated(exact.clamp(low, high) as u128, bits))))
}
