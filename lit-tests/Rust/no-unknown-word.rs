// An unknown word is one compile error, not a crash, however many codegen units there are.
// RUN: env COROFOLD=proved,fast not %rustc_nightly --crate-type=lib -Copt-level=3 -Ccodegen-units=8 --emit=link -o %t.rlib %s 2>&1 | FileCheck %s
// RUN: env COROFOLD=proved,fast not %rustc_stable --crate-type=lib -Copt-level=s --emit=link -o %t.rlib %s 2>&1 | FileCheck %s

// CHECK: error: {{.*}}corofold: unknown word `fast` in COROFOLD; valid are off, proved, trap, poisoned=keep,
// CHECK-NOT: unknown word
// CHECK-NOT: panicked

include!("Inputs/bodies.rs");
