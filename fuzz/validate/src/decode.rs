//! From a `.ll` or `.bc` file to [`crate::ir`]. What is not known becomes [`crate::ir::Kind::Refused`].

mod call;
mod constant;
mod instruction;
mod text;
mod types;

use crate::ir::{Block, Function, Module, Parameter};
use crate::value::{Interner, Name};
use anyhow::{Context as _, Result, bail};
use llvm_sys::LLVMLinkage;
use llvm_sys::analysis::{LLVMVerifierFailureAction, LLVMVerifyModule};
use llvm_sys::core::*;
use llvm_sys::ir_reader::LLVMParseIRInContext2;
use llvm_sys::prelude::*;
use llvm_sys::target::{LLVMCreateTargetData, LLVMDisposeTargetData, LLVMPointerSize, LLVMTargetDataRef};
use std::collections::HashMap;
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Symbols, shared by the modules that are compared.
pub type Names = Interner<String>;

/// Reads and verifies a module.
pub fn module(file: &Path, names: &mut Names) -> Result<Module> {
    let path = CString::new(file.as_os_str().as_bytes())?;
    // SAFETY: each object is used while the one that owns it lives, and is disposed of once.
    unsafe {
        let context = LLVMContextCreate();
        let decoded = in_context(context, &path, names).with_context(|| format!("{} is no valid IR", file.display()));
        LLVMContextDispose(context);
        decoded
    }
}

/// # Safety
/// `context` must be live. The module that is made in it is gone afterwards.
unsafe fn in_context(context: LLVMContextRef, path: &CString, names: &mut Names) -> Result<Module> {
    let (mut buffer, mut message, mut module) = (std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: out parameters are written before they are read; the parser takes the module's buffer by reference.
    unsafe {
        if LLVMCreateMemoryBufferWithContentsOfFile(path.as_ptr(), &mut buffer, &mut message) != 0 {
            bail!(text::owned(message));
        }
        let failed = LLVMParseIRInContext2(context, buffer, &mut module, &mut message) != 0;
        LLVMDisposeMemoryBuffer(buffer);
        if failed {
            bail!(text::owned(message));
        }
        let action = LLVMVerifierFailureAction::LLVMReturnStatusAction;
        if LLVMVerifyModule(module, action, &mut message) != 0 {
            LLVMDisposeModule(module);
            bail!("refused by LLVM's verifier: {}", text::owned(message));
        }
        LLVMDisposeMessage(message);
        let layout = LLVMCreateTargetData(LLVMGetDataLayoutStr(module));
        let decoded = Decoder { names, layout }.module(module);
        LLVMDisposeTargetData(layout);
        LLVMDisposeModule(module);
        Ok(decoded)
    }
}

/// What decoding needs everywhere. Its methods take live values of one module.
struct Decoder<'a> {
    names: &'a mut Names,
    layout: LLVMTargetDataRef,
}

/// Numbers of the results and blocks of one function.
struct Numbering {
    locals: HashMap<LLVMValueRef, usize>,
    blocks: HashMap<LLVMBasicBlockRef, usize>,
}

impl Decoder<'_> {
    /// # Safety
    /// Here and in all methods of `Decoder`: handles must be live objects of one module.
    unsafe fn module(&mut self, module: LLVMModuleRef) -> Module {
        // SAFETY: walks lists of a live module, which nothing changes.
        unsafe {
            let mut functions = HashMap::new();
            let mut function = LLVMGetFirstFunction(module);
            while !function.is_null() {
                if LLVMIsDeclaration(function) == 0 {
                    let decoded = self.function(function);
                    functions.insert(decoded.name, decoded);
                }
                function = LLVMGetNextFunction(function);
            }
            let mut constants = HashMap::new();
            let mut global = LLVMGetFirstGlobal(module);
            while !global.is_null() {
                if LLVMIsGlobalConstant(global) != 0 && LLVMIsDeclaration(global) == 0 {
                    let initializer = LLVMGetInitializer(global);
                    let ty = self.ty(LLVMTypeOf(initializer));
                    // One that cannot be read is as good as one of another module.
                    if let Ok(value) = self.constant(initializer) {
                        constants.insert(self.symbol(global), (ty, value));
                    }
                }
                global = LLVMGetNextGlobal(global);
            }
            Module { functions, constants, pointer_bits: 8 * LLVMPointerSize(self.layout) }
        }
    }

    /// The number of a symbol. What has no name gets its initialiser for one.
    unsafe fn symbol(&mut self, global: LLVMValueRef) -> Name {
        // SAFETY: a function, or a global variable, whose initialiser may be null.
        unsafe {
            let name = text::name(global);
            let printed = || match LLVMIsAGlobalVariable(global).is_null() {
                true => text::printed(global),
                false => text::without_number(&text::printed(global)),
            };
            self.names.id(if name.is_empty() { printed() } else { name })
        }
    }

    unsafe fn function(&mut self, function: LLVMValueRef) -> Function {
        // SAFETY: walks a live function, which nothing changes.
        unsafe {
            let parameters = (0..LLVMCountParams(function))
                .map(|i| Parameter {
                    ty: self.ty(LLVMTypeOf(LLVMGetParam(function, i))),
                    sret: self.type_attribute_size(LLVMGetEnumAttributeAtIndex(function, i + 1, kind_of("sret"))),
                    unread: text::ranges(&string_attribute(function, i + 1, "corofold-unread").unwrap_or_default()),
                })
                .collect();
            let numbering = numbering(function);
            let mut blocks: Vec<Block> = numbering.blocks.iter().map(|_| Block::default()).collect();
            for (&block, &number) in &numbering.blocks {
                let mut instruction = LLVMGetFirstInstruction(block);
                while !instruction.is_null() {
                    self.instruction(instruction, &numbering, &mut blocks[number]);
                    instruction = LLVMGetNextInstruction(instruction);
                }
            }
            let linkage = LLVMGetLinkage(function);
            Function {
                name: self.symbol(function),
                symbol: text::name(function),
                parameters,
                result: self.ty(LLVMGetReturnType(LLVMGlobalGetValueType(function))),
                locals: numbering.locals.len(),
                blocks,
                is_local: matches!(linkage, LLVMLinkage::LLVMInternalLinkage | LLVMLinkage::LLVMPrivateLinkage),
                address_taken: is_address_taken(function),
                by_value: string_attribute(function, u32::MAX, "corofold").is_some_and(|text| text == "by value"),
                text: text::comparable(&text::printed(function)),
            }
        }
    }
}

/// # Safety
/// `function` must be a live definition.
unsafe fn numbering(function: LLVMValueRef) -> Numbering {
    let (mut locals, mut blocks) = (HashMap::new(), HashMap::new());
    // SAFETY: walks a live function, which nothing changes.
    unsafe {
        for i in 0..LLVMCountParams(function) {
            locals.insert(LLVMGetParam(function, i), i as usize);
        }
        let mut block = LLVMGetFirstBasicBlock(function);
        while !block.is_null() {
            blocks.insert(block, blocks.len());
            let mut instruction = LLVMGetFirstInstruction(block);
            while !instruction.is_null() {
                locals.insert(instruction, locals.len());
                instruction = LLVMGetNextInstruction(instruction);
            }
            block = LLVMGetNextBasicBlock(block);
        }
    }
    Numbering { locals, blocks }
}

/// # Safety
/// `function` must be live.
unsafe fn is_address_taken(function: LLVMValueRef) -> bool {
    // SAFETY: walks the uses of a live function; the called value is asked of calls only.
    unsafe {
        let mut edge = LLVMGetFirstUse(function);
        while !edge.is_null() {
            let user = LLVMGetUser(edge);
            let is_call = !LLVMIsACallInst(user).is_null() || !LLVMIsAInvokeInst(user).is_null();
            let is_argument = || (0..LLVMGetNumArgOperands(user)).any(|i| LLVMGetOperand(user, i) == function);
            if !is_call || is_argument() {
                return true;
            }
            edge = LLVMGetNextUse(edge);
        }
    }
    false
}

/// LLVM's number of an attribute.
fn kind_of(attribute: &str) -> u32 {
    // SAFETY: LLVM reads as many bytes as it is told.
    unsafe { LLVMGetEnumAttributeKindForName(attribute.as_ptr().cast(), attribute.len()) }
}

/// The text of an attribute that LLVM knows nothing of.
///
/// # Safety
/// `function` must be a live function, and `index` one of its parameters from 1 on, or the function's own.
unsafe fn string_attribute(function: LLVMValueRef, index: u32, name: &str) -> Option<String> {
    // SAFETY: LLVM copies the name and returns a pointer to `length` bytes.
    unsafe {
        let attribute = LLVMGetStringAttributeAtIndex(function, index, name.as_ptr().cast(), name.len() as u32);
        if attribute.is_null() {
            return None;
        }
        let mut length = 0;
        let text = LLVMGetStringAttributeValue(attribute, &mut length);
        Some(String::from_utf8_lossy(std::slice::from_raw_parts(text.cast::<u8>(), length as usize)).into_owned())
    }
}
