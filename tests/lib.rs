//! Nothing to use: this package is one test binary, `e2e/main.rs`.
