//! Why something could not be fetched, in words that may be shown: no secrets, no addresses beyond the shown one.

use std::fmt;
use std::time::Duration;

/// Why a fetch failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchError {
    /// What to do about it.
    pub kind: FetchFault,
    /// One sentence without a final period; says what happened and the way out, not the address.
    pub message: String,
    /// The server asks to wait so long before trying again.
    pub retry_after: Option<Duration>,
}

/// What a failed fetch means for the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchFault {
    /// It may work the next time: the network, a busy server.
    Passing,
    /// It will not work until somebody changes something.
    Lasting,
    /// Somebody stopped it.
    Cancelled,
}

impl FetchError {
    /// One worth another try.
    pub(super) fn passing(message: impl Into<String>) -> FetchError {
        FetchError { kind: FetchFault::Passing, message: message.into(), retry_after: None }
    }

    /// One that stays.
    pub(super) fn lasting(message: impl Into<String>) -> FetchError {
        FetchError { kind: FetchFault::Lasting, message: message.into(), retry_after: None }
    }

    /// Stopped on purpose.
    pub(super) fn cancelled() -> FetchError {
        FetchError { kind: FetchFault::Cancelled, message: "stopped".to_owned(), retry_after: None }
    }

    /// An answer with this status. `credentials`: what to look at when access is denied.
    pub(super) fn status(status: u16, retry_after: Option<Duration>, credentials: &str) -> FetchError {
        let lasting = |message: String| FetchError::lasting(message);
        match status {
            401 => lasting(format!("access is denied (401): {credentials}")),
            403 => lasting(format!("access is denied (403): {credentials}")),
            404 | 410 => lasting(format!("there is nothing at this address ({status}): check the path")),
            408 | 425 | 429 | 500 | 502 | 503 | 504 => {
                let what =
                    if status == 429 { "the server asks for fewer requests" } else { "the server failed" };
                FetchError {
                    kind: FetchFault::Passing,
                    message: format!("{what} ({status}): it is tried again later"),
                    retry_after,
                }
            }
            301..=308 => lasting(format!("the server redirects without saying where ({status})")),
            _ => lasting(format!("the server answered {status}")),
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FetchError {}
