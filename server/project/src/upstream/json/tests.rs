//! The reader against serde_json, in reads of every size.

use std::io::Read;

use serde::Deserialize;
use serde_json::Value;

use super::{Fault, Json};

/// Hands out `step` bytes at a time, so that every token crosses a read.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let len = self.1.min(self.0.len()).min(out.len());
        out[..len].copy_from_slice(&self.0[..len]);
        self.0 = &self.0[len..];
        Ok(len)
    }
}

fn parse(text: &[u8], step: usize) -> Result<Value, Fault> {
    let mut json = Json::new(Drip(text, step));
    let value = Value::deserialize(&mut json)?;
    if json.has_more()? { Err(Fault::Syntax("more")) } else { Ok(value) }
}

#[test]
fn agrees_with_serde_json() {
    let texts = [
        r#"{"a": [1, -2, 3.5, 1e3, 18446744073709551615, -9223372036854775808], "b": null, "c": [true, false]}"#,
        r#"{"escapes": "q\" b\\ s\/ n\n t\t r\r b\b f\f é \u00e9 \ud83d\ude00 😀", "": {"": []}}"#,
        " [ ] ",
        "{}",
        "\"alone\"",
        "12",
        "null",
        "[[[[[[[[[[]]]]]]]]]]",
        "{\n  \"pretty\" : [\n 1 ,\r\n\t2 ]\n}\n",
    ];
    for text in texts {
        let expected: Value = serde_json::from_str(text).unwrap();
        for step in [1, 2, 3, 7, 4096] {
            assert_eq!(parse(text.as_bytes(), step).unwrap(), expected, "{text} by {step}");
        }
    }
}

#[test]
fn refuses_what_is_not_json() {
    let texts = [
        "",
        "{",
        "[1",
        "[1,",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "\"open",
        "\"open\\",
        "{a:1}",
        "[1 2]",
        "[1,]x",
        "nul",
        "{\"a\" 1}",
        "{\"a\":}",
        "[,1]",
        "\"\\x\"",
        "\"\\u12\"",
        "1 1",
        "]",
        "12x",
        "--",
    ];
    for text in texts {
        for step in [1, 4096] {
            assert!(parse(text.as_bytes(), step).is_err(), "{text}");
        }
    }
}

#[test]
fn reads_what_python_writes() {
    assert_eq!(parse(b"[NaN, -Infinity, Infinity]", 4).unwrap(), serde_json::json!([null, null, null]));
    assert_eq!(parse(br#""\ud83d and \ude00""#, 4).unwrap(), serde_json::json!("\u{fffd} and \u{fffd}"));
}

#[test]
fn skipping_takes_exactly_one_value() {
    #[derive(Deserialize, Debug, PartialEq)]
    struct Only {
        last: u8,
    }
    let text =
        br#"{"a": {"x": "}\"]{", "y": [[], {"z": "\\"}]}, "b": "\\\"", "c": -1.5e3 , "d":null, "last": 7}"#;
    for step in [1, 2, 5, 4096] {
        let mut json = Json::new(Drip(text, step));
        assert_eq!(Only::deserialize(&mut json).unwrap(), Only { last: 7 });
    }
    let deep = ["[".repeat(1_000_000), "]".repeat(1_000_000)].concat();
    let mut json = Json::new(deep.as_bytes());
    assert!(serde::de::IgnoredAny::deserialize(&mut json).is_ok() && !json.has_more().unwrap());
}

#[test]
fn tells_where_it_stopped() {
    let mut json = Json::new(Drip(b"{\n \"a\": 1,\n  \"b\" 2}", 3));
    assert!(Value::deserialize(&mut json).is_err());
    let (_, line, column) = json.position();
    assert_eq!((line, column), (3, 7));
}

#[test]
fn a_text_longer_than_the_window_is_whole() {
    let long = "ab\\n".repeat(200_000);
    let text = format!("[\"{long}\", 1]");
    let value = parse(text.as_bytes(), 10_000).unwrap();
    assert_eq!(value[0].as_str().unwrap().len(), 600_000);
}
