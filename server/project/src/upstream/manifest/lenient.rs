//! Reading JSON that may not be shaped as expected.
//!
//! dbt's schemas are not what real files hold, so a value of another type than expected counts as absent and
//! never fails the file. Nesting that is skipped is skipped without recursion.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::strings::{Interner, Str};
use super::node::Range;

/// Names the keys of a JSON object that are read; all others are skipped.
macro_rules! keys {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $($text:literal)|+),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy)]
        pub(in super::super) enum $name { $($variant),* }
        impl $name {
            pub(in super::super) fn of(text: &str) -> Option<$name> {
                match text {
                    $($($text)|+ => Some($name::$variant),)*
                    _ => None,
                }
            }
        }
    };
}
pub(in super::super) use keys;

/// Something filled from a JSON object, key by key.
pub(in super::super) trait Object {
    /// The keys it reads.
    type Key: Copy;
    /// The key a text names; `None` skips the value.
    fn key(text: &str) -> Option<Self::Key>;
    /// Takes the value of a key: must consume exactly one value of `map`.
    fn value<'de, A: MapAccess<'de>>(&mut self, key: Self::Key, map: &mut A) -> Result<(), A::Error>;
}

/// Fills an [`Object`] from the next value of a map.
pub(in super::super) fn into_object<'de, A: MapAccess<'de>, T: Object>(
    target: &mut T,
    map: &mut A,
) -> Result<(), A::Error> {
    map.next_value_seed(Into(target)).map(|_| ())
}

/// Seed that fills an [`Object`]; `true` if the value was a JSON object.
pub(in super::super) struct Into<'t, T>(pub &'t mut T);

/// Visitor methods for "any other type counts as absent".
macro_rules! tolerate {
    (scalars $absent:expr) => {
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok($absent)
        }
        tolerate!(numbers $absent);
    };
    (numbers $absent:expr) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($absent)
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($absent)
        }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($absent)
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($absent)
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($absent)
        }
    };
    (seq $absent:expr) => {
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
            serde::de::Visitor::visit_seq(serde::de::IgnoredAny, seq)?;
            Ok($absent)
        }
    };
    (map $absent:expr) => {
        fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            serde::de::Visitor::visit_map(serde::de::IgnoredAny, map)?;
            Ok($absent)
        }
    };
}
pub(in super::super) use tolerate;

impl<'de, T: Object> DeserializeSeed<'de> for Into<'_, T> {
    type Value = bool;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Object> Visitor<'de> for Into<'_, T> {
    type Value = bool;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        while let Some(key) = map.next_key_seed(KeyOf(T::key))? {
            match key {
                Some(key) => self.0.value(key, &mut map)?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(true)
    }
    tolerate!(scalars false);
    tolerate!(seq false);
}

/// Seed that turns an object's key into something else without owning it.
pub(in super::super) struct KeyOf<F>(pub F);

impl<'de, T, F: FnOnce(&str) -> T> DeserializeSeed<'de> for KeyOf<F> {
    type Value = T;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T, F: FnOnce(&str) -> T> Visitor<'_> for KeyOf<F> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok((self.0)(text))
    }
}

/// The next value of a map as a text: numbers and booleans as Python's `str()` writes them, anything else
/// empty.
pub(in super::super) fn text<'de, A: MapAccess<'de>>(
    strings: &mut Interner,
    map: &mut A,
) -> Result<Str, A::Error> {
    Ok(map.next_value_seed(Text(strings))?.0)
}

/// Seed of [`text`]; also tells whether the value was a JSON string.
pub(in super::super) struct Text<'s>(pub &'s mut Interner);

impl<'de> DeserializeSeed<'de> for Text<'_> {
    type Value = (Str, bool);
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Text<'_> {
    type Value = (Str, bool);
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok((self.0.intern(text), true))
    }
    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok((self.0.intern(if value { "True" } else { "False" }), false))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok((self.0.intern(&value.to_string()), false))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok((self.0.intern(&value.to_string()), false))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok((self.0.intern(&python_float(value)), false))
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok((Str::EMPTY, false))
    }
    tolerate!(seq(Str::EMPTY, false));
    tolerate!(map(Str::EMPTY, false));
}

/// Python's `str()` of a float: `1.0`, `2.1`, `1e+16`, `1e-05`.
fn python_float(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-4..1e16).contains(&size) || !value.is_finite() {
        return format!("{value:?}");
    }
    let scientific = format!("{value:e}");
    match scientific.split_once('e') {
        Some((digits, exponent)) => {
            let (sign, power) = exponent.strip_prefix('-').map_or(('+', exponent), |power| ('-', power));
            format!("{digits}e{sign}{power:0>2}")
        }
        None => scientific,
    }
}

/// The next value of a map as yes or no; `None` if it is neither.
pub(super) fn flag<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<bool>, A::Error> {
    map.next_value_seed(Flag)
}

struct Flag;

impl<'de> DeserializeSeed<'de> for Flag {
    type Value = Option<bool>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Flag {
    type Value = Option<bool>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true or false")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value != 0))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value != 0))
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        })
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    tolerate!(seq None);
    tolerate!(map None);
}

/// The next value of a map as a list of texts appended to `lists`; one text counts as a list of one.
pub(in super::super) fn texts<'de, A: MapAccess<'de>>(
    strings: &mut Interner,
    lists: &mut Vec<Str>,
    map: &mut A,
) -> Result<Range, A::Error> {
    let start = lists.len();
    map.next_value_seed(Texts { strings, lists })?;
    Ok(Range::between(start, lists.len()))
}

struct Texts<'s> {
    strings: &'s mut Interner,
    lists: &'s mut Vec<Str>,
}

impl<'de> DeserializeSeed<'de> for Texts<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Texts<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of texts")
    }
    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if !text.is_empty() {
            self.lists.push(self.strings.intern(text));
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some((text, is_text)) = seq.next_element_seed(Text(self.strings))? {
            if is_text && !text.is_empty() {
                self.lists.push(text);
            }
        }
        Ok(())
    }
    tolerate!(numbers());
    tolerate!(map());
}

#[cfg(test)]
mod tests {
    use super::python_float;

    #[test]
    fn floats_are_written_as_python_does() {
        let all = [1.0, 2.1, 0.0, 1e15, 1e16, 1.5e300, 1e-4, 1e-5, -3.25e-7].map(python_float);
        assert_eq!(
            all,
            ["1.0", "2.1", "0.0", "1000000000000000.0", "1e+16", "1.5e+300", "0.0001", "1e-05", "-3.25e-07"]
        );
    }
}
