//! Time per poll of a suspended chain, by depth, opt-level and plugin.

use std::hint::black_box;
use std::task::{Context, Waker};

use criterion::{Criterion, criterion_group, criterion_main};
use depth::VARIANTS;

fn polls(criterion: &mut Criterion) {
    let mut context = Context::from_waker(Waker::noop());
    for variant in VARIANTS {
        let mut chain = (variant.chain)(black_box(1));
        // The first poll builds the chain; those after it climb it.
        assert!(chain.as_mut().poll(&mut context).is_pending());
        criterion.bench_function(&variant.name(), |bencher| {
            bencher.iter(|| black_box(chain.as_mut()).poll(&mut context).is_pending());
        });
    }
}

criterion_group!(benches, polls);
criterion_main!(benches);
