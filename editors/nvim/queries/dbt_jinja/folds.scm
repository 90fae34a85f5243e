; Blocks are matched by the language server; a syntax tree alone folds what is one node.
[
  (comment)
  (raw_block)
  (output)
  (statement)
] @fold
