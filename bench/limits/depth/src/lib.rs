//! The chains of `layers.rs` in every variant that `build.rs` compiled.

use std::pin::Pin;

/// A future that stays pending however often it is polled.
pub type Chain = Pin<Box<dyn Future<Output = u32>>>;

/// One chain in one variant.
pub struct Variant {
    /// The opt-level it was compiled at.
    pub opt_level: &'static str,
    /// The panic strategy it was compiled with.
    pub panic: &'static str,
    /// Whether the plugin was loaded: `on` or `off`.
    pub plugin: &'static str,
    /// The number of layers.
    pub depth: u32,
    /// Makes the future.
    pub chain: fn(u32) -> Chain,
}

macro_rules! variants {
    ($($opt_level:literal $panic:literal $plugin:literal;)*) => {
        /// Every chain in every variant.
        pub const VARIANTS: &[Variant] = &[$(
            variants!($opt_level $panic $plugin 1),
            variants!($opt_level $panic $plugin 8),
            variants!($opt_level $panic $plugin 32),
        )*];
    };
    ($opt_level:literal $panic:literal $plugin:literal $depth:literal) => {{
        unsafe extern "Rust" {
            #[link_name = concat!("layers_", $opt_level, "_", $panic, "_", $plugin, "_depth", $depth)]
            safe fn chain(x: u32) -> Chain;
        }
        Variant {
            opt_level: $opt_level,
            panic: $panic,
            plugin: $plugin,
            depth: $depth,
            chain: |x| chain(x),
        }
    }};
}

variants! {
    "3" "abort" "off";
    "3" "abort" "on";
    "3" "unwind" "off";
    "3" "unwind" "on";
    "s" "abort" "off";
    "s" "abort" "on";
    "s" "unwind" "off";
    "s" "unwind" "on";
}

impl Variant {
    /// `OPT_LEVEL-PANIC-PLUGIN-DEPTH`.
    pub fn name(&self) -> String {
        format!("{}-{}-{}-{}", self.opt_level, self.panic, self.plugin, self.depth)
    }
}
