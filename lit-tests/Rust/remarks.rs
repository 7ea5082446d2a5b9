// With -Cremark=corofold rustc prints what was done, at the line of the body.
// RUN: %rustc_nightly --crate-type=lib -Copt-level=3 -Cdebuginfo=1 -Cremark=corofold --emit=obj %s -o %t.o 2>&1 | FileCheck %s
// RUN: %rustc_stable --crate-type=lib -Copt-level=3 -Cdebuginfo=1 -Cremark=corofold --emit=obj %s -o %t.o 2>&1 | FileCheck %s

pub fn make(value: u32) -> Box<dyn Future<Output = u32>> {
    // CHECK: note: {{.*}}remarks.rs:[[@LINE+1]]:{{.*}}remarks::make::{closure#0} (state 1): returns Pending when resumed
    Box::new(async move { std::future::ready(value).await })
}
