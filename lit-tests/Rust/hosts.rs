// Every host with every kind of LTO that lto.rs leaves out: no code of the panic reaches the library.
// RUN: %rustc_nightly --crate-type=cdylib -Copt-level=s -Cpanic=abort -Clto=off %s -o %t.so
// RUN: llvm-nm %t.so | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: %rustc_nightly --crate-type=cdylib -Copt-level=3 -Cpanic=abort -Ccodegen-units=4 %s -o %t.so
// RUN: llvm-nm %t.so | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: %rustc_nightly --crate-type=cdylib -Copt-level=s -Cpanic=abort -Clto=thin %s -o %t.so
// RUN: llvm-nm %t.so | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: %rustc_stable --crate-type=cdylib -Copt-level=s -Cpanic=abort -Clto=off %s -o %t.so
// RUN: llvm-nm %t.so | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: %rustc_stable --crate-type=cdylib -Copt-level=3 -Cpanic=abort -Ccodegen-units=4 %s -o %t.so
// RUN: llvm-nm %t.so | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: %rustc_stable --crate-type=cdylib -Copt-level=s -Cpanic=abort -Clto=fat %s -o %t.so
// RUN: llvm-nm %t.so | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: %rustc_debian --crate-type=cdylib -Copt-level=s -Cpanic=abort -Clto=off %s -o %t.so
// RUN: llvm-nm %t.so | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: %rustc_debian --crate-type=cdylib -Copt-level=3 -Cpanic=abort -Ccodegen-units=4 %s -o %t.so
// RUN: llvm-nm %t.so | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: %rustc_debian --crate-type=cdylib -Copt-level=s -Cpanic=abort -Clto=thin %s -o %t.so
// RUN: llvm-nm %t.so | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: %rustc_debian --crate-type=cdylib -Copt-level=s -Cpanic=abort -Clto=fat %s -o %t.so
// RUN: llvm-nm %t.so | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// Linker-plugin LTO: the bitcode that is left to the linker went through the plugin.
// RUN: %rustc_nightly --crate-type=lib --emit=obj -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 -Clinker-plugin-lto %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: %rustc_stable --crate-type=lib --emit=obj -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 -Clinker-plugin-lto %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
// RUN: %rustc_debian --crate-type=lib --emit=obj -Copt-level=3 -Cpanic=abort -Ccodegen-units=1 -Clinker-plugin-lto %s -o %t.o
// RUN: llvm-nm %t.o | FileCheck %s --implicit-check-not=panic_const_async_fn_resumed
#![no_std]

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

// CHECK: T {{poll_once}}

#[unsafe(no_mangle)]
pub extern "C" fn poll_once(ready: bool) -> u32 {
    let mut outer = pin!(outer(ready));
    // The compiler cannot know how often it is polled.
    let outer: &mut core::pin::Pin<&mut dyn Future<Output = u32>> = &mut (outer.as_mut() as _);
    match core::hint::black_box(outer).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => 0,
    }
}

async fn outer(ready: bool) -> u32 {
    inner(ready).await + 1
}

async fn inner(ready: bool) -> u32 {
    core::future::poll_fn(|_| if ready { Poll::Ready(5) } else { Poll::Pending }).await
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
