//! Arithmetic on values that are known. Flags such as `nuw` are not looked at: what they make
//! poison is computed as without them, the same way before and after the plugin.

use crate::ir::{BinaryOp, CastOp, Predicate, Refusal};
use crate::value::{Base, Pointer, Value, signed, truncated};

/// Objects of the environment are taken to be aligned to this.
const ALIGNMENT: u128 = 1 << 12;

pub fn binary(op: BinaryOp, a: &Value, b: &Value, bits: u32) -> Result<Value, Refusal> {
    match (a, b) {
        (Value::Undef, _) | (_, Value::Undef) => Ok(Value::Undef),
        (Value::Int(a), Value::Int(b)) => Ok(integers(op, *a, *b, bits).map_or(Value::Undef, Value::Int)),
        (Value::Pointer(a), Value::Pointer(b)) if a.base == b.base && op == BinaryOp::Sub => {
            Ok(Value::Int(truncated(a.offset.wrapping_sub(b.offset) as u128, bits)))
        }
        (Value::Pointer(p), Value::Int(i)) | (Value::Int(i), Value::Pointer(p)) => with_address(op, *p, *i, bits),
        _ => Err(format!("{op:?} of addresses")),
    }
}

/// `None` where the result is poison.
fn integers(op: BinaryOp, a: u128, b: u128, bits: u32) -> Option<u128> {
    let (sa, sb) = (signed(a, bits), signed(b, bits));
    let shift = u32::try_from(b).ok().filter(|b| *b < bits);
    let result = match op {
        BinaryOp::Add => a.wrapping_add(b),
        BinaryOp::Sub => a.wrapping_sub(b),
        BinaryOp::Mul => a.wrapping_mul(b),
        BinaryOp::UDiv => a.checked_div(b)?,
        BinaryOp::SDiv => sa.checked_div(sb)? as u128,
        BinaryOp::URem => a.checked_rem(b)?,
        BinaryOp::SRem => sa.checked_rem(sb)? as u128,
        BinaryOp::Shl => a << shift?,
        BinaryOp::LShr => a >> shift?,
        BinaryOp::AShr => (sa >> shift?) as u128,
        BinaryOp::And => a & b,
        BinaryOp::Or => a | b,
        BinaryOp::Xor => a ^ b,
    };
    Some(truncated(result, bits))
}

fn with_address(op: BinaryOp, pointer: Pointer, int: u128, bits: u32) -> Result<Value, Refusal> {
    if pointer.base == Base::Absolute {
        return binary(op, &Value::Int(truncated(pointer.offset as u128, bits)), &Value::Int(int), bits);
    }
    let distance = signed(int, bits) as i64;
    match op {
        BinaryOp::Add => Ok(Value::Pointer(pointer.plus(distance))),
        BinaryOp::Sub => Ok(Value::Pointer(pointer.plus(distance.wrapping_neg()))),
        BinaryOp::And if int < ALIGNMENT => Ok(Value::Int(pointer.offset as u128 & int)),
        BinaryOp::And if truncated(!int, bits) < ALIGNMENT => {
            Ok(Value::Pointer(Pointer { offset: pointer.offset & distance, ..pointer }))
        }
        _ => Err(format!("{op:?} of an address")),
    }
}

pub fn compare(predicate: Predicate, a: &Value, b: &Value, bits: u32) -> Result<Value, Refusal> {
    let plain = |value: &Value| match value {
        Value::Int(int) => Some(*int),
        Value::Pointer(p) if p.base == Base::Absolute => Some(truncated(p.offset as u128, bits)),
        _ => None,
    };
    if matches!(a, Value::Undef) || matches!(b, Value::Undef) {
        return Ok(Value::Undef);
    }
    let (a, b) = match (a, b) {
        _ if plain(a).is_some() && plain(b).is_some() => (plain(a).unwrap_or(0), plain(b).unwrap_or(0)),
        (Value::Pointer(a), Value::Pointer(b)) if a.base == b.base => {
            (truncated(a.offset as u128, bits), truncated(b.offset as u128, bits))
        }
        // Different objects have different addresses.
        _ if predicate == Predicate::Eq => return Ok(Value::FALSE),
        _ if predicate == Predicate::Ne => return Ok(Value::TRUE),
        _ => return Err("order of addresses".to_owned()),
    };
    let (sa, sb) = (signed(a, bits), signed(b, bits));
    let holds = match predicate {
        Predicate::Eq => a == b,
        Predicate::Ne => a != b,
        Predicate::Ugt => a > b,
        Predicate::Uge => a >= b,
        Predicate::Ult => a < b,
        Predicate::Ule => a <= b,
        Predicate::Sgt => sa > sb,
        Predicate::Sge => sa >= sb,
        Predicate::Slt => sa < sb,
        Predicate::Sle => sa <= sb,
    };
    Ok(Value::Int(u128::from(holds)))
}

pub fn cast(op: CastOp, value: &Value, from: u32, to: u32) -> Result<Value, Refusal> {
    match (op, value) {
        (_, Value::Undef) => Ok(Value::Undef),
        (CastOp::ZExt | CastOp::Trunc | CastOp::Bits, Value::Int(int)) => Ok(Value::Int(truncated(*int, to))),
        (CastOp::SExt, Value::Int(int)) => Ok(Value::Int(truncated(signed(*int, from) as u128, to))),
        (_, Value::Pointer(_)) if from == to => Ok(value.clone()),
        (_, Value::Pointer(p)) if p.base == Base::Absolute => cast(op, &Value::Int(p.offset as u64 as u128), from, to),
        _ => Err(format!("{op:?} of an address")),
    }
}
