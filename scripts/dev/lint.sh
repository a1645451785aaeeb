# ./dev lint [--deep] [--all]             check format, rules, layers, texts (--deep: static analyzer too)

dev_lint() {
  local deep='' all='' status=0
  while (($#)); do
    case "$1" in
      --deep) deep=--deep && shift ;;
      --all) all=--all && shift ;;
      *) fail "lint knows no option '$1'" ;;
    esac
  done
  need build lint
  lint_step "format of C++" lint_format
  lint_step "layers" "$PYTHON" scripts/check_layers.py
  lint_step "texts and links" "$PYTHON" scripts/check_texts.py
  lint_step "shell scripts" lint_shell
  lint_step "Python scripts" lint_python
  if [[ -f web/package.json ]]; then lint_step "web page" lint_web; fi
  # Anew each time: the list of files to look at has to be today's.
  quietly build/lint-configure.log cmake --preset lint
  lint_step "clang-tidy" "$PYTHON" scripts/lint_cpp.py --build build/lint --jobs "$(jobs)" \
    --tool "$(tool clang-tidy)" $deep $all
  if ((status)); then fail "the checks above found something"; fi
  say "everything is clean"
}

# lint_step NAME COMMAND...: says how it went; sets `status` of the caller when it failed.
lint_step() {
  local name=$1 start=$SECONDS
  shift
  say "$name"
  # In a shell of its own, so that a step that gives up does not keep the others from running.
  if ("$@"); then
    say "$name: ok ($((SECONDS - start)) s)"
  else
    warn "$name: see above"
    status=1
  fi
}

# tool NAME: clang-tidy or clang-format of the one version whose opinion counts.
tool() {
  if has "$1-19"; then echo "$1-19"; else fail "there is no $1-19; ./dev setup lint installs it"; fi
}

# All C++ files, those that git would take.
cpp_files() { git ls-files -z --cached --others --exclude-standard -- '*.cpp' '*.h'; }

lint_format() {
  cpp_files | xargs -0 -r -n 32 -P "$(jobs)" "$(tool clang-format)" --dry-run -Werror
}

lint_shell() {
  local scripts=()
  mapfile -d '' scripts < <(git ls-files -z --cached --others --exclude-standard -- '*.sh')
  shellcheck --severity=style --external-sources dev .ci/run
  # The verbs are parts of ./dev: what common.sh sets and defines is theirs too.
  if ((${#scripts[@]})); then shellcheck --shell=bash --exclude=SC2034,SC2154 "${scripts[@]}"; fi
}

lint_python() {
  git ls-files -z --cached --others --exclude-standard -- '*.py' |
    xargs -0 -r "$PYTHON" scripts/check_python.py
}

lint_web() {
  install_node_modules web
  npm --prefix web run --silent typecheck && npm --prefix web run --silent lint
}
