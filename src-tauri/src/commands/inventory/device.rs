//! Commands for devices and their identities.

use app::{DeviceRow, domain::AcceptedTrust};
use tauri::State;

use crate::{
    CommandError,
    state::Shell,
    views::{
        IdRequest, Noun,
        device::{
            DeviceListRequest, DevicePage, DeviceSaveRequest, DeviceTrustRequest, DeviceView, HostKeyOfferView,
            PinnedHostKeyView, usual_trust,
        },
        id,
    },
};

/// Returns one page of devices.
#[crate::command]
pub fn device_list(shell: State<'_, Shell>, request: DeviceListRequest) -> Result<DevicePage, CommandError> {
    Ok(shell.app.devices().list(&request.try_into()?)?.into())
}

/// Returns one device with its accepted identity.
#[crate::command]
pub fn device_get(shell: State<'_, Shell>, request: IdRequest) -> Result<DeviceView, CommandError> {
    let row = shell.app.devices().get(id(&request.id, Noun::Device)?)?;
    view(&shell, row)
}

/// Adds or changes a device.
#[crate::command]
pub fn device_save(shell: State<'_, Shell>, request: DeviceSaveRequest) -> Result<DeviceView, CommandError> {
    let saved = shell.app.devices().save(request.try_into()?)?;
    view(&shell, shell.app.devices().get(saved)?)
}

/// Deletes a device that has no credentials.
#[crate::command]
pub fn device_delete(shell: State<'_, Shell>, request: IdRequest) -> Result<(), CommandError> {
    Ok(shell.app.devices().delete(id(&request.id, Noun::Device)?)?)
}

/// Connects only as far as needed to read the device's identity. Sends no username and no password.
#[crate::command]
pub fn device_identify(shell: State<'_, Shell>, request: IdRequest) -> Result<HostKeyOfferView, CommandError> {
    let offer = shell.app.devices().identify(id(&request.id, Noun::Device)?, None)?;
    let pinned = pinned(&shell, offer.accepted.as_ref())?;
    Ok(HostKeyOfferView::new(&offer, pinned))
}

/// Accepts exactly the identity that was shown.
#[crate::command]
pub fn device_trust(shell: State<'_, Shell>, request: DeviceTrustRequest) -> Result<DeviceView, CommandError> {
    let device = id(&request.id, Noun::Device)?;
    shell.app.devices().trust(device, &request.algorithm, &request.key)?;
    view(&shell, shell.app.devices().get(device)?)
}

fn view(shell: &Shell, row: DeviceRow) -> Result<DeviceView, CommandError> {
    let pinned = pinned(shell, usual_trust(&row.device))?;
    Ok(DeviceView::new(row, pinned))
}

fn pinned(shell: &Shell, key: Option<&AcceptedTrust>) -> Result<Option<PinnedHostKeyView>, CommandError> {
    let Some(key) = key else { return Ok(None) };
    let accepted_by = shell.app.devices().accepted_by(key)?;
    Ok(Some(PinnedHostKeyView::new(key, accepted_by)))
}
