// The states of a machine that is written by hand, numbered like those of a coroutine.
#[repr(u8)]
#[derive(Clone, Copy)]
enum State {
    Start = 0,
    Done = 1,
    Waiting = 3,
}
