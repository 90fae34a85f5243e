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
] @indent

[")" "]" "}" "}}" "-}}" "%}" "-%}" "+%}"] @outdent
