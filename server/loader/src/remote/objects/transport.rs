//! Lets `object_store` speak through our client: one place for proxies, certificates and time limits.
//!
//! Blocks in the future that it is polled in. That is meant: each fetch has a thread and a runtime of its own.

use std::error::Error;
use std::future::Future;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
    HttpResponseBody, HttpService,
};
use ureq::http::Request;
use ureq::{BodyReader, SendBody};

use super::super::client::{self, io_fault};
use super::super::error::FetchError;
use super::super::http::retry_after;

/// Makes clients that are all the same.
#[derive(Debug)]
pub(super) struct Transport;

impl HttpConnector for Transport {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Transport))
    }
}

impl HttpService for Transport {
    fn call<'a, 'async_trait>(
        &'a self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'async_trait>>
    where
        'a: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(async move { send(request) })
    }
}

fn send(request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let (mut parts, body) = request.into_parts();
    let length = body.content_length();
    let has_body = length > 0 || matches!(parts.method.as_str(), "PUT" | "POST");
    let response = if has_body {
        parts.headers.insert("content-length", length.into());
        let body = SendBody::from_owned_reader(Upload { body, rest: Bytes::new() });
        client::send(Request::from_parts(parts, body))
    } else {
        client::send(Request::from_parts(parts, ()))
    };
    let response = response.map_err(|error| HttpError::new(HttpErrorKind::Connect, error))?;
    let (parts, body) = response.into_parts();
    // A store's error would not tell how long we are to wait.
    let wait = parts.headers.get("retry-after").and_then(|text| retry_after(text.to_str().ok()?));
    if wait.is_some() && matches!(parts.status.as_u16(), 429 | 503) {
        let error = FetchError::status(parts.status.as_u16(), wait, "");
        return Err(HttpError::new(HttpErrorKind::Connect, error));
    }
    let length = parts.headers.get("content-length").and_then(|text| text.to_str().ok()?.parse().ok());
    let body = Download { reader: Mutex::new(body.into_reader()), length };
    Ok(HttpResponse::from_parts(parts, HttpResponseBody::new(body)))
}

/// The fault of ours that is somewhere below a store's error.
pub(super) fn fault_in(error: &(dyn Error + 'static)) -> Option<FetchError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(fault) = error.downcast_ref::<FetchError>() {
            return Some(fault.clone());
        }
        next = error.source();
    }
    None
}

/// What is sent, as a reader: its parts are all in memory.
struct Upload {
    body: HttpRequestBody,
    rest: Bytes,
}

impl Read for Upload {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            let mut context = Context::from_waker(Waker::noop());
            match Pin::new(&mut self.body).poll_frame(&mut context) {
                Poll::Ready(Some(Ok(frame))) => self.rest = frame.into_data().unwrap_or_default(),
                Poll::Ready(None) => return Ok(0),
                Poll::Ready(Some(Err(_))) | Poll::Pending => return Err(io::ErrorKind::BrokenPipe.into()),
            }
        }
        let count = self.rest.len().min(buffer.len());
        self.rest.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}

/// What is received, as a stream.
struct Download {
    reader: Mutex<BodyReader<'static>>,
    length: Option<u64>,
}

impl Body for Download {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let mut buffer = vec![0; 64 << 10];
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        match reader.read(&mut buffer) {
            Ok(0) => Poll::Ready(None),
            Ok(count) => {
                buffer.truncate(count);
                Poll::Ready(Some(Ok(Frame::data(buffer.into()))))
            }
            Err(error) => {
                Poll::Ready(Some(Err(HttpError::new(HttpErrorKind::Interrupted, io_fault(&error)))))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
