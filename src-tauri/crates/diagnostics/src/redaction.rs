//! Removes the user's folders from a text that leaves the machine.

use std::path::Path;

/// The folders to be replaced, each with its replacement.
#[derive(Default)]
pub struct Redaction(Vec<(String, &'static str)>);

impl Redaction {
    /// Adds a folder that is to be replaced by a word, with any spelling of its separators. A root folder is ignored.
    #[must_use]
    pub fn folder(mut self, folder: &Path, word: &'static str) -> Self {
        if folder.parent().is_some() {
            let text = folder.to_string_lossy().into_owned();
            // Rust's debug format and JSON write a Windows separator twice.
            self.0.push((text.replace('\\', "\\\\"), word));
            self.0.push((text.replace('\\', "/"), word));
            self.0.push((text, word));
        }
        self.0.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        self
    }

    /// Returns the text with the folders replaced. If one folder is inside another, the longer path is replaced first.
    pub fn apply(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (folder, word)| text.replace(folder, word))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Redaction;

    #[test]
    fn the_longest_folder_counts_and_a_root_stays() {
        let redaction = Redaction::default()
            .folder(Path::new("/home/ana"), "~")
            .folder(Path::new("/home/ana/Team.vault"), "<vault>")
            .folder(Path::new("/"), "<root>");
        let text = redaction.apply("cannot read /home/ana/Team.vault/vault.db, /home/ana/x or /etc/hosts");
        assert_eq!(text, "cannot read <vault>/vault.db, ~/x or /etc/hosts");
    }

    #[test]
    fn a_folder_of_windows_is_found_in_every_spelling() {
        let redaction = Redaction::default().folder(Path::new(r"C:\Users\Ana"), "~");
        // On other systems the only parent of such a path is the empty one.
        for text in [r"C:\Users\Ana\x", r"C:\\Users\\Ana\\x", "C:/Users/Ana/x"] {
            assert!(redaction.apply(text).starts_with('~'), "{text}");
        }
    }
}
