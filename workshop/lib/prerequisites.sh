# shellcheck shell=bash disable=SC2154
# What setup.sh needs before it begins; to be read with "source", after common.sh.

missing=0

# missing WHAT REMEDY: says what is missing and how to get it, and goes on to the next.
missing() {
  missing=$((missing + 1))
  printf '  missing  %s\n           %s\n' "$1" "$2"
}

found() { printf '  found    %s\n' "$1"; }

# Stops where something is missing: what comes next could not be looked at.
stop_for_missing() {
  ((missing > 0)) || return 0
  fail_unchanged "cannot begin: missing or taken, as said above: $missing"
}

check_prerequisites() {
  check_kubectl
  check_helm
  check_docker
  stop_for_missing
  check_cluster
  stop_for_missing
  check_ingress
  check_victoria_metrics
  check_names
  stop_for_missing
}

check_kubectl() {
  if type -P kubectl >/dev/null; then
    found kubectl
  else
    missing kubectl "install it: https://kubernetes.io/docs/tasks/tools/"
  fi
}

check_helm() {
  local version
  if ! type -P helm >/dev/null; then
    missing helm "install it, 3.13 or a later 3: https://helm.sh/docs/v3/intro/install/"
    return
  fi
  version=$(command helm version --template '{{.Version}}')
  if [[ $version =~ ^v3\.([0-9]+)\. ]] && ((BASH_REMATCH[1] >= 13)); then
    found "helm $version"
  else
    missing "helm 3.13 or a later 3: this one is $version" \
      "install it: https://helm.sh/docs/v3/intro/install/"
  fi
}

check_docker() {
  $builds_images || return 0
  if ! type -P docker >/dev/null; then
    missing docker "install it: https://docs.docker.com/engine/install/; or push the images by
           other means and give --skip-images"
  elif command docker version --format '{{.Server.Version}}' >/dev/null 2>&1; then
    found docker
  else
    missing "a docker that answers" \
      "start it, or let your user use it; \"docker version\" says what is wrong"
  fi
}

check_cluster() {
  local name
  name=${context:-$(command kubectl config current-context 2>/dev/null || true)}
  if kubectl get --raw /readyz >/dev/null 2>&1; then
    found "a cluster that answers, context $name"
  else
    missing "a cluster that answers, context ${name:-none}" \
      "make one (lesson 8); \"kubectl get --raw /readyz\" says what is wrong"
  fi
}

check_ingress() {
  if exists ingressclass nginx; then
    found "the ingress class nginx"
  else
    missing "the ingress class nginx" \
      "install it: helm upgrade --install ingress-nginx ingress-nginx
           --repo https://kubernetes.github.io/ingress-nginx
           --namespace ingress-nginx --create-namespace"
  fi
}

check_victoria_metrics() {
  [[ -n $victoria_metrics ]] || victoria_metrics=$(find_victoria_metrics)
  if [[ -z $victoria_metrics ]]; then
    missing "VictoriaMetrics: no service has the port 8428 or 8481" \
      "say where it is with --victoria-metrics, or install it (lesson 12):
           helm upgrade --install victoria-metrics victoria-metrics-single
           --repo https://victoriametrics.github.io/helm-charts/
           --namespace monitoring --create-namespace --set server.scrape.enabled=true"
  elif answers_victoria_metrics; then
    found "VictoriaMetrics at $victoria_metrics"
  else
    missing "VictoriaMetrics: nothing answers at $victoria_metrics" \
      "check the URL and the pod behind it; --victoria-metrics says where it is"
  fi
}

# What has a name of the workshop without being its own would be changed by setup.sh.
check_names() {
  local kinds
  kinds=$(list_kinds)
  check_names_in "$namespace" "$kinds,persistentvolumeclaims" \
    'app-backend|app-backend-v1|app-backend-v2|curl-test|analyze'
  check_names_in "$istio_namespace" ingresses 'workshop-app-backend|workshop-dashboards'
}

# check_names_in NAMESPACE KINDS NAMES
check_names_in() {
  local objects object
  objects=$(kubectl get "$2" --namespace "$1" --selector "${owner_label/=/!=}" --output name) ||
    fail_unchanged "cannot ask the cluster what is in namespace $1; what kubectl said stands above"
  for object in $objects; do
    [[ ${object##*/} =~ ^($3)$ ]] || continue
    missing=$((missing + 1))
    printf '  taken    %s\n           %s\n' "$object in namespace $1 is not of this workshop" \
      "remove it; or hand it over, to be changed now and removed by cleanup.sh:
           kubectl label $object --namespace $1 --overwrite $owner_label"
  done
}

# The first service with the port of a single node, or else of a cluster's vmselect, as a URL.
find_victoria_metrics() {
  kubectl get services --all-namespaces --output \
    'jsonpath={range .items[*]}{.metadata.name} {.metadata.namespace} {.spec.ports[*].port}{"\n"}{end}' |
    awk '{
      for (field = 3; field <= NF; field++) {
        if ($field == 8428 && !single) single = "http://" $1 "." $2 ":8428"
        if ($field == 8481 && !cluster) cluster = "http://" $1 "." $2 ":8481/select/0/prometheus"
      }
    } END { print single ? single : cluster }'
}

# A service is asked through the API server, since its name means something in the cluster only; any
# other address from here.
answers_victoria_metrics() {
  local service='^http://([a-z0-9-]+)\.([a-z0-9-]+)(\.svc[a-z.]*)?:([0-9]+)(/.*)?$'
  check_answer --victoria-metrics "$victoria_metrics" '^https?://[A-Za-z0-9._:/@%-]+$' \
    "a URL such as http://victoria-metrics.monitoring:8428"
  if [[ $victoria_metrics =~ $service ]]; then
    kubectl get --raw "/api/v1/namespaces/${BASH_REMATCH[2]}/services/${BASH_REMATCH[1]}:${BASH_REMATCH[4]}/proxy/health" \
      >/dev/null 2>&1
  else
    curl --silent --fail --max-time 10 --output /dev/null "${victoria_metrics%%/select/*}/health"
  fi
}
