//! Functions and blocks.

use super::{Inst, Module, Type, Value, raw};
use llvm_sys::LLVMLinkage;
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMAttributeRef, LLVMBasicBlockRef, LLVMValueRef};
use std::collections::{HashMap, HashSet};

/// A function, defined or declared.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Function(pub(super) Value);

/// A basic block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Block(pub(super) LLVMBasicBlockRef);

/// A parameter of a function that takes over the body of another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Parameter {
    /// The old function's parameter of this index.
    Kept(usize),
    /// One that the body does not use yet.
    New(Type),
}

impl Function {
    /// Wraps a pointer of LLVM's C API.
    ///
    /// # Safety
    /// `raw` must be null or a live function.
    pub unsafe fn from_raw(raw: LLVMValueRef) -> Option<Self> {
        // SAFETY: as promised by the caller.
        unsafe { Value::from_raw(raw) }.map(Self)
    }

    /// Its address as a value.
    pub fn value(self) -> Value {
        self.0
    }

    /// The mangled name.
    pub fn symbol(self) -> String {
        self.0.name()
    }

    /// Has it a body in this module?
    pub fn is_defined(self) -> bool {
        // SAFETY: a function.
        unsafe { LLVMIsDeclaration(self.0.0) == 0 }
    }

    /// Is it invisible outside this module?
    pub fn has_local_linkage(self) -> bool {
        // SAFETY: a function.
        let linkage = unsafe { LLVMGetLinkage(self.0.0) };
        matches!(linkage, LLVMLinkage::LLVMInternalLinkage | LLVMLinkage::LLVMPrivateLinkage)
    }

    /// Can it catch what unwinds, or clean up then?
    pub fn has_personality(self) -> bool {
        // SAFETY: a function.
        unsafe { LLVMHasPersonalityFn(self.0.0) != 0 }
    }

    /// The entry block of a definition.
    pub fn entry(self) -> Option<Block> {
        // SAFETY: only a definition is asked.
        self.is_defined().then(|| Block(unsafe { LLVMGetEntryBasicBlock(self.0.0) }))
    }

    /// The immediate dominator of each block that has one.
    pub fn immediate_dominators(self) -> HashMap<Block, Block> {
        let blocks = self.blocks();
        let mut dominators = vec![std::ptr::null_mut(); blocks.len()];
        // SAFETY: a definition, and room for one entry per block.
        unsafe { raw::LLVMCorofoldImmediateDominators(self.0.0, dominators.as_mut_ptr()) };
        let known = blocks.into_iter().zip(dominators).filter(|(_, above)| !above.is_null());
        known.map(|(block, above)| (block, Block(above))).collect()
    }

    /// Its blocks in order.
    pub fn blocks(self) -> Vec<Block> {
        // SAFETY: walks the list of blocks, which nothing changes meanwhile.
        unsafe {
            let mut blocks = Vec::with_capacity(LLVMCountBasicBlocks(self.0.0) as usize);
            let mut block = LLVMGetFirstBasicBlock(self.0.0);
            while !block.is_null() {
                blocks.push(Block(block));
                block = LLVMGetNextBasicBlock(block);
            }
            blocks
        }
    }

    /// All instructions in order.
    pub fn instructions(self) -> impl Iterator<Item = Inst> {
        self.blocks().into_iter().flat_map(Block::instructions)
    }

    /// Its parameters.
    pub fn parameters(self) -> Vec<Value> {
        // SAFETY: indices below the count.
        unsafe {
            (0..LLVMCountParams(self.0.0)).map(|i| Value(LLVMGetParam(self.0.0, i))).collect()
        }
    }

    /// The type behind parameter 0's `sret`.
    pub fn sret_type(self) -> Option<Type> {
        let attribute = self.enum_attribute(1, "sret")?;
        // SAFETY: `sret` is a type attribute.
        Some(Type(unsafe { LLVMGetTypeAttributeValue(attribute) }))
    }

    /// Where the result goes, if it goes by memory.
    pub fn result_slot(self) -> Option<Value> {
        self.sret_type()?;
        self.parameters().first().copied()
    }

    /// The index of the first parameter behind [`Self::result_slot`]: 1, or 0 where there is none.
    pub fn first_argument(self) -> u32 {
        u32::from(self.sret_type().is_some())
    }

    /// Has it this function attribute, for instance `optnone`?
    pub fn has_attribute(self, name: &str) -> bool {
        self.enum_attribute(LLVM_FUNCTION_INDEX, name).is_some()
    }

    /// Has parameter `index` this attribute, for instance `noalias`?
    pub fn parameter_has_attribute(self, index: u32, name: &str) -> bool {
        // LLVM counts the return value as index 0.
        self.enum_attribute(index + 1, name).is_some()
    }

    /// Is this body what every call of it runs?
    pub fn has_exact_definition(self) -> bool {
        // SAFETY: a function.
        unsafe { raw::LLVMCorofoldHasExactDefinition(self.0.0) }
    }

    /// May another definition replace this one when the program is linked?
    pub fn is_interposable(self) -> bool {
        // SAFETY: a function.
        unsafe { raw::LLVMCorofoldIsInterposable(self.0.0) }
    }

    /// Can `callee` be inlined into it without changing how either is compiled: the same CPU and
    /// features, and attributes that LLVM allows to meet?
    pub fn may_inline(self, callee: Function) -> bool {
        let same = |name| self.string_attribute(name) == callee.string_attribute(name);
        // SAFETY: two functions.
        let is_compatible = unsafe { raw::LLVMCorofoldAreInlineCompatible(self.0.0, callee.0.0) };
        is_compatible && same("target-cpu") && same("target-features")
    }

    /// Removes a function attribute.
    pub fn remove_attribute(self, name: &str) {
        // SAFETY: the kind number comes from LLVM.
        unsafe {
            let kind = LLVMGetEnumAttributeKindForName(name.as_ptr().cast(), name.len());
            LLVMRemoveEnumAttributeAtIndex(self.0.0, LLVM_FUNCTION_INDEX, kind);
        }
    }

    fn enum_attribute(self, index: u32, name: &str) -> Option<LLVMAttributeRef> {
        // SAFETY: the kind number comes from LLVM; an index without attributes gives null.
        unsafe {
            if index != LLVM_FUNCTION_INDEX && index > LLVMCountParams(self.0.0) {
                return None;
            }
            let kind = LLVMGetEnumAttributeKindForName(name.as_ptr().cast(), name.len());
            let attribute = LLVMGetEnumAttributeAtIndex(self.0.0, index, kind);
            (!attribute.is_null()).then_some(attribute)
        }
    }

    /// The value of a string attribute, as in `"corofold"="..."`.
    pub fn string_attribute(self, name: &str) -> Option<String> {
        self.string_attribute_at(LLVM_FUNCTION_INDEX, name)
    }

    /// The value of a string attribute of parameter `index`.
    pub fn parameter_string_attribute(self, index: u32, name: &str) -> Option<String> {
        self.string_attribute_at(index + 1, name)
    }

    fn string_attribute_at(self, index: u32, name: &str) -> Option<String> {
        let (name, length) = (name.as_ptr().cast(), name.len() as u32);
        // SAFETY: LLVM copies the name.
        unsafe { super::string_value(LLVMGetStringAttributeAtIndex(self.0.0, index, name, length)) }
    }

    /// Sets a string attribute, replacing its former value.
    pub fn set_string_attribute(self, name: &str, value: &str) {
        self.set_string_attribute_at(LLVM_FUNCTION_INDEX, name, value);
    }

    /// Sets a string attribute of parameter `index`, replacing its former value.
    pub fn set_parameter_string_attribute(self, index: u32, name: &str, value: &str) {
        self.set_string_attribute_at(index + 1, name, value);
    }

    fn set_string_attribute_at(self, index: u32, name: &str, value: &str) {
        // SAFETY: an attribute of the function's context.
        unsafe { LLVMAddAttributeAtIndex(self.0.0, index, self.0.string_attribute(name, value)) }
    }

    /// A new block at the end.
    pub fn append_block(self, name: &str) -> Block {
        let name = std::ffi::CString::new(name).unwrap_or_default();
        // SAFETY: a definition; LLVM copies the name.
        unsafe {
            let context = LLVMGetTypeContext(LLVMTypeOf(self.0.0));
            Block(LLVMAppendBasicBlockInContext(context, self.0.0, name.as_ptr()))
        }
    }

    /// Deletes the blocks that the entry does not reach.
    pub fn remove_unreachable_blocks(self) -> bool {
        // SAFETY: a definition.
        unsafe { raw::LLVMCorofoldRemoveUnreachableBlocks(self.0.0) }
    }

    /// Moves the body, the name and all attributes to a new function with other parameters, and
    /// perhaps another type to return. What is left is a declaration that only its callers use. The
    /// body returns what it did.
    pub fn move_to(self, parameters: &[Parameter], returned: Type) -> Function {
        let old = self.parameters();
        let ty_of = |parameter: &Parameter| match parameter {
            Parameter::Kept(index) => old[*index].ty().0,
            Parameter::New(ty) => ty.0,
        };
        let mut types: Vec<_> = parameters.iter().map(ty_of).collect();
        // SAFETY: all parts are of one context; every use of a kept parameter is replaced by one of
        // its type before the body is moved.
        unsafe {
            let ty = LLVMFunctionType(returned.0, types.as_mut_ptr(), types.len() as u32, 0);
            let module = LLVMGetGlobalParent(self.0.0);
            let moved = Function(Value(LLVMAddFunction(module, c"".as_ptr(), ty)));
            self.move_properties(moved);
            if returned == self.return_type() {
                self.copy_attributes(LLVM_RETURN_INDEX, moved, LLVM_RETURN_INDEX);
            }
            for (index, parameter) in parameters.iter().enumerate() {
                let Parameter::Kept(from) = *parameter else { continue };
                old[from].replace_all_uses_with(moved.parameters()[index]);
                self.copy_attributes(from as u32 + 1, moved, index as u32 + 1);
            }
            raw::LLVMCorofoldMoveBlocks(moved.0.0, self.0.0);
            moved
        }
    }

    /// What belongs to a function besides its parameters, what it returns, and its blocks.
    fn move_properties(self, moved: Function) {
        let name = self.symbol();
        // SAFETY: two functions of one module; metadata that may be attached once is taken away
        // before it is attached again.
        unsafe {
            LLVMSetValueName2(self.0.0, c"".as_ptr(), 0);
            LLVMSetValueName2(moved.0.0, name.as_ptr().cast(), name.len());
            LLVMSetLinkage(moved.0.0, LLVMGetLinkage(self.0.0));
            LLVMSetFunctionCallConv(moved.0.0, LLVMGetFunctionCallConv(self.0.0));
            LLVMSetUnnamedAddress(moved.0.0, LLVMGetUnnamedAddress(self.0.0));
            LLVMSetSection(moved.0.0, LLVMGetSection(self.0.0));
            LLVMSetAlignment(moved.0.0, LLVMGetAlignment(self.0.0));
            if LLVMHasPersonalityFn(self.0.0) != 0 {
                LLVMSetPersonalityFn(moved.0.0, LLVMGetPersonalityFn(self.0.0));
            }
            let mut count = 0;
            let entries = LLVMGlobalCopyAllMetadata(self.0.0, &mut count);
            LLVMGlobalClearMetadata(self.0.0);
            for entry in 0..count as u32 {
                let kind = LLVMValueMetadataEntriesGetKind(entries, entry);
                let node = LLVMValueMetadataEntriesGetMetadata(entries, entry);
                LLVMGlobalSetMetadata(moved.0.0, kind, node);
            }
            LLVMDisposeValueMetadataEntries(entries);
        }
        self.copy_attributes(LLVM_FUNCTION_INDEX, moved, LLVM_FUNCTION_INDEX);
    }

    fn copy_attributes(self, from: u32, to: Function, index: u32) {
        // SAFETY: LLVM writes as many attributes as it counts.
        unsafe {
            let count = LLVMGetAttributeCountAtIndex(self.0.0, from) as usize;
            let mut attributes = vec![std::ptr::null_mut(); count];
            LLVMGetAttributesAtIndex(self.0.0, from, attributes.as_mut_ptr());
            for attribute in attributes {
                LLVMAddAttributeAtIndex(to.0.0, index, attribute);
            }
        }
    }

    /// Deletes it. Its uses must be gone.
    pub fn delete(self) {
        debug_assert!(self.0.is_unused());
        // SAFETY: without users nothing refers to it any more.
        unsafe { LLVMDeleteFunction(self.0.0) }
    }

    /// The alignment that is promised for a pointer parameter.
    pub fn parameter_alignment(self, index: u32) -> Option<u32> {
        let attribute = self.enum_attribute(index + 1, "align")?;
        // SAFETY: an attribute with an integer.
        u32::try_from(unsafe { LLVMGetEnumAttributeValue(attribute) }).ok()
    }

    /// A new local of so many bytes at the head of the function.
    pub fn new_local(self, bytes: u64, alignment: u32) -> Option<Value> {
        let entry = self.entry()?;
        let builder = Module::of(entry).builder_at_start(entry);
        // SAFETY: a block with a terminator, and a type of the same context.
        unsafe {
            let context = LLVMGetTypeContext(LLVMTypeOf(self.0.0));
            let ty = LLVMArrayType2(LLVMInt8TypeInContext(context), bytes);
            let local = LLVMBuildAlloca(builder.raw(), ty, c"".as_ptr());
            LLVMSetAlignment(local, alignment);
            Some(Value(local))
        }
    }

    /// Reports an error that fails the compilation.
    pub fn report_error(self, text: &str) {
        // SAFETY: the text is copied before the call returns.
        unsafe { raw::LLVMCorofoldError(self.0.0, text.as_ptr().cast(), text.len()) }
    }
}

impl Block {
    /// The function it belongs to.
    pub fn function(self) -> Function {
        // SAFETY: every block seen here stands in a function.
        Function(Value(unsafe { LLVMGetBasicBlockParent(self.0) }))
    }

    /// The block after it in its function.
    pub fn next(self) -> Option<Block> {
        // SAFETY: a block in a function.
        let next = unsafe { LLVMGetNextBasicBlock(self.0) };
        (!next.is_null()).then_some(Block(next))
    }

    /// As an operand, for its users.
    pub fn as_value(self) -> Value {
        // SAFETY: a block.
        Value(unsafe { LLVMBasicBlockAsValue(self.0) })
    }

    /// Its label.
    pub fn name(self) -> String {
        self.as_value().name()
    }

    /// Its instructions in order.
    pub fn instructions(self) -> Vec<Inst> {
        self.walk().collect()
    }

    /// The same one by one, for those who stop early and change nothing meanwhile.
    pub fn walk(self) -> impl Iterator<Item = Inst> {
        // SAFETY: a block.
        let first = unsafe { Value::from_raw(LLVMGetFirstInstruction(self.0)) }.map(Inst);
        std::iter::successors(first, |inst| inst.next())
    }

    /// Its terminator.
    pub fn terminator(self) -> Option<Inst> {
        // SAFETY: a block.
        unsafe { Value::from_raw(LLVMGetBasicBlockTerminator(self.0)) }.map(Inst)
    }

    /// Its successors, in the terminator's order.
    pub fn successors(self) -> Vec<Block> {
        self.terminator().map(Inst::successors).unwrap_or_default()
    }

    /// Its predecessors, one entry per block, sorted by nothing but the use list.
    pub fn predecessors(self) -> Vec<Block> {
        let mut seen = HashSet::new();
        self.incoming_edges().filter(|block| seen.insert(*block)).collect()
    }

    /// The one predecessor, if there is just one.
    pub fn single_predecessor(self) -> Option<Block> {
        let mut edges = self.incoming_edges();
        let first = edges.next()?;
        edges.all(|other| other == first).then_some(first)
    }

    /// Does just one edge lead here?
    pub fn has_single_edge(self) -> bool {
        self.incoming_edges().take(2).count() == 1
    }

    /// The blocks that edges come from, one entry per edge.
    pub fn incoming_edges(self) -> impl Iterator<Item = Block> {
        let terminators = self.as_value().walk_users().filter_map(Value::as_instruction);
        terminators.filter(|user| user.successor_count() > 0).map(Inst::block)
    }

    /// Adds a phi at its head, without incoming values.
    pub fn prepend_phi(self, ty: Type) -> Inst {
        let builder = Module::of(self).builder_at_start(self);
        // SAFETY: a type of the same context.
        unsafe { Inst(Value(LLVMBuildPhi(builder.raw(), ty.0, c"".as_ptr()))) }
    }

    /// Its phis.
    pub fn phis(self) -> Vec<Inst> {
        self.walk().take_while(|i| i.is(super::Opcode::LLVMPHI)).collect()
    }

    /// Does it hold nothing but `unreachable` and markers?
    pub fn is_unreachable(self) -> bool {
        self.terminator().is_some_and(|last| {
            last.is(super::Opcode::LLVMUnreachable)
                && self.walk().all(|i| i == last || i.is_marker())
        })
    }

    /// Ends it with a branch to `target`.
    pub fn branch_to(self, target: Block) -> Inst {
        let builder = Module::of(self).builder_at_end(self);
        // SAFETY: two blocks of one function.
        Inst(Value(unsafe { LLVMBuildBr(builder.raw(), target.0) }))
    }

    /// Ends it with `unreachable`.
    pub fn end_unreachable(self) {
        let builder = Module::of(self).builder_at_end(self);
        // SAFETY: a block without terminator.
        unsafe { LLVMBuildUnreachable(builder.raw()) };
    }

    /// Tells its phis that `predecessor` has one edge less.
    pub fn remove_predecessor(self, predecessor: Block) {
        // SAFETY: two blocks of one function.
        unsafe { raw::LLVMCorofoldRemovePredecessor(self.0, predecessor.0) }
    }
}

/// LLVM's index for attributes of the function itself.
const LLVM_FUNCTION_INDEX: u32 = u32::MAX;
/// Where LLVM keeps the attributes of what a function returns.
const LLVM_RETURN_INDEX: u32 = 0;

/// Building at the end of a block.
impl Block {
    /// The address `offset` bytes from `pointer`.
    pub fn append_address(self, pointer: Value, offset: i64) -> Value {
        Module::of(self).builder_at_end(self).address(pointer, offset)
    }

    /// Stores `value` at `offset` bytes from `pointer`.
    pub fn append_store(self, pointer: Value, offset: i64, value: Value) {
        let address = self.append_address(pointer, offset);
        let builder = Module::of(self).builder_at_end(self);
        // SAFETY: values of one context. Alignment 1 is always true, and LLVM raises it where it
        // knows more.
        unsafe { LLVMSetAlignment(LLVMBuildStore(builder.raw(), value.0, address.0), 1) };
    }

    /// Ends it with `ret void`.
    pub fn append_return_void(self) {
        let builder = Module::of(self).builder_at_end(self);
        // SAFETY: a block without terminator.
        unsafe { LLVMBuildRetVoid(builder.raw()) };
    }

    /// Ends it with `ret value`.
    pub fn append_return(self, value: Value) {
        let builder = Module::of(self).builder_at_end(self);
        // SAFETY: a block without terminator; the caller matched the type.
        unsafe { LLVMBuildRet(builder.raw(), value.0) };
    }
}

impl Function {
    /// The type it returns.
    pub fn return_type(self) -> Type {
        // SAFETY: a function's value type is a function type.
        Type(unsafe { LLVMGetReturnType(LLVMGlobalGetValueType(self.0.0)) })
    }
}
