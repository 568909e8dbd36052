//! The columns that the list of operations is filtered and sorted by, in memory.
//!
//! No set of indexes answers every combination of a dozen filters: SQLite has to read most of the table when the order
//! correlates with the filter, or when many rows fulfil each of two conditions but few fulfil both. Here every row is
//! checked, at a few nanoseconds each, so that every page costs the same and its total is exact.
//!
//! A thread reads the columns when the list is first asked for. Inside a write, and in a vault that cannot be written
//! to, the list is read in SQL ([`List`](crate::store::list::List)). SQLite's update hook records the rows that a
//! transaction changed, so that no way to change a row can be forgotten; they are read again at the next query. The
//! rows of the page always come from the database; this module only finds their codes.

mod names;
mod rows;
mod select;
mod tags;
mod wanted;

use std::{
    mem,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use rusqlite::Connection;
use secret::Key;

pub(crate) use self::select::{Asked, Found};
use self::{
    names::Letters,
    rows::{COLUMNS, Rows},
    tags::Tags,
};
use crate::{
    VaultError,
    error::Stored,
    file::{connection, folder::Folder},
};

/// Up to this many changed rows are read again one by one; when there are more, all rows are.
const MANY: usize = 20_000;
/// The longest time that a query waits for the reading thread. When reading takes so long, the list is so long that SQL
/// would take longer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The number of rows after which the reading thread checks whether it must stop.
const LOOK_UP: usize = 1_000;

/// The changes that transactions made since the columns were last brought up to date.
#[derive(Default)]
pub(crate) struct Touched {
    operations: Vec<i64>,
    /// True when more operations changed than are worth recording one by one.
    many: bool,
    /// True when texts of devices or credentials changed, tags included.
    words: bool,
}

impl Touched {
    fn operation(&mut self, code: i64) {
        // SQLite reports a row twice when a trigger updates it again.
        if self.many || self.operations.last() == Some(&code) {
            return;
        }
        self.operations.push(code);
        if self.operations.len() > MANY {
            self.many = true;
            self.operations = Vec::new();
        }
    }

    fn add(&mut self, later: Self) {
        self.words |= later.words;
        self.many |= later.many;
        later.operations.into_iter().for_each(|code| self.operation(code));
    }
}

/// Records the changes that a connection makes from now on.
pub(crate) fn watch(connection: &mut Connection) -> Arc<Mutex<Touched>> {
    let touched = Arc::new(Mutex::new(Touched::default()));
    let noted = Arc::clone(&touched);
    // A connection that takes no hook writes nothing either.
    let _ = connection.update_hook(Some(move |_, _: &str, table: &str, row| match table {
        "operations" => lock(&noted).operation(row),
        "devices_to_index" | "credentials_to_index" => lock(&noted).words = true,
        _ => {}
    }));
    touched
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

enum State {
    Idle,
    Loading,
    Ready(Box<Loaded>),
    /// The columns are not used: the list is read in SQL.
    Off,
}

/// The columns, and the connection that keeps them up to date.
struct Loaded {
    connection: Connection,
    rows: Rows,
    letters: Letters,
    tags: Tags,
}

impl Loaded {
    /// Reads all operations into memory.
    fn read(connection: Connection, stop: &AtomicBool) -> Result<Self, VaultError> {
        let mut rows = Rows::default();
        {
            let sql = format!("SELECT {COLUMNS} FROM operations ORDER BY code");
            let mut statement = connection.prepare(&sql).stored()?;
            let mut found = statement.query([]).stored()?;
            while let Some(row) = found.next().stored()? {
                if rows.codes.len().is_multiple_of(LOOK_UP) && stop.load(Ordering::Relaxed) {
                    return Err(VaultError::Stopped);
                }
                rows.put(row)?;
            }
        }
        Ok(Self { connection, rows, letters: Letters::new()?, tags: Tags::default() })
    }

    /// Reads the changed rows again.
    fn refresh(&mut self, touched: &Touched) -> Result<(), VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM operations WHERE code = ?1");
        let mut statement = self.connection.prepare_cached(&sql).stored()?;
        for code in &touched.operations {
            let mut found = statement.query([code]).stored()?;
            match found.next().stored()? {
                Some(row) => self.rows.put(row)?,
                None => self.rows.take(*code),
            }
        }
        if touched.words {
            self.tags.forget();
        }
        Ok(())
    }
}

/// The database that the columns are read from.
struct Source {
    folder: Folder,
    key: Key,
}

/// The columns of one vault. Dropping it ends the thread that reads them and closes its connection.
pub(crate) struct ColumnStore {
    source: Mutex<Source>,
    /// Locked separately from the state, so that a writer does not wait while a page is being found.
    touched: Mutex<Touched>,
    state: Arc<(Mutex<State>, Condvar)>,
    loader: Mutex<Option<Loader>>,
}

impl ColumnStore {
    /// Makes a store for a vault that is written to. For any other vault, the list is read in SQL.
    pub(crate) fn new(folder: Folder, key: Key, written: bool) -> Self {
        let state = if written { State::Idle } else { State::Off };
        Self {
            source: Mutex::new(Source { folder, key }),
            touched: Mutex::new(Touched::default()),
            state: Arc::new((Mutex::new(state), Condvar::new())),
            loader: Mutex::new(None),
        }
    }

    /// Records the changes of a transaction. It must be committed already, because another connection reads the rows
    /// again.
    pub(crate) fn committed(&self, touched: &Mutex<Touched>) {
        let touched = mem::take(&mut *lock(touched));
        lock(&self.touched).add(touched);
    }

    /// Starts reading the columns if they are needed, so that a page can be found soon.
    pub(crate) fn prepare(&self) {
        let mut state = lock(&self.state.0);
        if matches!(*state, State::Idle) || matches!(*state, State::Ready(_)) && lock(&self.touched).many {
            *state = self.load();
        }
    }

    /// Finds a page; `None` when SQL must find it.
    pub(crate) fn find(&self, asked: &Asked<'_>) -> Result<Option<Found>, VaultError> {
        let (state, ended) = &*self.state;
        let reading = |state: &mut State| matches!(state, State::Loading);
        let waited = ended.wait_timeout_while(lock(state), PATIENCE, reading);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        let State::Ready(loaded) = &mut *state else { return Ok(None) };
        let touched = mem::take(&mut *lock(&self.touched));
        let refreshed = if touched.many { Ok(false) } else { loaded.refresh(&touched).map(|()| true) };
        match refreshed {
            Ok(true) => loaded.find(asked).map(Some),
            // The record of the changes was taken above, so the columns must be read again.
            other => {
                *state = State::Idle;
                other.map(|_| None)
            }
        }
    }

    /// Starts reading. The caller holds the lock of the state.
    fn load(&self) -> State {
        // ORDER: the record of changes is reset first, and only then is the database read. So no later commit is
        // missed.
        *lock(&self.touched) = Touched::default();
        let source = lock(&self.source);
        let (folder, key) = (source.folder.clone(), source.key.duplicate());
        let stop = Arc::new(AtomicBool::new(false));
        let (state, stopped) = (Arc::clone(&self.state), Arc::clone(&stop));
        let work = move || {
            let read = connection::aside(&folder, &key).and_then(|connection| Loaded::read(connection, &stopped));
            let (state, ended) = &*state;
            let mut state = lock(state);
            // In any other state nobody waits for the columns any more.
            if matches!(*state, State::Loading) {
                *state = read.map_or(State::Off, |loaded| State::Ready(Box::new(loaded)));
            }
            ended.notify_all();
        };
        match thread::Builder::new().name("columns".to_owned()).spawn(work) {
            Ok(thread) => {
                *lock(&self.loader) = Some(Loader { stop, thread: Some(thread) });
                State::Loading
            }
            Err(_) => State::Off,
        }
    }

    /// Closes the connection to a database that is about to be replaced. Until the returned value is dropped, lists are
    /// read in SQL.
    pub(crate) fn rest(&self) -> Rest<'_> {
        // ORDER: the state changes first, so that the thread sees that nobody waits for it. Then this waits for its
        // end.
        let before = mem::replace(&mut *lock(&self.state.0), State::Off);
        drop(lock(&self.loader).take());
        Rest { store: self, was_off: matches!(before, State::Off) }
    }

    /// Tells whether the columns are in memory.
    #[cfg(test)]
    pub(crate) fn are_ready(&self) -> bool {
        matches!(*lock(&self.state.0), State::Ready(..))
    }
}

/// A guard: while it exists, the columns are not read.
pub(crate) struct Rest<'a> {
    store: &'a ColumnStore,
    was_off: bool,
}

impl Rest<'_> {
    /// Switches to the database that replaced the old one.
    pub(crate) fn follow(&self, folder: &Folder, key: &Key) {
        *lock(&self.store.source) = Source { folder: folder.clone(), key: key.duplicate() };
    }
}

impl Drop for Rest<'_> {
    fn drop(&mut self) {
        if !self.was_off {
            *lock(&self.store.state.0) = State::Idle;
        }
    }
}

/// The thread that reads the columns. Dropping it stops it and waits for its end.
struct Loader {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Loader {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has also ended.
            let _ = thread.join();
        }
    }
}
