//! Instructions.

use super::version::switch_case_value;
use super::{Block, ByteRange, Function, Module, Type, Value, raw};
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMAttributeRef, LLVMValueRef};
use llvm_sys::{LLVMAtomicOrdering, LLVMOpcode};

/// LLVM's opcodes.
pub use llvm_sys::LLVMOpcode as Opcode;

/// Kinds of metadata that only this plugin knows; LLVM drops them where it is in doubt.
const CHILD_FRAME: &str = "corofold.child.frame";
const CHILD_CALL: &str = "corofold.child.call";
const CHILD_STATE: &str = "corofold.child.state";

/// The attribute of arguments, see [`Inst::mark_frame_argument`]. Invisible in object code.
const FRAME_ARGUMENT: &str = "corofold-frame-argument";

/// An instruction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Inst(pub(super) Value);

impl Inst {
    /// The value it yields.
    pub fn value(self) -> Value {
        self.0
    }

    /// What it does.
    pub fn opcode(self) -> Opcode {
        // SAFETY: an instruction.
        unsafe { LLVMGetInstructionOpcode(self.0.0) }
    }

    /// Is it this opcode?
    pub fn is(self, opcode: Opcode) -> bool {
        self.opcode() == opcode
    }

    /// The block it stands in.
    pub fn block(self) -> Block {
        // SAFETY: every instruction seen here stands in a block.
        Block(unsafe { LLVMGetInstructionParent(self.0.0) })
    }

    /// The instruction after it.
    pub fn next(self) -> Option<Inst> {
        // SAFETY: an instruction in a block.
        unsafe { Value::from_raw(LLVMGetNextInstruction(self.0.0)) }.map(Inst)
    }

    /// Operand `index`.
    pub fn operand(self, index: u32) -> Option<Value> {
        // SAFETY: the index is below the count.
        unsafe {
            if index >= LLVMGetNumOperands(self.0.0).max(0) as u32 {
                return None;
            }
            Value::from_raw(LLVMGetOperand(self.0.0, index))
        }
    }

    /// All operands.
    pub fn operands(self) -> Vec<Value> {
        self.0.operands()
    }

    /// Replaces operand `index`.
    pub fn set_operand(self, index: u32, value: Value) {
        // SAFETY: callers pass an index that `operands` showed, and a value of the same type.
        unsafe { LLVMSetOperand(self.0.0, index, value.0) }
    }

    /// Number of successors, if it is a terminator.
    pub fn successor_count(self) -> u32 {
        // SAFETY: asked of terminators only; others have none.
        unsafe {
            if LLVMIsATerminatorInst(self.0.0).is_null() {
                return 0;
            }
            LLVMGetNumSuccessors(self.0.0)
        }
    }

    /// Successors of a terminator, in order.
    pub fn successors(self) -> Vec<Block> {
        // SAFETY: indices below the count.
        (0..self.successor_count())
            .map(|i| Block(unsafe { LLVMGetSuccessor(self.0.0, i) }))
            .collect()
    }

    /// Makes successor `index` another block. Phis are the caller's business.
    pub fn set_successor(self, index: u32, block: Block) {
        // SAFETY: callers pass an index that `successors` showed.
        unsafe { LLVMSetSuccessor(self.0.0, index, block.0) }
    }

    /// Says how often each successor is taken in relation to the others, unless that is known.
    pub fn set_branch_weights(self, weights: &[u32]) {
        // SAFETY: metadata of one context; callers pass a terminator and a weight per successor.
        unsafe {
            let context = LLVMGetTypeContext(LLVMTypeOf(self.0.0));
            let kind = self.metadata_kind("prof");
            if !LLVMGetMetadata(self.0.0, kind).is_null() {
                return;
            }
            let name = c"branch_weights";
            let name = LLVMMDStringInContext2(context, name.as_ptr(), name.count_bytes());
            let word = LLVMInt32TypeInContext(context);
            let weights = weights.iter().map(|weight| LLVMConstInt(word, u64::from(*weight), 0));
            let mut parts: Vec<_> = std::iter::once(name)
                .chain(weights.map(|weight| LLVMValueAsMetadata(weight)))
                .collect();
            let node = LLVMMDNodeInContext2(context, parts.as_mut_ptr(), parts.len());
            LLVMSetMetadata(self.0.0, kind, LLVMMetadataAsValue(context, node));
        }
    }

    /// How often each successor is taken, if it says so; from here on it does not.
    pub fn take_branch_weights(self) -> Option<Vec<u64>> {
        // SAFETY: metadata of one context; the operands of a node are read up to their count.
        unsafe {
            let kind = self.metadata_kind("prof");
            let node = LLVMGetMetadata(self.0.0, kind);
            if node.is_null() {
                return None;
            }
            let mut parts = vec![std::ptr::null_mut(); LLVMGetMDNodeNumOperands(node) as usize];
            LLVMGetMDNodeOperands(node, parts.as_mut_ptr());
            LLVMSetMetadata(self.0.0, kind, std::ptr::null_mut());
            let numbers = parts.into_iter().filter_map(|part| Value::from_raw(part)?.as_integer());
            let weights: Vec<u64> = numbers.collect();
            (weights.len() == self.successor_count() as usize).then_some(weights)
        }
    }

    /// An unconditional branch's target.
    pub fn as_unconditional_branch(self) -> Option<Block> {
        // SAFETY: `LLVMIsConditional` is asked of a branch only.
        unsafe {
            (self.is(LLVMOpcode::LLVMBr) && LLVMIsConditional(self.0.0) == 0)
                .then(|| Block(LLVMGetSuccessor(self.0.0, 0)))
        }
    }

    /// A conditional branch's condition, its block if true and its block if false.
    pub fn as_conditional_branch(self) -> Option<(Value, Block, Block)> {
        // SAFETY: a conditional branch has a condition and two successors.
        unsafe {
            if !self.is(LLVMOpcode::LLVMBr) || LLVMIsConditional(self.0.0) == 0 {
                return None;
            }
            let condition = Value(LLVMGetCondition(self.0.0));
            let if_true = Block(LLVMGetSuccessor(self.0.0, 0));
            Some((condition, if_true, Block(LLVMGetSuccessor(self.0.0, 1))))
        }
    }

    /// A switch's default block and its cases.
    pub fn as_switch(self) -> Option<(Block, Vec<(Value, Block)>)> {
        if !self.is(LLVMOpcode::LLVMSwitch) {
            return None;
        }
        // SAFETY: successor 0 of a switch is its default, successor i > 0 belongs to case value i.
        unsafe {
            let count = LLVMGetNumSuccessors(self.0.0);
            let default = Block(LLVMGetSuccessor(self.0.0, 0));
            let cases = (1..count)
                .map(|i| {
                    let value = Value(switch_case_value(self.0.0, i));
                    (value, Block(LLVMGetSuccessor(self.0.0, i)))
                })
                .collect();
            Some((default, cases))
        }
    }

    /// Adds a case to a switch. Phis are the caller's business.
    pub fn add_switch_case(self, value: u64, target: Block) {
        // SAFETY: the callers hold a switch; its first operand is the integer it looks at.
        unsafe {
            let value = LLVMConstInt(LLVMTypeOf(LLVMGetOperand(self.0.0, 0)), value, 0);
            LLVMAddCase(self.0.0, value, target.0);
        }
    }

    /// Removes case `index` of a switch, as `as_switch` counts them. The last takes its place.
    pub fn remove_switch_case(self, index: u32) {
        // SAFETY: the callers hold a switch and the index of one of its cases.
        unsafe { raw::LLVMCorofoldRemoveSwitchCase(self.0.0, index) }
    }

    /// The pointer of a load or the destination of a store.
    pub fn pointer(self) -> Option<Value> {
        match self.opcode() {
            LLVMOpcode::LLVMLoad => self.operand(0),
            LLVMOpcode::LLVMStore => self.operand(1),
            _ => None,
        }
    }

    /// Is it a load or store with neither `volatile` nor an atomic ordering?
    pub fn is_simple_access(self) -> bool {
        // SAFETY: volatility is asked of loads and stores only.
        unsafe {
            matches!(self.opcode(), LLVMOpcode::LLVMLoad | LLVMOpcode::LLVMStore)
                && LLVMGetVolatile(self.0.0) == 0
                && matches!(
                    LLVMGetOrdering(self.0.0),
                    LLVMAtomicOrdering::LLVMAtomicOrderingNotAtomic
                )
        }
    }

    /// What a plain load from a constant global yields.
    pub fn loaded_constant(self) -> Option<Value> {
        if !self.is(LLVMOpcode::LLVMLoad) || !self.is_simple_access() {
            return None;
        }
        // SAFETY: a load.
        unsafe { Value::from_raw(raw::LLVMCorofoldLoadedConstant(self.0.0)) }
    }

    /// A call or an invoke?
    pub fn is_call(self) -> bool {
        matches!(self.opcode(), LLVMOpcode::LLVMCall | LLVMOpcode::LLVMInvoke)
    }

    /// The function that a call or invoke calls directly.
    pub fn callee(self) -> Option<Function> {
        if !self.is_call() {
            return None;
        }
        // SAFETY: a call or invoke.
        unsafe { Value::from_raw(LLVMGetCalledValue(self.0.0)) }?.as_function()
    }

    /// The arguments of a call or invoke.
    pub fn arguments(self) -> Vec<Value> {
        if !self.is_call() {
            return Vec::new();
        }
        // SAFETY: the first `LLVMGetNumArgOperands` operands of a call are its arguments.
        unsafe {
            (0..LLVMGetNumArgOperands(self.0.0))
                .map(|i| Value(LLVMGetOperand(self.0.0, i)))
                .collect()
        }
    }

    /// How large the object is that argument `index` of a call refers to, as rustc says where it
    /// knows: the size of `T` for a `&T` or `&mut T`. 0 where it does not say. Source:
    /// `compiler/rustc_ty_utils/src/abi.rs`, `arg_attrs_for_rust_scalar` (`pointee_size`).
    pub fn dereferenceable_bytes(self, index: u32) -> u64 {
        self.argument_attribute(index, "dereferenceable").unwrap_or_default()
    }

    /// Is argument `index` of a call good for reading only, as the call says itself?
    pub fn is_readonly(self, index: u32) -> bool {
        self.argument_attribute(index, "readonly").is_some()
    }

    /// How the place is aligned that a store, `memcpy` or the like writes to, as it says itself.
    pub fn written_alignment(self) -> u32 {
        if self.is_call() {
            let alignment = self.argument_attribute(0, "align");
            return alignment.and_then(|alignment| alignment.try_into().ok()).unwrap_or(1);
        }
        // SAFETY: a store.
        unsafe { LLVMGetAlignment(self.0.0) }
    }

    /// The number of an attribute of argument `index` of a call.
    fn argument_attribute(self, index: u32, name: &str) -> Option<u64> {
        // SAFETY: a call or invoke; LLVM counts the return value as index 0.
        unsafe {
            let kind = LLVMGetEnumAttributeKindForName(name.as_ptr().cast(), name.len());
            let attribute = LLVMGetCallSiteEnumAttribute(self.0.0, index + 1, kind);
            (!attribute.is_null()).then(|| LLVMGetEnumAttributeValue(attribute))
        }
    }

    /// Notes that argument `index` of a call is `place`, an address in a frame. A note at an argument
    /// that was one in rustc's code tells it from the copy of something in the frame, for which LLVM
    /// may give the original later.
    pub fn mark_frame_argument(self, index: u32, place: &str) {
        // SAFETY: a call or invoke, and an attribute of its context.
        unsafe {
            let attribute = self.0.string_attribute(FRAME_ARGUMENT, place);
            LLVMAddCallSiteAttribute(self.0.0, index + 1, attribute);
        }
    }

    /// See [`Self::mark_frame_argument`].
    pub fn frame_argument(self, index: u32) -> Option<String> {
        let (name, length) = (FRAME_ARGUMENT.as_ptr().cast(), FRAME_ARGUMENT.len() as u32);
        // SAFETY: a call or invoke; LLVM copies the name.
        unsafe {
            super::string_value(LLVMGetCallSiteStringAttribute(self.0.0, index + 1, name, length))
        }
    }

    /// An invoke's normal and unwind destinations.
    pub fn as_invoke(self) -> Option<(Block, Block)> {
        // SAFETY: an invoke has both.
        unsafe {
            self.is(LLVMOpcode::LLVMInvoke)
                .then(|| (Block(LLVMGetNormalDest(self.0.0)), Block(LLVMGetUnwindDest(self.0.0))))
        }
    }

    /// A call of an intrinsic whose name starts with `prefix`, as in `llvm.lifetime.`?
    pub fn is_intrinsic(self, prefix: &str) -> bool {
        // SAFETY: an instruction.
        let id = unsafe { raw::LLVMCorofoldIntrinsicId(self.0.0) };
        id != 0
            && self.callee().is_some_and(|callee| {
                callee.value().with_name(|name| name.starts_with(prefix.as_bytes()))
            })
    }

    /// `memcpy`, `memmove` or `memset`, which write to their first argument?
    pub fn is_memory_intrinsic(self) -> bool {
        ["llvm.memcpy.", "llvm.memmove.", "llvm.memset."].iter().any(|name| self.is_intrinsic(name))
    }

    /// How many bytes a [memory intrinsic](Self::is_memory_intrinsic) writes, if that is constant.
    pub fn memory_size(self) -> Option<u64> {
        self.arguments().get(2).and_then(|size| size.as_integer())
    }

    /// Bytes of stack that an alloca takes. `None` where that is not known before the program runs.
    pub fn allocation_size(self) -> Option<u64> {
        if !self.is(Opcode::LLVMAlloca) {
            return None;
        }
        // SAFETY: an alloca.
        let size = unsafe { raw::LLVMCorofoldAllocationSize(self.0.0) };
        (size != u64::MAX).then_some(size)
    }

    /// A lifetime marker?
    pub fn is_lifetime_marker(self) -> bool {
        // SAFETY: a live value.
        unsafe { raw::LLVMCorofoldIsLifetimeMarker(self.0.0) }
    }

    /// A lifetime marker, a debug intrinsic or `llvm.assume(i1 true)`: no behaviour?
    pub fn is_marker(self) -> bool {
        // Operand bundles are further assumptions: `["nonnull"(ptr %value)]`.
        let assumes_nothing = || {
            self.is_intrinsic("llvm.assume")
                && self.operand(0).and_then(Value::as_integer) == Some(1)
                && !self.has_operand_bundles()
        };
        // SAFETY: a live value.
        let is_debug = unsafe { raw::LLVMCorofoldIsDebugIntrinsic(self.0.0) };
        self.is_lifetime_marker() || is_debug || assumes_nothing()
    }

    /// May it write memory, unwind, or not return?
    pub fn has_side_effects(self) -> bool {
        // SAFETY: an instruction.
        unsafe { raw::LLVMCorofoldHasSideEffects(self.0.0) }
    }

    /// May it unwind out of its function? An invoke does not.
    pub fn may_unwind(self) -> bool {
        // SAFETY: an instruction.
        unsafe { raw::LLVMCorofoldMayThrow(self.0.0) }
    }

    /// Same opcode, types, flags, attributes and other state, whatever the operands.
    pub fn is_same_operation(self, other: Inst) -> bool {
        // SAFETY: two instructions.
        unsafe { raw::LLVMCorofoldIsSameOperation(self.0.0, other.0.0) }
    }

    /// The same metadata, debug locations aside?
    pub fn has_same_metadata(self, other: Inst) -> bool {
        // SAFETY: two instructions.
        unsafe { raw::LLVMCorofoldHasSameMetadata(self.0.0, other.0.0) }
    }

    /// Gives it a debug location that is true for `gone` as well.
    pub fn merge_debug_location(self, gone: Inst) {
        // SAFETY: two instructions of one function.
        unsafe { raw::LLVMCorofoldMergeDebugLocation(self.0.0, gone.0.0) }
    }

    /// The single interval of its `!range`.
    pub fn range(self) -> Option<ByteRange> {
        // SAFETY: metadata kind names are plain bytes; a range node holds constants in pairs.
        unsafe {
            let node = LLVMGetMetadata(self.0.0, self.metadata_kind("range"));
            if node.is_null() || LLVMGetMDNodeNumOperands(node) != 2 {
                return None;
            }
            let mut bounds = [std::ptr::null_mut(); 2];
            LLVMGetMDNodeOperands(node, bounds.as_mut_ptr());
            let low = Value::from_raw(bounds[0])?.as_integer()?;
            let high = Value::from_raw(bounds[1])?.as_integer()?;
            Some(ByteRange { low, high })
        }
    }

    /// Gives a call an address of its own for argument `index`, a child at `offset` of `frame`, so
    /// that after inlining all addresses that the child's code computes come from it, and no other
    /// do. The notes, at the address and at the call, go with copies of them. Returns whether it had
    /// none before.
    pub fn name_child_frame(self, index: u32, frame: Value, offset: i64) -> bool {
        let has_one = self.operand(index).and_then(Value::as_instruction);
        if has_one.is_some_and(Self::is_child_frame) {
            return false;
        }
        let address = self.block().append_address(frame, offset);
        let Some(inst) = address.as_instruction() else { return false };
        inst.move_before(self);
        inst.note(CHILD_FRAME);
        self.set_operand(index, address);
        self.note(CHILD_CALL);
        true
    }

    /// See [`Self::name_child_frame`].
    pub fn is_child_frame(self) -> bool {
        self.has_note(CHILD_FRAME)
    }

    /// Is it the poll or the drop of what is awaited? See [`Self::name_child_frame`].
    pub fn is_given_child(self) -> bool {
        self.has_note(CHILD_CALL)
    }

    /// Notes that it stores the state of a child whose code became part of this function. The note
    /// goes with copies of it.
    pub fn mark_child_state(self) {
        self.note(CHILD_STATE);
    }

    /// See [`Self::mark_child_state`].
    pub fn is_child_state(self) -> bool {
        self.has_note(CHILD_STATE)
    }

    fn note(self, kind: &str) {
        // SAFETY: an empty node of the instruction's context is metadata of any kind.
        unsafe {
            let context = LLVMGetTypeContext(LLVMTypeOf(self.0.0));
            let node = LLVMMDNodeInContext2(context, std::ptr::null_mut(), 0);
            LLVMSetMetadata(self.0.0, self.metadata_kind(kind), LLVMMetadataAsValue(context, node));
        }
    }

    fn has_note(self, kind: &str) -> bool {
        // SAFETY: an instruction.
        unsafe { !LLVMGetMetadata(self.0.0, self.metadata_kind(kind)).is_null() }
    }

    fn metadata_kind(self, kind: &str) -> u32 {
        // SAFETY: LLVM copies the name.
        unsafe {
            let context = LLVMGetTypeContext(LLVMTypeOf(self.0.0));
            LLVMGetMDKindIDInContext(context, kind.as_ptr().cast(), kind.len() as u32)
        }
    }

    /// Line and column of its debug location, where that has a line.
    pub fn line_and_column(self) -> Option<(u32, u32)> {
        // SAFETY: an instruction.
        let (line, column) =
            unsafe { (LLVMGetDebugLocLine(self.0.0), LLVMGetDebugLocColumn(self.0.0)) };
        (line != 0).then_some((line, column))
    }

    /// The type of the loaded or stored value, or of the result.
    pub fn accessed_type(self) -> Type {
        match (self.opcode(), self.operand(0)) {
            (LLVMOpcode::LLVMStore, Some(stored)) => stored.ty(),
            _ => self.0.ty(),
        }
    }

    /// The constant indices of an `extractvalue` or `insertvalue`.
    pub fn aggregate_indices(self) -> Vec<u32> {
        if !matches!(self.opcode(), LLVMOpcode::LLVMExtractValue | LLVMOpcode::LLVMInsertValue) {
            return Vec::new();
        }
        // SAFETY: LLVM returns as many indices as it counts.
        unsafe {
            let count = LLVMGetNumIndices(self.0.0) as usize;
            std::slice::from_raw_parts(LLVMGetIndices(self.0.0), count).to_vec()
        }
    }

    /// An `icmp eq` or `icmp ne`: true for `eq`.
    pub fn equality_predicate(self) -> Option<bool> {
        use llvm_sys::LLVMIntPredicate::{LLVMIntEQ, LLVMIntNE};
        if !self.is(LLVMOpcode::LLVMICmp) {
            return None;
        }
        // SAFETY: an integer comparison.
        match unsafe { LLVMGetICmpPredicate(self.0.0) } {
            LLVMIntEQ => Some(true),
            LLVMIntNE => Some(false),
            _ => None,
        }
    }

    /// `nuw` on a `trunc`.
    pub fn has_no_unsigned_wrap(self) -> bool {
        // SAFETY: asked of an instruction that can carry the flag.
        self.is(LLVMOpcode::LLVMTrunc) && unsafe { LLVMGetNUW(self.0.0) != 0 }
    }

    /// Counts an execution for coverage or profiles: nothing that the program can see.
    pub fn is_profile_counter(self) -> bool {
        let counts_in_global = matches!(self.opcode(), LLVMOpcode::LLVMAtomicRMW)
            && self.0.is_unused()
            && self.operand(0).is_some_and(|pointer| {
                let (base, _) = Module::of(self.block()).base_and_offset(pointer);
                base.name().starts_with("__profc_")
            });
        counts_in_global || self.is_intrinsic("llvm.instrprof.")
    }

    /// The incoming edges of a phi.
    pub fn incoming(self) -> Vec<(Value, Block)> {
        if !self.is(LLVMOpcode::LLVMPHI) {
            return Vec::new();
        }
        // SAFETY: indices below the count.
        unsafe {
            (0..LLVMCountIncoming(self.0.0))
                .map(|i| {
                    let value = Value(LLVMGetIncomingValue(self.0.0, i));
                    (value, Block(LLVMGetIncomingBlock(self.0.0, i)))
                })
                .collect()
        }
    }

    /// Adds an incoming edge to a phi.
    pub fn add_incoming(self, mut value: Value, from: Block) {
        let mut block = from.0;
        // SAFETY: a phi, and a value of its type.
        unsafe { LLVMAddIncoming(self.0.0, &mut value.0, &mut block, 1) }
    }

    /// May operand `index`, a constant, become a variable?
    pub fn may_take_variable(self, index: u32) -> bool {
        // SAFETY: callers pass an index that `operands` showed.
        unsafe { raw::LLVMCorofoldMayTakeVariable(self.0.0, index) }
    }

    /// May operand `index`, a pointer, be kept by what this calls? Of anything but calls: yes.
    pub fn may_capture(self, index: u32) -> bool {
        // SAFETY: an instruction; the shim checks the index.
        unsafe { raw::LLVMCorofoldMayCapture(self.0.0, index) }
    }

    /// Removes it. Its uses must be gone.
    pub fn erase(self) {
        debug_assert!(self.0.is_unused());
        // SAFETY: without users nothing refers to it any more.
        unsafe { LLVMInstructionEraseFromParent(self.0.0) }
    }

    /// Removes it if nothing uses it and it does nothing, and with it what only it used.
    pub fn erase_if_dead(self) {
        // SAFETY: an instruction; callers hold no handle of what it is computed from.
        unsafe { raw::LLVMCorofoldEraseIfDead(self.0.0) };
    }

    /// A copy of it at the end of `block`, with operands as given by `operand_of`.
    pub fn clone_to_end(self, block: Block, mut operand_of: impl FnMut(Value) -> Value) -> Inst {
        let module = Module::of(block);
        let builder = module.builder_at_end(block);
        // SAFETY: a detached clone is inserted at once; operands keep their types.
        unsafe {
            let clone = Inst(Value(LLVMInstructionClone(self.0.0)));
            LLVMInsertIntoBuilder(builder.raw(), clone.0.0);
            for (index, operand) in self.operands().into_iter().enumerate() {
                clone.set_operand(index as u32, operand_of(operand));
            }
            clone
        }
    }

    /// Moves it before `other`.
    pub fn move_before(self, other: Inst) {
        let builder = Module::of(other.block()).builder_at_end(other.block());
        // SAFETY: it is taken out and put in at once; callers see to dominance.
        unsafe {
            LLVMInstructionRemoveFromParent(self.0.0);
            LLVMPositionBuilderBefore(builder.raw(), other.0.0);
            LLVMInsertIntoBuilder(builder.raw(), self.0.0);
        }
    }

    /// Gives it the debug location of `other`, or none.
    pub fn copy_debug_location(self, other: Inst) {
        use llvm_sys::debuginfo::{LLVMInstructionGetDebugLoc, LLVMInstructionSetDebugLoc};
        // SAFETY: two instructions; a null location removes the former one.
        unsafe {
            LLVMInstructionSetDebugLoc(self.0.0, LLVMInstructionGetDebugLoc(other.0.0));
        }
    }

    /// Has the call operand bundles, as inside of an exception handler for Windows?
    pub fn has_operand_bundles(self) -> bool {
        // SAFETY: asked of calls only.
        self.is_call() && unsafe { LLVMGetNumOperandBundles(self.0.0) } > 0
    }

    /// Returns `value` in place of what this `ret` returns.
    pub fn return_instead(self, value: Value) {
        let builder = Module::of(self.block()).builder_before(self);
        let former = self.operand(0).and_then(Value::as_instruction);
        // SAFETY: a terminator takes the place of another one; callers match the function's type.
        unsafe {
            let ret = Inst(Value(LLVMBuildRet(builder.raw(), value.0)));
            ret.copy_debug_location(self);
            LLVMInstructionEraseFromParent(self.0.0);
        }
        if let Some(former) = former {
            former.erase_if_dead();
        }
    }

    /// Calls another function in its place: a call or invoke, with the arguments given. The result is
    /// used as before: of the same type, or of an element that all users take out of it.
    pub fn call_instead(self, callee: Function, arguments: &[Value]) {
        let builder = Module::of(self.block()).builder_before(self);
        // An `sret`, which has to be said at the call as well.
        let keeps_first = arguments.first().is_some_and(|first| self.operand(0) == Some(*first));
        let mut arguments: Vec<LLVMValueRef> = arguments.iter().map(|value| value.0).collect();
        let (list, count) = (arguments.as_mut_ptr(), arguments.len() as u32);
        let (function, name) = (callee.value().0, self.0.name());
        let is_same_result = self.0.ty() == callee.return_type();
        let attributed = [(u32::MAX, true), (0, is_same_result), (1, keeps_first)];
        // SAFETY: callers match the parameters and the result of the callee.
        unsafe {
            let ty = LLVMGlobalGetValueType(function);
            let call = match self.as_invoke() {
                Some((normal, unwind)) => {
                    let (normal, unwind) = (normal.0, unwind.0);
                    let name = c"".as_ptr();
                    LLVMBuildInvoke2(builder.raw(), ty, function, list, count, normal, unwind, name)
                }
                None => LLVMBuildCall2(builder.raw(), ty, function, list, count, c"".as_ptr()),
            };
            LLVMSetInstructionCallConv(call, LLVMGetInstructionCallConv(self.0.0));
            for (index, _) in attributed.into_iter().filter(|(_, is_kept)| *is_kept) {
                let attributes = call_site_attributes(self.0.0, index);
                attributes.into_iter().for_each(|a| LLVMAddCallSiteAttribute(call, index, a));
            }
            if is_same_result {
                self.0.replace_all_uses_with(Value(call));
            }
            for element in self.0.users() {
                element.replace_all_uses_with(Value(call));
                LLVMInstructionEraseFromParent(element.0);
            }
            LLVMInstructionEraseFromParent(self.0.0);
            LLVMSetValueName2(call, name.as_ptr().cast(), name.len());
        }
    }

    /// Loads a value `offset` bytes from `pointer` before it.
    pub fn load_before(self, ty: Type, pointer: Value, offset: i64) -> Value {
        let builder = Module::of(self.block()).builder_before(self);
        let address = builder.address(pointer, offset);
        // SAFETY: as for `append_store`.
        unsafe {
            let load = LLVMBuildLoad2(builder.raw(), ty.0, address.0, c"".as_ptr());
            LLVMSetAlignment(load, 1);
            Value(load)
        }
    }

    /// Stores a value `offset` bytes from `pointer` before it.
    pub fn store_before(self, value: Value, pointer: Value, offset: i64) {
        let builder = Module::of(self.block()).builder_before(self);
        let address = builder.address(pointer, offset);
        // SAFETY: as for `append_store`.
        unsafe { LLVMSetAlignment(LLVMBuildStore(builder.raw(), value.0, address.0), 1) };
    }

    /// Starts or ends the lifetime of a local before it.
    pub fn mark_lifetime_before(self, marker: &str, local: Value) {
        let module = Module::of(self.block());
        let builder = module.builder_before(self);
        let mut overload = local.ty().0;
        // SAFETY: `llvm.lifetime.*` are overloaded on their pointer, their last argument. Up to
        // LLVM 21 there is a size before it, of which -1 means all.
        unsafe {
            let id = LLVMLookupIntrinsicID(marker.as_ptr().cast(), marker.len());
            let declaration = LLVMGetIntrinsicDeclaration(module.0, id, &mut overload, 1);
            let ty = LLVMGlobalGetValueType(declaration);
            let size = LLVMInt64TypeInContext(LLVMGetTypeContext(overload));
            let mut arguments = vec![local.0];
            if LLVMCountParamTypes(ty) > 1 {
                arguments.insert(0, LLVMConstInt(size, u64::MAX, 0));
            }
            let (list, count) = (arguments.as_mut_ptr(), arguments.len() as u32);
            LLVMBuildCall2(builder.raw(), ty, declaration, list, count, c"".as_ptr());
        }
    }

    /// Splits its block before it; the new block begins with it.
    pub fn split_before(self) -> Block {
        // SAFETY: an instruction in a block.
        Block(unsafe { raw::LLVMCorofoldSplitBefore(self.0.0) })
    }

    /// Inlines this call. False, and nothing changed, where LLVM declines.
    pub fn inline(self) -> bool {
        // SAFETY: a call or invoke.
        self.is_call() && unsafe { raw::LLVMCorofoldInlineCall(self.0.0) }
    }

    /// Keeps its value in a local instead of a register: each use loads it.
    pub fn demote_to_stack(self) {
        // SAFETY: a live instruction, and no terminator.
        unsafe { raw::LLVMCorofoldDemoteToStack(self.0.0) }
    }

    /// Removes a call or invoke without result; an invoke becomes a branch to its normal block.
    pub fn erase_call(self) {
        let call = match self.as_invoke() {
            // SAFETY: an invoke without a used result.
            Some(_) => Inst(Value(unsafe { raw::LLVMCorofoldInvokeToCall(self.0.0) })),
            None => self,
        };
        call.erase();
    }
}

/// The attributes at an index of a call: its return value 0, its arguments from 1.
///
/// # Safety
/// `call` must be a call or invoke.
unsafe fn call_site_attributes(call: LLVMValueRef, index: u32) -> Vec<LLVMAttributeRef> {
    // SAFETY: LLVM writes as many attributes as it counts.
    unsafe {
        let count = LLVMGetCallSiteAttributeCount(call, index) as usize;
        let mut attributes = vec![std::ptr::null_mut(); count];
        LLVMGetCallSiteAttributes(call, index, attributes.as_mut_ptr());
        attributes
    }
}
