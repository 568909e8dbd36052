//! The list of devices.

use domain::Device;

use super::{
    devices::{COLUMNS, read_device},
    list::{Filter, List},
    search::{Searched, add_words},
    value::fold,
};
use crate::{Cursor, Devices, Page, VaultError, page::USUAL_LIMIT};

/// Which devices, and in which order. Every filter that is set must fit.
#[derive(Debug, Clone)]
pub struct DeviceQuery {
    /// Words that the record's texts must contain.
    pub text: String,
    /// Exactly this type.
    pub kind: Option<String>,
    /// Exactly this site.
    pub site: Option<String>,
    /// Carries this tag.
    pub tag: Option<String>,
    /// What it is sorted by.
    pub sort: DeviceSort,
    /// From the end.
    pub descending: bool,
    /// Where the page begins.
    pub after: Option<Cursor>,
    /// How many rows at most.
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

/// What the list of devices can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceSort {
    /// The name.
    #[default]
    Name,
    /// Host name or IP address, as text.
    Address,
    /// The type.
    Kind,
    /// The manufacturer.
    Manufacturer,
    /// The site.
    Site,
    /// From low to high.
    Criticality,
    /// When it was entered.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
}

/// A device in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// The device.
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

const SEARCHED: Searched = Searched {
    indexed: "d.number IN (SELECT rowid FROM device_search WHERE device_search MATCH {})",
    text: "d.name || char(10) || d.address || char(10) || d.kind || char(10) || d.manufacturer || char(10) || \
           d.model || char(10) || d.website || char(10) || d.site || char(10) || d.domain || char(10) || d.tags",
};

impl Devices<'_> {
    /// One page of the devices that fit.
    ///
    /// # Errors
    /// [`VaultError::InvalidCursor`] for a cursor of another list or order.
    pub fn list(&self, query: &DeviceQuery) -> Result<Page<DeviceRow>, VaultError> {
        let mut filter = Filter::default();
        add_words(&mut filter, &query.text, &SEARCHED);
        if let Some(kind) = &query.kind {
            filter.equals("d.kind", kind.clone());
        }
        if let Some(site) = &query.site {
            filter.equals("d.site", site.clone());
        }
        if let Some(tag) = &query.tag {
            let place = filter.value(fold(tag));
            filter.add(format!("d.number IN (SELECT device FROM device_tags WHERE tag_folded = {place})"));
        }
        let columns =
            format!("{COLUMNS}, (SELECT count(*) FROM credentials c WHERE c.device_id = d.id) AS credentials");
        let list = List {
            name: "devices",
            columns: &columns,
            from: "devices d",
            counted: "devices d",
            sort: query.sort.expression(),
            number: "d.number",
            descending: query.descending,
        };
        list.page(self.connection, filter, query.after.as_ref(), query.limit, |row| {
            Ok(DeviceRow { device: read_device(row)?, credentials: row.get("credentials")? })
        })
    }
}
