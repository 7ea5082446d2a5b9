//! Calls: of functions that run here, and of the environment.

use super::{Flow, Frame, Machine, Outcome, Stop, What};
use crate::ir::{Argument, Call, Callee, Local, Type};
use crate::value::{Base, Name, Part, Value};

/// What a resumed coroutine calls.
const RESUMED: [&str; 2] = ["panic_const_async_fn_resumed", "panic_const_async_fn_resumed_panic"];

/// How a call of the environment ends.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Returns,
    Unwinds,
}

impl<'a> Machine<'a> {
    pub(super) fn call(&mut self, frame: &Frame<'a>, call: &Call, ty: &Type, result: Local) -> Outcome<Flow> {
        let mut arguments: Vec<Value> = call.arguments.iter().map(|a| self.value(frame, &a.value)).collect();
        let what = match &call.callee {
            Callee::Assembly(text) => What::Assembly(*text),
            Callee::Function(name) => What::Call(*name),
            Callee::Computed(operand) => {
                let callee = self.pointer(frame, operand)?;
                match callee.base {
                    Base::Global(name) if callee.offset == 0 => What::Call(name),
                    Base::Absolute => return Err(Stop::Undefined("call of a plain address".to_owned())),
                    _ => {
                        arguments.insert(0, Value::Pointer(callee));
                        What::ComputedCall
                    }
                }
            }
        };
        if let What::Call(name) = what {
            let names = self.names;
            if let Some(intrinsic) = names.item(name).strip_prefix("llvm.") {
                return self.intrinsic(frame, call, intrinsic, ty).map(Flow::Return);
            }
            if self.agreement.run.contains(&name) {
                return self.run(name, arguments);
            }
        }
        self.call_environment(call, what, arguments, ty, (frame.function.name, result))
    }

    fn call_environment(
        &mut self,
        call: &Call,
        what: What,
        arguments: Vec<Value>,
        ty: &Type,
        site: (Name, Local),
    ) -> Outcome<Flow> {
        self.called_completed = false;
        let first = usize::from(what == What::ComputedCall);
        let is_resumed = matches!(what, What::Call(name) if is_resumed_panic(self.names.item(name)));
        let types = (0..first).map(|_| Type::Void).chain(call.arguments.iter().map(|a| a.ty.clone())).collect();
        let sret = call.arguments.iter().position(|a| a.sret.is_some()).map(|index| index + first);
        let event = self.see(what, arguments.clone(), types, sret)?;
        if is_resumed {
            return Err(Stop::Resumed);
        }
        let ends: &[End] = match (call.may_return, call.may_unwind) {
            (true, true) => &[End::Returns, End::Unwinds],
            (true, false) => &[End::Returns],
            (false, true) => &[End::Unwinds],
            (false, false) => return Err(Stop::Ended),
        };
        if ends[self.world.decide_end(event, site, ends.len())] == End::Unwinds {
            return self.exception(event);
        }
        for (index, argument) in call.arguments.iter().enumerate() {
            self.written_by_callee(&arguments[index + first], argument, event, index as u32)?;
        }
        let value = self.made(ty, event, Part::Result)?;
        self.limit(&value, ty, call.range);
        Ok(Flow::Return(value))
    }

    fn exception(&mut self, event: u32) -> Outcome<Flow> {
        let bits = self.code.module.pointer_bits;
        let object = (0, Type::Pointer(bits));
        let selector = (u64::from(bits / 8), Type::Int(32));
        let ty = Type::Aggregate { elements: vec![object, selector], size: u64::from(bits / 4) };
        self.made(&ty, event, Part::Exception).map(Flow::Unwind)
    }

    /// What a function of the environment may leave behind a pointer: a result, or what is
    /// borrowed mutably and not pinned.
    fn written_by_callee(&mut self, value: &Value, argument: &Argument, event: u32, index: u32) -> Outcome<()> {
        let size = match argument.sret {
            Some(size) => size,
            None if argument.readonly => 0,
            None => argument.dereferenceable,
        };
        match self.chosen(value, &argument.ty)? {
            Value::Pointer(pointer) if size > 0 => self.fill(pointer, size, event, Part::Behind(index)),
            _ => Ok(()),
        }
    }
}

/// `core::panicking::panic_const::panic_const_async_fn_resumed` and `..._panic`, under any mangling.
fn is_resumed_panic(symbol: &str) -> bool {
    RESUMED.iter().any(|name| {
        let v0 = format!("{}{name}", name.len());
        symbol.ends_with(&v0) || symbol.contains(&format!("{v0}17h"))
    })
}
