// The arms await the same function, and one keeps its buffer across the await: rustc gives the future another place in each.
// RUN: %rustc_nightly --crate-type=lib -Copt-level=s -Cremark=corofold -Cdebuginfo=line-tables-only --emit=obj -o %t.o %s 2>&1 | FileCheck %s
// Where both arms keep one, the places are the same:
// RUN: sed -e 's/write(&\[1, 2\])/write(\&[byte, 2])/' %s > %t.rs
// RUN: %rustc_nightly --crate-type=lib -Copt-level=s -Cremark=corofold -Cdebuginfo=line-tables-only --emit=obj --crate-name=same -o %t.o %t.rs 2>&1 | FileCheck %s --check-prefix=SAME

// CHECK: put::{closure#0} (state 4): line [[#@LINE+11]]:{{[0-9]+}} works at offset [[#]] of the future, line [[#@LINE+12]]:{{[0-9]+}} at offset [[#]]
// SAME: put::{closure#0} (state 4): behaves like state 3 and became it

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

pub struct Port(pub fn(&[u8], &mut Context) -> Poll<()>);

pub async fn put(port: &Port, byte: u8) {
    match byte {
        0 => port.write(&[1, 2]).await,
        _ => port.write(&[byte, 3]).await,
    }
}

impl Port {
    async fn write(&self, bytes: &[u8]) {
        poll_fn(|context| self.0(bytes, context)).await
    }
}

pub fn start(port: &'static Port, byte: u8) -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(put(port, byte))
}
