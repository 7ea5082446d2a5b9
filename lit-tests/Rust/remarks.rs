// With -Cremark=corofold rustc prints what was found and done, at the line of the body, and -Zremark-dir writes it to files.
// RUN: %rustc_nightly --crate-type=lib -Copt-level=3 -Cdebuginfo=1 -Cremark=corofold --emit=obj %s -o %t.o 2>&1 | FileCheck %s
// RUN: %rustc_stable --crate-type=lib -Copt-level=3 -Cdebuginfo=1 -Cremark=corofold --emit=obj %s -o %t.o 2>&1 | FileCheck %s
// RUN: rm -rf %t && mkdir %t
// RUN: %rustc_nightly --crate-type=lib -Copt-level=3 -Cdebuginfo=1 -Cremark=corofold -Zremark-dir=%t --emit=obj %s -o %t.o
// RUN: cat %t/*.yaml | FileCheck %s --check-prefix=YAML

pub fn make(value: u32) -> Box<dyn Future<Output = u32>> {
    // CHECK: note: {{.*}}remarks.rs:[[@LINE+7]]:{{.*}} corofold (analysis): remarks::make::{closure#0}: async, 1 suspend state(s), callers: {{.+}}
    // CHECK: note: {{.*}}remarks.rs:[[@LINE+6]]:{{.*}} corofold (success): remarks::make::{closure#0} (state 1): returns Pending when resumed
    // YAML: --- !Analysis
    // YAML: File: {{.*}}remarks.rs
    // YAML: Line: [[@LINE+3]],
    // YAML: --- !Passed
    // YAML: String: 'remarks::make::{closure#0} (state 1): returns Pending when resumed'
    Box::new(async move { std::future::ready(value).await })
}
