"""Kubernetes manifests in one YAML file, as the Kubernetes API server would keep them."""

import datetime
import os
import pathlib
import sys
import tempfile

import yaml


class ManifestError(Exception):
    """What could not be done, to which file, because of what."""


class _Loader(yaml.SafeLoader):
    """Reads times as text, which is what they are in Kubernetes."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_manifests(path):
    """Return the documents of a manifest file, empty ones left out."""
    try:
        with open(path, encoding="utf-8") as file:
            documents = [document for document in yaml.load_all(file, _Loader) if document]
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ManifestError(f"cannot read {path}: {error}") from error
    if not all(isinstance(document, dict) for document in documents):
        raise ManifestError(f"cannot read {path}: a document is no Kubernetes object")
    return documents


def write_manifests(path, documents):
    """Replace a manifest file by the documents."""
    replace_file(path, yaml.safe_dump_all(documents, sort_keys=False))


def replace_file(path, text):
    """Replace a file by rename, so that a reader sees the old text or the new one, never half."""
    path = pathlib.Path(path)
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            file.write(text)
        os.chmod(file.name, 0o644)
        os.replace(file.name, path)
    except OSError as error:
        raise ManifestError(f"cannot write {path}: {error}") from error


def only_virtual_service(path, documents):
    """Return the one VirtualService among the documents."""
    found = [document for document in documents if document.get("kind") == "VirtualService"]
    if len(found) != 1:
        raise ManifestError(
            f"cannot use {path}: it holds {len(found)} VirtualServices where one is needed"
        )
    return found[0]


def route_destinations(path, virtual_service):
    """Return the destinations of the one HTTP route of a VirtualService."""
    try:
        routes = virtual_service["spec"]["http"]
        if len(routes) != 1:
            raise ManifestError(
                f"cannot use {path}: it has {len(routes)} HTTP routes where the demo knows one"
            )
        destinations = routes[0]["route"]
        for destination in destinations:
            destination["destination"]["host"], destination["destination"]["subset"]
    except (KeyError, TypeError, IndexError) as error:
        raise ManifestError(
            f"cannot use {path}: its HTTP route names no destinations with host and subset"
        ) from error
    if not destinations:
        raise ManifestError(f"cannot use {path}: its HTTP route has no destination")
    return destinations


def now():
    """Return the time as the API server writes it: UTC, in whole seconds."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def next_resource_version(documents):
    """Return a resource version that no object has had: the server counts all changes as one."""
    versions = [int(document["metadata"].get("resourceVersion", 265)) for document in documents]
    return str(max(versions, default=265) + 1)


def run(main):
    """Run a program's main function; an error is one line and status 1."""
    try:
        main()
    except ManifestError as error:
        sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {error}")
