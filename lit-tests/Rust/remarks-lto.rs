// Remarks do not get lost with fat LTO: the plugin runs before it.
// RUN: %rustc_nightly --crate-type=bin -Copt-level=s -Cdebuginfo=1 -Clto=fat -Cremark=corofold %s -o %t 2>&1 | FileCheck %s
// RUN: %rustc_stable --crate-type=bin -Copt-level=s -Cdebuginfo=1 -Clto=fat -Cremark=corofold %s -o %t 2>&1 | FileCheck %s
// RUN: rm -rf %t.yaml && mkdir %t.yaml
// RUN: %rustc_nightly --crate-type=bin -Copt-level=s -Cdebuginfo=1 -Clto=fat -Cremark=corofold -Zremark-dir=%t.yaml %s -o %t
// RUN: cat %t.yaml/*.opt.opt.yaml | FileCheck %s --check-prefix=YAML

use std::pin::pin;
use std::task::{Context, Waker};

fn main() {
    // CHECK: note: {{.*}}remarks-lto.rs:[[@LINE+5]]:{{.*}} corofold (analysis): remarks_lto::main::{closure#0}: async, 1 suspend state(s)
    // CHECK: note: {{.*}}remarks-lto.rs:[[@LINE+4]]:{{.*}} corofold (success): remarks_lto::main::{closure#0} (state 1): returns Pending when resumed
    // YAML: File: {{.*}}remarks-lto.rs
    // YAML: Line: [[@LINE+2]],
    // YAML: String: 'remarks_lto::main::{closure#0} (state 1): returns Pending when resumed'
    let future = pin!(async { std::future::ready(5).await });
    let _ = future.poll(&mut Context::from_waker(Waker::noop()));
}
