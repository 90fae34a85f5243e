//! `invalid-config`: `config()` is called with arguments that it does not take, or with a value of the wrong kind.

use project::facts::ConfigTrouble;
use project::flavor::Flavor;

use super::failure::{Failure, by, failure};
use super::{FileCx, wording};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "invalid-config";

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    if cx.is_overridden("config") {
        return;
    }
    for problem in &cx.facts.config {
        let message = match &problem.trouble {
            ConfigTrouble::Arguments => "config() takes keywords, or one mapping and nothing else".to_owned(),
            ConfigTrouble::WrongType(key, types) if cx.flavor() == Flavor::V2 => {
                let kinds: Vec<String> = types.names().map(str::to_owned).collect();
                format!("'{key}' takes another kind of value: {}", wording::list(kinds.into_iter(), 4))
            }
            ConfigTrouble::WrongType(..) | ConfigTrouble::UnknownKey(_) => continue,
        };
        let severity = match failure(cx, by(cx, problem.range), problem.reach, problem.range) {
            Some(Failure::Node) => Severity::Error,
            Some(Failure::Later) => Severity::Warning,
            Some(_) => Severity::Hint,
            None => continue,
        };
        out.push(Diagnostic::new(CODE, problem.range, severity, message));
    }
}
