" The recipe for Vim: see recipes.py, which puts it before this. Writes what it finds to $OUT.
set nocompatible hidden noswapfile
let s:out = []

function! s:Say(name, ok, detail) abort
  call add(s:out, (a:ok ? 'ok      vim: ' : 'FAILED  vim: ') . a:name . (a:ok ? '' : "\n" . string(a:detail)))
endfunction

function! s:Wait(condition) abort
  for l:n in range(300)
    if a:condition()
      return 1
    endif
    sleep 100m
  endfor
  return 0
endfunction

function! s:Found() abort
  return !empty(filter(copy(getloclist(0)), {_, item -> item.text =~# 'fct_oders'}))
endfunction

function! s:Jumped() abort
  ALEGoToDefinition
  sleep 200m
  " Several places, the model and its YAML entry, are listed to choose from.
  return expand('%:p') =~# 'ALEPreviewWindow$' && search('platform/models/marts/fct_orders.sql', 'nw')
endfunction

function! s:Run() abort
  execute 'edit' $WORKSPACE . '/marketing/models/int_attributed_orders.sql'
  call append('$', "-- {{ ref('platform', 'fct_oders') }}")
  ALELint
  call s:Say('findings of unsaved text', s:Wait(function('s:Found')), getloclist(0))
  call cursor(1, 1)
  call search('fct_orders')
  call s:Say('definition leads to the project next door', s:Wait(function('s:Jumped')), getline(1, '$'))
endfunction

filetype plugin on
call s:Run()
call writefile(split(join(s:out, "\n"), "\n"), $OUT)
qall!
