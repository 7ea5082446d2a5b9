// At opt-level 0 the object is that of a build without the plugin, which was loaded: it minds its words.
// RUN: %plain_rustc_nightly --crate-type=lib -Copt-level=0 --emit=obj %s -o %t.plain.o -Ccodegen-units=1
// RUN: %rustc_nightly --crate-type=lib -Copt-level=0 --emit=obj %s -o %t.with.o -Ccodegen-units=1
// RUN: cmp %t.plain.o %t.with.o
// RUN: env COROFOLD=fast not %rustc_nightly --crate-type=lib -Copt-level=0 --emit=obj %s -o %t.with.o 2>&1 | FileCheck %s

// CHECK: error: {{.*}}unknown word `fast`

include!("Inputs/bodies.rs");
