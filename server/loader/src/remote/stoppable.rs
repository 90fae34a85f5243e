//! A reader that can be stopped while the one below it waits for a server that says nothing.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use super::draft::Watch;

const CHUNK: usize = 64 << 10;
/// So many chunks are read ahead.
const AHEAD: usize = 4;
/// A stop is noticed within this time.
const MOMENT: Duration = Duration::from_millis(100);

/// What another thread reads; that thread ends with its reader, at the latest when the connection is given up.
pub(super) struct Stoppable {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: io::Cursor<Vec<u8>>,
    watch: Watch,
}

impl Stoppable {
    /// Reads all of `reader`, unless `watch` stops it.
    pub(super) fn new(mut reader: impl Read + Send + 'static, watch: &Watch) -> io::Result<Stoppable> {
        let (send, chunks) = sync_channel(AHEAD);
        thread::Builder::new().name("body".into()).spawn(move || {
            loop {
                let mut chunk = vec![0; CHUNK];
                let read = match reader.read(&mut chunk) {
                    Ok(0) => return,
                    Ok(count) => {
                        chunk.truncate(count);
                        Ok(chunk)
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let failed = read.is_err();
                // Nobody listens any more: it was stopped.
                if send.send(read).is_err() || failed {
                    return;
                }
            }
        })?;
        Ok(Stoppable { chunks, chunk: io::Cursor::default(), watch: watch.clone() })
    }
}

impl Read for Stoppable {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.chunk.read(buffer)? {
                0 => {}
                count => return Ok(count),
            }
            match self.chunks.recv_timeout(MOMENT) {
                Ok(chunk) => self.chunk = io::Cursor::new(chunk?),
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
                Err(RecvTimeoutError::Timeout) => {
                    self.watch.check().map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Silent;

    impl Read for Silent {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            thread::sleep(Duration::from_secs(5));
            Ok(0)
        }
    }

    #[test]
    fn it_reads_all_and_stops_at_once() {
        let watch = Watch::default();
        let bytes: Vec<u8> = (0..300_000u32).map(|number| number as u8).collect();
        let mut all = Vec::new();
        Stoppable::new(io::Cursor::new(bytes.clone()), &watch).unwrap().read_to_end(&mut all).unwrap();
        assert_eq!(all, bytes);
        watch.stop();
        let began = std::time::Instant::now();
        let error = Stoppable::new(Silent, &watch).unwrap().read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(began.elapsed() < Duration::from_secs(4));
    }
}
