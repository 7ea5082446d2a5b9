//! Runs the command as cargo would, on a small program, with the real plugin.
//!
//! COROFOLD_PLUGIN names the plugin; `make test` builds it and sets the variable.

mod browser;
mod build;
mod check;
mod crosscheck;
mod errors;
mod flags;
mod html;
mod opt;
mod project;
mod report;
mod see;
mod size;
