// More than 256 states: the cell becomes an i16, and nothing else changes.
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %plain_rustc_stable --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2>&1 | FileCheck %s
// RUN: %rustc_nightly --crate-type=lib -Copt-level=s -Ccodegen-units=1 --emit=obj %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s --check-prefix=OBJECT --implicit-check-not=panic_const_async_fn_resumed

use std::future::{Future, ready};

// CHECK: async 'many_states::many::{closure#0}'
// CHECK-NEXT: cell: offset {{[0-9]+}}, i16
// CHECK: state 3: suspended
// CHECK: state 322: suspended
// CHECK-NOT: state 323
// CHECK: await site: state 322 polls <core::future::ready::Ready<u8> as
// CHECK: Pending: i8 1 at 0
macro_rules! times4 { ($($body:tt)*) => { $($body)* $($body)* $($body)* $($body)* }; }

async fn many() -> u8 {
    let mut sum = 0u8;
    macro_rules! step { () => { sum = sum.wrapping_add(ready(sum).await); }; }
    times4! { times4! { times4! { step!(); step!(); step!(); step!(); step!(); } } }
    sum
}

// OBJECT: T make
#[unsafe(no_mangle)]
pub fn make() -> Box<dyn Future<Output = u8>> {
    Box::new(many())
}
