//! Part of the parser.
