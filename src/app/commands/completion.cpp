#include "app/commands/completion.h"

#include <algorithm>

#include "base/text.h"

namespace sw::app {
namespace {

constexpr const char* kHead =
    R"(# Completion of scheduling-worker for bash. To use it in this shell:
#   source <(scheduling-worker completion bash)
_scheduling_worker() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in -*) continue ;; esac
    case ${COMP_WORDS[i-1]} in --*=*) ;; -*) continue ;; esac
    case "$command" in
      '' | token | jobs | completion) command+="${command:+ }${COMP_WORDS[i]}" ;;
    esac
  done
  case $before in
    --config | --data-dir | --backup-dir | --*-file | -o | --out | --output)
      COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
)";

constexpr const char* kTail = R"(  local settings="$SETTINGS"
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$options --config --help $settings" -- "$word"))
  elif [[ -n $files ]]; then
    COMPREPLY=($(compgen -f -- "$word"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  fi
}
complete -o filenames -F _scheduling_worker scheduling-worker
)";

}  // namespace

std::string bashCompletion(const std::vector<CompletedCommand>& commands,
                           const std::vector<std::string>& settings) {
  std::string script = kHead;
  script += "  local words= options= files=\n  case $command in\n    '') words=\"";
  std::vector<std::string> first;
  for (const CompletedCommand& command : commands) {
    if (command.name.find(' ') == std::string::npos) first.push_back(command.name);
  }
  script += base::join(first, " ") + "\" ;;\n";
  for (const CompletedCommand& command : commands) {
    std::vector<std::string> below;
    for (const CompletedCommand& other : commands) {
      const std::string prefix = command.name + " ";
      if (other.name.starts_with(prefix)) below.push_back(other.name.substr(prefix.size()));
    }
    script += "    '" + command.name + "') words=\"" + base::join(below, " ") + "\" options=\"" +
              base::join(command.options, " ") + "\"" + (command.takesFile ? " files=1" : "") +
              " ;;\n";
  }
  script += "  esac\n";
  std::string tail = kTail;
  constexpr std::string_view kHole = "$SETTINGS";
  tail.replace(tail.find(kHole), kHole.size(), base::join(settings, " "));
  return script + tail;
}

}  // namespace sw::app
