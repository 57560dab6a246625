# shellcheck shell=bash disable=SC2034,SC2154
# What setup.sh installs and cleanup.sh removes; to be read with "source", after common.sh.

# The label that tells what setup.sh installed from what others did.
owner=analyze-workshop
owner_label=app.kubernetes.io/managed-by=$owner

# On a namespace of somebody else: the value of its label istio-injection before setup.sh set it, or
# "none".
injection_before=analyze-workshop/istio-injection-before

istio_charts=https://istio-release.storage.googleapis.com/charts
kiali_charts=https://kiali.org/helm-charts
jaeger_charts=https://jaegertracing.github.io/helm-charts
istio_version=1.28.3
kiali_version=2.20.0
jaeger_version=4.4.8

# In the order of installing; cleanup.sh goes the other way.
releases=(istio-base istiod istio-ingressgateway jaeger kiali-server)

# list_release NAME [OPTION…]: prints the name if there is such a release, in whatever state.
list_release() {
  local name=$1
  shift
  helm list --namespace "$istio_namespace" --all --filter "^$name\$" "$@" ||
    fail 1 "cannot ask helm for the release $name; what it said stands above"
}

has_release() { [[ -n $(list_release "$1" --short) ]]; }
owns_release() { [[ -n $(list_release "$1" --short --selector "installed-by=$owner") ]]; }

# Prints the kinds of the objects in the namespace of the service, in the order of removing, without
# the claim of the database.
list_kinds() {
  local kind
  printf cronjobs
  for kind in virtualservices gateways destinationrules; do
    # Without Istio the cluster does not know the kind, and has none of it.
    ! has_kind "$kind.networking.istio.io" || printf ',%s' "$kind.networking.istio.io"
  done
  printf ',deployments,services,pods,rolebindings,roles,serviceaccounts\n'
}

# owns_namespace NAME
owns_namespace() {
  local owned
  owned=$(kubectl get namespaces --selector "$owner_label" --output name) ||
    fail 1 "cannot ask the cluster for its namespaces; what kubectl said stands above"
  [[ $'\n'$owned$'\n' == *$'\n'"namespace/$1"$'\n'* ]]
}
