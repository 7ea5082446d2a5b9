//===- DebugInfo.cpp - types in debug information, one call each ----------===//
//
// What the C API does not tell of debug types. See Corofold.h for the rule;
// src/llvm/debug.rs for the other side.
//
//===----------------------------------------------------------------------===//

#include "Corofold.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Function.h"

using namespace llvm;

extern "C" {

/// The debug type of parameter \p Index of a function, where it has one.
LLVMMetadataRef LLVMCorofoldParameterDebugType(LLVMValueRef F, uint32_t Index) {
  auto *Subprogram = cast<Function>(unwrap(F))->getSubprogram();
  if (!Subprogram || !Subprogram->getType())
    return nullptr;
  auto Types = Subprogram->getType()->getTypeArray();
  // Element 0 is what the function returns.
  return Types && Index + 1 < Types.size() ? wrap(Types[Index + 1]) : nullptr;
}

/// What a member, pointer or array is made of.
LLVMMetadataRef LLVMCorofoldBaseDebugType(LLVMMetadataRef T) {
  if (auto *Derived = dyn_cast<DIDerivedType>(unwrap(T)))
    return wrap(Derived->getBaseType());
  auto *Composite = dyn_cast<DICompositeType>(unwrap(T));
  return Composite ? wrap(Composite->getBaseType()) : nullptr;
}

/// Element \p Index of a composite type, or null.
LLVMMetadataRef LLVMCorofoldDebugTypeElement(LLVMMetadataRef T,
                                             uint32_t Index) {
  auto *Composite = dyn_cast<DICompositeType>(unwrap(T));
  auto Elements = Composite ? Composite->getElements() : DINodeArray();
  if (!Elements || Index >= Elements.size())
    return nullptr;
  return wrap(dyn_cast_or_null<DIType>(Elements[Index]));
}

/// The scope around a scope, or null.
LLVMMetadataRef LLVMCorofoldDebugScope(LLVMMetadataRef Scope) {
  return wrap(cast<DIScope>(unwrap(Scope))->getScope());
}

/// The name of a scope, empty where it has none.
const char *LLVMCorofoldDebugScopeName(LLVMMetadataRef Scope, size_t *Length) {
  StringRef Name = cast<DIScope>(unwrap(Scope))->getName();
  *Length = Name.size();
  return Name.data();
}

} // extern "C"
