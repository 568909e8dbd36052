//! The page's reports of its own errors, and the result of saving the diagnostics.

use serde::{Deserialize, Serialize};
use specta::Type;

/// An error of the page, without what a person typed.
#[derive(Debug, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct PageProblemRequest {
    /// The reference that the window shows to the user.
    pub reference: String,
    /// The way in which the page noticed it.
    pub kind: PageProblemKind,
    /// The name of the error's class, or of the command that was answered wrongly.
    pub name: String,
    /// The message, if it is a known message that holds no value.
    pub message: Option<PageProblemMessage>,
    /// Positions in the code, the innermost first.
    pub stack: Vec<String>,
    /// The components around the one that failed, the innermost first.
    pub components: Vec<String>,
}

app::domain::enumeration! {
    /// The way in which the page noticed an error.
    pub enum PageProblemKind {
        /// An error that nothing caught.
        Error = "error",
        /// A promise whose failure nothing caught.
        Rejection = "rejection",
        /// A screen that could not be drawn.
        Render = "render",
        /// A command was answered with a value that is not one of this program's errors.
        Answer = "answer",
    }
}

app::domain::enumeration! {
    /// Messages that hold no value, so that they may be logged.
    pub enum PageProblemMessage {
        /// The code of a screen could not be fetched.
        ModuleNotLoaded = "moduleNotLoaded",
        /// The browser delayed the report of a changed size.
        ResizeLoop = "resizeLoop",
        /// React draws a component again and again.
        TooManyUpdates = "tooManyUpdates",
        /// A value is not what the code expects.
        NotAnObject = "notAnObject",
    }
}

/// The path at which the diagnostics were saved.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosticsSavedView {
    pub path: String,
}
