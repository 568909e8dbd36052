//! The list of devices.

use domain::Device;
use rusqlite::types::Value;

use super::devices::{COLUMNS, read_device};
use crate::store::{
    filter::{Condition, Filter},
    list::List,
    search::{Searched, add_words},
    value::fold,
};
use crate::{Cursor, Devices, Page, VaultError, page::USUAL_LIMIT};

/// Filters and sort order of the list of devices. A device must match every filter that is set.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct DeviceQuery {
    /// Words that the record's texts must contain.
    pub text: String,
    pub kind: Option<String>,
    pub site: Option<String>,
    pub tag: Option<String>,
    /// The sort order of the list.
    pub sort: DeviceSort,
    pub descending: bool,
    /// The row after which the page begins; `None` for the first page.
    pub after: Option<Cursor>,
    /// The largest number of rows of the page.
    pub limit: u32,
}

impl Default for DeviceQuery {
    fn default() -> Self {
        Self {
            text: String::new(),
            kind: None,
            site: None,
            tag: None,
            sort: DeviceSort::default(),
            descending: false,
            after: None,
            limit: USUAL_LIMIT,
        }
    }
}

domain::enumeration! {
    /// The sort orders of the list of devices.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum DeviceSort {
        #[default]
        Name = "name",
        /// Host name or IP address, as text.
        Address = "address",
        Kind = "type",
        Manufacturer = "manufacturer",
        Site = "site",
        /// From low to high.
        Criticality = "criticality",
        /// When it was entered.
        CreatedAt = "created",
        /// When it last changed.
        UpdatedAt = "updated",
    }
}

/// A device in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct DeviceRow {
    pub device: Device,
    /// How many credentials it has.
    pub credentials: u32,
}

impl DeviceSort {
    pub(crate) fn expression(self) -> &'static str {
        match self {
            Self::Name => "d.name",
            Self::Address => "d.address",
            Self::Kind => "d.kind",
            Self::Manufacturer => "d.manufacturer",
            Self::Site => "d.site",
            Self::Criticality => "d.criticality",
            Self::CreatedAt => "d.created_at",
            Self::UpdatedAt => "d.updated_at",
        }
    }
}

const SEARCHED: Searched = Searched::by_number(
    "d.number",
    "SELECT rowid FROM device_search WHERE device_search MATCH {}",
    "d.name || char(10) || d.address || char(10) || d.kind || char(10) || d.manufacturer || char(10) || \
     d.model || char(10) || d.website || char(10) || d.site || char(10) || d.domain || char(10) || d.tags",
)
.or_each("EXISTS (SELECT 1 FROM device_search WHERE rowid = d.number AND device_search MATCH {})");

const NUMBERS: &str = "SELECT d.number FROM devices d";

fn filter(query: &DeviceQuery) -> Filter {
    let mut filter = Filter::default();
    add_words(&mut filter, &query.text, &SEARCHED);
    let exactly = |text: &Option<String>| Vec::from_iter(text.clone().map(Value::Text));
    filter.indexed(NUMBERS, "d.kind", exactly(&query.kind));
    filter.indexed(NUMBERS, "d.site", exactly(&query.site));
    if let Some(tag) = &query.tag {
        let tagged = format!("SELECT t.device FROM device_tags t WHERE t.tag_folded = {}", filter.value(fold(tag)));
        filter.push(Condition::found_by(format!("EXISTS ({tagged} AND t.device = d.number)"), tagged));
    }
    filter
}

fn list_of<'a>(query: &DeviceQuery, columns: &'a str) -> List<'a> {
    List {
        name: "devices",
        columns,
        from: "devices d",
        table: "devices",
        alias: "d",
        joins: "",
        walked: None,
        sort: query.sort.expression(),
        number: "d.number",
        descending: query.descending,
    }
}

impl Devices<'_> {
    /// Reads one page of the devices that match the filters.
    ///
    /// # Errors
    /// [`VaultError::InvalidCursor`] for a cursor of another list or order.
    pub fn list(&self, query: &DeviceQuery) -> Result<Page<DeviceRow>, VaultError> {
        let columns =
            format!("{COLUMNS}, (SELECT count(*) FROM credentials c WHERE c.device_id = d.id) AS credentials");
        list_of(query, &columns).page(self.connection, filter(query), query.after.as_ref(), query.limit, |row| {
            Ok(DeviceRow { device: read_device(row)?, credentials: row.get("credentials")? })
        })
    }

    /// Counts the devices that match, exactly. This is slow when many rows fulfil several of the conditions.
    ///
    /// # Errors
    /// [`VaultError::Storage`] and other errors of the database.
    pub fn count(&self, query: &DeviceQuery) -> Result<u64, VaultError> {
        list_of(query, "").count(self.connection, filter(query))
    }
}
