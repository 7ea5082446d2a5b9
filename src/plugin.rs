//! The border to the host: the entry point that LLVM looks up, and the functions that the passes
//! of `llvm-pass/Plugin.cpp` call. No Rust panic leaves this file; it becomes a compile error.

use crate::llvm::version::{self, PassPluginLibraryInfo};
use crate::llvm::{Function, Module, raw};
use crate::model::Model;
use crate::options::{Options, VARIABLE};
use crate::report;
use crate::transform::{TRANSFORMATIONS, remove_unread};
use llvm_sys::prelude::{LLVMModuleRef, LLVMValueRef};
use std::ffi::{c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// The LLVM major version that the plugin is built for, readable without loading it.
#[unsafe(no_mangle)]
#[used]
pub static corofold_llvm_major: u32 = version::LLVM_MAJOR;

/// What the host looks up after loading the plugin.
#[unsafe(no_mangle)]
pub extern "C" fn llvmGetPassPluginInfo() -> PassPluginLibraryInfo {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    let name = c"corofold".as_ptr();
    PassPluginLibraryInfo::new(name, VERSION.as_ptr().cast(), raw::LLVMCorofoldRegister)
}

/// The text of `COROFOLD`, read once.
fn environment() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| std::env::var(VARIABLE).unwrap_or_default())
}

/// Adds the transformations to the start of the pipeline, where rustc's own shape is still there.
#[unsafe(no_mangle)]
extern "C" fn corofold_pipeline_start(manager: raw::PassManagerRef, speed: u32, size: u32) {
    let text = environment();
    let options = Options::parse(text);
    let is_level_0 = speed == 0 && size == 0;
    match &options {
        // The first pass reports the error: only a pass has a module to report it in.
        Err(_) => add_pass(manager, 0, text),
        Ok(options) if is_level_0 && !options.force => {}
        Ok(options) => add_selected(manager, options, text),
    }
}

fn add_selected(manager: raw::PassManagerRef, options: &Options, text: &str) {
    for (number, transformation) in TRANSFORMATIONS.iter().enumerate() {
        if options.selects(transformation.name()) {
            add_pass(manager, number, text);
        }
    }
    if options.reports() {
        // SAFETY: the manager lives during the call; the text is copied.
        unsafe { raw::LLVMCorofoldAddReporter(manager, text.as_ptr().cast(), text.len()) };
    }
}

fn add_pass(manager: raw::PassManagerRef, number: usize, options: &str) {
    // SAFETY: the manager lives during the call; the text is copied.
    unsafe {
        raw::LLVMCorofoldAddPass(manager, number as u32, options.as_ptr().cast(), options.len());
    }
}

/// Parses an element of a textual pipeline: `corofold`, `corofold<WORDS>`, `print<corofold>`.
#[unsafe(no_mangle)]
unsafe extern "C" fn corofold_parse_pass(
    text: *const c_char,
    length: usize,
    manager: raw::PassManagerRef,
) -> bool {
    // SAFETY: the host passes a name of `length` bytes.
    let name = unsafe { text_of(text, length) };
    if name == "print<corofold>" {
        // SAFETY: the manager lives during the call.
        unsafe { raw::LLVMCorofoldAddPrinter(manager) };
        return true;
    }
    let Some(rest) = name.strip_prefix("corofold") else { return false };
    let words = match rest {
        "" => "",
        _ => match rest.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
            Some(words) => words,
            None => return false,
        },
    };
    match Options::parse(words) {
        Ok(options) => add_selected(manager, &options, words),
        Err(_) => add_pass(manager, 0, words),
    }
    true
}

/// Recognises the coroutines of a module.
#[unsafe(no_mangle)]
unsafe extern "C" fn corofold_model_build(module: LLVMModuleRef) -> *mut c_void {
    // SAFETY: the host runs a pass on this module.
    let module = unsafe { Module::from_raw(module) };
    let model = guarded(module, "recognition", || {
        let model = Model::of(module);
        model.remark_on_findings();
        model
    });
    let model = model.unwrap_or_else(|| Model::empty(module));
    Box::into_raw(Box::new(model)).cast()
}

/// Frees what `corofold_model_build` returned.
#[unsafe(no_mangle)]
unsafe extern "C" fn corofold_model_free(model: *mut c_void) {
    // SAFETY: made by `Box::into_raw` above, freed once.
    drop(unsafe { Box::from_raw(model.cast::<Model>()) });
}

/// Runs one transformation. Returns whether the IR changed.
#[unsafe(no_mangle)]
unsafe extern "C" fn corofold_run_pass(
    number: u32,
    _module: LLVMModuleRef,
    model: *mut c_void,
    options: *const c_char,
    length: usize,
) -> bool {
    // SAFETY: the model of this module, which no other pass uses meanwhile.
    let model = unsafe { &mut *model.cast::<Model>() };
    // SAFETY: the pass owns `length` bytes of text.
    let text = unsafe { text_of(options, length) };
    let options = match Options::parse(text) {
        Ok(options) => options,
        Err(error) => {
            report_once(model.module, &error.to_string());
            return false;
        }
    };
    let Some(transformation) = TRANSFORMATIONS.get(number as usize) else { return false };
    let name = transformation.name();
    let module = model.module;
    if options.reports() && model.before.is_none() {
        // The first transformation that runs finds everything as it was.
        model.before = guarded(module, "report", || report::Snapshot::of(model));
    }
    let changed = guarded(module, name, || transformation.run(model, &options));
    if options.verify
        && changed == Some(true)
        && let Err(message) = module.verify()
    {
        report(module, &format!("the IR is invalid after `{name}`: {message}"));
    }
    // After a panic the IR may have changed.
    changed.unwrap_or(true)
}

/// Is the second half of `slots` part of LLVM's pipeline?
#[unsafe(no_mangle)]
extern "C" fn corofold_removes_unread_stores() -> bool {
    Options::parse(environment()).is_ok_and(|options| options.selects("slots"))
}

/// The second half of `slots`, on one function. Returns whether the IR changed.
#[unsafe(no_mangle)]
unsafe extern "C" fn corofold_remove_unread_stores(function: LLVMValueRef) -> bool {
    // SAFETY: the host runs a pass on this function.
    let function = unsafe { Function::from_raw(function) };
    let Some((function, entry)) = function.and_then(|f| Some((f, f.entry()?))) else {
        return false;
    };
    let module = Module::of(entry);
    // After a panic the IR may have changed.
    guarded(module, "slots", || remove_unread(module, function)).unwrap_or(true)
}

/// Prints the model to standard error, as LLVM's own printers do.
#[unsafe(no_mangle)]
unsafe extern "C" fn corofold_print_model(_module: LLVMModuleRef, model: *mut c_void) {
    // SAFETY: the model of this module.
    let model = unsafe { &*model.cast::<Model>() };
    guarded(model.module, "print", || eprint!("{model}"));
}

/// Writes the report of a module, into a file or into the module itself.
#[unsafe(no_mangle)]
unsafe extern "C" fn corofold_write_report(
    model: *mut c_void,
    options: *const c_char,
    length: usize,
) {
    // SAFETY: the model of this module, and text that the pass owns.
    let (model, text) = unsafe { (&*model.cast::<Model>(), text_of(options, length)) };
    let Ok(options) = Options::parse(text) else { return };
    if let Some(folder) = options.report_folder {
        let written = guarded(model.module, "report", || report::write(model, text, &folder));
        if let Some(Err(error)) = written {
            let folder = folder.display();
            report_once(
                model.module,
                &format!(
                    "cannot write the report to `{folder}`: {error}; create the folder or change \
                     report="
                ),
            );
        }
    }
    if options.report
        && let Some(Err(error)) = guarded(model.module, "report", || report::embed(model, text))
    {
        report_once(model.module, &error.to_string());
    }
}

/// # Safety
/// `text` must point to `length` bytes that live as long as the result is used.
unsafe fn text_of<'a>(text: *const c_char, length: usize) -> &'a str {
    if length == 0 {
        return "";
    }
    // SAFETY: as promised by the caller.
    let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), length) };
    std::str::from_utf8(bytes).unwrap_or("not UTF-8")
}

/// Runs `work`; a Rust panic becomes one compile error, since unwinding into LLVM would kill rustc.
fn guarded<T>(module: Module, what: &str, work: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => Some(result),
        Err(_) => {
            report(
                module,
                &format!(
                    "internal error in `{what}`, the object would not be trustworthy; \
                     set {VARIABLE}=off to build without, and please report it"
                ),
            );
            None
        }
    }
}

fn report(module: Module, text: &str) {
    let functions = module.functions();
    let place = functions.iter().find(|function| function.is_defined()).or(functions.first());
    match place {
        Some(function) => function.report_error(&format!("corofold: {text}")),
        // A module without functions: nothing was compiled wrongly, yet it must be seen.
        None => eprintln!("error: corofold: {text}"),
    }
}

/// For errors that every codegen unit would repeat.
fn report_once(module: Module, text: &str) {
    static REPORTED: AtomicBool = AtomicBool::new(false);
    if !REPORTED.swap(true, Ordering::Relaxed) {
        report(module, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use llvm_sys::core::*;
    use llvm_sys::ir_reader::LLVMParseIRInContext2;
    use std::ptr::null_mut;
    use std::thread;

    /// As rustc does it: each thread has a context and a module of its own. `make threads` runs
    /// this under helgrind.
    #[test]
    fn modules_on_several_threads_come_out_alike() {
        // std's OnceLock is a futex, which helgrind does not know: what it guards is there before.
        crate::compilation::has_every_check();
        let outputs: Vec<String> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(transformed)).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert!(outputs.iter().all(|output| *output == outputs[0]));
        assert_eq!(outputs[0].matches("call i1 @_RNCNvC1a").count(), 0, "{}", outputs[0]);
    }

    /// A chain of futures after all transformations, as text.
    fn transformed() -> String {
        const TEXT: &str = concat!(include_str!("../lit-tests/Flatten/chain.ll"), "\0");
        // SAFETY: what is made here is used by this thread alone.
        unsafe {
            let context = LLVMContextCreate();
            let (name, length) = (c"module".as_ptr(), TEXT.len() - 1);
            let text = TEXT.as_ptr().cast();
            let buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(text, length, name);
            let mut module = null_mut();
            assert_eq!(LLVMParseIRInContext2(context, buffer, &mut module, null_mut()), 0);
            LLVMDisposeMemoryBuffer(buffer);
            let model = corofold_model_build(module);
            for number in 0..TRANSFORMATIONS.len() as u32 {
                corofold_run_pass(number, module, model, c"verify".as_ptr(), 6);
            }
            corofold_model_free(model);
            let printed = LLVMPrintModuleToString(module);
            let output = std::ffi::CStr::from_ptr(printed).to_string_lossy().into_owned();
            LLVMDisposeMessage(printed);
            LLVMDisposeModule(module);
            LLVMContextDispose(context);
            output
        }
    }
}
