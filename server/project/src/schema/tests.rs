use super::*;

fn at(kind: FileKind, path: &str) -> Option<Shape> {
    let steps: Vec<Step<'_>> = path
        .split('/')
        .filter(|step| !step.is_empty())
        .map(|step| if step == "-" { Step::Item } else { Step::Key(step) })
        .collect();
    walk(shape_of(kind)?, &steps)
}

fn properties(path: &str) -> Shape {
    at(FileKind::Properties, path).unwrap()
}

#[test]
fn the_table_is_sound() {
    for (number, shape) in table::SHAPES.iter().enumerate() {
        let known = |to: u16| to == NONE || usize::from(to) < table::SHAPES.len();
        assert!(known(shape.item) && known(shape.rest), "{number}");
        assert!(shape.keys.iter().all(|key| known(key.shape)), "{number}");
        assert!(shape.keys.windows(2).all(|two| two[0].name < two[1].name), "{number} is not sorted");
    }
}

#[test]
fn keys_of_a_model() {
    let model = properties("models/-");
    let names: Vec<&str> = model.keys().filter(|key| !key.quiet).map(|key| key.name).collect();
    for name in ["name", "description", "config", "columns", "versions", "latest_version", "deprecation_date"]
    {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    assert!(!names.contains(&"tests") && names.contains(&"data_tests"));
    assert!(model.key("name").unwrap().required && !model.key("columns").unwrap().required);
    assert!(model.rest().is_none());
}

#[test]
fn a_config_is_known_where_it_belongs_and_where_it_does_not() {
    let access = properties("models/-/config").key("access").unwrap();
    assert_eq!(access.allowed(), ["private", "protected", "public"]);
    assert!(access.in_config && !access.shape.is_open());
    let model = properties("models/-");
    assert!(model.key("access").is_none());
    assert_eq!(model.misplaced("access").unwrap().shape, access.shape);
    assert_eq!(properties("models/-/access"), access.shape);
    assert!(model.misplaced("nonsense").is_none());
}

#[test]
fn words_and_types() {
    let materialized = properties("models/-/config/materialized");
    assert!(materialized.allowed().contains(&"incremental") && materialized.is_open());
    assert_eq!(properties("exposures/-/maturity").allowed(), ["low", "medium", "high"]);
    assert!(properties("models/-/columns").types().is(Types::LIST));
    assert!(properties("models/-/config/contract/enforced").types().is(Types::BOOLEAN));
    let tags: Vec<&str> = properties("models/-/config/tags").types().names().collect();
    assert_eq!(tags, ["string", "list"]);
    assert!(properties("models/-/config/meta/anything/at/all").is_any());
}

#[test]
fn data_tests_take_names_and_mappings() {
    let tests = properties("models/-/columns/-/data_tests/-");
    assert!(tests.is_open() && tests.allowed().contains(&"not_null"));
    let arguments = properties("models/-/columns/-/data_tests/-/relationships/arguments");
    assert!(arguments.key("field").unwrap().required);
    assert_eq!(properties("models/-/data_tests/-/my_test/config/severity").allowed(), ["error", "warn"]);
}

#[test]
fn resource_trees_follow_the_folders() {
    let project = |path| at(FileKind::ProjectFile, path).unwrap();
    let tree = project("models/my_project/marts");
    assert!(tree.is_tree());
    assert_eq!(tree, project("models"));
    assert!(project("models/p/+materialized").allowed().contains(&"table"));
    assert_eq!(project("models/p/materialized"), project("models/+materialized"));
    assert!(tree.misplaced("materialized").is_some() && tree.key("materialized").is_none());
    // A folder that is called like a config.
    assert!(project("models/docs/marts/+enabled").types().is(Types::BOOLEAN));
    assert!(project("models/docs/show").types().is(Types::BOOLEAN));
}

#[test]
fn hooks_are_spelled_both_ways() {
    let config = properties("models/-/config");
    assert_eq!(config.key("pre-hook").unwrap().shape, config.key("pre_hook").unwrap().shape);
    assert!(config.key("pre-hook").unwrap().quiet);
}

#[test]
fn every_other_file() {
    let has = |kind, path: &str, key: &str| at(kind, path).unwrap().key(key).is_some();
    assert!(has(FileKind::Packages, "packages/-", "git"));
    assert!(has(FileKind::Dependencies, "projects/-", "name"));
    assert!(has(FileKind::Selectors, "selectors/-/definition/union/-/exclude/-", "method"));
    assert!(has(FileKind::MeshConfig, "upstreams/-", "manifest"));
    assert_eq!(at(FileKind::MeshConfig, "rules/unpinned-ref").unwrap().allowed()[0], "off");
    assert!(has(FileKind::Loom, "manifests/-/config", "bucket_name"));
    assert!(has(FileKind::Vars, "", "vars"));
    let output = walk(
        shape_of(FileKind::Profiles).unwrap(),
        &[Step::Key("p"), Step::Key("outputs"), Step::Key("dev")],
    )
    .unwrap();
    assert!(output.key("type").unwrap().required);
    assert!(model_config().is_config());
    assert_eq!(shape_of(FileKind::Model), None);
}
