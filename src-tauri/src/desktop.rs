//! The desktop around the window: its key store, clipboard, notifications, tray, screen lock and screen capture.

pub mod clipboard;
pub mod key_store;
pub mod navigation;
pub mod notification;
pub mod screen;
pub mod screen_lock;
pub mod tray;
