//! What an administrator may tune.

use std::time::Duration;

/// Bounds and waits of the executor.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the fields say everything")]
pub struct Parameters {
    /// How often a change is tried before the operation ends in error.
    pub attempts: u32,
    /// The wait before the second attempt; it doubles with each further one.
    pub back_off: Duration,
    /// The longest wait between two attempts or two looks.
    pub longest_back_off: Duration,
    /// How long a device may still make a change that was sent to it over a line that died. Longer than `chpasswd`
    /// waits for a held lock, which was seen to be 25 seconds.
    pub settle: Duration,
    pub at_once: usize,
    /// Operations at once on one device.
    pub per_device: u32,
    /// Connections that are logging in at once. OpenSSH's `MaxStartups` begins to refuse at ten.
    pub authenticating_at_once: usize,
    /// Refused logins in a row after which a device is left in peace, so that no account is locked and no source
    /// address is penalised.
    pub refusals: u32,
    /// How long a device is left in peace.
    pub rest: Duration,
    /// Bound on reaching a device; a template may set its own.
    pub connect_timeout: Duration,
    /// Bound on each silence; a template may set its own. Longer than a held lock on the device.
    pub read_timeout: Duration,
    /// How long a claim holds without being renewed.
    pub lease: Duration,
    /// The longest time over which triggers are spread that nobody fired when they were due.
    pub missed_spread: Duration,
    /// How long triggers rest for a credential whose last operation was called off, or failed for a passing reason.
    pub trigger_rest: Duration,
    /// How long after its time a waiting operation counts as overdue.
    pub overdue_after: Duration,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            attempts: 3,
            back_off: Duration::from_secs(30),
            longest_back_off: Duration::from_secs(15 * 60),
            settle: Duration::from_secs(45),
            at_once: 20,
            per_device: 1,
            authenticating_at_once: 8,
            refusals: 2,
            rest: Duration::from_secs(10 * 60),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            lease: Duration::from_secs(60),
            missed_spread: Duration::from_secs(60 * 60),
            trigger_rest: Duration::from_secs(24 * 60 * 60),
            overdue_after: Duration::from_secs(15 * 60),
        }
    }
}

impl Parameters {
    /// The wait before the attempt after this one: the back-off doubled per attempt, bounded, without jitter.
    pub(crate) fn wait_after(&self, attempt: u32) -> Duration {
        let doubled = self.back_off.saturating_mul(1_u32 << attempt.saturating_sub(1).min(16));
        doubled.min(self.longest_back_off)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Parameters;

    #[test]
    fn the_wait_doubles_and_is_bounded() {
        let parameters = Parameters::default();
        assert_eq!(parameters.wait_after(1), Duration::from_secs(30), "the first wait");
        assert_eq!(parameters.wait_after(2), Duration::from_secs(60), "twice as long");
        assert_eq!(parameters.wait_after(99), Duration::from_secs(900), "never longer than the bound");
    }
}
