//! Chains of async functions with one await each, over a leaf that stays pending: what is measured.
//! `build.rs` compiles this file several times; the name of the variant is part of each symbol.

#![no_std]

extern crate alloc;

use alloc::boxed::Box;
use core::pin::Pin;
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::{Context, Poll};

/// Never set, but no compiler may know.
#[unsafe(export_name = concat!(env!("VARIANT"), "_ready"))]
pub static READY: AtomicBool = AtomicBool::new(false);

struct Leaf(u32);

impl Future for Leaf {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> {
        if READY.load(Ordering::Relaxed) { Poll::Ready(self.0) } else { Poll::Pending }
    }
}

/// Defines the layers, the outermost first: each awaits the next and adds to its result.
macro_rules! layers {
    ($layer:ident $inner:ident $($rest:ident)*) => {
        async fn $layer(x: u32) -> u32 {
            $inner(x).await.wrapping_add(1)
        }
        layers! { $inner $($rest)* }
    };
    ($innermost:ident) => {
        async fn $innermost(x: u32) -> u32 {
            Leaf(x).await.wrapping_add(1)
        }
    };
}

/// A chain of its own per depth: sharing layers would change what is inlined.
macro_rules! chain {
    ($depth:ident: $outermost:ident $($rest:ident)*) => {
        mod $depth {
            use super::*;

            layers! { $outermost $($rest)* }

            #[unsafe(export_name = concat!(env!("VARIANT"), "_", stringify!($depth)))]
            pub fn chain(x: u32) -> Pin<Box<dyn Future<Output = u32>>> {
                Box::pin($outermost(x))
            }
        }
    };
}

chain! { depth1: layer1 }
chain! { depth8:
    layer8 layer7 layer6 layer5 layer4 layer3 layer2 layer1
}
chain! { depth32:
    layer32 layer31 layer30 layer29 layer28 layer27 layer26 layer25 layer24 layer23 layer22
    layer21 layer20 layer19 layer18 layer17 layer16 layer15 layer14 layer13 layer12 layer11
    layer10 layer9 layer8 layer7 layer6 layer5 layer4 layer3 layer2 layer1
}
