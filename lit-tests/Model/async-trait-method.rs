// The methods of an async trait, and the instances of a generic function that awaits them.
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_stable --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s

use std::future::{Future, ready};

trait Length {
    async fn length(&self) -> usize;
}

impl Length for u8 {
    async fn length(&self) -> usize {
        ready(1).await
    }
}

impl Length for u32 {
    async fn length(&self) -> usize {
        ready(4).await
    }
}

async fn doubled<L: Length>(value: L) -> usize {
    value.length().await * 2
}

pub fn make() -> [Box<dyn Future<Output = usize>>; 2] {
    [Box::new(doubled(1u8)), Box::new(doubled(1u32))]
}

// CHECK-DAG: async '<u8 as async_trait_method::Length>::length::{closure#0}'
// CHECK-DAG: async '<u32 as async_trait_method::Length>::length::{closure#0}'
// CHECK-DAG: async 'async_trait_method::doubled::<u8>::{closure#0}'
// CHECK-DAG: async 'async_trait_method::doubled::<u32>::{closure#0}'
// CHECK-DAG: await site: state 3 polls <u8 as async_trait_method::Length>::length::{closure#0} at offset
// CHECK-DAG: await site: state 3 polls <u32 as async_trait_method::Length>::length::{closure#0} at offset
