//! What people read: cargo's form of status lines, notes and errors, on stderr.

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};

const VERB: Style = AnsiColor::BrightGreen.on_default().bold();
const NOTE: Style = AnsiColor::BrightCyan.on_default().bold();
const ERROR: Style = AnsiColor::BrightRed.on_default().bold();

/// Uses colours as cargo was told to.
pub fn choose_colors(asked: Option<&str>) {
    let choice = match asked {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => return,
    };
    choice.write_global();
}

/// A line such as `   Compiling foo`.
pub fn status(verb: &str, message: &str) {
    anstream::eprintln!("{VERB}{verb:>12}{VERB:#} {message}");
}

/// A line such as `note: ...`.
pub fn note(message: &str) {
    anstream::eprintln!("{NOTE}note{NOTE:#}: {message}");
}

/// An error with its causes on one line.
pub fn error(error: &anyhow::Error) {
    anstream::eprintln!("{ERROR}error{ERROR:#}: {error:#}");
}
