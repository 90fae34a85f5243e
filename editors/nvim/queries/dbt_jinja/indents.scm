; Brackets inside a tag, and the tag itself.
[
  (output)
  (statement)
  (arguments)
  (parameters)
  (list)
  (dict)
  (tuple)
  (parenthesized)
] @indent.begin

[")" "]" "}" "}}" "-}}" "%}" "-%}" "+%}"] @indent.end @indent.branch
[(comment) (raw_body) (string) (content)] @indent.ignore
