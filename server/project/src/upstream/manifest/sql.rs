//! One node's SQL, without holding the others'.

use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::error::ManifestError;
use super::lenient::{KeyOf, Object, keys, tolerate};
use super::read::open;

/// The code of the node, macro or docs block with this unique id, read from a stream that is left as soon as
/// it is found: `raw_code` (`raw_sql` before v9), `macro_sql` or `block_contents`. `None` when the manifest has
/// no such thing or no code for it.
pub fn read_sql(reader: impl Read, unique_id: &str) -> Result<Option<String>, ManifestError> {
    let section = match unique_id.split('.').next() {
        Some("macro") => "macros",
        Some("doc") => "docs",
        Some("function") => "functions",
        _ => "nodes",
    };
    let mut json = open(reader)?;
    let mut code = Code::default();
    let search = Search { path: &[section, unique_id], code: &mut code };
    match search.deserialize(&mut json) {
        _ if code.found => Ok(code.text),
        Ok(()) => Ok(None),
        Err(fault) => Err(ManifestError::at(fault, &json)),
    }
}

/// Walks down the keys of `path`, then takes the code there and stops by an error.
struct Search<'s> {
    path: &'s [&'s str],
    code: &'s mut Code,
}

impl<'de> DeserializeSeed<'de> for Search<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Search<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Search { path, code } = self;
        let Some((wanted, rest)) = path.split_first() else { return Ok(()) };
        while let Some(hit) = map.next_key_seed(KeyOf(|key: &str| key == *wanted))? {
            if !hit {
                map.next_value::<IgnoredAny>()?;
            } else if rest.is_empty() {
                super::lenient::into_object(code, &mut map)?;
                code.found = true;
                return Err(A::Error::custom("found"));
            } else {
                map.next_value_seed(Search { path: rest, code })?;
            }
        }
        Ok(())
    }
    tolerate!(scalars());
    tolerate!(seq());
}

#[derive(Default)]
struct Code {
    text: Option<String>,
    found: bool,
}

keys!(CodeKey { Code = "raw_code" | "raw_sql" | "macro_sql" | "block_contents" });

impl Object for Code {
    type Key = CodeKey;

    fn key(text: &str) -> Option<CodeKey> {
        CodeKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, CodeKey::Code: CodeKey, map: &mut A) -> Result<(), A::Error> {
        if let Some(text) = map.next_value_seed(Owned)?.filter(|text| !text.is_empty()) {
            self.text = Some(text);
        }
        Ok(())
    }
}

struct Owned;

impl<'de> DeserializeSeed<'de> for Owned {
    type Value = Option<String>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Owned {
    type Value = Option<String>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("code")
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }
    tolerate!(numbers None);
    tolerate!(seq None);
    tolerate!(map None);
}
