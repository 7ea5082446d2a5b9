//===- Corofold.h - C face of the shim --------------------------*- C++ -*-===//
//
// What LLVM's C API lacks, as small C functions, and the functions of the Rust
// side that the passes call. Nothing here decides anything: each function
// unwraps its arguments, makes one call into LLVM and wraps the result.
// Mirrored by src/llvm/raw.rs; the two must match.
//
//===----------------------------------------------------------------------===//

#ifndef COROFOLD_H
#define COROFOLD_H

#include "llvm-c/Core.h"
#include <stddef.h>
#include <stdint.h>

extern "C" {

/// A llvm::ModulePassManager.
typedef struct LLVMCorofoldOpaquePassManager *LLVMCorofoldPassManagerRef;
/// The model of one module, owned by the Rust side.
typedef struct LLVMCorofoldOpaqueModel *LLVMCorofoldModelRef;

/// Passed, missed and analysis remarks.
enum LLVMCorofoldRemarkKind : uint32_t {
  LLVMCorofoldRemarkPassed = 0,
  LLVMCorofoldRemarkMissed = 1,
  LLVMCorofoldRemarkAnalysis = 2,
};

// Called by C++, defined in src/plugin.rs.
LLVMCorofoldModelRef corofold_model_build(LLVMModuleRef M);
void corofold_model_free(LLVMCorofoldModelRef Model);
bool corofold_run_pass(uint32_t Pass, LLVMModuleRef M,
                       LLVMCorofoldModelRef Model, const char *Options,
                       size_t OptionsLength);
bool corofold_removes_unread_stores(void);
bool corofold_remove_unread_stores(LLVMValueRef F);
void corofold_print_model(LLVMModuleRef M, LLVMCorofoldModelRef Model);
void corofold_write_report(LLVMCorofoldModelRef Model, const char *Options,
                           size_t OptionsLength);
void corofold_pipeline_start(LLVMCorofoldPassManagerRef PM, uint32_t Speed,
                             uint32_t Size);
bool corofold_parse_pass(const char *Text, size_t Length,
                         LLVMCorofoldPassManagerRef PM);

} // extern "C"

#endif // COROFOLD_H
