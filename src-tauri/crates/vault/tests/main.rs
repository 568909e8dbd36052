//! The vault through its public interface, on real files.

mod account;
mod audit;
mod backups;
mod clear_text;
mod crash;
mod credentials;
mod damage;
mod devices;
mod displaced;
mod file_system;
mod fixture;
mod fixture_schema_7;
mod integrity;
#[cfg(unix)]
mod modes;
mod opening;
mod operations;
mod paging;
mod people;
mod queue;
mod recovery;
mod rekey;
mod secrets;
mod strengths;
mod transactions;
mod world;
