//! Compiles the generated parser and the scanner.

fn main() {
    let src = std::path::Path::new("src");
    let files = [src.join("parser.c"), src.join("scanner.c")];
    for file in &files {
        println!("cargo:rerun-if-changed={}", file.display());
    }
    cc::Build::new()
        .include(src)
        .files(&files)
        .std("c11")
        .warnings(false)
        // Typing must stay fast in a development build too.
        .opt_level(2)
        .compile("tree-sitter-dbt-jinja");
}
