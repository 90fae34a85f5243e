//! What the benches add to a generated project: one model that 500 others refer to, and one macro that all of
//! these call.

use super::place_of;
use crate::gen_project::{self, Spec};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// How many models refer to the hub.
pub const USERS: usize = 500;

/// A file as an editor opens it.
pub struct File {
    /// Its absolute path.
    pub path: PathBuf,
    /// Its text on disk.
    pub text: String,
}

impl File {
    /// A file of the project.
    pub fn read(path: PathBuf) -> Result<File> {
        Ok(File { text: std::fs::read_to_string(&path)?, path })
    }

    /// Line and character, both from 0, of the place `skip` bytes into the first `needle`. Needles are ASCII.
    pub fn at(&self, needle: &str, skip: usize) -> (usize, usize) {
        place_of(&self.text, needle, skip)
    }
}

/// The files that the benches ask about.
pub struct Files {
    /// A model of the highest layer: two refs, a macro call, three CTEs.
    pub model: File,
    /// Properties of 20 models.
    pub properties: File,
    /// The model that 500 others refer to.
    pub hub: File,
    /// One of these.
    pub user: File,
    /// The macro that they call.
    pub shared: File,
    /// `dbt_project.yml`
    pub project: File,
}

/// Adds the hub to a project that was just written.
pub fn add(root: &Path, spec: &Spec<'_>) -> Result<Files> {
    let put = |relative: &str, text: &str| -> Result<File> {
        let path = root.join(relative);
        std::fs::create_dir_all(path.parent().unwrap_or(root))?;
        std::fs::write(&path, text)?;
        Ok(File { path, text: text.to_owned() })
    };
    let hub = put("models/hub/hub.sql", "select 1 as id\n")?;
    let shared =
        put("macros/shared.sql", "{% macro shared(column) %}\n    trim({{ column }})\n{% endmacro %}\n")?;
    let columns = "    columns:\n      - name: id\n        description: The key.\n";
    put("models/hub/_hub.yml", &format!("models:\n  - name: hub\n    description: All orders.\n{columns}"))?;
    for number in 0..USERS {
        let other = gen_project::model_name(number);
        let text = format!(
            "select hub.id, {{{{ shared('hub.id') }}}} as key\nfrom {{{{ ref('hub') }}}} as hub\njoin {{{{ ref('{other}') }}}} using (id)\n"
        );
        put(&format!("models/hub/user_{number:03}.sql"), &text)?;
    }
    let last = spec.models - 1;
    Ok(Files {
        model: File::read(root.join(gen_project::model_path(spec, last)))?,
        properties: File::read(root.join(gen_project::properties_path(spec, last)))?,
        user: File::read(root.join("models/hub/user_250.sql"))?,
        project: File::read(root.join("dbt_project.yml"))?,
        hub,
        shared,
    })
}
