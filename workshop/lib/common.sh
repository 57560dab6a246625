# shellcheck shell=bash disable=SC2034
# What the scripts of the workshop share; to be read with "source".
set -euo pipefail

workshop=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
checkout=$(cd "$workshop/.." && pwd)
program=$(basename "$0" .sh)

# Where everything goes: the namespaces that the manifests name.
namespace=istio
istio_namespace=istio-system

context=${WORKSHOP_CONTEXT:-}
is_dry_run=false
asks=true

say() { printf '%s\n' "$*"; }
warn() { printf '%s: %s\n' "$program" "$*" >&2; }

# fail STATUS MESSAGE…
fail() {
  local status=$1
  shift
  warn "$@"
  exit "$status"
}

# Stops before anything was changed, in whatever step.
fail_unchanged() {
  step_name=
  fail 1 "$*; nothing was changed"
}

# An option that is wrong: status 64, as of analyze.
fail_usage() { fail 64 "$*; see $program.sh --help"; }

# The text at the head of the script.
print_help() { sed -n '2,/^[^#]/{ /^# shellcheck/d; s/^# \{0,1\}//p; }' "$workshop/$program.sh"; }

# need_value OPTION [VALUE…]
need_value() { [[ -n ${2:-} ]] || fail_usage "the option $1 needs a value"; }

# check_answer OPTION ANSWER PATTERN EXPECTATION
check_answer() { [[ $2 =~ $3 ]] || fail_usage "$1 is \"$2\"; give $4"; }

kubectl() { command kubectl ${context:+--context "$context"} "$@"; }
helm() { command helm ${context:+--kube-context "$context"} "$@"; }

# command_text COMMAND…: as it could be typed.
command_text() {
  local words=("$@")
  case $1 in
    kubectl) words=("$1" ${context:+--context "$context"} "${@:2}") ;;
    helm) words=("$1" ${context:+--kube-context "$context"} "${@:2}") ;;
  esac
  printf ' %q' "${words[@]}"
}

# Runs a command that changes something, and prints it; with --dry-run only the latter.
run() {
  printf '+%s\n' "$(command_text "$@")"
  $is_dry_run || "$@"
}

# ask QUESTION DEFAULT: prints what was answered, or the default. With --yes nothing is asked.
ask() {
  local answer=
  if $asks; then
    printf '%s%s: ' "$1" "${2:+ [$2]}" >&2
    IFS= read -r answer || fail 64 "nobody is there to answer; give --yes and the answers as options"
  fi
  printf '%s\n' "${answer:-$2}"
}

# confirm QUESTION: whether the answer is yes. With --yes it is.
confirm() {
  local answer
  $asks || return 0
  printf '%s [y/N]: ' "$1" >&2
  IFS= read -r answer || answer=
  [[ $answer == [yY] || $answer == [yY][eE][sS] ]]
}

# exists OBJECT… [--namespace NAME]: whether the cluster has it. Not being able to ask is no answer.
exists() {
  local found
  found=$(kubectl get "$@" --ignore-not-found --output name) ||
    fail 1 "cannot ask the cluster for $*; what kubectl said stands above"
  [[ -n $found ]]
}

# has_kind KIND.GROUP: whether the cluster knows a custom resource.
has_kind() { exists customresourcedefinition "$1"; }

# The steps of a script: each is announced, and the one that failed is named.
step_number=0
step_name=
step() {
  step_name=$*
  step_number=$((step_number + 1))
  printf '\n%d. %s\n' "$step_number" "$step_name"
}

# To be the trap of EXIT.
tell_where_it_stopped() {
  local status=$?
  ((status != 0 && status != 64)) && [[ -n $step_name ]] || return 0
  warn "stopped at step $step_number ($step_name); nothing is undone: set right what is said above" \
    "and run it again"
}
