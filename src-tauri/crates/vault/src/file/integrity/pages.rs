//! The check of the authentication code of every page of `vault.db`, in use or free.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, Read, Seek},
    thread,
    time::Duration,
};

use crypto::{PAGE_LENGTH, PageCodes};
use secret::Key;

use crate::{
    OnProgress, Phase, VaultError,
    error::from_file,
    file::{database_file::DatabaseFile, folder::Folder, progress::tell},
};

/// The number of pages that are read at a time.
const CHUNK: usize = 256;
/// The number of times that a page that does not fit is read again. Another connection may be writing this page just
/// then.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(20);
/// The most findings that are collected. More would say nothing new.
const ENOUGH: usize = 5;

/// Reads every page and returns those that differ from what was written.
pub(super) fn check(file: &DatabaseFile, key: &Key, progress: &mut OnProgress<'_>) -> Result<Vec<String>, VaultError> {
    let mut pages = Pages { file, codes: None, key, log: None, findings: Vec::new() };
    let total = file.length().map_err(from_file)?.div_ceil(PAGE_LENGTH as u64);
    let mut chunk = vec![0; CHUNK * PAGE_LENGTH];
    let mut number = 0_u32;
    loop {
        let length = file.read_at(&mut chunk, begin_of(number + 1)).map_err(from_file)?;
        let (whole, rest) = chunk[..length].as_chunks::<PAGE_LENGTH>();
        for page in whole {
            number += 1;
            pages.page(number, page)?;
            if pages.findings.len() >= ENOUGH {
                return Ok(pages.findings);
            }
        }
        if !rest.is_empty() || number == 0 {
            pages.findings.push("the file ends in the middle of a page".to_owned());
        }
        tell(progress, Phase::CheckingPages, u64::from(number), total.max(u64::from(number)))?;
        if length < chunk.len() {
            return Ok(pages.findings);
        }
    }
}

struct Pages<'a> {
    file: &'a DatabaseFile,
    codes: Option<PageCodes>,
    key: &'a Key,
    /// The numbers of the pages in the log, once they are needed.
    log: Option<HashSet<u32>>,
    findings: Vec<String>,
}

impl Pages<'_> {
    fn page(&mut self, number: u32, page: &[u8; PAGE_LENGTH]) -> Result<(), VaultError> {
        let codes = self.codes.get_or_insert_with(|| PageCodes::derive(self.key, page));
        if codes.fit(number, page) || fits_later(codes, number, self.file)? {
            return Ok(());
        }
        // A page that a crash left half written in a checkpoint is whole in the log.
        let log = self.log.get_or_insert_with(|| pages_in_log(self.file.folder()).unwrap_or_default());
        if !log.contains(&number) {
            self.findings.push(format!("page {number} is not as it was written"));
        }
        Ok(())
    }
}

/// Reads a page again a few times, and tells whether it fits then.
fn fits_later(codes: &PageCodes, number: u32, file: &DatabaseFile) -> Result<bool, VaultError> {
    for _ in 0..TRIES {
        thread::sleep(PAUSE);
        let mut page = [0; PAGE_LENGTH];
        let length = file.read_at(&mut page, begin_of(number)).map_err(from_file)?;
        if length == page.len() && codes.fit(number, &page) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the position at which a page begins. The first page has the number 1.
fn begin_of(number: u32) -> u64 {
    u64::from(number.saturating_sub(1)) * PAGE_LENGTH as u64
}

/// Returns the numbers of the pages in the write-ahead log (<https://sqlite.org/fileformat2.html#the_write_ahead_log>),
/// as far as the salts show that they belong to this log.
fn pages_in_log(folder: &Folder) -> io::Result<HashSet<u32>> {
    const HEADER: usize = 32;
    const FRAME: usize = 24;
    let mut log = File::open(folder.log())?;
    let mut header = [0; HEADER];
    log.read_exact(&mut header)?;
    let mut pages = HashSet::new();
    let mut frame = [0; FRAME];
    while log.read_exact(&mut frame).is_ok() {
        // Bytes 8 to 16 of a frame repeat the salts of the header.
        if frame[8..16] != header[16..24] {
            break;
        }
        pages.insert(u32::from_be_bytes([frame[0], frame[1], frame[2], frame[3]]));
        log.seek_relative(PAGE_LENGTH as i64)?;
    }
    Ok(pages)
}
