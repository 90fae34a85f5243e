//! Where the catalog lies that belongs to a manifest: beside it.

use super::super::catalog::name_beside;
use super::{Place, Remote};

impl Remote {
    /// Where a `catalog.json` would be; `None` when nothing can be said: the name is another, or a query in the address
    /// may be a signature for just this file.
    pub fn catalog(&self) -> Option<Remote> {
        let mut one = self.clone();
        match &mut one.place {
            Place::Http { url, .. } if url.contains('?') => return None,
            Place::Http { url: path, .. }
            | Place::S3 { key: path, .. }
            | Place::Gcs { key: path, .. }
            | Place::Azure { key: path, .. }
            | Place::Git { path, .. }
            | Place::Databricks { path, .. } => *path = sibling(path)?,
            Place::Platform { artifact, step, .. } => {
                *artifact = "catalog.json";
                // Another step of the run writes it.
                *step = None;
            }
        }
        one.shown = match one.place {
            Place::Platform { .. } => format!("{} (catalog.json)", self.shown).into(),
            // A query tells git's reference.
            _ => match self.shown.split_once('?') {
                Some((path, query)) => format!("{}?{query}", sibling(path)?).into(),
                None => sibling(&self.shown)?.into(),
            },
        };
        (!one.is_pattern()).then_some(one)
    }
}

fn sibling(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let name = name_beside(name)?;
    Some(if path.contains('/') { format!("{folder}/{name}") } else { name })
}

#[cfg(test)]
mod tests {
    use super::super::Extras;
    use super::*;
    use std::path::Path;

    #[test]
    fn the_catalog_is_beside_the_manifest() {
        let all = [
            "https://host/a/manifest.json",
            "https://host/a/manifest.json?sig=1",
            "https://host/m.json",
            "s3://b/prod/hr/manifest.json.gz",
            "s3://b/manifest.json",
            "s3://b/prod/*/manifest.json",
            "dbt://cloud.getdbt.com/accounts/1/jobs/2?step=3",
            "git+https://host/r.git//target/manifest.json?ref=main",
            "databricks:///Volumes/main/dbt/art/manifest.json",
        ]
        .map(|address| {
            let remote =
                Remote::parse(address, address, Path::new("/w"), &Extras::default()).unwrap().unwrap();
            match remote.catalog() {
                Some(one) => {
                    assert_ne!(one.digest(), remote.digest());
                    format!("{} = {}", one.shown(), one.identity())
                }
                None => "none".to_owned(),
            }
        });
        expect_test::expect![[r#"
            https://host/a/catalog.json = https://host/a/catalog.json
            none
            none
            s3://b/prod/hr/catalog.json.gz = s3 None None b prod/hr/catalog.json.gz
            s3://b/catalog.json = s3 None None b catalog.json
            none
            dbt://cloud.getdbt.com/accounts/1/jobs/2?step=3 (catalog.json) = dbt https://cloud.getdbt.com 1 Job(2) None catalog.json
            git+https://host/r.git//target/catalog.json?ref=main = git https://host/r.git main target/catalog.json
            databricks:///Volumes/main/dbt/art/catalog.json = databricks None /Volumes/main/dbt/art/catalog.json"#]].assert_eq(&all.join("\n"));
    }
}
