//! How the server is, for a status bar: `experimental/serverStatus`, as rust-analyzer has it.

use crate::lsp;
use project::Mesh;
use project::registry::{State, Upstream};
use serde::{Deserialize, Serialize};

/// What a client is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Whether everything works.
    pub health: Health,
    /// Nothing is being loaded: answers are complete.
    pub quiescent: bool,
    /// What is not well, for people.
    pub message: Option<String>,
}

/// Whether everything works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// Everything does.
    Ok,
    /// Something is missing.
    Warning,
}

/// The notification.
#[derive(Debug)]
pub enum ServerStatus {}

impl lsp::Notification for ServerStatus {
    const METHOD: lsp::LspNotificationMethod<'static> =
        lsp::LspNotificationMethod::Custom("experimental/serverStatus");
    const MESSAGE_DIRECTION: lsp::MessageDirection = lsp::MessageDirection::ServerToClient;
    type Params = Status;
}

/// How many upstreams a message names.
const NAMED: usize = 3;

impl Status {
    /// The status of a mesh; `quiescent` as in the field.
    pub fn of(mesh: &Mesh, quiescent: bool) -> Status {
        let mut failed: Vec<&str> = mesh
            .projects()
            .flat_map(|project| mesh.registry.upstreams(project.id))
            .filter(|upstream| upstream.is_declared() && is_unwell(upstream))
            .map(|upstream| upstream.name.as_str())
            .collect();
        failed.sort_unstable();
        failed.dedup();
        // While things are being loaded nothing is missing yet.
        if failed.is_empty() || !quiescent {
            return Status { health: Health::Ok, quiescent, message: None };
        }
        let names: Vec<&str> = failed.iter().take(NAMED).copied().collect();
        let more = if failed.len() > NAMED { ", …" } else { "" };
        let message = format!("Not everything is known of {}{more}", names.join(", "));
        Status { health: Health::Warning, quiescent, message: Some(message) }
    }
}

/// Nothing supplies it, or what does could not be read when it changed.
fn is_unwell(upstream: &Upstream) -> bool {
    matches!(upstream.state, State::Failed(_) | State::Missing) || upstream.failure.is_some()
}
