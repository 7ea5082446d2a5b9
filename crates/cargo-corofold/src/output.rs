//! What the commands print to standard output. That it cannot be written is an error like others.

use std::fmt::Display;
use std::io::{self, Write};

use anyhow::{Context, Result};

/// Prints text for programs, as it is.
///
/// # Errors
/// A full disk, or a reader that is gone (see [`is_closed`]).
pub fn text(text: impl Display) -> Result<()> {
    write(io::stdout().lock(), text)
}

/// Prints text for people. Colours are left out where they are not wanted.
///
/// # Errors
/// As for [`text`].
pub fn styled(text: impl Display) -> Result<()> {
    write(anstream::stdout().lock(), text)
}

fn write(mut stdout: impl Write, text: impl Display) -> Result<()> {
    let written = write!(stdout, "{text}").and_then(|()| stdout.flush());
    written.context("cannot write to standard output")
}

/// Prints text for programs, as it is, and ends the line.
///
/// # Errors
/// As for [`text`].
pub fn line(line: impl Display) -> Result<()> {
    text(format_args!("{line}\n"))
}

/// Has the reader of the output seen enough, as `head` has after some lines?
pub fn is_closed(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_is_gone_is_told_from_a_full_disk() {
        let error = |kind| anyhow::Error::from(io::Error::from(kind)).context("cannot write");
        assert!(is_closed(&error(io::ErrorKind::BrokenPipe)));
        assert!(!is_closed(&error(io::ErrorKind::StorageFull)));
    }
}
