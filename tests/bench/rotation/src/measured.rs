//! The result of one turn of one program, and the summaries of many results.

use std::{fs, time::Instant};

use anyhow::{Context, Result};

/// The result of one turn, in which every host is changed once.
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Sample {
    pub who: &'static str,
    /// The number of simultaneous changes.
    pub at_once: usize,
    pub per_second: f64,
    /// Processor time of the client for one change, in milliseconds.
    pub cpu_ms: f64,
}

/// Measures a turn that changes `changes` passwords, with the processor time of this process and of the children it
/// waited for.
///
/// # Errors
/// The error of the turn itself.
pub fn turn(who: &'static str, at_once: usize, changes: usize, work: impl FnOnce() -> Result<()>) -> Result<Sample> {
    let (begun, cpu) = (Instant::now(), cpu_ms()?);
    work()?;
    let (seconds, cpu) = (begun.elapsed().as_secs_f64(), cpu_ms()? - cpu);
    let count = changes as f64;
    Ok(Sample { who, at_once, per_second: count / seconds, cpu_ms: cpu / count })
}

/// Returns the processor time of this process and of its ended children so far, which `/proc/self/stat` counts in clock
/// ticks.
fn cpu_ms() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(')').next().context("the process's name")?;
    // The fields after the name: state is field 3; the children's user and system time are fields 16 and 17.
    let times = fields.split_whitespace().skip(13).take(2).map(str::parse::<f64>);
    let ticks: f64 = times.collect::<Result<Vec<_>, _>>()?.iter().sum();
    let own = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let own = own.tv_sec as f64 * 1000.0 + own.tv_nsec as f64 / 1e6;
    Ok(own + ticks * 1000.0 / rustix::param::clock_ticks_per_second() as f64)
}

/// Returns the median rate of one program.
pub fn median_rate(samples: &[Sample], who: &str, at_once: usize) -> f64 {
    median(of(samples, who, at_once).map(|sample| sample.per_second).collect())
}

/// Returns the median processor time of one program.
pub fn median_cpu(samples: &[Sample], who: &str, at_once: usize) -> f64 {
    median(of(samples, who, at_once).map(|sample| sample.cpu_ms).collect())
}

/// Returns the best median rate of a program over all numbers of simultaneous changes, so that each program shows its
/// best side.
pub fn best(samples: &[Sample], who: &str) -> Option<f64> {
    let rates =
        samples.iter().filter(|sample| sample.who == who).map(|sample| median_rate(samples, who, sample.at_once));
    rates.max_by(f64::total_cmp)
}

fn of<'a>(samples: &'a [Sample], who: &'a str, at_once: usize) -> impl Iterator<Item = &'a Sample> {
    samples.iter().filter(move |sample| sample.who == who && sample.at_once == at_once)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle), values.len() % 2) {
        (Some(value), 1) => *value,
        (Some(upper), _) => f64::midpoint(values[middle - 1], *upper),
        (None, _) => f64::NAN,
    }
}
