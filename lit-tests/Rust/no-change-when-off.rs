// With off the object is byte for byte that of a build without the plugin, which was loaded: it reports.
// RUN: rm -rf %t && mkdir %t
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=3 --emit=obj %s -o %t/plain.o -Ccodegen-units=1
// RUN: env COROFOLD=off,report=%t %rustc_nightly --crate-type=lib -Copt-level=3 --emit=obj %s -o %t/off.o -Ccodegen-units=1
// RUN: cmp %t/plain.o %t/off.o
// RUN: cat %t/*.json | FileCheck %s
// RUN: rm %t/*.json
// RUN: %plain_rustc_stable --crate-type=lib -Copt-level=z -Cdebuginfo=2 --emit=obj %s -o %t/plain.o -Ccodegen-units=1
// RUN: env COROFOLD=off,report=%t %rustc_stable --crate-type=lib -Copt-level=z -Cdebuginfo=2 --emit=obj %s -o %t/off.o -Ccodegen-units=1
// RUN: cmp %t/plain.o %t/off.o
// RUN: cat %t/*.json | FileCheck %s
// RUN: rm %t/*.json
// RUN: %plain_rustc_debian --crate-type=lib -Copt-level=s --emit=obj %s -o %t/plain.o -Ccodegen-units=1
// RUN: env COROFOLD=off,report=%t %rustc_debian --crate-type=lib -Copt-level=s --emit=obj %s -o %t/off.o -Ccodegen-units=1
// RUN: cmp %t/plain.o %t/off.o
// RUN: cat %t/*.json | FileCheck %s

// CHECK-COUNT-8: "kind": "async"
// CHECK: "records": []

include!("Inputs/bodies.rs");
