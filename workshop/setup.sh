#!/usr/bin/env bash
# Installs the workshop into a cluster: Istio, Kiali and Jaeger with VictoriaMetrics as the source
# of metrics, both versions of app-backend behind a 90/10 split, and the collector of analyze.
# Run it as often as you like: what it installed is left as it is or brought up to date, and the
# weights of a rollout that runs are kept. What others installed is not changed.
#
# usage: setup.sh [OPTION…]
#   --domain NAME            the dashboards become kiali.NAME and jaeger.NAME, the service
#                            app-backend.NAME                           (WORKSHOP_DOMAIN)
#   --registry NAME          where images go, such as registry.example.com/group
#                                                                       (WORKSHOP_REGISTRY)
#   --pull-secret NAME       the secret of namespace istio with which the cluster pulls from there;
#                            none: the registry needs no login          (WORKSHOP_PULL_SECRET)
#   --tls off|issuer:NAME|secret:NAME
#                            no TLS, a ClusterIssuer of cert-manager, or a secret of namespace
#                            istio-system                               (WORKSHOP_TLS)
#   --victoria-metrics URL   as seen from inside the cluster, such as
#                            http://victoria-metrics.monitoring:8428    (ANALYZE_VICTORIA_METRICS)
#   --dashboards-from LIST   networks that may open the dashboards, such as 192.0.2.0/24,10.0.0.0/8
#                            (default: private networks)                (WORKSHOP_DASHBOARDS_FROM)
#   --context NAME           the context of kubectl and helm            (WORKSHOP_CONTEXT)
#   --skip-images            do not build and push; the images are there
#   --reset-weights          put the split back to 90/10
#   --yes                    ask nothing: answers come from options, environment and defaults
#   --dry-run                print every command, change nothing
#   --help                   print this
# exit status: 0 if everything is in place, 1 if a step failed or something is missing, 64 if an
#              option is wrong
# shellcheck source=lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/installation.sh
source "$workshop/lib/installation.sh"
# shellcheck source=lib/prerequisites.sh
source "$workshop/lib/prerequisites.sh"

domain=${WORKSHOP_DOMAIN:-}
registry=${WORKSHOP_REGISTRY:-}
pull_secret=${WORKSHOP_PULL_SECRET:-}
tls=${WORKSHOP_TLS:-}
victoria_metrics=${ANALYZE_VICTORIA_METRICS:-}
dashboards_from=${WORKSHOP_DASHBOARDS_FROM:-}
builds_images=true
resets_weights=false

parse_options() {
  while (($# > 0)); do
    case $1 in
      --domain | --registry | --pull-secret | --tls | --victoria-metrics | --dashboards-from | --context)
        need_value "$@"
        local name=${1#--}
        printf -v "${name//-/_}" '%s' "$2"
        shift
        ;;
      --skip-images) builds_images=false ;;
      --reset-weights) resets_weights=true ;;
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

ask_for_configuration() {
  step "Asking for the configuration"
  domain=$(ask "Domain of the dashboards and the service" "$domain")
  check_answer --domain "$domain" '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$' "a name such as workshop.example.com"
  registry=$(ask "Registry for the images" "$registry")
  check_answer --registry "$registry" '^[a-z0-9][a-z0-9._:/-]*[a-z0-9]$' "a name such as registry.example.com/group"
  pull_secret=$(ask "Secret with which the cluster pulls them, none if it needs none" "${pull_secret:-none}")
  check_answer --pull-secret "$pull_secret" '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$' "a secret of namespace $namespace, or none"
  tls=$(ask "TLS: off, issuer:NAME or secret:NAME" "${tls:-off}")
  check_answer --tls "$tls" '^(off|(issuer|secret):[a-z0-9]([a-z0-9.-]*[a-z0-9])?)$' "off, issuer:NAME or secret:NAME"
  local before=$victoria_metrics
  victoria_metrics=$(ask "VictoriaMetrics, as seen from inside the cluster" "$victoria_metrics")
  [[ $victoria_metrics == "$before" ]] || answers_victoria_metrics ||
    fail_unchanged "nothing answers at $victoria_metrics; check the URL and the pod behind it"
  dashboards_from=$(ask "Networks that may open the dashboards (Jaeger has no login)" \
    "${dashboards_from:-10.0.0.0/8,172.16.0.0/12,192.168.0.0/16}")
  check_answer --dashboards-from "$dashboards_from" '^[0-9a-fA-F.:/,]+$' "networks such as 192.0.2.0/24,10.0.0.0/8"
  confirm "Install into the cluster of context ${context:-$(command kubectl config current-context)}?" ||
    fail_unchanged "the answer was no"
}

# install RELEASE CHART VERSION REPOSITORY [OPTION…]: unless somebody else has installed it.
install() {
  local release=$1 chart=$2 version=$3 repository=$4
  shift 4
  if owns_release "$release"; then
    finish_interrupted "$release"
  elif has_release "$release"; then
    warn "the release $release is not of this workshop: it is left as it is"
    return 0
  fi
  run helm upgrade --install "$release" "$chart" --repo "$repository" --version "$version" \
    --namespace "$istio_namespace" --labels "installed-by=$owner" --wait --timeout 10m "$@"
}

# A helm that was killed leaves a release behind that it refuses to touch.
finish_interrupted() {
  local status
  status=$(list_release "$1" --output yaml | sed -n 's/^[- ]*status: *//p')
  case $status in
    pending-install | uninstalling) run helm uninstall "$1" --namespace "$istio_namespace" --wait ;;
    pending-upgrade | pending-rollback)
      run helm rollback "$1" --namespace "$istio_namespace" --wait --timeout 10m
      ;;
  esac
}

install_istio() {
  step "Installing Istio $istio_version"
  exists namespace "$istio_namespace" || apply "$workshop/istio/namespace.yaml"
  install istio-base base "$istio_version" "$istio_charts" --set defaultRevision=default
  install istiod istiod "$istio_version" "$istio_charts" --values "$workshop/istio/istiod-values.yaml"
  # NGINX Ingress stands in front of it: it needs no load balancer of its own.
  install istio-ingressgateway gateway "$istio_version" "$istio_charts" --set service.type=ClusterIP
}

install_dashboards() {
  local scheme=http
  [[ $tls == off ]] || scheme=https
  step "Installing Jaeger $jaeger_version and Kiali $kiali_version, with VictoriaMetrics as the source of metrics"
  install jaeger jaeger "$jaeger_version" "$jaeger_charts" --values "$workshop/istio/jaeger-values.yaml" \
    --set "userconfig.extensions.jaeger_storage.metric_backends.victoria_metrics.prometheus.endpoint=$victoria_metrics"
  install kiali-server kiali-server "$kiali_version" "$kiali_charts" --values "$workshop/istio/kiali-values.yaml" \
    --set "external_services.prometheus.url=$victoria_metrics" \
    --set "external_services.tracing.external_url=$scheme://jaeger.$domain"
}

# Makes of the answers what sed has to do to a manifest.
choose_edits() {
  edits=(
    -e "s|registry\.example\.com|$registry|g"
    -e "s|http://victoria-metrics\.monitoring:8428|$victoria_metrics|g"
    -e "s|10\.0\.0\.0/8,172\.16\.0\.0/12,192\.168\.0\.0/16|$dashboards_from|g"
    -e "s#\(kiali\|jaeger\|app-backend\)\.example\.com#\1.$domain#g"
  )
  case $tls in
    off) edits+=(-e '/# tls$/,/# end of tls$/d') ;;
    issuer:*) edits+=(-e "s|cluster-issuer: letsencrypt|cluster-issuer: ${tls#issuer:}|") ;;
    secret:*) edits+=(-e '/cluster-issuer:/d' -e "s|secretName: .*|secretName: ${tls#secret:}|") ;;
  esac
}

# apply FILE: a manifest of the workshop, with the answers in it.
apply() {
  printf '+%s |%s\n' "$(command_text sed "${edits[@]}" "$1")" \
    "$(command_text kubectl apply --filename -)"
  $is_dry_run || sed "${edits[@]}" "$1" | kubectl apply --filename -
}

# apply_labelled FILE: a manifest of deploy/, into the namespace of the service. It is for everybody,
# and does not say that the workshop has applied it.
apply_labelled() {
  local label=(kubectl label --local --filename - --output json "$owner_label")
  local apply=(kubectl apply --namespace "$namespace" --filename -)
  printf '+%s |%s |%s\n' "$(command_text sed "${edits[@]}" "$1")" "$(command_text "${label[@]}")" \
    "$(command_text "${apply[@]}")"
  $is_dry_run || sed "${edits[@]}" "$1" | "${label[@]}" | "${apply[@]}"
}

configure_ways_in() {
  step "Configuring the ways in: the dashboards, and NGINX Ingress to Istio's gateway"
  apply "$workshop/istio/ingress.yaml"
}

build_images() {
  step "Building and pushing the images"
  if ! $builds_images; then
    say "Skipped, as --skip-images says."
    return 0
  fi
  local version analyze
  for version in v1 v2; do
    run docker build --file "$workshop/app-backend/$version/Dockerfile" \
      --tag "$registry/app-backend:$version" "$workshop/app-backend"
    run docker push "$registry/app-backend:$version"
  done
  # As the collector's manifest calls it, such as analyze:0.1.0.
  analyze=$(sed -n 's|^ *image: registry\.example\.com/||p' "$checkout/deploy/cronjob.yaml")
  run docker build --file "$checkout/deploy/Dockerfile" --tag "$registry/$analyze" "$checkout"
  run docker push "$registry/$analyze"
}

# pull_with SERVICE-ACCOUNT
pull_with() {
  [[ $pull_secret != none ]] || return 0
  run kubectl patch serviceaccount "$1" --namespace "$namespace" --type merge \
    --patch "{\"imagePullSecrets\":[{\"name\":\"$pull_secret\"}]}"
}

deploy_versions() {
  step "Deploying both versions of app-backend, 90/10"
  if exists namespace "$namespace"; then
    # Not applied: a namespace of somebody else must not get the label that lets cleanup.sh
    # remove it.
    inject_sidecars
  else
    apply "$workshop/k8s/namespace.yaml"
  fi
  apply "$workshop/k8s/service.yaml"
  pull_with app-backend
  apply "$workshop/k8s/destination-rule.yaml"
  apply "$workshop/istio/gateway.yaml"
  apply_virtual_service
  apply "$workshop/k8s/deployment-v1.yaml"
  apply "$workshop/k8s/deployment-v2.yaml"
  apply "$workshop/k8s/curl-test.yaml"
  local version
  for version in v1 v2; do
    run kubectl rollout status "deployment/app-backend-$version" --namespace "$namespace" --timeout 5m
  done
  run kubectl wait --for condition=Ready pod/curl-test --namespace "$namespace" --timeout 5m
}

# Lets the namespace inject sidecars, and notes there what it did before, for cleanup.sh.
inject_sidecars() {
  local before
  before=$(kubectl get namespace "$namespace" --output 'jsonpath={.metadata.labels.istio-injection}')
  [[ $before != enabled ]] || return 0
  run kubectl patch namespace "$namespace" --type merge --patch \
    "{\"metadata\":{\"labels\":{\"istio-injection\":\"enabled\"},\"annotations\":{\"$injection_before\":\"${before:-none}\"}}}"
}

# The weights of a rollout that runs are not for this script to change.
apply_virtual_service() {
  # Without Istio, as in a dry run, there is no such kind to ask for.
  if $resets_weights || ! has_kind virtualservices.networking.istio.io ||
    ! exists virtualservice app-backend --namespace "$namespace"; then
    apply "$workshop/k8s/virtual-service.yaml"
    return
  fi
  say "The VirtualService is there: its weights are kept. --reset-weights puts 90/10 back."
  run kubectl patch virtualservice app-backend --namespace "$namespace" --type merge --patch \
    "{\"spec\":{\"hosts\":[\"app-backend\",\"app-backend.$domain\"],\"gateways\":[\"mesh\",\"app-backend\"]}}"
}

deploy_collector() {
  step "Deploying the collector of analyze: a CronJob, what it may read, and its disk"
  apply_labelled "$checkout/deploy/rbac.yaml"
  pull_with analyze
  apply_labelled "$checkout/deploy/persistent-volume-claim.yaml"
  apply_labelled "$checkout/deploy/cronjob.yaml"
}

examine() {
  local status=0
  step "Asking analyze doctor"
  run kubectl exec curl-test --namespace "$namespace" --container curl -- sh -c \
    'for number in 1 2 3 4 5 6 7 8 9 10; do curl --silent --max-time 2 http://app-backend/ || true; done'
  run "$workshop/run-analyze.sh" ${context:+--context "$context"} \
    doctor --virtual-service "$namespace/app-backend" || status=$?
  ((status <= 1)) || fail 1 "analyze doctor could not be run"
  ((status == 0)) ||
    say "Set right what is broken, from the top. On a new cluster the first counts take a minute or two:
ask again with workshop/run-analyze.sh doctor --virtual-service $namespace/app-backend"
}

tell_what_next() {
  local scheme=http
  [[ $tls == off ]] || scheme=https
  step_name=
  cat <<TEXT

Everything is in place.
  the service  $scheme://app-backend.$domain/
  Kiali        $scheme://kiali.$domain/kiali (log in with: kubectl create token kiali -n $istio_namespace)
  Jaeger       $scheme://jaeger.$domain/
Try next: workshop/stress-test.sh --requests 100, then the exercise in workshop/README.md.
TEXT
}

main() {
  parse_options "$@"
  trap tell_where_it_stopped EXIT
  step "Checking the prerequisites"
  check_prerequisites
  ask_for_configuration
  choose_edits
  install_istio
  install_dashboards
  configure_ways_in
  build_images
  deploy_versions
  deploy_collector
  examine
  tell_what_next
}

main "$@"
