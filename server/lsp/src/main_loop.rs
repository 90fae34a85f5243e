//! The one thread that owns the world: reads the queue in order, hands requests to workers.
//!
//! An OS thread of its own, not a task: a slow turn must not hold up the runtime that reads and writes the
//! wire. Whatever takes longer than applying an edit happens on a worker.

use crate::client::Client;
use crate::event::{Event, Reply, Request};
use crate::handlers::{self, Answer, Refusal};
use crate::long_poll::LongPoll;
use crate::lsp;
use crate::pool::Pools;
use crate::schedule::Schedule;
use crate::snapshot::Snapshot;
use crate::watchdog::Watchdog;
use crate::world::World;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tower_lsp::Client as Wire;
use tower_lsp::jsonrpc::{Error, ErrorCode};

/// At most so many events are taken before diagnostics get their turn.
const BURST: usize = 1000;
/// Requests that came before what they need was loaded wait no longer than this.
const PARKED_AT_MOST: Duration = Duration::from_secs(10);

/// Starts the thread; what is sent to the returned queue happens in that order.
pub fn start(wire: Wire, runtime: Handle) -> Sender<Event> {
    let (events, queue) = crossbeam_channel::unbounded();
    let client = Client::new(wire, runtime, events.clone());
    let world = World::new(client, events.clone());
    let sender = events.clone();
    let started = thread::Builder::new().name("main-loop".into()).spawn(move || {
        MainLoop {
            world,
            schedule: Schedule::default(),
            pools: Pools::new(),
            events: sender,
            parked: Vec::new(),
            parked_until: None,
            long_poll: LongPoll::default(),
        }
        .run(&queue);
    });
    if let Err(error) = started {
        tracing::error!(%error, "cannot start the main loop");
    }
    events
}

struct MainLoop {
    world: World,
    schedule: Schedule,
    pools: Pools,
    events: Sender<Event>,
    /// Requests that came before what they need was loaded.
    parked: Vec<Request>,
    parked_until: Option<Instant>,
    /// Pulls of everything that have nothing new to hear.
    long_poll: LongPoll,
}

impl MainLoop {
    fn run(mut self, queue: &Receiver<Event>) {
        let watchdog = Watchdog::start();
        loop {
            let deadline = [self.schedule.deadline(), self.parked_until, self.long_poll.deadline()]
                .into_iter()
                .flatten()
                .min();
            let first = match deadline {
                Some(deadline) => queue.recv_deadline(deadline),
                None => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match first {
                Ok(event) => self.take(event, &watchdog),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            for event in queue.try_iter().take(BURST) {
                self.take(event, &watchdog);
            }
            watchdog.turn("schedule", || survive("schedule", || self.after_burst()));
        }
    }

    fn take(&mut self, event: Event, watchdog: &Watchdog) {
        let name = name(&event);
        watchdog.turn(name, || survive(name, || self.handle(event)));
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Initialize(params, reply) => {
                self.parked_until = Some(Instant::now() + PARKED_AT_MOST);
                reply.send(Ok(self.world.initialize(*params)));
            }
            Event::Notification(notification) => self.world.notified(notification),
            Event::Request(request) if self.world.ready || !waits_for_workspace(&request) => {
                self.dispatch(request);
            }
            Event::Request(request) => self.parked.push(request),
            Event::Load(event) => self.world.loaded(event),
            Event::Settings(settings) => self.world.settings(&settings),
            Event::Diagnostics(done) => {
                self.schedule.done(done, &mut self.world, &self.pools, &self.events);
            }
            Event::Panicked(method) => self.world.panicked(method),
        }
    }

    fn after_burst(&mut self) {
        let now = Instant::now();
        if self.parked_until.is_some_and(|until| until <= now) {
            tracing::warn!("loading takes long: answering from what is known");
            self.world.ready = true;
        }
        if self.world.ready {
            self.parked_until = None;
            for request in std::mem::take(&mut self.parked) {
                self.dispatch(request);
            }
        } else if self.parked_until.is_none() {
            self.parked_until = Some(now + PARKED_AT_MOST);
        }
        self.schedule.turn(&mut self.world, &self.pools, &self.events, now);
        self.world.tell_mesh();
        self.world.tell_status();
        for (params, reply) in self.long_poll.due(self.world.revision, now) {
            self.pull_workspace(params, reply);
        }
    }

    fn pull_workspace(
        &mut self,
        params: lsp::WorkspaceDiagnosticParams,
        reply: Reply<lsp::WorkspaceDiagnosticReport>,
    ) {
        let handler = handlers::workspace_diagnostic::handle;
        self.answer_on(Lane::Background, params, reply, Until::Answered, handler);
        // Taking the snapshot may have advanced it.
        self.long_poll.answered(self.world.revision);
    }

    /// One line per request: what it is to the world, and who answers it.
    fn dispatch(&mut self, request: Request) {
        match request {
            Request::Completion(p, r) => self.answer(p, r, Until::Answered, handlers::completion::handle),
            Request::CompletionResolve(p, r) => {
                self.answer(*p, r, Until::Answered, handlers::completion_resolve::handle);
            }
            Request::Hover(p, r) => self.answer(p, r, Until::Answered, handlers::hover::handle),
            Request::Definition(p, r) => self.answer(p, r, Until::Answered, handlers::definition::handle),
            Request::SignatureHelp(p, r) => {
                self.answer(p, r, Until::Answered, handlers::signature_help::handle);
            }
            Request::References(p, r) => self.answer(p, r, Until::Answered, handlers::references::handle),
            Request::DocumentHighlight(p, r) => {
                self.answer(p, r, Until::Answered, handlers::document_highlight::handle);
            }
            Request::PrepareRename(p, r) => {
                self.answer(p, r, Until::Answered, handlers::prepare_rename::handle);
            }
            Request::Rename(p, r) => {
                self.answer(p, r, Until::Edited(content_modified), handlers::rename::handle);
            }
            Request::CodeAction(p, r) => {
                self.answer(*p, r, Until::Edited(content_modified), handlers::code_action::handle);
            }
            Request::CodeActionResolve(p, r) => {
                self.answer(*p, r, Until::Edited(content_modified), handlers::code_action_resolve::handle);
            }
            Request::PrepareCallHierarchy(p, r) => {
                self.answer(p, r, Until::Answered, handlers::call_hierarchy::prepare);
            }
            Request::IncomingCalls(p, r) => {
                self.answer(*p, r, Until::Answered, handlers::call_hierarchy::incoming);
            }
            Request::OutgoingCalls(p, r) => {
                self.answer(*p, r, Until::Answered, handlers::call_hierarchy::outgoing);
            }
            Request::PrepareTypeHierarchy(p, r) => {
                self.answer(p, r, Until::Answered, handlers::type_hierarchy::prepare);
            }
            Request::Supertypes(p, r) => {
                self.answer(*p, r, Until::Answered, handlers::type_hierarchy::supertypes);
            }
            Request::Subtypes(p, r) => {
                self.answer(*p, r, Until::Answered, handlers::type_hierarchy::subtypes);
            }
            Request::WillRenameFiles(p, r) => {
                self.answer(p, r, Until::Answered, handlers::will_rename_files::handle);
            }
            Request::WillDeleteFiles(p, r) => {
                self.answer(p, r, Until::Answered, handlers::will_delete_files::handle);
            }
            Request::Diagnostic(p, r) => {
                self.answer(p, r, Until::Edited(pull_again), handlers::diagnostic::handle);
            }
            Request::DocumentSymbol(p, r) => {
                self.answer(p, r, Until::Answered, handlers::document_symbol::handle);
            }
            Request::FoldingRange(p, r) => {
                self.answer(p, r, Until::Answered, handlers::folding_range::handle);
            }
            Request::SelectionRange(p, r) => {
                self.answer(p, r, Until::Answered, handlers::selection_range::handle);
            }
            Request::LinkedEditingRange(p, r) => {
                self.answer(p, r, Until::Answered, handlers::linked_editing_range::handle);
            }
            Request::SemanticTokens(p, r) => {
                self.answer(p, r, Until::Edited(content_modified), handlers::semantic_tokens_full::handle);
            }
            Request::SemanticTokensDelta(p, r) => {
                self.answer(p, r, Until::Edited(content_modified), handlers::semantic_tokens_delta::handle);
            }
            Request::SemanticTokensRange(p, r) => {
                self.answer(p, r, Until::Edited(content_modified), handlers::semantic_tokens_range::handle);
            }
            Request::DocumentLink(p, r) => {
                self.answer(p, r, Until::Edited(content_modified), handlers::document_link::handle);
            }
            Request::InlayHint(p, r) => {
                self.answer(p, r, Until::Edited(content_modified), handlers::inlay_hint::handle);
            }
            Request::CodeLens(p, r) => {
                self.answer(p, r, Until::Edited(content_modified), handlers::code_lens::handle);
            }
            Request::CodeLensResolve(p, r) => {
                self.answer(p, r, Until::Answered, handlers::code_lens_resolve::handle);
            }
            Request::OnTypeFormatting(p, r) => {
                self.answer(p, r, Until::Answered, handlers::on_type_formatting::handle);
            }
            Request::WorkspaceSymbol(p, r) => {
                self.answer(p, r, Until::Answered, handlers::workspace_symbol::handle);
            }
            Request::WorkspaceSymbolResolve(p, r) => {
                self.answer(p, r, Until::Answered, handlers::workspace_symbol_resolve::handle);
            }
            Request::ExecuteCommand(p, r) if self.world.command(&p) => r.send(Ok(None)),
            Request::WorkspaceDiagnostic(p, r) => {
                if let Some((p, r)) = self.long_poll.take((*p, r), self.world.revision) {
                    self.pull_workspace(p, r);
                }
            }
            Request::ExecuteCommand(p, r) => {
                self.answer(p, r, Until::Answered, handlers::execute_command::handle);
            }
            Request::TextDocumentContent(p, r) => {
                self.answer(p, r, Until::Answered, handlers::text_document_content::handle);
            }
            Request::Mesh(p, r) => self.answer(p, r, Until::Answered, handlers::mesh::handle),
            Request::Models(p, r) => self.answer(p, r, Until::Answered, handlers::models::handle),
            Request::Columns(p, r) => self.answer(p, r, Until::Answered, handlers::columns::handle),
            Request::Consumers(p, r) => self.answer(p, r, Until::Answered, handlers::consumers::handle),
            Request::Lineage(p, r) => self.answer(p, r, Until::Answered, handlers::lineage::handle),
            Request::ViewFileText(p, r) => {
                self.answer(p, r, Until::Answered, handlers::view_file_text::handle)
            }
        }
    }

    /// Runs `handler` on a worker, on the world as it is at this moment.
    fn answer<P, T>(
        &mut self,
        params: P,
        reply: Reply<T>,
        until: Until,
        handler: fn(&Snapshot, P) -> Answer<T>,
    ) where
        P: Send + 'static,
        T: Send + 'static,
    {
        self.answer_on(Lane::Interactive, params, reply, until, handler);
    }

    fn answer_on<P, T>(
        &mut self,
        lane: Lane,
        params: P,
        reply: Reply<T>,
        until: Until,
        handler: fn(&Snapshot, P) -> Answer<T>,
    ) where
        P: Send + 'static,
        T: Send + 'static,
    {
        let token = match until {
            Until::Answered => reply.token(),
            Until::Edited(_) => reply.token().until_edited(&self.world.edits),
        };
        let snap = self.world.snapshot(token);
        let (events, trace) = (self.events.clone(), self.world.trace());
        let pool = match lane {
            Lane::Interactive => &self.pools.interactive,
            Lane::Background => &self.pools.background,
        };
        pool.spawn(move || {
            if snap.token.is_cancelled() {
                return;
            }
            let answer = catch_unwind(AssertUnwindSafe(|| handler(&snap, params)));
            if trace {
                let ms = reply.since.elapsed().as_secs_f64() * 1e3;
                snap.client.trace(format!("{} took {ms:.1} ms", reply.method));
            }
            match answer {
                Ok(Ok(result)) => reply.send(Ok(result)),
                Ok(Err(Refusal::Cancelled)) => reply.send(Err(match until {
                    Until::Edited(error) if !snap.token.is_cancelled() => error(),
                    _ => Error::request_cancelled(),
                })),
                Ok(Err(Refusal::Invalid(why))) => reply.send(Err(Error::invalid_params(why))),
                Ok(Err(Refusal::Failed(why))) => reply.send(Err(request_failed(why))),
                Err(_) => {
                    // Fails only while the process ends.
                    _ = events.send(Event::Panicked(reply.method));
                    reply.send(Err(Error::internal_error()));
                }
            }
        });
    }
}

/// Who works on a request.
#[derive(Clone, Copy)]
enum Lane {
    /// Somebody waits for it.
    Interactive,
    /// It takes long, and nobody looks at the clock.
    Background,
}

/// How long an answer is worth computing.
#[derive(Clone, Copy)]
enum Until {
    /// Even when the document has changed meanwhile: the client knows how to use it.
    Answered,
    /// Until the next edit: the client asks again by itself. What it is told then.
    Edited(fn() -> Error),
}

/// LSP 3.17, `RequestFailed`.
fn request_failed(why: String) -> Error {
    Error { code: ErrorCode::ServerError(-32803), message: why.into(), data: None }
}

fn content_modified() -> Error {
    Error::content_modified()
}

/// LSP 3.17, `ServerCancelled` with `DiagnosticServerCancellationData`.
fn pull_again() -> Error {
    Error {
        code: ErrorCode::ServerError(-32802),
        message: "the document changed".into(),
        data: Some(serde_json::json!({ "retriggerRequest": true })),
    }
}

fn waits_for_workspace(request: &Request) -> bool {
    !matches!(request, Request::ViewFileText(..) | Request::ExecuteCommand(..))
}

/// A bug in one step must not end the session; what it left half done is logged.
fn survive(step: &'static str, run: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(run)).is_err() {
        tracing::error!(step, "the main loop panicked and goes on");
    }
}

fn name(event: &Event) -> &'static str {
    match event {
        Event::Initialize(..) => "initialize",
        Event::Notification(_) => "notification",
        Event::Request(_) => "request",
        Event::Load(_) => "load",
        Event::Settings(_) => "settings",
        Event::Diagnostics(_) => "diagnostics",
        Event::Panicked(_) => "panicked",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lsp, testing};
    use std::sync::mpsc::channel;

    fn main_loop() -> (MainLoop, Receiver<Event>) {
        let (client, _) = testing::client();
        let (events, queue) = crossbeam_channel::unbounded();
        let world = World::new(client, events.clone());
        let (schedule, pools) = (Schedule::default(), Pools::new());
        (
            MainLoop {
                world,
                schedule,
                pools,
                events,
                parked: Vec::new(),
                parked_until: None,
                long_poll: LongPoll::default(),
            },
            queue,
        )
    }

    #[test]
    fn a_panic_in_a_handler_is_an_error_answer_and_an_event() {
        let (mut main, queue) = main_loop();
        let (reply, pending) = Reply::<()>::new("test");
        main.answer((), reply, Until::Answered, |_, ()| panic!("on purpose"));
        assert_eq!(testing::wait(pending.wait()), Err(Error::internal_error()));
        assert!(matches!(queue.recv(), Ok(Event::Panicked("test"))));
    }

    /// A handler that works until its answer is not wanted any more.
    fn endless(snap: &Snapshot, (): ()) -> Answer<()> {
        while !snap.token.is_tripped() {
            thread::sleep(Duration::from_millis(1));
        }
        Err(Refusal::Cancelled)
    }

    #[test]
    fn an_edit_ends_what_the_client_will_ask_again() {
        let (mut main, _queue) = main_loop();
        let (reply, pending) = Reply::new("test");
        main.answer((), reply, Until::Edited(content_modified), endless);
        main.world.edits.advance();
        assert_eq!(testing::wait(pending.wait()), Err(Error::content_modified()));
    }

    #[test]
    fn a_client_that_no_longer_waits_ends_the_work() {
        let (mut main, _queue) = main_loop();
        let mut waiting = Vec::new();
        for _ in 0..2 {
            let (reply, pending) = Reply::new("test");
            main.answer((), reply, Until::Answered, endless);
            waiting.push(pending);
        }
        drop(waiting);
        // Both interactive threads are free again.
        let (done, ran) = channel();
        main.pools.interactive.spawn(move || done.send(()).unwrap());
        assert_eq!(ran.recv_timeout(Duration::from_secs(20)), Ok(()));
    }

    #[test]
    fn requests_wait_for_the_workspace_but_not_for_ever() {
        let (mut main, _queue) = main_loop();
        let text_document = lsp::TextDocumentIdentifier { uri: "untitled:x".parse().unwrap() };
        let position = lsp::Position::default();
        let hover = lsp::HoverParams {
            text_document_position_params: lsp::TextDocumentPositionParams { text_document, position },
            work_done_progress_params: lsp::WorkDoneProgressParams::default(),
        };
        let (reply, pending) = Reply::new("test");
        main.handle(Event::Request(Request::Hover(hover, reply)));
        main.after_burst();
        assert_eq!(main.parked.len(), 1);
        main.parked_until = Some(Instant::now());
        main.after_burst();
        assert_eq!(testing::wait(pending.wait()), Ok(None));
    }

    #[test]
    fn a_superseded_pull_asks_to_be_repeated() {
        let error = serde_json::to_value(pull_again()).unwrap();
        assert_eq!((&error["code"], &error["data"]["retriggerRequest"]), (&(-32802).into(), &true.into()));
    }
}
