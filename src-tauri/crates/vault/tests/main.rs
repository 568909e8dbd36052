//! The vault through its public interface, on real files.

mod file;
mod keys;
mod store;
mod world;
