#!/usr/bin/env bash
# Sends requests to app-backend, counts the answers of each version, and says whether their split
# agrees with the configured weights.
#
# usage: stress-test.sh [OPTION…]
#   --requests N            how many, 1 to 1000000 (asked; default 100)  (STRESS_REQUESTS)
#   --concurrency N         how many at a time, 1 to 300, default 10     (STRESS_CONCURRENCY)
#   --seconds N             how long at most, default 300                (STRESS_SECONDS)
#   --request-timeout N     seconds that one answer may take, default 5  (STRESS_REQUEST_TIMEOUT)
#   --url URL               send from here to this address, such as that of the ingress or of the
#                           demo's Envoy; without it the pod curl-test sends to http://app-backend/
#                                                                        (STRESS_URL)
#   --weights LIST          what to compare with, such as v1=90,v2=10; without it what the
#                           VirtualService istio/app-backend says        (STRESS_WEIGHTS)
#   --significance P        below which probability the split disagrees, default 0.001
#                                                                        (STRESS_SIGNIFICANCE)
#   --context NAME          the context of kubectl                       (WORKSHOP_CONTEXT)
#   --yes                   ask nothing
#   --dry-run               print the command that sends, send nothing
#   --help                  print this
# Against the demo, while it runs (it prints Envoy's address as it starts):
#   stress-test.sh --url http://127.0.0.1:PORT/ --weights v1=90,v2=10
# exit status: 0 if the split agrees with the weights, 1 if not, 3 if it could not be told, 64 if an
#              option is wrong
# shellcheck source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

requests=${STRESS_REQUESTS:-}
concurrency=${STRESS_CONCURRENCY:-10}
seconds=${STRESS_SECONDS:-300}
request_timeout=${STRESS_REQUEST_TIMEOUT:-5}
url=${STRESS_URL:-}
weights=${STRESS_WEIGHTS:-}
significance=${STRESS_SIGNIFICANCE:-0.001}

parse_options() {
  while (($# > 0)); do
    case $1 in
      --requests | --concurrency | --seconds | --request-timeout | --url | --weights | \
        --significance | --context)
        need_value "$@"
        local name=${1#--}
        printf -v "${name//-/_}" '%s' "$2"
        shift
        ;;
      --yes) asks=false ;;
      --dry-run) is_dry_run=true ;;
      --help)
        print_help
        exit 0
        ;;
      *) fail_usage "there is no option $1" ;;
    esac
    shift
  done
}

check_options() {
  [[ -n $requests ]] || requests=$(ask "How many requests" 100)
  check_answer --requests "$requests" '^([1-9][0-9]{0,5}|1000000)$' "a number from 1 to 1000000"
  check_answer --concurrency "$concurrency" '^([1-9][0-9]?|[12][0-9]{2}|300)$' "a number from 1 to 300"
  check_answer --seconds "$seconds" '^[1-9][0-9]{0,4}$' "a number of seconds from 1 to 99999"
  check_answer --request-timeout "$request_timeout" '^[1-9][0-9]{0,3}$' "a number of seconds from 1 to 9999"
  check_answer --significance "$significance" '^0\.[0-9]*[1-9][0-9]*$' "a probability between 0 and 1, such as 0.001"
  [[ -z $url ]] || check_answer --url "$url" '^https?://[^][{}[:space:]]+$' \
    "an address such as http://127.0.0.1:10000/"
  [[ -z $weights ]] ||
    check_answer --weights "$weights" '^[A-Za-z0-9._-]+=[0-9]+(,[A-Za-z0-9._-]+=[0-9]+)*$' \
      "weights such as v1=90,v2=10"
}

check_prerequisites() {
  local name
  local needed=(python3)
  [[ -n $url ]] && needed+=(curl timeout)
  [[ -n $url && -n $weights ]] || needed+=(kubectl)
  for name in "${needed[@]}"; do
    type -P "$name" >/dev/null || fail 3 "cannot begin: $name is missing"
  done
}

# The weights of the VirtualService; one destination alone has everything, whatever its weight.
read_weights() {
  [[ -z $weights ]] || return 0
  weights=$(kubectl get virtualservice app-backend --namespace "$namespace" --output \
    'jsonpath={range .spec.http[0].route[*]}{.destination.subset}={.weight},{end}') ||
    fail 3 "cannot read the weights of VirtualService $namespace/app-backend; give --weights"
  weights=${weights%,}
  [[ $weights == *,* ]] || weights=${weights%%=*}=100
  # A weight that is not written is 0.
  weights=${weights//=,/=0,}
  [[ $weights != *= ]] || weights+=0
}

# The command that sends: curl, many at a time. After each answer it writes a line with the code and
# its own status.
sending_command() {
  local address=${url:-http://app-backend/} separator='?'
  [[ $address != *\?* ]] || separator='&'
  command=()
  [[ -n $url ]] || command=(kubectl exec curl-test --namespace "$namespace" --container curl --)
  command+=(
    timeout "$seconds" curl --silent --no-progress-meter --parallel
    --parallel-max "$concurrency" --max-time "$request_timeout"
    --write-out '\n# %{http_code} %{exitcode}\n' "$address${separator}n=[1-$requests]")
}

main() {
  parse_options "$@"
  check_options
  check_prerequisites
  read_weights
  sending_command
  if $is_dry_run; then
    printf '+%s\n' "$(command_text "${command[@]}")"
    exit 0
  fi
  # A request that fails is counted, and is no failure of the command.
  { "${command[@]}" || true; } | python3 "$workshop/lib/split_test.py" \
    --weights "$weights" --requests "$requests" --significance "$significance"
}

main "$@"
