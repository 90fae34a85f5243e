#![no_main]
//! Any text is a template: no panic, and every range is a piece of the text.

use libfuzzer_sys::fuzz_target;
use text::{TextRange, TextSize};

fn holds(text: &str, range: TextRange) {
    assert!(text.get(std::ops::Range::<usize>::from(range)).is_some(), "{range:?} is no piece of the text");
}

fn calls_hold(text: &str, calls: &[syntax::calls::Call]) {
    for call in calls {
        holds(text, call.name_range);
        holds(text, call.range);
        for arg in &call.args {
            holds(text, arg.range);
            holds(text, arg.inner_range());
            if let Some((_, range)) = &arg.keyword {
                holds(text, *range);
            }
        }
    }
}

fn template_holds(text: &str, template: &syntax::jinja::Template) {
    calls_hold(text, &template.calls);
    for error in &template.errors {
        holds(text, error.range);
        if let Some((range, _)) = &error.related {
            holds(text, *range);
        }
    }
    for tag in &template.tags {
        holds(text, tag.range);
    }
    for block in &template.blocks {
        holds(text, block.open);
        holds(text, block.full);
        if let Some(close) = block.close {
            holds(text, close);
        }
        if let Some((_, range)) = &block.name {
            holds(text, *range);
        }
    }
}

fuzz_target!(|text: &str| {
    template_holds(text, &syntax::jinja::parse(text));
    template_holds(text, &syntax::jinja::parse_expression(text));
    let model = syntax::python::parse(text);
    calls_hold(text, &model.calls);
    for error in &model.errors {
        holds(text, error.range);
    }
    for (offset, _) in text.char_indices().step_by(7).take(64) {
        let offset = TextSize::new(u32::try_from(offset).expect("inputs are small"));
        let _ = syntax::cursor::expression(text, offset);
        let _ = syntax::cursor::python(text, offset);
        if let syntax::cursor::Site::Tag(site) = syntax::cursor::jinja(text, offset) {
            holds(text, site.tag_range);
            holds(text, site.word);
            if let Some(string) = &site.string {
                holds(text, string.content);
            }
            for call in &site.calls {
                holds(text, call.name_range);
                for arg in &call.args {
                    holds(text, arg.range);
                }
            }
        }
    }
});
