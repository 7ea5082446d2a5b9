// Repeats code.
macro_rules! ten_times {
    ($($text:tt)*) => { $($text)* $($text)* $($text)* $($text)* $($text)* $($text)* $($text)* $($text)* $($text)* $($text)* };
}
