//! Reads own.txt: shapes in short, as JSON schemas.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

use super::graph::{DEPRECATED, Graph, QUIET};

/// Puts every shape of the file into the graph.
pub fn apply(text: &str, graph: &mut Graph) -> Result<()> {
    let mut current: Option<String> = None;
    for (at, line) in text.lines().enumerate() {
        let at = at + 1;
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            [comment, ..] if comment.starts_with('#') => {}
            ["shape", name] => {
                let empty = json!({"type": "object", "properties": {}, "additionalProperties": false});
                graph.replace(name, empty);
                current = Some((*name).to_owned());
            }
            ["shape", name, of] => graph.replace(name, schema(of).with_context(|| format!("line {at}"))?),
            ["extend", name] => {
                ensure!(graph.definition(name).is_some(), "line {at}: dbt has no {name}");
                current = Some((*name).to_owned());
            }
            [key, rest @ ..] if line.starts_with("  ") => {
                let name = current.as_deref().context("a key before any shape")?;
                let shape = graph.definition(name).context("a shape")?;
                add(shape, key, rest).with_context(|| format!("line {at}"))?;
            }
            _ => bail!("line {at}: {line}"),
        }
    }
    Ok(())
}

fn add(shape: &mut Map<String, Value>, key: &str, rest: &[&str]) -> Result<()> {
    let (mark, of) = match rest {
        ["-"] if key == "*" => {
            shape.insert("additionalProperties".into(), false.into());
            return Ok(());
        }
        ["-"] => ("-", "any"),
        [of] => ("", *of),
        [mark, of] => (*mark, *of),
        _ => bail!("`{key}` needs a mark and a type"),
    };
    if key == "*" {
        shape.insert("additionalProperties".into(), schema(of)?);
        return Ok(());
    }
    let keys = shape.entry("properties").or_insert_with(|| json!({})).as_object_mut().context("keys")?;
    if mark == "-" {
        keys.remove(key).context("dbt has no such key")?;
        return Ok(());
    }
    let mut value = schema(of)?;
    let marks = match mark {
        "~" => DEPRECATED,
        "^" => QUIET,
        "" | "!" => 0,
        _ => bail!("`{mark}` is no mark"),
    };
    if let (Some(map), true) = (value.as_object_mut(), marks != 0) {
        map.insert("x-marks".into(), marks.into());
    }
    keys.insert(key.to_owned(), value);
    if mark == "!" {
        let required =
            shape.entry("required").or_insert_with(|| json!([])).as_array_mut().context("required")?;
        if !required.iter().any(|one| one == key) {
            required.push(key.into());
        }
    }
    Ok(())
}

/// One type, or several joined by `|` outside brackets.
fn schema(of: &str) -> Result<Value> {
    let mut depth = 0;
    let parts: Vec<&str> = of
        .split(|c: char| {
            match c {
                '[' | '{' => depth += 1,
                ']' | '}' => depth -= 1,
                _ => {}
            }
            c == '|' && depth == 0
        })
        .collect();
    let (words, others): (Vec<&str>, Vec<&str>) = parts.into_iter().partition(|part| part.starts_with('\''));
    let mut all: Vec<Value> = Vec::new();
    if !words.is_empty() {
        let words: Vec<&str> = words.into_iter().map(|word| word.trim_matches('\'')).collect();
        all.push(json!({"type": "string", "enum": words}));
    }
    for part in others {
        all.push(one(part)?);
    }
    // Marks are set on what is given back, so a reference never stands alone.
    Ok(json!({"anyOf": all}))
}

fn one(part: &str) -> Result<Value> {
    let inside = |open: char, close: char| part.strip_prefix(open)?.strip_suffix(close);
    if let Some(item) = inside('[', ']') {
        return Ok(json!({"type": "array", "items": schema(item)?}));
    }
    if let Some(rest) = inside('{', '}') {
        return Ok(json!({"type": "object", "additionalProperties": schema(rest)?}));
    }
    Ok(match part {
        "str" => json!({"type": "string"}),
        "int" => json!({"type": "integer"}),
        "num" => json!({"type": "number"}),
        "bool" => json!({"type": "boolean"}),
        "any" => json!(true),
        number if number.parse::<i64>().is_ok() => json!({"type": "integer", "enum": [number]}),
        name => {
            ensure!(name.starts_with(|c: char| c.is_alphabetic()), "`{name}` is no type");
            json!({"$ref": name})
        }
    })
}
