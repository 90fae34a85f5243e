//! Template variables with constant values, in Jinja's scopes.
//!
//! `{% if %}` has no scope of its own: what its branches set is merged behind it. Everything else with a
//! body forgets at its end what was set inside.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::fold;
use crate::calls::Value;

type Vars = FxHashMap<SmolStr, Value>;

/// Variables known at the place being read.
pub(crate) struct Scopes {
    frames: Vec<Frame>,
    /// Frames opened beyond [`MAX_DEPTH`]: what they set is not known.
    beyond: usize,
}

/// Deeper than any template, so that a lookup costs little whatever the text.
const MAX_DEPTH: usize = 64;

struct Frame {
    kind: FrameKind,
    vars: Vars,
}

enum FrameKind {
    /// A body of its own.
    Body,
    /// A macro's body: it runs somewhere else, when variables outside may have other values.
    Macro,
    /// One branch of an `if`, with what the branches before it set.
    Branch(Vec<Vars>),
}

impl Scopes {
    pub(crate) fn new() -> Scopes {
        Scopes { frames: vec![Frame { kind: FrameKind::Body, vars: Vars::default() }], beyond: 0 }
    }

    /// What `name` is known to be.
    pub(crate) fn get(&self, name: &str) -> Value {
        for frame in self.frames.iter().rev() {
            if let Some(value) = frame.vars.get(name) {
                return value.clone();
            }
            if matches!(frame.kind, FrameKind::Macro) {
                break;
            }
        }
        Value::Unknown
    }

    pub(crate) fn set(&mut self, name: SmolStr, value: Value) {
        let value = if self.beyond == 0 { fold::kept(value) } else { Value::Unknown };
        if let Some(frame) = self.frames.last_mut() {
            frame.vars.insert(name, value);
        }
    }

    pub(crate) fn open_body(&mut self) {
        self.open(FrameKind::Body);
    }

    pub(crate) fn open_macro(&mut self) {
        self.open(FrameKind::Macro);
    }

    pub(crate) fn open_if(&mut self) {
        self.open(FrameKind::Branch(Vec::new()));
    }

    fn open(&mut self, kind: FrameKind) {
        if self.frames.len() < MAX_DEPTH {
            self.frames.push(Frame { kind, vars: Vars::default() });
        } else {
            self.beyond += 1;
        }
    }

    /// `elif`, `else`.
    pub(crate) fn next_branch(&mut self) {
        if self.beyond > 0 {
            return;
        }
        if let Some(Frame { kind: FrameKind::Branch(done), vars }) = self.frames.last_mut() {
            done.push(std::mem::take(vars));
        }
    }

    /// Leaves the innermost frame. `exhaustive`: of the branches of this `if`, one was surely taken.
    pub(crate) fn close(&mut self, exhaustive: bool) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        if self.frames.len() < 2 {
            return;
        }
        let Some(Frame { kind: FrameKind::Branch(mut branches), vars }) = self.frames.pop() else { return };
        branches.push(vars);
        let mut names: Vec<&SmolStr> = branches.iter().flat_map(|vars| vars.keys()).collect();
        names.sort_unstable();
        names.dedup();
        let merged: Vec<(SmolStr, Value)> = names
            .into_iter()
            .map(|name| {
                let everywhere = exhaustive && branches.iter().all(|vars| vars.contains_key(name));
                let before = (!everywhere).then(|| self.get(name));
                let set = branches.iter().filter_map(|vars| vars.get(name).cloned());
                let value = before.into_iter().chain(set).reduce(fold::either);
                (name.clone(), value.unwrap_or(Value::Unknown))
            })
            .collect();
        for (name, value) in merged {
            self.set(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::Lit;

    fn text(s: &str) -> Value {
        Value::Literal(Lit::Str(s.into()))
    }

    #[test]
    fn branches_are_merged_behind_the_if() {
        let mut scopes = Scopes::new();
        scopes.set("x".into(), text("a"));
        scopes.open_if();
        scopes.set("x".into(), text("b"));
        assert_eq!(scopes.get("x").as_str(), Some("b"));
        scopes.close(false);
        assert_eq!(scopes.get("x").possible().len(), 2);
        scopes.open_if();
        scopes.set("x".into(), text("c"));
        scopes.next_branch();
        scopes.set("x".into(), text("d"));
        scopes.close(true);
        assert_eq!(scopes.get("x"), Value::Folded(vec![Lit::Str("c".into()), Lit::Str("d".into())]));
    }

    #[test]
    fn bodies_forget_and_macros_do_not_look_outside() {
        let mut scopes = Scopes::new();
        scopes.set("x".into(), text("a"));
        scopes.open_body();
        scopes.set("x".into(), text("b"));
        scopes.close(false);
        assert_eq!(scopes.get("x").as_str(), Some("a"));
        scopes.open_macro();
        assert_eq!(scopes.get("x"), Value::Unknown);
    }
}
