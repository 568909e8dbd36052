//! Memory for keys and secret text. It is locked so that it is never swapped out, left out of core dumps, and each
//! piece lies between two pages that nobody can read or write.
//!
//! The system locks whole pages and does not count how often. If each value locked its own page, dropping one value
//! would unlock its neighbours. So pages are locked once, in chunks, and cut into slots of one size. A slot is wiped
//! and used again, and its chunk stays locked until the program ends. Text that is longer than the largest slot gets
//! pages of its own and gives them back.
//!
//! Many systems let a program lock 8 MiB. [`BUDGET`] stays below it. Beyond the budget, and where the system refuses,
//! values are kept in memory that is not locked, and [`memory_status`] says so.
//!
//! A slot is a `&'static mut [u8]` of a leaked mapping: each has one owner, and no unsafe code is needed.

use std::{
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use mmap_rs::{MmapFlags, MmapMut, MmapNone, MmapOptions};
use zeroize::{Zeroize, Zeroizing};

/// The most bytes that are locked. The rest of the usual 8 MiB is left to SQLCipher, which locks its own keys.
const BUDGET: usize = 7 * 1024 * 1024;
/// Bytes that are cut into slots at a time, rounded up to whole pages.
const CHUNK: usize = 32 * 1024;
/// The sizes of slots. A longer text has its own pages.
const SIZES: [usize; 6] = [32, 64, 128, 256, 1024, 4096];

/// The state of the memory for keys and secret text: how much of it is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MemoryStatus {
    /// Bytes that are locked in memory.
    pub locked_bytes: usize,
    /// The bytes that should be locked: more than [`MemoryStatus::locked_bytes`] where locking failed.
    pub wanted_bytes: usize,
    /// The number of times that a piece of memory could not be locked since the program started.
    pub failures: u64,
}

/// Returns how much of the memory for keys and secret text is locked.
pub fn memory_status() -> MemoryStatus {
    arena().status
}

/// Bytes with one owner, wiped when dropped.
pub(crate) enum Bytes {
    /// A slot of a chunk.
    Slot { bytes: &'static mut [u8], home: Home },
    /// Whole pages for one long text.
    Pages { pages: Pages, length: usize },
    /// Ordinary memory, where the system gave no pages.
    Heap(Zeroizing<Box<[u8]>>),
}

impl Bytes {
    /// Copies the bytes in; the caller wipes its own copy.
    pub(crate) fn copy_of(bytes: &[u8]) -> Self {
        let length = bytes.len();
        let slot = || slot(length).map(|(bytes, home)| Self::Slot { bytes, home });
        let pages = || pages(length).map(|pages| Self::Pages { pages, length });
        let mut kept = slot().or_else(pages).unwrap_or_else(|| Self::heap(length));
        kept.all_mut()[..length].copy_from_slice(bytes);
        kept
    }

    fn heap(length: usize) -> Self {
        note_heap(length);
        Self::Heap(Zeroizing::new(vec![0; length].into_boxed_slice()))
    }

    /// Returns all of the memory. It is at least as long as the bytes that were copied in.
    pub(crate) fn all(&self) -> &[u8] {
        match self {
            Self::Slot { bytes, .. } => bytes,
            Self::Pages { pages, length } => &pages.middle[..*length],
            Self::Heap(bytes) => bytes,
        }
    }

    fn all_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Slot { bytes, .. } => bytes,
            Self::Pages { pages, length } => &mut pages.middle[..*length],
            Self::Heap(bytes) => bytes,
        }
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        self.all_mut().zeroize();
        match self {
            Self::Slot { bytes, home } => give_back(mem::take(bytes), *home),
            // The pages go back to the system when they are dropped, right after this.
            Self::Pages { pages, .. } => arena().forget(pages.taken),
            Self::Heap(bytes) => forget_heap(bytes.len()),
        }
    }
}

/// The list that a slot goes back to.
#[derive(Clone, Copy)]
pub(crate) struct Home {
    class: usize,
    locked: bool,
}

/// Takes a slot for the given number of bytes, all of them zero. `None` for more than a slot holds, and where the
/// system gives no memory.
pub(crate) fn slot(length: usize) -> Option<(&'static mut [u8], Home)> {
    let class = SIZES.iter().position(|size| length <= *size)?;
    arena().slot(class)
}

/// Gives a slot back. It must have been wiped.
pub(crate) fn give_back(slot: &'static mut [u8], home: Home) {
    arena().give_back(slot, home);
}

/// Counts bytes that had to be kept in ordinary memory.
pub(crate) fn note_heap(length: usize) {
    arena().note(Taken { wanted: length, locked: 0 });
}

/// Stops counting the bytes that [`note_heap`] counted.
pub(crate) fn forget_heap(length: usize) {
    arena().forget(Taken { wanted: length, locked: 0 });
}

fn pages(length: usize) -> Option<Pages> {
    arena().pages(length)
}

/// The bytes of a piece of memory that should be locked, and those that are.
#[derive(Clone, Copy)]
struct Taken {
    wanted: usize,
    locked: usize,
}

/// Whole pages between two guard pages that nobody can read or write.
pub(crate) struct Pages {
    middle: MmapMut,
    taken: Taken,
    _before: MmapNone,
    _after: MmapNone,
}

/// Maps the given number of bytes, rounded up to whole pages, with a guard before and after. Nothing is locked yet.
fn map(length: usize) -> Option<(MmapNone, MmapMut, MmapNone)> {
    let page = MmapOptions::page_size();
    let length = length.checked_next_multiple_of(page)?;
    let all = MmapOptions::new(length.checked_add(2 * page)?).ok()?;
    let mut middle = all.with_flags(MmapFlags::NO_CORE_DUMP).map_none().ok()?;
    let before = middle.split_to(page).ok()?;
    let after = middle.split_off(length).ok()?;
    Some((before, middle.make_mut().ok()?, after))
}

/// The free slots, and the totals of the memory that was taken from the system.
struct Arena {
    /// The free slots of locked chunks, by size. They are used first.
    locked: [Vec<&'static mut [u8]>; SIZES.len()],
    /// The free slots of chunks that could not be locked, by size.
    open: [Vec<&'static mut [u8]>; SIZES.len()],
    status: MemoryStatus,
}

static ARENA: Mutex<Arena> = Mutex::new(Arena {
    locked: [const { Vec::new() }; SIZES.len()],
    open: [const { Vec::new() }; SIZES.len()],
    status: MemoryStatus { locked_bytes: 0, wanted_bytes: 0, failures: 0 },
});

fn arena() -> MutexGuard<'static, Arena> {
    ARENA.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Arena {
    /// Takes a free slot, from a new chunk if there is none. `None` where the system gives no memory.
    fn slot(&mut self, class: usize) -> Option<(&'static mut [u8], Home)> {
        if self.locked[class].is_empty() && self.open[class].is_empty() {
            self.grow(class)?;
        }
        let (bytes, locked) = match self.locked[class].pop() {
            Some(bytes) => (bytes, true),
            None => (self.open[class].pop()?, false),
        };
        Some((bytes, Home { class, locked }))
    }

    /// Cuts a new chunk into slots. The chunk is never given back, because its slots are `'static` and have owners.
    fn grow(&mut self, class: usize) -> Option<()> {
        let Pages { middle, taken, _before, _after } = self.pages(CHUNK)?;
        mem::forget((_before, _after));
        let chunk: &'static mut MmapMut = Box::leak(Box::new(middle));
        let free = if taken.locked > 0 { &mut self.locked[class] } else { &mut self.open[class] };
        free.extend(chunk.as_mut_slice().chunks_exact_mut(SIZES[class]));
        Some(())
    }

    /// Maps new pages, locked where the budget and the system allow it.
    fn pages(&mut self, length: usize) -> Option<Pages> {
        let (before, mut middle, after) = map(length)?;
        let wanted = middle.size();
        let within = self.status.locked_bytes.saturating_add(wanted) <= BUDGET;
        let locked = if within && middle.lock().is_ok() { wanted } else { 0 };
        let taken = Taken { wanted, locked };
        self.note(taken);
        Some(Pages { middle, taken, _before: before, _after: after })
    }

    /// Takes back a slot that was wiped.
    fn give_back(&mut self, bytes: &'static mut [u8], home: Home) {
        let free = if home.locked { &mut self.locked } else { &mut self.open };
        free[home.class].push(bytes);
    }

    fn note(&mut self, taken: Taken) {
        self.status.wanted_bytes = self.status.wanted_bytes.saturating_add(taken.wanted);
        self.status.locked_bytes += taken.locked;
        self.status.failures += u64::from(taken.locked < taken.wanted);
    }

    fn forget(&mut self, taken: Taken) {
        self.status.wanted_bytes = self.status.wanted_bytes.saturating_sub(taken.wanted);
        self.status.locked_bytes = self.status.locked_bytes.saturating_sub(taken.locked);
    }
}
