//! Progress of long work, shown by the client if it can and if the work is really long.
//!
//! Never blocks: the work only sends reports; a task on the runtime does the talking.

use crate::client::Client;
use crate::lsp;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{sleep, timeout};
use tower_lsp::Client as Wire;

/// Work that ends sooner is not worth a flicker.
const PATIENCE: Duration = Duration::from_millis(300);
/// Reports in between are swallowed.
const THROTTLE: Duration = Duration::from_millis(100);
/// A client that takes longer to allow a progress bar does not get one.
const ALLOWED_WITHIN: Duration = Duration::from_secs(5);

/// One long work. Dropping it ends the progress bar.
#[derive(Debug)]
pub struct Progress {
    reports: UnboundedSender<Report>,
    token: String,
}

#[derive(Debug)]
struct Report {
    message: String,
    percentage: Option<u32>,
}

impl Progress {
    /// Announces work called `title` to a client that can show progress. `cancellable`: the user may stop it.
    pub fn begin(client: &Client, title: &str, cancellable: bool) -> Progress {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let (reports, queue) = unbounded_channel();
        let (wire, runtime) = client.parts();
        // Some clients refuse numeric tokens.
        let token = format!("dbt-mesh-ls/{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let kind = Kind { title: title.to_owned(), cancellable };
        runtime.spawn(show(wire, token.clone().into(), kind, queue));
        Progress { reports, token }
    }

    /// Whether the client means this one.
    pub fn is(&self, token: &lsp::ProgressToken) -> bool {
        matches!(token, lsp::ProgressToken::String(text) if *text == self.token)
    }

    /// Where the work is: a short text, and `done` of `total` when the total is known.
    pub fn report(&self, message: impl Into<String>, done: usize, total: usize) {
        let percentage = (total > 0).then(|| (done.min(total) * 100 / total) as u32);
        // Fails only while the process ends.
        _ = self.reports.send(Report { message: message.into(), percentage });
    }
}

struct Kind {
    title: String,
    cancellable: bool,
}

async fn show(wire: Wire, token: lsp::ProgressToken, kind: Kind, mut queue: UnboundedReceiver<Report>) {
    let mut latest = Report { message: String::new(), percentage: None };
    let patience = sleep(PATIENCE);
    tokio::pin!(patience);
    loop {
        tokio::select! {
            () = &mut patience => break,
            report = queue.recv() => match report {
                Some(report) => latest = report,
                None => return,
            },
        }
    }
    match timeout(ALLOWED_WITHIN, wire.create_work_done_progress(token.clone())).await {
        Ok(Ok(())) => {}
        refused => {
            tracing::debug!(?refused, "the client shows no progress");
            return;
        }
    }
    let send = |kind: &str, fields: serde_json::Value| {
        let mut value = fields;
        value["kind"] = kind.into();
        wire.send_notification::<lsp::ProgressNotification>(lsp::ProgressParams {
            token: token.clone(),
            value,
        })
    };
    let (message, percentage) = (&latest.message, latest.percentage);
    let begin = serde_json::json!({
        "title": kind.title, "cancellable": kind.cancellable, "message": message, "percentage": percentage.unwrap_or(0),
    });
    send("begin", begin).await;
    while let Some(first) = queue.recv().await {
        latest = first;
        while let Ok(later) = queue.try_recv() {
            latest = later;
        }
        let mut report = serde_json::json!({ "message": latest.message });
        if let Some(percentage) = latest.percentage {
            report["percentage"] = percentage.into();
        }
        send("report", report).await;
        sleep(THROTTLE).await;
    }
    send("end", serde_json::json!({})).await;
}
