; Colours. The order matters: a later pattern wins over an earlier one (Neovim, Helix ≥ 25.07, tree-sitter CLI).

(identifier) @variable

[(comment) (unterminated_comment)] @comment
[(string) (unterminated_string)] @string
(number) @number
(boolean) @boolean
(none) @constant.builtin
(raw_body) @markup.raw

["{{" "{{-" "{{+" "}}" "-}}" "{%" "{%-" "{%+" "%}" "-%}" "+%}"] @punctuation.special
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," "." ":"] @punctuation.delimiter
["+" "-" "*" "/" "//" "%" "**" "~" "|" "=" "==" "!=" "<" "<=" ">" ">="] @operator
["and" "or" "not" "in" "is" (not_in)] @keyword.operator

["if" "elif" "endif"] @keyword.conditional
(else_tag) @keyword.conditional
(ternary "else" @keyword.conditional)
["for" "endfor" "recursive"] @keyword.repeat
(loop_tag) @keyword.repeat
["import" "from" "include" "extends" "as" "ignore" "missing" "context" "without"] @keyword.import
["macro" "endmacro" "test" "data_test" "endtest" "enddata_test"] @keyword.function
[
  "set" "endset" "do" "print" "call" "endcall" "filter" "endfilter" "block" "endblock" "scoped" "required"
  "with" "endwith" "autoescape" "endautoescape" "raw" "endraw"
  "snapshot" "endsnapshot" "materialization" "endmaterialization" "docs" "enddocs"
] @keyword
(unknown_tag keyword: (identifier) @keyword)

(attribute name: (identifier) @property)
(namespace_attribute name: (identifier) @property)
(call function: (identifier) @function.call)
(call function: (attribute name: (identifier) @function.method.call))
(filter name: (dotted_name) @function.call)
(set_tag filter: (dotted_name) @function.call)
(filter_tag filter: (dotted_name) @function.call)
(filter_tag name: (dotted_name) @function.call)
(test name: (dotted_name) @function.call)
(keyword_argument name: (identifier) @variable.parameter)
(parameter name: (identifier) @variable.parameter)
(type (identifier) @type)

(macro_tag name: (identifier) @function)
(test_tag name: (identifier) @function)
(snapshot_tag name: (identifier) @type)
(materialization_tag name: (identifier) @type)
(materialization_option name: (identifier) @variable.parameter)
(docs_tag name: (identifier) @label)
(block_tag name: (identifier) @label)

((call function: (identifier) @function.builtin)
  (#any-of? @function.builtin
    "ref" "source" "config" "var" "env_var" "doc" "metric" "function" "is_incremental" "run_query" "statement"
    "return" "log" "print" "set" "zip" "range" "namespace" "dict" "fromjson" "tojson" "fromyaml" "toyaml"))
((identifier) @variable.builtin
  (#any-of? @variable.builtin
    "this" "target" "model" "graph" "execute" "flags" "adapter" "api" "builtins" "exceptions" "modules" "loop"
    "caller" "varargs" "kwargs" "invocation_id" "run_started_at" "project_name" "schema" "database"))
