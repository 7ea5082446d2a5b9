// An await under `if false` leaves nothing of the future in the object (rust#135468).
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 --emit=obj %s -o %t.plain.o
// RUN: llvm-nm %t.plain.o | FileCheck %s --check-prefix=PLAIN
// RUN: %rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 --emit=obj %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s --implicit-check-not=never_called
// RUN: %rustc_stable --crate-type=lib -Copt-level=s -Zshare-generics=no -Cpanic=abort -Ccodegen-units=1 --emit=obj %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s --implicit-check-not=never_called
// RUN: %rustc_debian --crate-type=lib -Copt-level=z -Zshare-generics=no -Ccodegen-units=1 --emit=obj %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s --implicit-check-not=never_called
use std::future::{Future, poll_fn};
use std::task::Poll;

unsafe extern "C" {
    safe fn called() -> bool;
    safe fn never_called() -> bool;
}

async fn unused() {
    poll_fn(|_| if never_called() { Poll::Ready(()) } else { Poll::Pending }).await;
}

// PLAIN: U never_called
// CHECK: U called
async fn outer() {
    if false {
        unused().await;
        unused().await;
    }
    poll_fn(|_| if called() { Poll::Ready(()) } else { Poll::Pending }).await;
}

pub fn boxed() -> Box<dyn Future<Output = ()>> {
    Box::new(outer())
}
