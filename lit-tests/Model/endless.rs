// Tasks that never end: with type `!`, whose Pending has no bytes, and with another type.
// RUN: %plain_rustc_nightly -Cpanic=abort --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_stable -Cpanic=abort --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_nightly -Cpanic=unwind --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_stable -Cpanic=unwind --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s

#![feature(never_type)]
use std::future::{Future, ready};

// CHECK-DAG: async 'endless::task::{closure#0}'
// CHECK-DAG: async 'endless::typed::{closure#0}'
// CHECK-DAG: Pending: nothing to write (from its suspend exits)
// CHECK-DAG: Pending: {{.*}}i32 1{{.*}} at 0
// CHECK-NOT: unknown
// CHECK-NOT: left alone
async fn task(mut turns: u32) -> ! {
    loop {
        turns += ready(turns).await;
    }
}

async fn typed(mut turns: u32) -> u32 {
    loop {
        turns += ready(turns).await;
    }
}

pub fn make() -> (Box<dyn Future<Output = !>>, Box<dyn Future<Output = u32>>) {
    (Box::new(task(1)), Box::new(typed(1)))
}
