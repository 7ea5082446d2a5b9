// The encoding of Pending for every kind of result, as rustc writes it. Toolchains choose another niche.
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2> %t.model
// RUN: FileCheck %s --input-file=%t.model --check-prefix=ALL
// RUN: FileCheck %s --input-file=%t.model --check-prefix=UNIT
// RUN: FileCheck %s --input-file=%t.model --check-prefix=BYTE
// RUN: FileCheck %s --input-file=%t.model --check-prefix=BOOL
// RUN: FileCheck %s --input-file=%t.model --check-prefix=WORD
// RUN: FileCheck %s --input-file=%t.model --check-prefix=REF
// RUN: FileCheck %s --input-file=%t.model --check-prefix=BOX
// RUN: FileCheck %s --input-file=%t.model --check-prefix=RESULT
// RUN: FileCheck %s --input-file=%t.model --check-prefix=SMALL
// RUN: FileCheck %s --input-file=%t.model --check-prefix=NONZERO
// RUN: FileCheck %s --input-file=%t.model --check-prefix=NICHED
// RUN: FileCheck %s --input-file=%t.model --check-prefix=STRING
// RUN: FileCheck %s --input-file=%t.model --check-prefix=ARRAY
// RUN: FileCheck %s --input-file=%t.model --check-prefix=MANY
// RUN: %plain_rustc_stable --crate-type=lib -Copt-level=3 -Ccodegen-units=1 -Cno-prepopulate-passes --emit=llvm-ir %s -o %t.ll
// RUN: %opt -passes='print<corofold>' -disable-output %t.ll 2> %t.model
// RUN: FileCheck %s --input-file=%t.model --check-prefix=ALL
// RUN: FileCheck %s --input-file=%t.model --check-prefix=UNIT
// RUN: FileCheck %s --input-file=%t.model --check-prefix=BYTE
// RUN: FileCheck %s --input-file=%t.model --check-prefix=BOOL
// RUN: FileCheck %s --input-file=%t.model --check-prefix=WORD
// RUN: FileCheck %s --input-file=%t.model --check-prefix=REF
// RUN: FileCheck %s --input-file=%t.model --check-prefix=BOX
// RUN: FileCheck %s --input-file=%t.model --check-prefix=RESULT
// RUN: FileCheck %s --input-file=%t.model --check-prefix=SMALL
// RUN: FileCheck %s --input-file=%t.model --check-prefix=NONZERO
// RUN: FileCheck %s --input-file=%t.model --check-prefix=NICHED
// RUN: FileCheck %s --input-file=%t.model --check-prefix=STRING
// RUN: FileCheck %s --input-file=%t.model --check-prefix=ARRAY
// RUN: FileCheck %s --input-file=%t.model --check-prefix=MANY

use std::future::{Future, Ready};
use std::num::NonZeroU32;
use std::pin::Pin;
use std::task::Context;

#[derive(Clone, Copy)]
pub enum Niched {
    Flag(bool),
    Empty,
    Full,
}

async fn same<T>(ready: Ready<T>) -> T {
    ready.await
}

// Polls from code that is not a coroutine's.
macro_rules! poll_all {
    ($($name:ident: $result:ty,)*) => {
        $(pub fn $name(ready: Ready<$result>, cx: &mut Context<'_>) -> bool {
            let mut future: Pin<Box<dyn Future<Output = $result>>> = Box::pin(same(ready));
            future.as_mut().poll(cx).is_pending()
        })*
    };
}

poll_all! {
    unit: (),
    byte: u8,
    boolean: bool,
    word: u64,
    reference: &'static u8,
    option_box: Option<Box<u8>>,
    result: Result<u32, u32>,
    small_result: Result<(), u8>,
    non_zero: NonZeroU32,
    niched: Niched,
    string: String,
    array: [u8; 3],
    many: [u64; 9],
}

// ALL-COUNT-13: async 'results::same
// ALL-NOT: {{^}}{{async|left alone}}

// UNIT: async 'results::same::<()>::{closure#0}'
// UNIT-NOT: {{^}}async
// UNIT: Pending: i8 1 at 0 (from its suspend exits)

// BYTE: async 'results::same::<u8>::{closure#0}'
// BYTE-NOT: {{^}}async
// BYTE: Pending: i8 1 at 0 (from its suspend exits)

// BOOL: async 'results::same::<bool>::{closure#0}'
// BOOL-NOT: {{^}}async
// BOOL: Pending: i8 {{2|-1}} at 0 (from its suspend exits)

// WORD: async 'results::same::<u64>::{closure#0}'
// WORD-NOT: {{^}}async
// WORD: Pending: i64 1 at 0 (from its suspend exits)

// REF: async 'results::same::<&u8>::{closure#0}'
// REF-NOT: {{^}}async
// REF: Pending: ptr null at 0 (from its suspend exits)

// BOX: async 'results::same::<core::option::Option<alloc::boxed::Box<u8>>>::{closure#0}'
// BOX-NOT: {{^}}async
// BOX: Pending: i64 1 at 0 (from its suspend exits)

// RESULT: async 'results::same::<core::result::Result<u32, u32>>::{closure#0}'
// RESULT-NOT: {{^}}async
// RESULT: Pending: i32 {{2|-1}} at 0 (from its suspend exits)

// SMALL: async 'results::same::<core::result::Result<(), u8>>::{closure#0}'
// SMALL-NOT: {{^}}async
// SMALL: Pending: i8 {{2|-1}} at 0 (from its suspend exits)

// NONZERO: async 'results::same::<core::num::nonzero::NonZero<u32>>::{closure#0}'
// NONZERO-NOT: {{^}}async
// NONZERO: Pending: i32 0 at 0 (from its suspend exits)

// NICHED: async 'results::same::<results::Niched>::{closure#0}'
// NICHED-NOT: {{^}}async
// NICHED: Pending: i8 {{[45]|-1}} at 0 (from its suspend exits)

// STRING: async 'results::same::<alloc::string::String>::{closure#0}'
// STRING-NOT: {{^}}async
// STRING: Pending: i64 {{-1|-9223372036854775808}} at 0 (from its suspend exits)

// ARRAY: async 'results::same::<{{[[]}}u8; 3]>::{closure#0}'
// ARRAY-NOT: {{^}}async
// ARRAY: Pending: i8 1 at 0 (from its suspend exits)

// MANY: async 'results::same::<{{[[]}}u64; 9]>::{closure#0}'
// MANY-NOT: {{^}}async
// MANY: Pending: i64 1 at 0 (from its suspend exits)
