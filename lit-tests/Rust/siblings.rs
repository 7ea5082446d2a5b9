// Bodies that are not futures are listed as what they are and keep their panics.
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_stable --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 --emit=obj %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s --check-prefix=KEPT --implicit-check-not=panic_const_async_fn_resumed
#![feature(async_iterator, coroutine_trait, coroutines, gen_blocks)]

use std::async_iter::AsyncIterator;
use std::ops::Coroutine;

// CHECK-DAG: coroutine 'siblings::raw::{closure#0}'
// CHECK-DAG: async gen 'siblings::stream::{closure#0}'
// CHECK-DAG: gen 'siblings::iterator::{closure#0}'
// CHECK-DAG: async 'siblings::future::{closure#0}'
fn may_panic(value: u32) -> u32 {
    assert!(value < 100);
    value
}

pub fn iterator(from: u32) -> Box<dyn Iterator<Item = u32>> {
    Box::new(gen move { yield may_panic(from); })
}

pub fn stream(from: u32) -> Box<dyn AsyncIterator<Item = u32>> {
    Box::new(async gen move { yield may_panic(from); })
}

// KEPT: panic_const_coroutine_resumed
pub fn raw(from: u32) -> Box<dyn Coroutine<Yield = u32, Return = ()>> {
    Box::new(#[coroutine] move || { yield may_panic(from); })
}

pub fn future(from: u32) -> Box<dyn Future<Output = ()>> {
    Box::new(async move { std::future::ready(may_panic(from)).await; })
}
