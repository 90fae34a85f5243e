//! The plugins of editors that agree with the server and with their documentation.

use super::{assert_none, read};

#[test]
fn the_neovim_plugin_is_of_this_version() {
    let line = format!("M.version = '{}'", env!("CARGO_PKG_VERSION"));
    assert!(read("editors/nvim/lua/dbt_mesh/init.lua").contains(&line), "init.lua has no `{line}`");
}

#[test]
fn every_command_of_the_neovim_plugin_is_in_its_help() {
    let (commands, help) =
        (read("editors/nvim/lua/dbt_mesh/commands.lua"), read("editors/nvim/doc/dbt_mesh.txt"));
    let table = commands.split("M.all = {").nth(1).and_then(|rest| rest.split("\n}\n").next());
    let names: Vec<&str> = table
        .expect("commands.lua has a table `M.all`")
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.strip_suffix(" = {"))
        .filter(|name| !name.starts_with(' '))
        .collect();
    assert!(names.len() >= 10, "{names:?}");
    let untold = names.iter().filter(|name| !help.contains(&format!("\n:DbtMesh {name}")));
    assert_none("doc/dbt_mesh.txt tells every command", untold.map(|name| (*name).to_owned()).collect());
}

#[test]
fn every_kind_of_hook_and_input_is_documented() {
    let install = read("docs/install.md");
    let action = read("action.yml");
    let inputs = action.split("\ninputs:\n").nth(1).and_then(|rest| rest.split("\noutputs:\n").next());
    let inputs = inputs.expect("action.yml has inputs").lines().filter_map(|line| {
        let name = line.strip_prefix("  ")?.strip_suffix(':')?;
        (!name.starts_with(' ')).then_some(name)
    });
    let hooks = read(".pre-commit-hooks.yaml");
    let hooks = hooks.lines().filter_map(|line| line.strip_prefix("- id: "));
    let untold = inputs.chain(hooks).filter(|name| !install.contains(&format!("`{name}`")));
    assert_none("docs/install.md", untold.map(str::to_owned).collect());
}
