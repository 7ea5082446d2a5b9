//! `polls VARIANT COUNT`: polls one chain so often. Run it under callgrind with two counts: the
//! difference is the instructions of the polls between.

use std::hint::black_box;
use std::process::ExitCode;
use std::task::{Context, Waker};

use depth::{VARIANTS, Variant};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((variant, count)) = parse(&arguments) else {
        eprintln!(
            "usage: polls OPT_LEVEL-PANIC-PLUGIN-DEPTH COUNT, as in: polls s-abort-on-32 1000"
        );
        return ExitCode::FAILURE;
    };
    let mut context = Context::from_waker(Waker::noop());
    let mut chain = (variant.chain)(black_box(1));
    for _ in 0..count {
        assert!(black_box(chain.as_mut()).poll(&mut context).is_pending());
    }
    ExitCode::SUCCESS
}

fn parse(arguments: &[String]) -> Option<(&'static Variant, u32)> {
    let [name, count] = arguments else { return None };
    let variant = VARIANTS.iter().find(|variant| variant.name() == *name)?;
    Some((variant, count.parse().ok()?))
}
