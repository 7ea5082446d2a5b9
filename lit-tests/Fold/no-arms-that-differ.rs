// Arms that do something else behind the await stay apart, and the report says where.
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 -Cdebuginfo=line-tables-only -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='corofold<prune;completed;never;fold>,print<corofold>' -pass-remarks-missed=corofold -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_stable --crate-type=lib -Copt-level=s -Cpanic=abort -Ccodegen-units=1 -Cdebuginfo=line-tables-only -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='corofold<prune;completed;never;fold>,print<corofold>' -pass-remarks-missed=corofold -disable-output %t.ll 2>&1 | FileCheck %s
use std::future::{Future, poll_fn};
use std::task::Poll;

unsafe extern "Rust" {
    safe fn work(value: u32) -> bool;
    safe fn log(value: u32);
}

async fn leaf(value: u32) -> u32 {
    poll_fn(|_| if work(value) { Poll::Ready(()) } else { Poll::Pending }).await;
    value
}

// CHECK: two::{closure#0} (state 4): line [[@LINE+7]]:9 uses 1, line [[@LINE+10]]:9 uses 2
// CHECK: async 'no_arms_that_differ::two::{closure#0}'
// CHECK: state 3: suspended
// CHECK-NEXT: state 4: suspended
async fn two(which: bool) {
    if which {
        leaf(10).await;
        log(1);
    } else {
        leaf(20).await;
        log(2);
    }
}

pub fn boxed(which: bool) -> Box<dyn Future<Output = ()>> {
    Box::new(two(which))
}
