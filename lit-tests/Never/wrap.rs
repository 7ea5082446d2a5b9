// Futures that never suspend are plain functions where they are awaited, through each toolchain.
// RUN: %rustc_nightly --crate-type=lib -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 -Cremark=corofold --emit=llvm-ir %s -o %t.ll 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=AFTER --input-file=%t.ll
// RUN: %rustc_nightly --crate-type=lib -Copt-level=s -Ccodegen-units=1 -Cremark=corofold --emit=llvm-ir %s -o %t.ll 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=AFTER --input-file=%t.ll
// RUN: %rustc_stable --crate-type=lib -Copt-level=2 -Cpanic=abort -Ccodegen-units=1 -Cremark=corofold --emit=llvm-ir %s -o %t.ll 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=AFTER --input-file=%t.ll
// RUN: %rustc_debian --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cremark=corofold --emit=llvm-ir %s -o %t.ll 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=AFTER --input-file=%t.ll
use std::future::Future;

// CHECK-DAG: wrap::number::{closure#0}: {{.*}}its state is not looked at
async fn number() -> i32 {
    42
}

// CHECK-DAG: wrap::block::{closure#0}{{.*}}: what it awaits is always ready
async fn block() -> i32 {
    let value = async { number().await + 1 };
    value.await
}

// CHECK-DAG: wrap::both::{closure#0} (state 3): what it awaits is always ready
// CHECK-DAG: wrap::both::{closure#0} (state 4): what it awaits is always ready
// AFTER-NOT: define {{.*}}4wrap6number0
// AFTER-NOT: define {{.*}}4wrap5block0
// AFTER: define {{.*}}4wrap4both0
// AFTER-NOT: define {{.*}}4wrap6number0
// AFTER-NOT: define {{.*}}4wrap5block0
async fn both() -> i32 {
    block().await + number().await
}

pub fn boxed() -> Box<dyn Future<Output = i32>> {
    Box::new(both())
}
