//! `pending`: the panic for polls after completion goes.
//!
//! ```llvm
//! switch i32 %state, label %never [ ... i32 1, label %head ... ]
//! head:  br i1 false, label %head, label %panic
//! panic: call void @...panic_const_async_fn_resumed(ptr @location)
//! ```
//! **Proved**: where the coroutine is polled from await sites only and its address is not taken
//! (rule 5: [`Callers::are_await_sites_only`]), the case is unreachable and removed. Nothing that
//! a program does changes.
//!
//! **Pending**: elsewhere the case returns `Poll::Pending`, by a replay of the coroutine's own
//! suspend exit without its store of a state, or as the await sites test it. `Future::poll` permits
//! any result after completion. The case gets the branch weight of an unlikely one, which the way
//! to a panic is by itself. With `trap` it traps instead.
//!
//! Declines: generators and raw coroutines; an encoding that is not known; `proved`, for what is
//! not proved; `poisoned=keep`, for state 2.

use super::Transformation;
use super::prune::remove_cases;
use crate::llvm::{Block, Function, Module, Value};
use crate::model::{
    Coroutine, Model, POISONED, PendingEncoding, PendingTest, ResultPart, ResumedPanic, replayed,
};
use crate::options::Options;
use crate::planted::{Fault, planted};
use crate::report::Outcome;
use std::collections::{BTreeSet, HashMap};

/// See the head of this file.
pub struct ResumedPanics;

/// What becomes of one resumed panic.
enum Plan {
    Remove,
    ReturnPending(PendingEncoding),
    Trap,
    Keep(String),
}

impl Transformation for ResumedPanics {
    fn name(&self) -> &'static str {
        "pending"
    }

    fn run(&self, model: &mut Model, options: &Options) -> bool {
        let affected: Vec<Function> = model
            .coroutines()
            .iter()
            .filter(|coroutine| coroutine.is_future() && !coroutine.resumed_panics.is_empty())
            .map(|coroutine| coroutine.resume)
            .collect();
        let mut changed = false;
        for resume in affected {
            let Some(coroutine) = model.coroutine(resume).cloned() else { continue };
            changed |= rewrite(model, &coroutine, options);
        }
        if changed {
            model.connect();
        }
        changed
    }
}

fn plan(coroutine: &Coroutine, panic: &ResumedPanic, options: &Options) -> Plan {
    if coroutine.callers.are_await_sites_only() {
        return Plan::Remove;
    }
    if options.proved {
        return Plan::Keep(format!("it may be resumed after completion: {}", coroutine.callers));
    }
    if panic.state == POISONED && options.keep_poisoned {
        return Plan::Keep("poisoned=keep asks for it".to_owned());
    }
    if options.trap {
        return Plan::Trap;
    }
    match &coroutine.pending {
        Ok(encoding) if is_writable(coroutine.resume, encoding) => {
            Plan::ReturnPending(encoding.clone())
        }
        Ok(_) => Plan::Keep("its Pending cannot be written in its return type".to_owned()),
        Err(unknown) => Plan::Keep(unknown.to_string()),
    }
}

fn rewrite(model: &mut Model, coroutine: &Coroutine, options: &Options) -> bool {
    let module = model.module;
    let mut returns: Option<Block> = None;
    let mut unreachable = BTreeSet::new();
    let mut changed = false;
    for panic in &coroutine.resumed_panics {
        let outcome = match plan(coroutine, panic, options) {
            Plan::Keep(why) => Outcome::missed("ResumedPanicKept", why),
            Plan::Remove => {
                unreachable.insert(panic.state);
                Outcome::passed("ResumedPanicUnreachable", "polled from await sites only")
            }
            Plan::Trap => {
                let block = coroutine.resume.append_block("resumed.trap");
                model.module.call_intrinsic_at_end(block, "llvm.trap");
                block.end_unreachable();
                coroutine.dispatch.redirect_case(panic.state, block);
                Outcome::passed("ResumedTraps", "traps when resumed after completion")
            }
            Plan::ReturnPending(encoding) => {
                let block = *returns
                    .get_or_insert_with(|| pending_block(module, coroutine, panic, &encoding));
                coroutine.dispatch.redirect_case(panic.state, block);
                Outcome::passed("ResumedReturnsPending", "returns Pending when resumed")
            }
        };
        changed |= outcome.is_passed();
        model.record(self_name(), coroutine, Some(panic.state), outcome);
    }
    if let Some(block) = returns {
        mark_unlikely(coroutine, block);
    }
    if changed {
        let constants: Vec<Value> =
            coroutine.resumed_panics.iter().flat_map(ResumedPanic::constants).collect();
        remove_cases(model, coroutine, &unreachable);
        delete_unused(&constants);
        keep_out_of_line(coroutine);
    }
    changed
}

fn self_name() -> &'static str {
    ResumedPanics.name()
}

/// rustc asks LLVM to inline every coroutine (`inlinehint`). Without its panic a resume function
/// looks cheap enough for that at each of its callers, even where size is asked for: a display
/// driver grew by 17 %. So the wish is dropped where it would make copies and size matters.
fn keep_out_of_line(coroutine: &Coroutine) {
    let resume = coroutine.resume;
    let wants_size = ["optsize", "minsize"].iter().any(|wish| resume.has_attribute(wish));
    if wants_size && resume.value().users().len() > 1 {
        resume.remove_attribute("inlinehint");
    }
}

/// LLVM takes the way to a panic for one that is hardly ever taken. The way to what took its place
/// is as rare, and has to say so: else the other ways look rarer than they did, and LLVM keeps
/// functions out of line that have one caller. Firmware whose panics only halt grew by that.
fn mark_unlikely(coroutine: &Coroutine, block: Block) {
    // The weights that LLVM gives to what `llvm.expect` says.
    const UNLIKELY: u32 = 1;
    const LIKELY: u32 = 2000;
    let weight = |successor: Block| match successor {
        _ if successor.is_unreachable() => 0,
        _ if successor == block => UNLIKELY,
        _ => LIKELY,
    };
    let terminator = coroutine.dispatch.terminator;
    let weights: Vec<u32> = terminator.successors().into_iter().map(weight).collect();
    terminator.set_branch_weights(&weights);
}

/// The location is used by nothing else as a rule, its file name by the locations of other panics.
fn delete_unused(constants: &[Value]) {
    let mut seen = std::collections::HashSet::new();
    for constant in constants.iter().filter(|constant| seen.insert(**constant)) {
        if !constant.is_global_variable() {
            continue;
        }
        let parts = constant.initializer().map(Value::operands).unwrap_or_default();
        if constant.delete_unused_private_global() {
            delete_unused(&parts);
        }
    }
}

/// A block that returns Pending.
fn pending_block(
    module: Module,
    coroutine: &Coroutine,
    panic: &ResumedPanic,
    encoding: &PendingEncoding,
) -> Block {
    let block = coroutine.resume.append_block("resumed.pending");
    match encoding {
        PendingEncoding::SuspendExit { exit, .. } => {
            let mut copies: HashMap<Value, Value> = HashMap::new();
            for inst in replayed(module, exit) {
                let copy = inst.clone_to_end(block, |operand| match operand.as_integer() {
                    Some(value) if planted(Fault::WrongPending) => operand.ty().integer(value ^ 1),
                    _ => copies.get(&operand).copied().unwrap_or(operand),
                });
                copy.copy_debug_location(panic.call);
                copies.insert(inst.value(), copy.value());
            }
        }
        PendingEncoding::AwaitSites(test) => write_tested(coroutine.resume, block, *test),
        PendingEncoding::OtherThanReady(value) => block.append_return(*value),
    }
    block
}

/// Can what the await sites test be written in the return type?
fn is_writable(resume: Function, encoding: &PendingEncoding) -> bool {
    match encoding {
        PendingEncoding::SuspendExit { .. } | PendingEncoding::OtherThanReady(_) => true,
        PendingEncoding::AwaitSites(test) => {
            let is_sret = resume.sret_type().is_some();
            match test.part {
                ResultPart::Bytes(_) if is_sret => true,
                _ => !is_sret && returned_constant(resume, *test).is_some(),
            }
        }
    }
}

fn write_tested(resume: Function, block: Block, test: PendingTest) {
    if let (ResultPart::Bytes(offset), Some(slot)) = (test.part, resume.result_slot()) {
        block.append_store(slot, offset, test.value);
        block.append_return_void();
    } else if let Some(value) = returned_constant(resume, test) {
        block.append_return(value);
    }
}

/// The constant that a function returning by value returns for Pending.
fn returned_constant(resume: Function, test: PendingTest) -> Option<Value> {
    let returned = resume.return_type();
    let integer = test.value.as_integer();
    match test.part {
        ResultPart::Whole if integer.is_none() => {
            (test.value.ty() == returned).then_some(test.value)
        }
        ResultPart::Whole => returned.constant(integer?),
        ResultPart::Element(index) => returned.poison_with_element(index, test.value),
        // An aggregate carried in an integer: the bytes of memory, little end first.
        ResultPart::Bytes(offset) => {
            let shift = u32::try_from(offset).ok()?.checked_mul(8)?;
            let width = returned.integer_width()?;
            // Else it is the high bytes, of a width that depends on the calling convention.
            let is_little_endian = Module::of(resume.entry()?).is_little_endian();
            let fits = is_little_endian
                && shift + test.value.ty().integer_width()? <= width
                && width <= 64;
            fits.then(|| Some(returned.integer(integer? << shift)))?
        }
    }
}
