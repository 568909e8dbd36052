//! Where the log goes: a file for each day, and standard error.

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

/// Our crates that log, at info; `tests/layering` finds one that is missing. Libraries log at warn: at lower levels they write what they send and receive.
const OURS: [&str; 7] = ["app", "chaveiro", "chaveiro_shell", "connector", "diagnostics", "rotation", "vault"];

/// A layer of the log.
pub type BoxedLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// The result of [`start`].
#[derive(Debug, Clone, Default)]
pub struct LogStatus {
    /// The folder of the log files; None where the system names none, or where no file was asked for.
    pub folder: Option<PathBuf>,
    /// Why no file is written, in the system's words.
    pub problem: Option<String>,
}

/// Starts the log. A folder that can't be written stops nothing: the log then goes to standard error alone.
pub fn start(folder: Option<&Path>) -> LogStatus {
    let opened = folder.map(DailyLog::open).transpose();
    let problem = opened.as_ref().err().map(ToString::to_string);
    let mut layers: Vec<BoxedLayer> = opened.ok().flatten().map(layer).into_iter().collect();
    layers.push(match EnvFilter::try_from_default_env() {
        Ok(wished) => formatted(io::stderr).with_filter(wished).boxed(),
        Err(_) => layer(io::stderr),
    });
    // A second subscriber (in a test) is refused; the first one stays.
    let _ = tracing_subscriber::registry().with(layers).try_init();
    LogStatus { folder: folder.map(Path::to_owned), problem }
}

/// Makes the layer that the log file is written by: the levels, and the form of a line.
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
    // A line that can't be written is lost. To tell standard error of it would end a program whose standard error is a
    // closed pipe.
    fmt::layer().with_ansi(false).log_internal_errors(false).with_writer(writer)
}
