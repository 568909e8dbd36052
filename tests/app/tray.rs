//! Closing the window: with a tray the program keeps running in it and can be shown again; without a tray it ends.
//!
//! The tray is simulated: the test plays the panel that shows items (StatusNotifierItem, dbusmenu) and the window
//! manager that asks a window to close (ICCCM 4.1.2.7).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use x11rb::{
    connection::Connection as _,
    protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, MapState, Window},
    rust_connection::RustConnection,
};
use zbus::{
    blocking::{Connection, Proxy, connection::Builder, fdo::DBusProxy},
    interface,
    message::Header,
    names::BusName,
    zvariant::{OwnedObjectPath, OwnedValue, Value},
};

use crate::{desktop::Desktop, main_job::create_vault, page::Page};

const PATIENCE: Duration = Duration::from_secs(20);
/// The longest time in which the program must answer over the bus.
const LONGEST_ANSWER: Duration = Duration::from_secs(10);
/// The longest time that the steps in the page may take.
const LONGEST_PAGE: Duration = Duration::from_secs(120);
const STAYS: &str = "Keep running when the window is closed";

/// The items in the tray: the name of the owner on the bus, and the object path.
type Items = Arc<Mutex<Vec<(String, String)>>>;

/// A menu: its revision, and its root entry with number, properties and entries.
type Layout = (u32, (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>));

struct Watcher(Items);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, item: String, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((sender, item));
    }

    fn register_status_notifier_host(&self, _host: String) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// A panel with a tray on the bus of one test.
struct Tray {
    items: Items,
    bus: Connection,
}

impl Tray {
    fn show(bus: &str) -> Result<Self> {
        let items = Items::default();
        let connection = Builder::address(bus)?
            .method_timeout(LONGEST_ANSWER)
            .serve_at("/StatusNotifierWatcher", Watcher(Arc::clone(&items)))?
            .name("org.kde.StatusNotifierWatcher")?
            .build()?;
        Ok(Self { items, bus: connection })
    }

    /// Returns the items that a panel draws: those whose status is active.
    fn drawn(&self) -> Result<Vec<Proxy<'_>>> {
        let items = self.items.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut drawn = Vec::new();
        for (sender, path) in items {
            let item = Proxy::new(&self.bus, sender, path, "org.kde.StatusNotifierItem")?;
            if item.get_property::<String>("Status").is_ok_and(|status| status == "Active") {
                drawn.push(item);
            }
        }
        Ok(drawn)
    }

    fn wait_until_empty(&self) -> Result<()> {
        until("an empty tray", || Ok(self.drawn()?.is_empty().then_some(())))
    }

    /// Chooses an entry from the menu of the program's item.
    fn choose(&self, label: &str) -> Result<()> {
        let item = until("an item in the tray", || Ok(self.drawn()?.into_iter().next()))?;
        let menu = item.get_property::<OwnedObjectPath>("Menu")?;
        let menu = Proxy::new(&self.bus, item.destination().to_owned(), menu, "com.canonical.dbusmenu")?;
        let (_, (_, _, entries)): Layout = menu.call("GetLayout", &(0, -1, Vec::<String>::new()))?;
        let chosen = entries.iter().find_map(|entry| labelled(entry, label));
        let chosen = chosen.with_context(|| format!("no entry {label}: {entries:?}"))?;
        menu.call_method("Event", &(chosen, "clicked", Value::I32(0), 0_u32))?;
        Ok(())
    }
}

/// Returns the number of a menu entry if it has this label.
fn labelled(entry: &OwnedValue, label: &str) -> Option<i32> {
    let Value::Structure(entry) = &**entry else { return None };
    let [Value::I32(number), Value::Dict(properties), ..] = entry.fields() else { return None };
    let shown: Option<String> = properties.get(&"label").ok()?;
    (shown?.replace('_', "") == label).then_some(*number)
}

/// The display, as a window manager sees it.
struct Manager {
    display: RustConnection,
    screen: usize,
}

impl Manager {
    fn on(display: &str) -> Result<Self> {
        let (display, screen) = RustConnection::connect(Some(display))?;
        Ok(Self { display, screen })
    }

    /// Returns the program's window and whether it is visible.
    fn window(&self) -> Result<Option<(Window, bool)>> {
        let root = self.display.setup().roots[self.screen].root;
        for window in self.display.query_tree(root)?.reply()?.children {
            let name = self.display.get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64)?.reply();
            let protocols = self.atom("WM_PROTOCOLS")?;
            let protocols = self.display.get_property(false, window, protocols, AtomEnum::ATOM, 0, 16)?.reply();
            let (Ok(name), Ok(protocols)) = (name, protocols) else { continue };
            if name.value == b"Chaveiro" && protocols.length > 0 {
                let seen = self.display.get_window_attributes(window)?.reply()?.map_state == MapState::VIEWABLE;
                return Ok(Some((window, seen)));
            }
        }
        Ok(None)
    }

    /// Asks the window to close, as a press on its corner does.
    fn close(&self) -> Result<()> {
        let (window, seen) = self.window()?.context("there is no window")?;
        ensure!(seen, "it is closed already");
        let message = [self.atom("WM_DELETE_WINDOW")?, 0, 0, 0, 0];
        let event = ClientMessageEvent::new(32, window, self.atom("WM_PROTOCOLS")?, message);
        // The display drops unread requests of a client that disconnects, so the answer is awaited.
        Ok(self.display.send_event(false, window, EventMask::NO_EVENT, event)?.check()?)
    }

    fn wait_until_seen(&self, seen: bool) -> Result<()> {
        let fits = || Ok(self.window()?.is_some_and(|(_, is)| is == seen).then_some(()));
        until(if seen { "a window that is seen" } else { "a window that is hidden" }, fits)
    }

    fn atom(&self, name: &str) -> Result<u32> {
        Ok(self.display.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }
}

fn until<T>(what: &str, look: impl Fn() -> Result<Option<T>>) -> Result<T> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if let Some(found) = look()? {
            return Ok(found);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    bail!("{what} was waited for in vain")
}

/// Tells whether the program runs: it owns this name on the bus so that a second start finds it.
fn runs(bus: &Connection) -> Result<bool> {
    let name = BusName::try_from("app.chaveiro.desktop.SingleInstance")?;
    Ok(DBusProxy::new(bus)?.name_has_owner(name)?)
}

async fn open_vault(page: &Page) -> Result<()> {
    in_time(async { create_vault(page).await.context("creating the vault") }).await
}

async fn keep_in_tray(page: &Page) -> Result<()> {
    open_vault(page).await?;
    in_time(async {
        page.press("Parameters").await?;
        page.toggle_in(STAYS).await.context("turning the parameter on")?;
        page.read(&format!("{STAYS} saved")).await
    })
    .await
}

async fn in_time(done: impl Future<Output = Result<()>>) -> Result<()> {
    tokio::time::timeout(LONGEST_PAGE, done).await.context("the page does not answer")?
}

/// Closes the window and waits until the program, which ran until then, has ended.
fn close_and_end(desktop: &Desktop, bus: &Connection) -> Result<()> {
    ensure!(runs(bus)?, "the program runs before its window is closed");
    Manager::on(desktop.display())?.close()?;
    until("the end of the program", || Ok((!runs(bus)?).then_some(())))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_window_goes_into_the_tray_and_comes_back_until_somebody_quits() -> Result<()> {
    let desktop = Desktop::start()?;
    let tray = Tray::show(desktop.bus())?;
    let page = Page(desktop.open().await?);
    keep_in_tray(&page).await?;
    tokio::task::block_in_place(|| {
        let manager = Manager::on(desktop.display())?;
        for time in ["the first time", "the second time"] {
            manager.close()?;
            manager.wait_until_seen(false).context(time)?;
            ensure!(runs(&tray.bus)?, "the program goes on");
            tray.choose("Open Chaveiro").context(time)?;
            manager.wait_until_seen(true).context(time)?;
            tray.wait_until_empty().context(time)?;
        }
        manager.close()?;
        manager.wait_until_seen(false).context("before it ends")?;
        tray.choose("Quit").context("before it ends")?;
        until("the end of the program", || Ok((!runs(&tray.bus)?).then_some(())))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_tray_closing_the_window_ends_the_program() -> Result<()> {
    let desktop = Desktop::start()?;
    let bus = Builder::address(desktop.bus())?.method_timeout(LONGEST_ANSWER).build()?;
    let page = Page(desktop.open().await?);
    keep_in_tray(&page).await?;
    tokio::task::block_in_place(|| close_and_end(&desktop, &bus))
}

#[tokio::test(flavor = "multi_thread")]
async fn unless_the_parameter_says_so_closing_the_window_ends_the_program_though_there_is_a_tray() -> Result<()> {
    let desktop = Desktop::start()?;
    let tray = Tray::show(desktop.bus())?;
    let page = Page(desktop.open().await?);
    open_vault(&page).await?;
    tokio::task::block_in_place(|| {
        close_and_end(&desktop, &tray.bus)?;
        ensure!(tray.items.lock().unwrap_or_else(PoisonError::into_inner).is_empty(), "nothing was put into the tray");
        Ok(())
    })
}
