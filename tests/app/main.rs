//! The real window: the program as it is built, on a separate display, operated through WebDriver.
//!
//! The program to drive is named by `CHAVEIRO_PROGRAM`; `cargo xtask test app` builds it and sets it.

#[cfg(target_os = "linux")]
mod bulk_action;
#[cfg(target_os = "linux")]
mod desktop;
#[cfg(target_os = "linux")]
mod main_job;
#[cfg(target_os = "linux")]
mod notifications;
#[cfg(target_os = "linux")]
mod page;
#[cfg(target_os = "linux")]
mod repair;
#[cfg(target_os = "linux")]
mod tray;
