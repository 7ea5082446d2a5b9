// Futures that never suspend are plain functions where they are awaited.
// RUN: %rustc_nightly --crate-type=lib -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 --emit=llvm-ir %s -o - | FileCheck %s
// RUN: %rustc_nightly --crate-type=lib -Copt-level=s -Ccodegen-units=1 --emit=llvm-ir %s -o - | FileCheck %s
// RUN: %rustc_stable --crate-type=lib -Copt-level=2 -Cpanic=abort -Ccodegen-units=1 --emit=llvm-ir %s -o - | FileCheck %s
// RUN: %rustc_debian --crate-type=lib -Copt-level=3 -Ccodegen-units=1 --emit=llvm-ir %s -o - | FileCheck %s
use std::future::Future;

async fn number() -> i32 {
    42
}

async fn block() -> i32 {
    let value = async { number().await + 1 };
    value.await
}

// CHECK-NOT: define {{.*}}4wrap6number0
// CHECK-NOT: define {{.*}}4wrap5block0
// CHECK: define {{.*}}4wrap4both0
// CHECK-NOT: store i8 3
// CHECK: 85
// CHECK-NOT: define {{.*}}4wrap6number0
// CHECK-NOT: define {{.*}}4wrap5block0
async fn both() -> i32 {
    block().await + number().await
}

pub fn boxed() -> Box<dyn Future<Output = i32>> {
    Box::new(both())
}
