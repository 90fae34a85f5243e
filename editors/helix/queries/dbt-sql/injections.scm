; Everything between the tags of one file is one SQL text. Comments get no language of their own: Helix would look for
; text objects in that one, and `mac` find none.
((content) @injection.content
  (#set! injection.language "sql")
  (#set! injection.combined))
