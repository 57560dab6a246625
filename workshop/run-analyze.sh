#!/usr/bin/env bash
# Runs one command of analyze in the cluster, beside the collector and on its database, as a Job that
# is made from the collector's CronJob and removed afterwards.
#
#   run-analyze.sh gate --wait 30m
#   run-analyze.sh report --since 1h --format markdown >report.md
#
# What the command writes to standard output and standard error comes out of this script's own (of the
# latter the last 4,096 bytes), once the command has ended.
#
# usage: run-analyze.sh [--context NAME] COMMAND [ARGUMENT…]
#   --context NAME   the context of kubectl  (WORKSHOP_CONTEXT)
#   --help           print this
# environment: WORKSHOP_JOB_SECONDS  how long the Job may take, default 7200
# exit status: that of the command; 3 if it could not be run, 64 if an option is wrong
# shellcheck source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

seconds=${WORKSHOP_JOB_SECONDS:-7200}
job=

# json_list TEXT…: as a JSON list of strings.
json_list() {
  local text list=
  for text in "$@"; do
    text=${text//\\/\\\\}
    list+=",\"${text//\"/\\\"}\""
  done
  printf '[%s]' "${list#,}"
}

# What makes a run of the collector into a run of another command: its words, its errors apart from
# its results, more time, and no CronJob that would remove it as one of its own.
job_patch() {
  # shellcheck disable=SC2016 # for the shell in the container
  local script='exec /usr/local/bin/analyze "$@" 2>/dev/termination-log'
  printf '[%s,%s,%s,%s]' \
    '{"op":"add","path":"/metadata/ownerReferences","value":[]}' \
    "{\"op\":\"add\",\"path\":\"/spec/activeDeadlineSeconds\",\"value\":$seconds}" \
    "{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/0/command\",\"value\":$(json_list /bin/sh -c "$script" analyze)}" \
    "{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/0/args\",\"value\":$(json_list "$@")}"
}

# shellcheck disable=SC2317 # reached through the trap
remove_job() {
  [[ -z $job ]] ||
    kubectl delete job "$job" --namespace "$namespace" --ignore-not-found --wait=false >&2 || true
}

# pod JSONPATH: something of the job's only pod, empty as long as there is none.
pod() {
  kubectl get pods --namespace "$namespace" --selector "job-name=$job" --output "jsonpath=$1"
}

# Prints the exit status of the command, once it has one.
wait_for_status() {
  local end=$((SECONDS + seconds)) status reason
  while ((SECONDS < end)); do
    status=$(pod '{.items[*].status.containerStatuses[0].state.terminated.exitCode}') || status=
    if [[ -n $status ]]; then
      printf '%s\n' "$status"
      return 0
    fi
    reason=$(pod '{.items[*].status.containerStatuses[0].state.waiting.reason}') || reason=
    case $reason in
      ImagePullBackOff | InvalidImageName | CreateContainerConfigError | CreateContainerError)
        fail 3 "cannot run analyze $1 in the cluster: its pod says $reason; see kubectl describe pods" \
          "--namespace $namespace --selector job-name=$job"
        ;;
    esac
    sleep "${WORKSHOP_POLL_SECONDS:-2}"
  done
  fail 3 "cannot run analyze $1 in the cluster: no end after $seconds s; see kubectl describe job $job" \
    "--namespace $namespace"
}

main() {
  local status patch
  while (($# > 0)); do
    case $1 in
      --context)
        need_value "$@"
        context=$2
        shift
        ;;
      --help)
        print_help
        exit 0
        ;;
      -*) fail_usage "there is no option $1" ;;
      *) break ;;
    esac
    shift
  done
  [[ ${1:-} =~ ^[a-z]+$ ]] || fail_usage "name a command of analyze, such as gate"
  [[ $* != *[[:cntrl:]]* ]] || fail_usage "an argument holds a control character"
  check_answer WORKSHOP_JOB_SECONDS "$seconds" '^[1-9][0-9]{0,5}$' "a number of seconds"
  type -P kubectl >/dev/null || fail 3 "kubectl is missing: https://kubernetes.io/docs/tasks/tools/"
  patch=$(job_patch "$@")

  trap remove_job EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  job="analyze-$1-$(date +%s)-$$"
  kubectl create job "$job" --namespace "$namespace" --from cronjob/analyze --dry-run=client --output json |
    kubectl patch --local --filename - --type json --patch "$patch" --output json |
    kubectl create --namespace "$namespace" --filename - >&2 ||
    fail 3 "cannot run analyze $1 in the cluster: the Job could not be made; what kubectl said stands above"
  status=$(wait_for_status "$1")
  kubectl logs "job/$job" --namespace "$namespace" ||
    fail 3 "analyze $1 ended with $status, but what it wrote cannot be read"
  pod '{.items[*].status.containerStatuses[0].state.terminated.message}' >&2 || true
  exit "$status"
}

main "$@"
