// A join that polls its futures by hand, and a race that drops the slower one, print the same with
// and without the plugin, whatever its options.
// RUN: %plain_rustc_nightly -Copt-level=3 %s -o %t
// RUN: %t > %t.expected
// RUN: FileCheck %s --input-file=%t.expected
// RUN: %rustc_nightly -Copt-level=3 %s -o %t
// RUN: llvm-nm %t | FileCheck %s --check-prefix=SYMBOLS --implicit-check-not=panic_const_async_fn_resumed
// RUN: %t | diff %t.expected -
// RUN: env COROFOLD=proved %rustc_nightly -Copt-level=2 %s -o %t
// RUN: %t | diff %t.expected -
// RUN: env COROFOLD=trap %rustc_stable -Copt-level=z -Cpanic=abort %s -o %t
// RUN: %t | diff %t.expected -

include!("Inputs/block_on.rs");

// SYMBOLS: T main
struct Join<A: Future, B: Future>(Pin<Box<A>>, Pin<Box<B>>, Option<A::Output>, Option<B::Output>);

impl<A: Future, B: Future> Future for Join<A, B>
where
    A::Output: Unpin,
    B::Output: Unpin,
{
    type Output = (A::Output, B::Output);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.2.is_none() {
            if let Poll::Ready(value) = self.0.as_mut().poll(cx) {
                self.2 = Some(value);
            }
        }
        if self.3.is_none() {
            if let Poll::Ready(value) = self.1.as_mut().poll(cx) {
                self.3 = Some(value);
            }
        }
        match (self.2.take(), self.3.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            (a, b) => {
                self.2 = a;
                self.3 = b;
                Poll::Pending
            }
        }
    }
}

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

async fn work(name: &'static str, count: u32) -> Option<Box<u32>> {
    let _noisy = Noisy(name);
    Yield(count).await;
    println!("worked {name}");
    (count > 1).then(|| Box::new(count))
}

async fn both() -> u32 {
    let (a, b) = Join(Box::pin(work("a", 1)), Box::pin(work("b", 3)), None, None).await;
    a.map_or(100, |a| *a) + b.map_or(200, |b| *b)
}

async fn race() -> Option<Box<u32>> {
    let (mut fast, mut slow) = (Box::pin(work("fast", 2)), Box::pin(work("slow", 9)));
    std::future::poll_fn(move |cx| match fast.as_mut().poll(cx) {
        Poll::Pending => slow.as_mut().poll(cx),
        ready => ready,
    })
    .await
}

// CHECK: both 103
// CHECK: worked fast
// CHECK-NOT: worked slow
// CHECK: race Some(2)
fn main() {
    println!("both {}", block_on(both()));
    println!("race {:?}", block_on(race()));
}
