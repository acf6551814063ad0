//! The process `hadoop jar`, which submits a step and waits for it.

use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// A client that runs. It is killed where it is dropped.
#[derive(Debug)]
pub(super) struct Client {
    child: Child,
    lines: Receiver<String>,
}

/// What comes next of a client.
#[derive(Debug)]
pub(super) enum Next {
    /// A line that it printed.
    Line(String),
    /// Nothing for now.
    Nothing,
    /// It has ended.
    Ended,
}

impl Client {
    /// Starts it with what it prints coming here, and out of reach of the terminal's Ctrl-C: it would leave the job running
    /// and say nothing any more.
    pub(super) fn start(mut command: Command) -> io::Result<Self> {
        let mut child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (sender, lines) = mpsc::channel();
        let pipes: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|pipe| Box::new(pipe) as _),
            child.stderr.take().map(|pipe| Box::new(pipe) as _),
        ];
        for pipe in pipes.into_iter().flatten() {
            let sender = sender.clone();
            thread::spawn(move || {
                let mut reader = BufReader::new(pipe);
                let mut line = Vec::new();
                while let Ok(1..) = reader.read_until(b'\n', &mut line) {
                    let text = String::from_utf8_lossy(&line);
                    let sent = sender.send(text.trim_end_matches(['\n', '\r']).to_owned());
                    line.clear();
                    if sent.is_err() {
                        return;
                    }
                }
            });
        }
        Ok(Client { child, lines })
    }

    /// Waits for what comes next.
    pub(super) fn next(&self, patience: Duration) -> Next {
        match self.lines.recv_timeout(patience) {
            Ok(line) => Next::Line(line),
            Err(RecvTimeoutError::Timeout) => Next::Nothing,
            Err(RecvTimeoutError::Disconnected) => Next::Ended,
        }
    }

    /// How it ended.
    pub(super) fn wait(mut self) -> io::Result<ExitStatus> {
        self.child.wait()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
