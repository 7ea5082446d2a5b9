// The resume function of a future that awaits does not call the drop glue of the child it awaited.
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='corofold<completed;verify>' -S %t.ll | FileCheck %s
// RUN: %plain_rustc_stable --crate-type=lib -Copt-level=s -Cpanic=abort -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='corofold<completed;verify>' -S %t.ll | FileCheck %s
// RUN: %plain_rustc_debian --crate-type=lib -Copt-level=2 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='corofold<completed;verify>' -S %t.ll | FileCheck %s
use std::future::{Future, poll_fn};
use std::task::Poll;

unsafe extern "Rust" {
    safe fn work(value: u32) -> bool;
}

async fn inner(value: u32) -> u32 {
    poll_fn(|_| if work(value) { Poll::Ready(()) } else { Poll::Pending }).await;
    value
}

// CHECK: define internal {{.*}} @_RNC{{.*}}5ready5outer0
// CHECK-NOT: drop_glue{{.*}}5inner0
// CHECK-NOT: drop_in_place{{.*}}5inner0
// CHECK-NOT: new_unchecked
// CHECK: {{call|invoke}} {{.*}}5ready5inner0
// CHECK-NOT: drop_glue{{.*}}5inner0
// CHECK-NOT: drop_in_place{{.*}}5inner0
// CHECK: {{^[}]}}
async fn outer(value: u32) -> u32 {
    inner(value).await + 1
}

pub fn boxed(value: u32) -> Box<dyn Future<Output = u32>> {
    Box::new(outer(value))
}
