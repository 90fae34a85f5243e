; Brackets in the colours of the rainbow, for those who switch them on.
[
  (output)
  (statement)
  (arguments)
  (parameters)
  (list)
  (dict)
  (tuple)
  (parenthesized)
] @rainbow.scope

["{{" "{{-" "{{+" "}}" "-}}" "{%" "{%-" "{%+" "%}" "-%}" "+%}" "(" ")" "[" "]" "{" "}"] @rainbow.bracket
