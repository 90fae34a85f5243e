//! One binary for everything that needs the whole product: it links once.

// Tests read files and start programs; the rule against it is for analysis.
#![allow(clippy::disallowed_methods)]
// A test that cannot go on has failed: that is what unwrap says.
#![allow(clippy::unwrap_used)]

mod actions;
mod binary;
mod cases;
mod check;
mod client;
mod code_action;
mod completion;
mod definition;
mod dependencies;
mod diagnostics;
mod editing;
mod encodings;
mod fresh;
mod hierarchy;
mod house;
mod hover;
mod kinds;
mod lifecycle;
mod literate;
mod live;
mod marks;
mod mesh_view;
mod project_files;
mod protocol;
mod random_session;
mod recorded_session;
mod references;
mod remote;
mod rename;
mod resources;
mod robustness;
mod sample;
mod structure;
mod template_names;
mod terminal;
mod two_way;
mod views;
mod workspace_diagnostics;
