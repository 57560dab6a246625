#!/usr/bin/env bash
# Removes what setup.sh installed, and nothing else: objects, releases and namespaces of others stay,
# whatever their names, and so do images in the registry. The database of analyze, with every decision in it, stays as well unless
# --delete-database is given. It can be run again, also after it stopped half-way.
#
# usage: cleanup.sh [OPTION…]
#   --delete-database  remove the database as well: the claim "analyze" in namespace istio
#   --context NAME     the context of kubectl and helm  (WORKSHOP_CONTEXT)
#   --yes              do not ask
#   --dry-run          print every command, change nothing
#   --help             print this
# exit status: 0 if nothing of it is left, 1 if a step failed or the answer was no, 64 if an option is
#              wrong
# shellcheck source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/installation.sh
source "$workshop/lib/installation.sh"

deletes_database=false

parse_options() {
  while (($# > 0)); do
    case $1 in
      --context)
        need_value "$@"
        context=$2
        shift
        ;;
      --delete-database) deletes_database=true ;;
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

check_prerequisites() {
  local name
  for name in kubectl helm; do
    type -P "$name" >/dev/null || fail_unchanged "cannot begin: $name is missing"
  done
  kubectl get --raw /readyz >/dev/null ||
    fail_unchanged "cannot begin: the cluster does not answer"
}

ask_first() {
  local name
  name=${context:-$(command kubectl config current-context)}
  $is_dry_run || confirm "Remove the workshop from the cluster of context $name$(
    $deletes_database && printf ', with the database and every decision in it'
  )?" || fail_unchanged "the answer was no"
}

# delete_own NAMESPACE KINDS: what carries the label of this workshop, whatever its name. Waits until
# it is gone.
delete_own() {
  run kubectl delete "$2" --namespace "$1" --selector "$owner_label" --ignore-not-found \
    --cascade=foreground --timeout 5m
}

remove_collector_and_service() {
  step "Removing the collector and app-backend"
  local kinds
  kinds=$(list_kinds)
  delete_own "$namespace" "$kinds"
}

remove_dashboards_and_istio() {
  step "Removing the ways in, Kiali, Jaeger and Istio"
  local index release
  delete_own "$istio_namespace" ingresses
  for ((index = ${#releases[@]} - 1; index >= 0; index--)); do
    release=${releases[index]}
    if owns_release "$release"; then
      # Before the release that tells whose they are.
      [[ $release != istio-base ]] || remove_definitions
      run helm uninstall "$release" --namespace "$istio_namespace" --wait --timeout 5m
    elif has_release "$release"; then
      say "The release $release is not of this workshop: it stays."
    fi
  done
}

# The chart istio-base leaves its kinds behind, since with a kind goes every object of it.
remove_definitions() {
  local kinds kind objects
  kinds=$(kubectl get customresourcedefinitions --output name | sed -n 's|.*/\(.*\.istio\.io\)$|\1|p')
  for kind in $kinds; do
    objects=$(kubectl get "$kind" --all-namespaces --output name)
    if [[ -z $objects ]]; then
      run kubectl delete customresourcedefinition "$kind" --ignore-not-found --timeout 5m
    else
      say "The kind $kind stays: there are objects of it."
    fi
  done
}

remove_database() {
  step "The database of analyze"
  if $deletes_database; then
    delete_own "$namespace" persistentvolumeclaims
  elif exists persistentvolumeclaims --namespace "$namespace" --selector "$owner_label"; then
    say "It stays: the claim analyze in namespace $namespace, and the namespace with it." \
      "--delete-database removes it."
  else
    say "There is none."
  fi
}

remove_namespaces() {
  step "Removing the namespaces that setup.sh made, if nothing is left in them"
  local name left
  for name in "$namespace" "$istio_namespace"; do
    if ! owns_namespace "$name"; then
      restore_injection "$name"
      continue
    fi
    left=$(kubectl get \
      pods,services,deployments,statefulsets,daemonsets,cronjobs,jobs,ingresses,persistentvolumeclaims \
      --namespace "$name" --output name)
    if [[ -z $left ]] || $is_dry_run; then
      run kubectl delete namespace "$name" --ignore-not-found --timeout 5m
    else
      say "Namespace $name stays, with:" "${left//$'\n'/ }"
    fi
  done
}

# restore_injection NAMESPACE: of somebody else.
restore_injection() {
  local before
  before=$(kubectl get namespace "$1" --ignore-not-found --output \
    "jsonpath={.metadata.annotations.$injection_before}")
  [[ -n $before ]] || return 0
  if [[ $before == none ]]; then before=null; else before="\"$before\""; fi
  run kubectl patch namespace "$1" --type merge --patch \
    "{\"metadata\":{\"labels\":{\"istio-injection\":$before},\"annotations\":{\"$injection_before\":null}}}"
}

main() {
  parse_options "$@"
  trap tell_where_it_stopped EXIT
  check_prerequisites
  ask_first
  remove_collector_and_service
  remove_dashboards_and_istio
  remove_database
  remove_namespaces
}

main "$@"
