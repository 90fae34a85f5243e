; `mif` and `maf`: a macro, a test, a snapshot, a block of docs. The tree is flat, so a thing is all that stands from
; its opening tag to its end; these do not nest, and Helix takes the shortest.
((statement [(macro_tag) (test_tag) (snapshot_tag) (materialization_tag) (docs_tag)]) @function.around
  . (_)* @function.inside @function.around
  . (statement
      (end_tag ["endmacro" "endtest" "enddata_test" "endsnapshot" "endmaterialization" "enddocs"])) @function.around)

; `mic` and `mac`
(comment) @comment.inside @comment.around

; `mia` and `maa`: what a call is given.
(arguments ((_) @parameter.inside . ","? @parameter.around) @parameter.around)
(parameters ((_) @parameter.inside . ","? @parameter.around) @parameter.around)

; `mie` and `mae`: entries of lists and dictionaries.
(list (_) @entry.inside @entry.around)
(dict (_) @entry.inside @entry.around)
