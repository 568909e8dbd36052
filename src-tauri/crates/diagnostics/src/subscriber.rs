//! The outputs of the log: a file for each day, and standard error.

use std::{
    io,
    path::{Path, PathBuf},
};

use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::{LevelFilter, Targets},
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::DailyLog;

/// The crates of this project that log, at level info; `tests/layering` finds a missing one. Libraries log at level
/// warn: at lower levels they write the data that they send and receive.
const OURS: [&str; 7] = ["app", "chaveiro", "chaveiro_shell", "connector", "diagnostics", "rotation", "vault"];

/// A layer of the log.
pub type BoxedLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// The result of [`start`].
#[derive(Debug, Clone, Default)]
pub struct LogStatus {
    /// The folder of the log files. `None` if the system names no folder, or if no file was requested.
    pub folder: Option<PathBuf>,
    /// The system's error if no file can be written.
    pub problem: Option<String>,
}

/// Starts the log. If the folder cannot be written, the log goes to standard error alone.
pub fn start(folder: Option<&Path>) -> LogStatus {
    let opened = folder.map(DailyLog::open).transpose();
    let problem = opened.as_ref().err().map(ToString::to_string);
    let mut layers: Vec<BoxedLayer> = opened.ok().flatten().map(layer).into_iter().collect();
    layers.push(match EnvFilter::try_from_default_env() {
        Ok(wished) => formatted(io::stderr).with_filter(wished).boxed(),
        Err(_) => layer(io::stderr),
    });
    // A second subscriber (in a test) is refused; the first one stays in place.
    let _ = tracing_subscriber::registry().with(layers).try_init();
    LogStatus { folder: folder.map(Path::to_owned), problem }
}

/// Makes the layer that writes the log file. It determines the levels and the form of a line.
pub fn layer<W>(writer: W) -> BoxedLayer
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let ours = OURS.map(|name| (name, LevelFilter::INFO));
    formatted(writer).with_filter(Targets::new().with_default(LevelFilter::WARN).with_targets(ours)).boxed()
}

fn formatted<W>(writer: W) -> impl Layer<Registry> + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // A line that cannot be written is lost. Reporting it on standard error would end a program whose standard error is
    // a closed pipe.
    fmt::layer().with_ansi(false).log_internal_errors(false).with_writer(writer)
}
