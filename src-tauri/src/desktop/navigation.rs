//! Opens the window and keeps it on the program's own page. Navigation to any other page is refused, and so is every
//! further window.

use tauri::{AppHandle, Url, WebviewWindowBuilder, webview::NewWindowResponse};

/// The addresses under which Tauri serves the page: `tauri://localhost`, and on Windows `http://tauri.localhost`.
const OWN: [(&str, &str); 3] = [("tauri", "localhost"), ("http", "tauri.localhost"), ("https", "tauri.localhost")];

/// Opens the window that the configuration describes.
///
/// # Errors
/// An error if the system cannot open a window.
pub fn open_window(program: &AppHandle) -> tauri::Result<()> {
    let development = program.config().build.dev_url.clone().filter(|_| tauri::is_dev());
    let Some(described) = program.config().app.windows.first() else { return Err(tauri::Error::WindowNotFound) };
    WebviewWindowBuilder::from_config(program, described)?
        .on_navigation(move |url| {
            let allowed = is_own(url, development.as_ref());
            if !allowed {
                tracing::warn!(scheme = url.scheme(), "the window refused to leave its page");
            }
            allowed
        })
        .on_new_window(|url, _| {
            tracing::warn!(scheme = url.scheme(), "a second window was refused");
            NewWindowResponse::Deny
        })
        .build()?;
    Ok(())
}

fn is_own(url: &Url, development: Option<&Url>) -> bool {
    let own = |(scheme, host): &(&str, &str)| {
        url.scheme() == *scheme && url.host_str() == Some(*host) && url.port().is_none() && url.username().is_empty()
    };
    OWN.iter().any(own) || development.is_some_and(|server| server.origin() == url.origin())
}

#[cfg(test)]
mod tests {
    use tauri::Url;

    use super::is_own;

    #[test]
    fn only_the_programs_own_page_may_be_shown() -> Result<(), Box<dyn std::error::Error>> {
        let server = Url::parse("http://127.0.0.1:5173")?;
        for own in ["tauri://localhost", "tauri://localhost/index.html#/home", "http://tauri.localhost/"] {
            assert!(is_own(&Url::parse(own)?, None), "{own}");
        }
        let elsewhere = [
            "https://example.org/",
            "http://tauri.localhost:8080/",
            "http://tauri.localhost.example.org/",
            "http://tauri.localhost@example.org/",
            "tauri://example.org/",
            "file:///etc/passwd",
            "data:text/html,x",
            "about:blank",
            "javascript:1",
            "http://127.0.0.1:5173/",
        ];
        for url in elsewhere {
            assert!(!is_own(&Url::parse(url)?, None), "{url}");
        }
        assert!(is_own(&Url::parse("http://127.0.0.1:5173/src/main.tsx")?, Some(&server)), "the server in development");
        assert!(!is_own(&Url::parse("http://127.0.0.1:5174/")?, Some(&server)), "and no other one");
        Ok(())
    }
}
