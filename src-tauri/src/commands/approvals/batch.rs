//! Commands for bulk actions, up to the request for them.

use tauri::State;

use crate::{
    CommandError,
    state::Shell,
    views::{
        Page,
        batch::{
            BatchCandidateIdsRequest, BatchCandidateView, BatchCandidatesRequest, BatchCheckPage, BatchCheckRequest,
            BatchReviewPage, BatchReviewRequest, BatchSaveRequest,
        },
        ids,
        request_details::RequestView,
        task::window,
    },
};

/// Returns one page of the credentials that a bulk action applies to.
#[crate::command]
pub fn batch_candidates(
    shell: State<'_, Shell>,
    request: BatchCandidatesRequest,
) -> Result<Page<BatchCandidateView>, CommandError> {
    Ok(shell.app.batches().candidates(request.action, &request.list.try_into()?)?.into())
}

/// Returns the ids of all credentials that match the filter and that the bulk action applies to.
#[crate::command]
pub fn batch_candidate_ids(
    shell: State<'_, Shell>,
    request: BatchCandidateIdsRequest,
) -> Result<Vec<String>, CommandError> {
    let ids = shell.app.batches().candidate_ids(request.action, &request.filter.try_into()?)?;
    Ok(ids.iter().map(ToString::to_string).collect())
}

/// Returns one page of the picked credentials, each with its obstacles.
#[crate::command]
pub fn batch_check(shell: State<'_, Shell>, request: BatchCheckRequest) -> Result<BatchCheckPage, CommandError> {
    let credentials = ids(&request.credential_ids)?;
    let window = window(request.text, None, request.cursor, request.limit)?;
    Ok(shell.app.batches().check(request.action, &credentials, &window, request.flagged_only)?.into())
}

/// Returns one page of the changes (From → To) of a draft, and of its refused credentials. Nothing is stored.
#[crate::command]
pub fn batch_review(shell: State<'_, Shell>, request: BatchReviewRequest) -> Result<BatchReviewPage, CommandError> {
    let window = window(request.text, request.group, request.cursor, request.limit)?;
    Ok(shell.app.batches().review(&request.draft.try_into()?, request.show, &window)?.into())
}

/// Makes a request for the changes that the review shows.
#[crate::command]
pub fn batch_save(shell: State<'_, Shell>, request: BatchSaveRequest) -> Result<RequestView, CommandError> {
    let saved = shell.app.batches().save(&request.draft.try_into()?, &request.reason)?;
    Ok(shell.app.requests().get(saved)?.into())
}
