//! What `bench/run` and `bench/peers/run` are made of.
//!
//! The corpus: data goes from `corpus.toml` ([`corpus`]) through cargo ([`build`]) to numbers ([`measure`], [`reports`], [`largest`], [`cost`]), which are merged into
//! those of earlier runs ([`results`]). Other people's test suites have the same way of their own, below [`peers`]. BENCHMARKS.md has both
//! ([`report`]). What is compared byte by byte leaves no numbers ([`unchanged`]).

pub mod build;
pub mod corpus;
pub mod cost;
pub mod largest;
pub mod measure;
pub mod peers;
pub mod report;
pub mod reports;
pub mod results;
pub mod unchanged;
