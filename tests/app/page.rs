//! The page as a person uses it: the tests find elements by the text on it.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use fantoccini::{
    Client, Locator,
    elements::{Element, ElementRef},
    key::Key,
};

/// The file for a picture of the page when an element was not found.
const FAILED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/app-test-failed.png");
const PATIENCE: Duration = Duration::from_secs(30);

/// The name under which WebDriver passes an element (W3C WebDriver, section 12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A script that returns the first element of an XPath that takes up room: in the topmost dialogue if there is one,
/// otherwise on the whole page.
const FIRST_VISIBLE: &str = "
    const path = arguments[0].replaceAll(/(^|\\| )\\/\\//g, '$1.//');
    const dialogues = [...document.querySelectorAll('[role=dialog]')].filter((it) => it.getClientRects().length > 0);
    for (const place of [...dialogues.slice(-1), document.body]) {
        const found = document.evaluate(path, place, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
        for (let index = 0; index < found.snapshotLength; index += 1) {
            const element = found.snapshotItem(index);
            if (element.getClientRects().length > 0) return element;
        }
    }
    return null;";

/// A window, operated by the text that it shows.
pub struct Page(pub Client);

impl Page {
    /// Waits for a visible element. The search runs inside the page: if elements are asked for one by one over
    /// WebDriver and vanish meanwhile, the driver may never answer.
    async fn find(&self, xpath: &str) -> Result<Element> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            let found = self.0.execute(FIRST_VISIBLE, vec![xpath.into()]).await?;
            if let Some(id) = found.get(ELEMENT).and_then(|id| id.as_str()) {
                return Ok(Element::from_element_id(self.0.clone(), ElementRef::from(id.to_owned())));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.picture(Path::new(FAILED)).await?;
        let text = self.0.find(Locator::Css("body")).await?.prop("innerText").await?.unwrap_or_default();
        bail!("{xpath} is not on the page:\n{text}")
    }

    /// Clicks an element as soon as nothing moves or covers it any more.
    async fn click(&self, xpath: &str) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.find(xpath).await?.click().await {
                Ok(()) => return Ok(()),
                Err(_) if Instant::now() < until => tokio::time::sleep(Duration::from_millis(100)).await,
                Err(error) => {
                    self.picture(Path::new(FAILED)).await?;
                    return Err(error).with_context(|| format!("{xpath} cannot be clicked"));
                }
            }
        }
    }

    /// Waits until the page shows a text.
    pub async fn read(&self, text: &str) -> Result<()> {
        self.find(&format!("//*[contains(normalize-space(text()), {})]", quoted(text))).await.map(drop)
    }

    /// Waits until a row of a table shows a text.
    pub async fn read_in_row(&self, text: &str) -> Result<()> {
        self.find(&format!("//*[@role='row']//*[contains(normalize-space(text()), {})]", quoted(text))).await.map(drop)
    }

    /// Presses the button, link or menu item with this name.
    pub async fn press(&self, name: &str) -> Result<()> {
        let name = quoted(name);
        let named = format!("(normalize-space(.)={name} or @aria-label={name})");
        let enabled = "not(@disabled) and not(@aria-disabled='true')";
        let kinds = "self::button or self::a or @role='button' or @role='menuitem' or @role='tab'";
        self.click(&format!("//*[({kinds}) and {named} and {enabled}]")).await
    }

    /// Replaces the text in the field with this label.
    pub async fn enter(&self, label: &str, text: &str) -> Result<()> {
        let path = self.field(label).await?;
        self.click(&path).await?;
        let field = self.find(&path).await?;
        // The page does not notice WebDriver's own clearing of a field.
        field.send_keys(&format!("{}a{}", char::from(Key::Control), char::from(Key::Null))).await?;
        field.send_keys(&char::from(Key::Backspace).to_string()).await?;
        Ok(field.send_keys(text).await?)
    }

    /// Opens the choice with this label and selects an option.
    pub async fn choose(&self, label: &str, option: &str) -> Result<()> {
        let path = self.field(label).await?;
        self.click(&path).await?;
        let option = quoted(option);
        self.click(&format!("//*[@role='option' and contains(normalize-space(.), {option})]")).await
    }

    /// Turns the switch or check box with this label.
    pub async fn toggle(&self, label: &str) -> Result<()> {
        let label = quoted(label);
        self.click(&format!("//label[contains(normalize-space(.), {label})]")).await
    }

    /// Turns the switch in the form with this name.
    pub async fn toggle_in(&self, form: &str) -> Result<()> {
        self.click(&format!("//form[@aria-label={}]//label", quoted(form))).await
    }

    /// Ticks the table row that contains this text.
    pub async fn tick_row(&self, text: &str) -> Result<()> {
        let text = quoted(text);
        let row = format!("//*[@role='row' and .//*[contains(normalize-space(text()), {text})]]");
        self.click(&format!("{row}//input[@type='checkbox']")).await
    }

    /// Opens the table row that contains this text.
    pub async fn open_row(&self, text: &str) -> Result<()> {
        let text = quoted(text);
        self.click(&format!("//*[@role='row']//*[contains(normalize-space(text()), {text})]")).await
    }

    /// Presses a key together with Control.
    pub async fn press_control(&self, key: char) -> Result<()> {
        let body = self.0.find(Locator::Css("body")).await?;
        Ok(body.send_keys(&format!("{}{key}{}", char::from(Key::Control), char::from(Key::Null))).await?)
    }

    /// Tells whether a button with this name is visible now.
    pub async fn offers(&self, name: &str) -> Result<bool> {
        let button = format!("//button[normalize-space(.)={}]", quoted(name));
        Ok(!self.0.execute(FIRST_VISIBLE, vec![button.into()]).await?.is_null())
    }

    /// Sends the host a command that the page itself would not send. Returns `{ answer }` or `{ error }`.
    pub async fn command(&self, name: &str, request: serde_json::Value) -> Result<serde_json::Value> {
        const INVOKE: &str = "
            const [name, request, done] = arguments;
            const told = (key) => (value) => done({ [key]: value });
            window.__TAURI_INTERNALS__.invoke(name, { request }).then(told('answer'), told('error'));";
        Ok(self.0.execute_async(INVOKE, vec![name.into(), request]).await?)
    }

    /// Returns the text of the element of this selector.
    pub async fn text_of(&self, selector: &str) -> Result<String> {
        let element = self.0.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await?;
        Ok(element.prop("textContent").await?.unwrap_or_default())
    }

    /// Writes a picture of the window.
    pub async fn picture(&self, file: &Path) -> Result<()> {
        // This is longer than any animation of the page.
        tokio::time::sleep(Duration::from_millis(400)).await;
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(std::fs::write(file, self.0.screenshot().await?)?)
    }

    /// Returns the XPath of the field with this label. Required fields have a star beside their label.
    async fn field(&self, label: &str) -> Result<String> {
        let label = quoted(label);
        let labelled = format!("//label[normalize-space(text())={label} or normalize-space(.)={label}]");
        let named = format!("//input[@aria-label={label}]");
        let found = self.find(&format!("{labelled} | {named}")).await?;
        Ok(match found.attr("for").await? {
            Some(id) => format!("//*[@id={}]", quoted(&id)),
            None => named,
        })
    }
}

/// Writes a text as an XPath literal.
fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}
