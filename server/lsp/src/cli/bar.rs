//! How far long loading is, on one line of the terminal; and what is to be said about it.

use crate::loading::LoadEvent;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// A line on the terminal that tells how far long loading is.
pub struct Bar {
    began: Instant,
    enabled: bool,
}

impl Bar {
    /// A line of a command that began then.
    pub fn new(began: Instant) -> Bar {
        Bar { began, enabled: std::io::stderr().is_terminal() }
    }

    /// Shows what there is to show.
    pub fn show(&self, event: LoadEvent) {
        match event {
            LoadEvent::Progress { title, message, done, total }
                if self.enabled && self.began.elapsed() > Duration::from_millis(500) =>
            {
                let share = if total > 0 { format!(" {done}/{total}") } else { String::new() };
                self.print(&format!("\r\x1b[2K{title}{share} {message}"));
            }
            LoadEvent::Notice { text, .. } => {
                self.clear();
                self.print(&format!("dbt-mesh-ls: {text}\n"));
            }
            _ => {}
        }
    }

    /// Takes the line away.
    pub fn clear(&self) {
        if self.enabled {
            self.print("\r\x1b[2K");
        }
    }

    fn print(&self, text: &str) {
        // Fails only when nobody reads stderr.
        _ = std::io::stderr().write_all(text.as_bytes());
    }
}
