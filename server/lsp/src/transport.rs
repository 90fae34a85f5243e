//! Stands between stdin and tower-lsp, which ends the session at the first frame it cannot decode.
//!
//! Passes well-formed frames on as they are, under a header that tower-lsp reads. In place of any other frame
//! it passes a request for [`MALFORMED`], whose answer is the error the sender should get.

use serde_json::{Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tower_lsp::jsonrpc::{Error, ErrorCode, Response};

/// The method that answers with the error in its parameters.
pub const MALFORMED: &str = "dbt-mesh/malformedMessage";

/// Frames longer than this are skipped: no client means it.
const MAX_FRAME: u64 = 512 << 20;
const MAX_HEADER_LINE: u64 = 8 << 10;

/// Copies frames from `input` to `output` until either ends.
pub async fn guard(mut input: impl AsyncBufRead + Unpin, mut output: impl AsyncWrite + Unpin) {
    loop {
        let body = match read_frame(&mut input).await {
            Frame::Body(body) => checked(body),
            Frame::Broken => malformed(Value::Null, ErrorCode::ParseError),
            Frame::End => return,
        };
        let header = format!("Content-Length: {}\r\n\r\n", body.len());
        let written = async {
            output.write_all(header.as_bytes()).await?;
            output.write_all(&body).await?;
            output.flush().await
        };
        if written.await.is_err() {
            return;
        }
    }
}

enum Frame {
    Body(Vec<u8>),
    Broken,
    End,
}

async fn read_frame(input: &mut (impl AsyncBufRead + Unpin)) -> Frame {
    let mut length = None;
    let mut lines = 0;
    loop {
        let mut line = Vec::new();
        match (&mut *input).take(MAX_HEADER_LINE).read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return Frame::End,
            Ok(_) => {}
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if line.is_empty() && lines > 0 {
            break;
        }
        if line.is_empty() {
            continue;
        }
        lines += 1;
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<u64>().ok();
        }
    }
    let Some(length) = length else { return Frame::Broken };
    if length > MAX_FRAME {
        return match tokio::io::copy(&mut input.take(length), &mut tokio::io::sink()).await {
            Ok(_) => Frame::Broken,
            Err(_) => Frame::End,
        };
    }
    let mut body = Vec::new();
    match input.take(length).read_to_end(&mut body).await {
        Ok(read) if read as u64 == length => Frame::Body(body),
        _ => Frame::End,
    }
}

/// `body` if tower-lsp can decode it, else what stands in for it.
fn checked(body: Vec<u8>) -> Vec<u8> {
    let Ok(message) = serde_json::from_slice::<Value>(&body) else {
        return malformed(Value::Null, ErrorCode::ParseError);
    };
    let id = message.get("id").filter(|id| id.is_i64() || id.is_string()).cloned().unwrap_or_default();
    let versioned = message.get("jsonrpc").is_some_and(|v| v == "2.0");
    match (versioned, message.get("method")) {
        // No request of ours is called so, and tower-lsp would never answer (LSP 3.18, `$` notifications and requests).
        (true, Some(Value::String(method))) if method.starts_with("$/") && !id.is_null() => {
            malformed(id, ErrorCode::MethodNotFound)
        }
        (true, Some(Value::String(_))) if message.get("id").is_none_or(|given| *given == id) => body,
        (true, None) if serde_json::from_value::<Response>(message.clone()).is_ok() => body,
        // A response without a result: some clients leave a null out.
        (true, None) if !id.is_null() && message.get("error").is_none() => {
            json!({ "jsonrpc": "2.0", "id": id, "result": message.get("result") }).to_string().into()
        }
        _ => malformed(id, ErrorCode::InvalidRequest),
    }
}

fn malformed(id: Value, code: ErrorCode) -> Vec<u8> {
    let error = Error::new(code);
    json!({ "jsonrpc": "2.0", "id": id, "method": MALFORMED, "params": error }).to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    fn pass(input: &str) -> String {
        let mut out = Vec::new();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(guard(input.as_bytes(), &mut out));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn well_formed_frames_pass_unchanged() {
        let good = frame(r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#)
            + &frame(r#"{"jsonrpc":"2.0","id":1,"result":[]}"#)
            + &frame(r#"{"jsonrpc":"2.0","id":"a","error":{"code":-32601,"message":"no"}}"#);
        assert_eq!(pass(&good), good);
        let odd =
            good.replace("Content-Length", "Content-Type: application/vscode-jsonrpc\r\ncontent-length");
        assert_eq!(pass(&odd), good);
    }

    #[test]
    fn broken_frames_become_errors_and_the_next_one_is_read() {
        let next = frame(r#"{"jsonrpc":"2.0","method":"exit"}"#);
        for (broken, code) in [
            (frame(r#"{"jsonrpc":"2.0","method":"#), -32700),
            (frame(r#"{"method":"x","id":4}"#), -32600),
            (frame(r#"{"jsonrpc":"2.0","method":"$/x","id":4}"#), -32601),
            (frame("[]"), -32600),
            ("Nonsense: 1\r\n\r\n".to_owned(), -32700),
            ("Content-Length: many\r\n\r\n".to_owned(), -32700),
        ] {
            let out = pass(&(broken.clone() + &next));
            assert!(out.contains(MALFORMED) && out.contains(&code.to_string()), "{broken}: {out}");
            assert!(out.ends_with(&next), "{broken}: {out}");
        }
    }

    #[test]
    fn a_response_without_result_is_a_null() {
        let out = pass(&frame(r#"{"jsonrpc":"2.0","id":7}"#));
        assert!(out.contains(r#""result":null"#) && out.contains(r#""id":7"#), "{out}");
    }

    #[test]
    fn a_truncated_frame_ends_the_session() {
        assert_eq!(pass("Content-Length: 99\r\n\r\n{}"), "");
    }
}
