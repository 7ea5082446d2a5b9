//! Translation validation: runs each coroutine that the plugin changed, before and after, against
//! an environment that does everything it may do, and compares what can be observed.

pub mod campaign;
pub mod compare;
pub mod decode;
pub mod explore;
pub mod ir;
pub mod machine;
pub mod memory;
pub mod operations;
pub mod pair;
pub mod plugin;
pub mod scenario;
pub mod shape;
pub mod value;
pub mod world;
