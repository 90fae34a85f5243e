;; The recipe for Emacs, in batch: see recipes.py, which puts it before this.
(require 'flymake)
(require 'xref)
(setq eglot-sync-connect 30 eglot-autoshutdown t)
(setq make-backup-files nil create-lockfiles nil)

(defun say (name value detail)
  (princ (format "%s emacs: %s%s\n" (if value "ok     " "FAILED ") name (if value "" (format "\n%S" detail)))))

(defun wait-for (condition)
  (let ((n 0))
    (while (and (not (funcall condition)) (< n 300))
      (accept-process-output nil 0.1)
      (setq n (1+ n)))
    (funcall condition)))

(find-file (concat (getenv "WORKSPACE") "/marketing/models/int_attributed_orders.sql"))
(sql-mode)
(run-hooks 'post-command-hook)
(say "the server is started for a file of a project" (wait-for #'eglot-current-server) major-mode)

(search-forward "fct_orders")
(backward-char 2)
(defun definitions ()
  (condition-case error
      (mapcar (lambda (xref) (xref-location-group (xref-item-location xref)))
              (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot)))
    (error nil)))
(wait-for #'definitions)
(let ((found (definitions)))
  (say "definition leads to the project next door"
       (seq-some (lambda (path) (string-suffix-p "platform/models/marts/fct_orders.sql" path)) found) found))

(goto-char (point-max))
(insert "-- {{ ref('platform', 'fct_oders') }}\n")
(eglot--signal-textDocument/didChange)
(flymake-mode 1)
(flymake-start)
(wait-for (lambda () (flymake-diagnostics)))
(let ((texts (mapcar #'flymake-diagnostic-text (flymake-diagnostics))))
  (say "findings of unsaved text" (seq-some (lambda (text) (string-match-p "fct_oders" text)) texts) texts))

(insert "-- {{ ref('platform', 'fct_")
(eglot--signal-textDocument/didChange)
(let ((offered (all-completions "fct_" (nth 2 (eglot-completion-at-point)))))
  (say "completion inside of a ref" (seq-some (lambda (label) (string-prefix-p "fct_orders" label)) offered) offered))

(set-buffer-modified-p nil)
(find-file (concat (getenv "NOWHERE") "/loose.sql"))
(sql-mode)
(run-hooks 'post-command-hook)
(say "no server outside of a project" (not (eglot-managed-p)) major-mode)
