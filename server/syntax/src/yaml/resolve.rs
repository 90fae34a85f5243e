//! The type of a plain scalar in dbt v1 (PyYAML, YAML 1.1) and in dbt v2 (YAML 1.2 core). Spec §3.

use super::scalar::{Scalar, Style};
use super::tree::Tag;

/// Whose rules to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// dbt v1: PyYAML's resolver.
    V1_1,
    /// dbt v2: YAML 1.2 core schema with Rust's notion of a float.
    V1_2,
}

/// What an untyped scalar becomes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Resolved {
    /// `null`, `~`
    Null,
    /// `true`; in v1 also `yes`, `on`
    Bool(bool),
    /// `1`; in v1 also `012` (octal), `1_000`, `1:30` (90). Saturates outside `i64`.
    Int(i64),
    /// `1.5`; in v2 also `1e3`
    Float(f64),
    /// `2020-01-01`, v1 only
    Date,
    /// `2020-01-01 10:00:00`, v1 only
    Timestamp,
    /// Everything else, and everything quoted.
    Str,
}

impl Scalar<'_> {
    /// The type dbt sees. Quoted and block scalars are strings; a tag (`!!str`) decides over the text.
    pub fn resolve(&self, dialect: Dialect) -> Resolved {
        let implicit = match self.tag {
            Tag::None | Tag::Bare => self.style == Style::Plain,
            Tag::Str | Tag::Binary | Tag::Sequence | Tag::Mapping | Tag::Other => false,
            Tag::Null => return Resolved::Null,
            Tag::Int | Tag::Float | Tag::Bool | Tag::Timestamp => true,
        };
        if !implicit {
            return Resolved::Str;
        }
        match plain(&self.decoded().text, dialect) {
            Resolved::Int(value) if self.tag == Tag::Float => Resolved::Float(value as f64),
            resolved => resolved,
        }
    }
}

/// Whether a scalar without a tag is a text to both engines: most are prose. No word of either dialect is longer than
/// `false`, and no number starts with a letter.
pub(super) fn is_surely_text(text: &str) -> bool {
    text.len() > "false".len() && text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
}

/// The type of a plain scalar's text.
pub(super) fn plain(text: &str, dialect: Dialect) -> Resolved {
    if is_surely_text(text) {
        return Resolved::Str;
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Resolved::Null,
        "true" | "True" | "TRUE" => return Resolved::Bool(true),
        "false" | "False" | "FALSE" => return Resolved::Bool(false),
        _ => {}
    }
    match dialect {
        Dialect::V1_1 => v1(text),
        Dialect::V1_2 => v2(text),
    }
}

fn v1(text: &str) -> Resolved {
    match text {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Resolved::Bool(true),
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Resolved::Bool(false),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Resolved::Str;
    }
    if let Some(int) = v1_int(text) {
        return Resolved::Int(int);
    }
    if let Some(float) = v1_float(text) {
        return Resolved::Float(float);
    }
    match timestamp(text) {
        Some(time) if time.clock.is_some() => Resolved::Timestamp,
        Some(_) => Resolved::Date,
        None => Resolved::Str,
    }
}

fn split_sign(text: &str) -> (i64, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn digits(text: &str, radix: u32) -> i64 {
    let mut value = 0i64;
    for digit in text.chars().filter_map(|c| c.to_digit(radix)) {
        value = value.saturating_mul(i64::from(radix)).saturating_add(i64::from(digit));
    }
    value
}

/// `(?::[0-5]?[0-9])+`: the parts after the first colon.
fn sexagesimal(parts: &str) -> bool {
    parts.split(':').all(|p| match p.as_bytes() {
        [d] => d.is_ascii_digit(),
        [t, d] => (b'0'..=b'5').contains(t) && d.is_ascii_digit(),
        _ => false,
    })
}

fn v1_int(text: &str) -> Option<i64> {
    let (sign, body) = split_sign(text);
    let all = |s: &str, ok: fn(u8) -> bool| !s.is_empty() && s.bytes().all(|b| b == b'_' || ok(b));
    let decimal = |s: &str| s.starts_with(|c| ('1'..='9').contains(&c)) && all(s, |b| b.is_ascii_digit());
    let value = if let Some(rest) = body.strip_prefix("0b") {
        all(rest, |b| matches!(b, b'0' | b'1')).then(|| digits(rest, 2))?
    } else if let Some(rest) = body.strip_prefix("0x") {
        all(rest, |b| b.is_ascii_hexdigit()).then(|| digits(rest, 16))?
    } else if let Some(rest) = body.strip_prefix('0') {
        (rest.is_empty() || all(rest, |b| (b'0'..=b'7').contains(&b))).then(|| digits(rest, 8))?
    } else if let Some((first, parts)) = body.split_once(':') {
        if !decimal(first) || !sexagesimal(parts) {
            return None;
        }
        parts
            .split(':')
            .fold(digits(first, 10), |sum, p| sum.saturating_mul(60).saturating_add(digits(p, 10)))
    } else {
        decimal(body).then(|| digits(body, 10))?
    };
    Some(value.saturating_mul(sign))
}

fn v1_float(text: &str) -> Option<f64> {
    match text {
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        _ => {}
    }
    let (sign, body) = split_sign(text);
    if matches!(body, ".inf" | ".Inf" | ".INF") {
        return Some(sign as f64 * f64::INFINITY);
    }
    let numeric = |s: &str| s.bytes().all(|b| b == b'_' || b.is_ascii_digit());
    let (whole, rest) = body.split_once('.')?;
    if let Some((first, parts)) = whole.split_once(':') {
        let ok = first.starts_with(|c: char| c.is_ascii_digit())
            && numeric(first)
            && sexagesimal(parts)
            && numeric(rest);
        if !ok {
            return None;
        }
        let (head, last) = whole.rsplit_once(':')?;
        let minutes = head.split(':').fold(0.0, |sum, p| sum * 60.0 + digits(p, 10) as f64);
        let seconds: f64 = format!("{last}.{}", rest.replace('_', "")).parse().ok()?;
        return Some(sign as f64 * (minutes * 60.0 + seconds));
    }
    let (fraction, exponent) = match rest.split_once(['e', 'E']) {
        Some((fraction, exponent)) => (fraction, Some(exponent)),
        None => (rest, None),
    };
    let exponent_ok = exponent.is_none_or(|e| {
        e.strip_prefix(['+', '-']).is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
    });
    let mantissa_ok = if whole.is_empty() {
        // PyYAML has no signed form of `.5`.
        body.len() == text.len() && fraction.starts_with(|c: char| c.is_ascii_digit())
    } else {
        whole.starts_with(|c: char| c.is_ascii_digit())
    };
    if !exponent_ok || !mantissa_ok || !numeric(whole) || !numeric(fraction) {
        return None;
    }
    body.replace('_', "").parse::<f64>().ok().map(|f| sign as f64 * f)
}

/// A date, with a time of day or without, as PyYAML's timestamp pattern takes it apart.
pub(super) struct Time {
    pub year: u32,
    pub month: u32,
    pub day: u32,
    /// Hour, minute, second, hours and minutes of the time zone.
    pub clock: Option<(u32, u32, u32, u32, u32)>,
}

/// One to `most` digits, at least `least`.
fn number(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let len = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if len < least {
        return None;
    }
    let (number, rest) = text.split_at(len);
    Some((number.parse().ok()?, rest))
}

/// Takes a plain scalar apart that PyYAML resolves to a date or timestamp; the parts may be out of range.
pub(super) fn timestamp(text: &str) -> Option<Time> {
    let (year, rest) = number(text, 4, 4)?;
    let (month, after_month) = number(rest.strip_prefix('-')?, 1, 2)?;
    let (day, rest) = number(after_month.strip_prefix('-')?, 1, 2)?;
    if rest.is_empty() {
        return (text.len() == 10).then_some(Time { year, month, day, clock: None });
    }
    let blank = |s: &'_ str| s.len() - s.trim_start_matches([' ', '\t']).len();
    let rest = match rest.strip_prefix(['T', 't']) {
        Some(rest) => rest,
        None if blank(rest) > 0 => &rest[blank(rest)..],
        None => return None,
    };
    let (hour, rest) = number(rest, 1, 2)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 2, 2)?;
    let (second, mut rest) = number(rest.strip_prefix(':')?, 2, 2)?;
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    let mut zone = (0, 0);
    let tail = &rest[blank(rest)..];
    if let Some(after) = tail.strip_prefix(['+', '-']) {
        let (hours, after) = number(after, 1, 2)?;
        rest = after;
        zone.0 = hours;
        if let Some(after) = after.strip_prefix(':') {
            (zone.1, rest) = number(after, 2, 2)?;
        }
    } else if let Some(after) = tail.strip_prefix('Z') {
        rest = after;
    }
    rest.is_empty().then_some(Time { year, month, day, clock: Some((hour, minute, second, zone.0, zone.1)) })
}

fn v2(text: &str) -> Resolved {
    let (sign, body) = split_sign(text);
    let radix = [("0x", 16), ("0o", 8), ("0b", 2)]
        .into_iter()
        .find_map(|(prefix, radix)| body.strip_prefix(prefix).map(|rest| (rest, radix)));
    if let Some((rest, radix)) = radix
        && !rest.is_empty()
        && rest.chars().all(|c| c.is_digit(radix))
    {
        return Resolved::Int(digits(rest, radix).saturating_mul(sign));
    }
    if !body.is_empty() && body.bytes().all(|b| b.is_ascii_digit()) {
        // A leading zero makes it a string.
        return if body.len() > 1 && body.starts_with('0') {
            Resolved::Str
        } else {
            Resolved::Int(digits(body, 10).saturating_mul(sign))
        };
    }
    match body {
        ".inf" | ".Inf" | ".INF" => return Resolved::Float(sign as f64 * f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" if body.len() == text.len() => return Resolved::Float(f64::NAN),
        _ => {}
    }
    // `inf`, `nan` and `infinity` are words, and `str::parse` would take a second sign.
    if body.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && let Ok(float) = body.parse::<f64>()
        && float.is_finite()
    {
        return Resolved::Float(sign as f64 * float);
    }
    Resolved::Str
}
