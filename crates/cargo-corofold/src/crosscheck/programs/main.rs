fn main() {
    // The compiler does not know the number.
    let mut future = pin!(subject(std::env::args().count()));
    let mut context = Context::from_waker(Waker::noop());
    let result = loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            break result;
        }
    };
    println!("{result}");
}
