//! The memory of a process, read from outside.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
};

use anyhow::{Context, Result};

/// Returns every byte of memory that a process could have written.
pub fn memory_of(process: u32) -> Result<Vec<u8>> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
    let mut memory = File::open(format!("/proc/{process}/mem"))?;
    let mut all = Vec::new();
    for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|may| may.starts_with("rw"))) {
        let (start, end) = line.split(' ').next().and_then(|range| range.split_once('-')).context("a range")?;
        let (start, end) = (u64::from_str_radix(start, 16)?, u64::from_str_radix(end, 16)?);
        let mut region = vec![0; usize::try_from(end - start)?];
        memory.seek(SeekFrom::Start(start))?;
        // A region that cannot be read (a device's, a guard page) contains no data of the program.
        if memory.read_exact(&mut region).is_ok() {
            all.extend(region);
        }
    }
    Ok(all)
}
