//! The sort orders of the list of operations, which SQL and the columns in memory share.

domain::enumeration! {
    /// A sort order of the list of operations.
    #[derive(Default)]
    #[allow(missing_docs, reason = "the names of the variants say everything")]
    pub enum OperationSort {
        /// The code: the order in which they were asked for.
        #[default]
        Code = "code",
        Username = "username",
        Device = "device",
        State = "state",
        /// When it was to begin.
        ScheduledAt = "scheduled",
        /// When it first ran; never comes before the oldest.
        StartedAt = "executed",
        /// When it came to an end; never comes before the oldest.
        EndedAt = "ended",
    }
}

impl OperationSort {
    pub(crate) fn expression(self) -> &'static str {
        match self {
            Self::Code => "o.code",
            Self::Username => "o.username",
            Self::Device => "o.device_name",
            Self::State => "o.state",
            Self::ScheduledAt => "o.scheduled_at",
            Self::StartedAt => "o.started_order",
            Self::EndedAt => "o.ended_order",
        }
    }
}
