//===- Plugin.cpp - registration of the passes ----------------------------===//
//
// One class per transformation, so that bisection, -print-after= and
// -time-passes tell them apart. Which passes run, where and with what options
// is decided by the Rust side (src/plugin.rs).
//
//===----------------------------------------------------------------------===//

#include "Corofold.h"
#include "Version.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"
#include "llvm/Passes/PassBuilder.h"

using namespace llvm;

namespace {

/// The recognised coroutines of a module: built once, kept up to date by the
/// passes that change it.
class ModelAnalysis : public AnalysisInfoMixin<ModelAnalysis> {
  friend AnalysisInfoMixin<ModelAnalysis>;
  static AnalysisKey Key;

public:
  class Result {
    LLVMCorofoldModelRef Model;

  public:
    explicit Result(LLVMCorofoldModelRef Model) : Model(Model) {}
    Result(Result &&Other) : Model(Other.Model) { Other.Model = nullptr; }
    Result &operator=(Result &&) = delete;
    ~Result() {
      if (Model)
        corofold_model_free(Model);
    }
    LLVMCorofoldModelRef get() const { return Model; }
    bool invalidate(Module &, const PreservedAnalyses &PA,
                    ModuleAnalysisManager::Invalidator &) {
      auto Checker = PA.getChecker<ModelAnalysis>();
      return !(Checker.preserved() ||
               Checker.preservedSet<AllAnalysesOn<Module>>());
    }
  };

  static StringRef name() { return "CorofoldModelAnalysis"; }
  Result run(Module &M, ModuleAnalysisManager &) {
    return Result(corofold_model_build(wrap(&M)));
  }
};

AnalysisKey ModelAnalysis::Key;

/// Runs the transformation with the number \p Number of src/transform/mod.rs.
template <uint32_t Number> class Transformation {
protected:
  std::string Options;

public:
  explicit Transformation(StringRef Options) : Options(Options) {}
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &MAM) {
    auto &Model = MAM.getResult<ModelAnalysis>(M);
    if (!corofold_run_pass(Number, wrap(&M), Model.get(), Options.data(),
                           Options.size()))
      return PreservedAnalyses::all();
    PreservedAnalyses PA = PreservedAnalyses::none();
    PA.preserve<ModelAnalysis>();
    return PA;
  }
};

#define COROFOLD_PASS(NUMBER, CLASS, NAME)                                     \
  struct CLASS : Transformation<NUMBER>, PassInfoMixin<CLASS> {                \
    using Transformation::Transformation;                                      \
    static StringRef name() { return #CLASS; }                                 \
    void printPipeline(raw_ostream &OS, function_ref<StringRef(StringRef)>) {  \
      OS << "corofold<" << NAME;                                               \
      if (!Options.empty())                                                    \
        OS << ';' << Options;                                                  \
      OS << '>';                                                               \
    }                                                                          \
  };
#include "Passes.def"

/// The second half of "slots", behind LLVM's scalar optimisations.
struct CorofoldUnreadStoresPass : PassInfoMixin<CorofoldUnreadStoresPass> {
  static StringRef name() { return "CorofoldUnreadStoresPass"; }
  PreservedAnalyses run(Function &F, FunctionAnalysisManager &) {
    if (!corofold_remove_unread_stores(wrap(&F)))
      return PreservedAnalyses::all();
    PreservedAnalyses PA;
    PA.preserveSet<CFGAnalyses>();
    return PA;
  }
};

struct CorofoldModelPrinterPass : PassInfoMixin<CorofoldModelPrinterPass> {
  static StringRef name() { return "CorofoldModelPrinterPass"; }
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &MAM) {
    corofold_print_model(wrap(&M), MAM.getResult<ModelAnalysis>(M).get());
    return PreservedAnalyses::all();
  }
};

struct CorofoldReportPass : PassInfoMixin<CorofoldReportPass> {
  std::string Options;
  explicit CorofoldReportPass(StringRef Options) : Options(Options) {}
  static StringRef name() { return "CorofoldReportPass"; }
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &MAM) {
    corofold_write_report(MAM.getResult<ModelAnalysis>(M).get(), Options.data(),
                          Options.size());
    return PreservedAnalyses::all();
  }
};

ModulePassManager *unwrapManager(LLVMCorofoldPassManagerRef PM) {
  return reinterpret_cast<ModulePassManager *>(PM);
}

LLVMCorofoldPassManagerRef wrapManager(ModulePassManager &PM) {
  return reinterpret_cast<LLVMCorofoldPassManagerRef>(&PM);
}

} // namespace

extern "C" bool LLVMCorofoldAddPass(LLVMCorofoldPassManagerRef PM,
                                    uint32_t Number, const char *Options,
                                    size_t Length) {
  StringRef Text(Options, Length);
  switch (Number) {
#define COROFOLD_PASS(NUMBER, CLASS, NAME)                                     \
  case NUMBER:                                                                 \
    unwrapManager(PM)->addPass(CLASS(Text));                                   \
    return true;
#include "Passes.def"
  default:
    return false;
  }
}

extern "C" void LLVMCorofoldAddPrinter(LLVMCorofoldPassManagerRef PM) {
  unwrapManager(PM)->addPass(CorofoldModelPrinterPass());
}

extern "C" void LLVMCorofoldAddReporter(LLVMCorofoldPassManagerRef PM,
                                        const char *Options, size_t Length) {
  unwrapManager(PM)->addPass(CorofoldReportPass(StringRef(Options, Length)));
}

extern "C" void LLVMCorofoldRegister(PassBuilder *PB) {
  if (auto *Callbacks = PB->getPassInstrumentationCallbacks()) {
#define COROFOLD_PASS(NUMBER, CLASS, NAME)                                     \
  Callbacks->addClassToPassName(#CLASS, "corofold<" NAME ">");
#include "Passes.def"
    Callbacks->addClassToPassName("CorofoldUnreadStoresPass",
                                  "corofold-unread-stores");
    Callbacks->addClassToPassName("CorofoldModelPrinterPass",
                                  "print<corofold>");
  }
  PB->registerAnalysisRegistrationCallback([](ModuleAnalysisManager &MAM) {
    MAM.registerPass([] { return ModelAnalysis(); });
  });
  PB->registerPipelineStartEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel Level) {
        corofold_pipeline_start(wrapManager(MPM), Level.getSpeedupLevel(),
                                Level.getSizeLevel());
      });
  PB->registerScalarOptimizerLateEPCallback(
      [](FunctionPassManager &FPM, OptimizationLevel) {
        if (corofold_removes_unread_stores())
          FPM.addPass(CorofoldUnreadStoresPass());
      });
  PB->registerPipelineParsingCallback(
      [](StringRef Name, FunctionPassManager &FPM,
         ArrayRef<PassBuilder::PipelineElement>) {
        if (Name != "corofold-unread-stores")
          return false;
        FPM.addPass(CorofoldUnreadStoresPass());
        return true;
      });
  PB->registerPipelineParsingCallback(
      [](StringRef Name, ModulePassManager &MPM,
         ArrayRef<PassBuilder::PipelineElement>) {
        return corofold_parse_pass(Name.data(), Name.size(), wrapManager(MPM));
      });
}
