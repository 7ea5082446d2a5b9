//===- Version.h - what depends on the major version of LLVM ----*- C++ -*-===//
//
// Headers that moved, and the layout of what src/llvm/version.rs mirrors.
//
//===----------------------------------------------------------------------===//

#ifndef COROFOLD_VERSION_H
#define COROFOLD_VERSION_H

#include "llvm/Config/llvm-config.h"

#if LLVM_VERSION_MAJOR >= 22
#include "llvm/Plugins/PassPlugin.h"
static_assert(LLVM_PLUGIN_API_VERSION == 2, "mirror of PassPluginLibraryInfo");
static_assert(sizeof(llvm::PassPluginLibraryInfo) == 40,
              "mirror of PassPluginLibraryInfo");
#else
#include "llvm/Passes/PassPlugin.h"
static_assert(LLVM_PLUGIN_API_VERSION == 1, "mirror of PassPluginLibraryInfo");
static_assert(sizeof(llvm::PassPluginLibraryInfo) == 32,
              "mirror of PassPluginLibraryInfo");
#endif

#endif // COROFOLD_VERSION_H
