//! How far long loading is, as a bar on the terminal; and what is to be said about it.

use crate::loading::LoadEvent;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write;
use std::time::{Duration, Instant};

/// What is done sooner is not shown.
const PATIENCE: Duration = Duration::from_millis(500);
/// The line's parts; the last takes what is left of the terminal's width.
const LINE: &str = "{prefix} [{bar:24}] {pos}/{len} {wide_msg}";

/// A line on the terminal that tells how far long loading is. Nothing is drawn where stderr is no terminal.
pub struct Bar {
    began: Instant,
    bar: ProgressBar,
}

impl Bar {
    /// A line of a command that began then.
    pub fn new(began: Instant) -> Bar {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(LINE) {
            bar.set_style(style.progress_chars("=> "));
        }
        // Where nothing more is heard of what has begun, it is shown all the same.
        let silent = bar.downgrade();
        std::thread::spawn(move || {
            std::thread::sleep(PATIENCE);
            if let Some(bar) = silent.upgrade().filter(|bar| bar.length().is_some() && !bar.is_finished()) {
                draw(&bar);
            }
        });
        Bar { began, bar }
    }

    /// Shows what there is to show.
    pub fn show(&self, event: LoadEvent) {
        match event {
            LoadEvent::Progress { title, message, done, total } => {
                self.bar.set_length(total as u64);
                self.bar.set_position(done as u64);
                self.bar.set_prefix(title);
                self.bar.set_message(message);
                if self.bar.is_hidden() && self.began.elapsed() > PATIENCE {
                    draw(&self.bar);
                }
            }
            LoadEvent::Notice { text, .. } => self.bar.suspend(|| {
                // Fails only when nobody reads stderr.
                _ = std::io::stderr().write_all(format!("dbt-mesh-ls: {text}\n").as_bytes());
            }),
            _ => {}
        }
    }

    /// Takes the line away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

fn draw(bar: &ProgressBar) {
    bar.set_draw_target(ProgressDrawTarget::stderr());
    bar.tick();
}
