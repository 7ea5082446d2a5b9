//===- Wrapper.cpp - one call into LLVM each ------------------------------===//
//
// The C API's gaps. See Corofold.h for the rule; src/llvm/raw.rs for the other
// side.
//
//===----------------------------------------------------------------------===//

#include "Corofold.h"
#include "llvm/Analysis/ConstantFolding.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/Attributes.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;

namespace {
template <typename T> T *as(LLVMValueRef V) { return cast<T>(unwrap(V)); }
} // namespace

extern "C" {

/// Reports an error that fails the compilation. rustc turns "unsupported"
/// diagnostics, and no other kind, into errors of its own.
void LLVMCorofoldError(LLVMValueRef F, const char *Text, size_t Length) {
  auto *Fn = as<Function>(F);
  // The diagnostic keeps a reference to the Twine, so it must outlive it.
  StringRef Message(Text, Length);
  Twine Lazy(Message);
  Fn->getContext().diagnose(DiagnosticInfoUnsupported(*Fn, Lazy));
}

/// Emits a remark of pass "corofold" at \p At, an instruction, or at the head
/// of \p F where \p At is null.
void LLVMCorofoldRemark(LLVMValueRef F, LLVMValueRef At, uint32_t Kind,
                        const char *Name, size_t NameLength, const char *Text,
                        size_t Length) {
  auto *Fn = as<Function>(F);
  OptimizationRemarkEmitter ORE(Fn);
  StringRef RemarkName(Name, NameLength), Message(Text, Length);
  auto Emit = [&](auto Remark) { ORE.emit(Remark << Message); };
  DiagnosticLocation Where =
      At ? DiagnosticLocation(as<Instruction>(At)->getDebugLoc())
         : DiagnosticLocation(Fn->getSubprogram());
  const BasicBlock *Block = &Fn->getEntryBlock();
  switch (Kind) {
  case LLVMCorofoldRemarkPassed:
    return Emit(OptimizationRemark("corofold", RemarkName, Where, Block));
  case LLVMCorofoldRemarkMissed:
    return Emit(OptimizationRemarkMissed("corofold", RemarkName, Where, Block));
  default:
    return Emit(
        OptimizationRemarkAnalysis("corofold", RemarkName, Where, Block));
  }
}

/// Strips casts and constant offsets off a pointer; \p Offset grows by the sum.
LLVMValueRef LLVMCorofoldStripConstantOffset(LLVMModuleRef M, LLVMValueRef V,
                                             int64_t *Offset) {
  const DataLayout &DL = unwrap(M)->getDataLayout();
  auto *Pointer = unwrap(V);
  APInt Sum(DL.getIndexTypeSizeInBits(Pointer->getType()), 0);
  auto *Base = Pointer->stripAndAccumulateConstantOffsets(
      DL, Sum, /*AllowNonInbounds=*/true);
  *Offset += Sum.getSExtValue();
  return wrap(Base);
}

/// The value of an integer constant, zero-extended, where 64 bits hold it.
bool LLVMCorofoldConstantInteger(LLVMValueRef V, uint64_t *Value) {
  auto *CI = dyn_cast<ConstantInt>(unwrap(V));
  if (!CI || CI->getValue().getActiveBits() > 64)
    return false;
  *Value = CI->getZExtValue();
  return true;
}

/// What a load from a constant global yields, or null.
LLVMValueRef LLVMCorofoldLoadedConstant(LLVMValueRef Load) {
  auto *LI = as<LoadInst>(Load);
  auto *Pointer = dyn_cast<Constant>(LI->getPointerOperand());
  return Pointer ? wrap(ConstantFoldLoadFromConstPtr(Pointer, LI->getType(),
                                                     LI->getDataLayout()))
                 : nullptr;
}

/// Removes case \p Index of a switch, counted from 0, and its branch weight.
/// The last takes its place.
void LLVMCorofoldRemoveSwitchCase(LLVMValueRef Switch, uint32_t Index) {
  auto *SI = as<SwitchInst>(Switch);
  auto It = SI->case_begin() + Index;
  It->getCaseSuccessor()->removePredecessor(SI->getParent(),
                                            /*KeepOneInputPHIs=*/true);
  SwitchInstProfUpdateWrapper(*SI).removeCase(It);
}

/// Deletes the blocks that the entry does not reach.
bool LLVMCorofoldRemoveUnreachableBlocks(LLVMValueRef F) {
  return removeUnreachableBlocks(*as<Function>(F));
}

/// Turns an invoke into a call followed by a branch to its normal destination.
LLVMValueRef LLVMCorofoldInvokeToCall(LLVMValueRef Invoke) {
  return wrap(changeToCall(as<InvokeInst>(Invoke)));
}

/// Splits a block before \p V; the result is the new block, which begins with
/// it.
LLVMBasicBlockRef LLVMCorofoldSplitBefore(LLVMValueRef V) {
  auto *I = as<Instruction>(V);
  return wrap(I->getParent()->splitBasicBlock(I->getIterator()));
}

/// Tells the phis of \p Block that \p Predecessor has one edge less.
void LLVMCorofoldRemovePredecessor(LLVMBasicBlockRef Block,
                                   LLVMBasicBlockRef Predecessor) {
  unwrap(Block)->removePredecessor(unwrap(Predecessor),
                                   /*KeepOneInputPHIs=*/true);
}

/// Removes an instruction that nothing uses and that does nothing, and with it
/// the operands that only it used.
bool LLVMCorofoldEraseIfDead(LLVMValueRef I) {
  return RecursivelyDeleteTriviallyDeadInstructions(as<Instruction>(I));
}

/// Is this body what every call of it runs, however others were optimised?
bool LLVMCorofoldHasExactDefinition(LLVMValueRef F) {
  return as<Function>(F)->hasExactDefinition();
}

/// May another definition replace it at link time?
bool LLVMCorofoldIsInterposable(LLVMValueRef F) {
  return as<Function>(F)->isInterposable();
}

/// Do the attributes of both allow inlining? InlineFunction does not ask.
bool LLVMCorofoldAreInlineCompatible(LLVMValueRef Caller, LLVMValueRef Callee) {
  return AttributeFuncs::areInlineCompatible(*as<Function>(Caller),
                                             *as<Function>(Callee));
}

/// Moves all blocks of \p From to \p To, which has none.
void LLVMCorofoldMoveBlocks(LLVMValueRef To, LLVMValueRef From) {
  as<Function>(To)->splice(as<Function>(To)->end(), as<Function>(From));
}

/// Inlines a call or invoke. False, and nothing changed, where LLVM declines.
bool LLVMCorofoldInlineCall(LLVMValueRef Call) {
  InlineFunctionInfo Info;
  return InlineFunction(*as<CallBase>(Call), Info,
                        /*MergeAttributes=*/true)
      .isSuccess();
}

/// Bytes that an alloca takes of the stack; all bits set where they are not
/// known before the program runs.
uint64_t LLVMCorofoldAllocationSize(LLVMValueRef Alloca) {
  auto *Local = as<AllocaInst>(Alloca);
  std::optional<TypeSize> Size =
      Local->getAllocationSize(Local->getDataLayout());
  return Size && !Size->isScalable() ? Size->getFixedValue() : UINT64_MAX;
}

/// The address space that the data layout puts allocas in.
uint32_t LLVMCorofoldAllocaAddressSpace(LLVMModuleRef M) {
  return unwrap(M)->getDataLayout().getAllocaAddrSpace();
}

/// Stores the value to a new alloca, and loads it before each use.
void LLVMCorofoldDemoteToStack(LLVMValueRef I) {
  DemoteRegToStack(*as<Instruction>(I));
}

/// Same opcode, types, flags, attributes and other state; operands not looked
/// at. isSameOperationAs leaves out the poison flags, the function type and
/// the tail kind of calls, and whether a landing pad cleans up.
bool LLVMCorofoldIsSameOperation(LLVMValueRef A, LLVMValueRef B) {
  auto *First = as<Instruction>(A), *Second = as<Instruction>(B);
  if (!First->isSameOperationAs(Second) ||
      First->getRawSubclassOptionalData() !=
          Second->getRawSubclassOptionalData())
    return false;
  if (auto *Call = dyn_cast<CallBase>(First))
    if (Call->getFunctionType() != cast<CallBase>(Second)->getFunctionType())
      return false;
  if (auto *Call = dyn_cast<CallInst>(First))
    return Call->getTailCallKind() == cast<CallInst>(Second)->getTailCallKind();
  if (auto *Pad = dyn_cast<LandingPadInst>(First))
    return Pad->isCleanup() == cast<LandingPadInst>(Second)->isCleanup();
  return true;
}

/// The same metadata, debug locations aside?
bool LLVMCorofoldHasSameMetadata(LLVMValueRef A, LLVMValueRef B) {
  SmallVector<std::pair<unsigned, MDNode *>, 4> First, Second;
  as<Instruction>(A)->getAllMetadataOtherThanDebugLoc(First);
  as<Instruction>(B)->getAllMetadataOtherThanDebugLoc(Second);
  return First == Second;
}

/// Writes the immediate dominator of each block, in order; null where there is
/// none.
void LLVMCorofoldImmediateDominators(LLVMValueRef F, LLVMBasicBlockRef *Out) {
  DominatorTree Tree(*as<Function>(F));
  for (BasicBlock &Block : *as<Function>(F)) {
    DomTreeNode *Node = Tree.getNode(&Block);
    DomTreeNode *Above = Node ? Node->getIDom() : nullptr;
    *Out++ = Above ? wrap(Above->getBlock()) : nullptr;
  }
}

/// May this operand, a constant now, become a variable?
bool LLVMCorofoldMayTakeVariable(LLVMValueRef I, uint32_t Index) {
  return canReplaceOperandWithVariable(as<Instruction>(I), Index);
}

/// May a pointer that is this operand be kept by what the instruction calls?
bool LLVMCorofoldMayCapture(LLVMValueRef I, uint32_t Index) {
  auto *Call = dyn_cast<CallBase>(unwrap(I));
  return !Call || Index >= Call->arg_size() || !Call->doesNotCapture(Index);
}

/// Gives \p Kept a debug location that is true for \p Gone as well.
void LLVMCorofoldMergeDebugLocation(LLVMValueRef Kept, LLVMValueRef Gone) {
  auto *I = as<Instruction>(Kept);
  I->applyMergedLocation(I->getDebugLoc(),
                         as<Instruction>(Gone)->getDebugLoc());
}

/// Does it only mark lifetimes, debug values or other facts without behaviour?
bool LLVMCorofoldIsLifetimeMarker(LLVMValueRef V) {
  auto *I = dyn_cast<Instruction>(unwrap(V));
  return I && I->isLifetimeStartOrEnd();
}

bool LLVMCorofoldIsDebugIntrinsic(LLVMValueRef V) {
  return isa<DbgInfoIntrinsic>(unwrap(V));
}

/// May it write memory, not return, or unwind?
bool LLVMCorofoldHasSideEffects(LLVMValueRef V) {
  return as<Instruction>(V)->mayHaveSideEffects();
}

/// May it unwind out of its function?
bool LLVMCorofoldMayThrow(LLVMValueRef V) {
  return as<Instruction>(V)->mayThrow();
}

/// The identifier of the intrinsic that a call calls, or 0.
uint32_t LLVMCorofoldIntrinsicId(LLVMValueRef V) {
  auto *II = dyn_cast<IntrinsicInst>(unwrap(V));
  return II ? II->getIntrinsicID() : 0;
}

} // extern "C"
