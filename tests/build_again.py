"""Builds the folder d into out each time a line comes in, in a process that may be killed."""

from __future__ import annotations

import os
import sys

import kg.extract.equipment
import kg.extract.pipeline
import kg.finishing
import kg.graph.checks  # noqa: F401 - loaded once, for all the processes to come
from kg.builder import build
from kg.ontology import load_ontology


def main() -> None:
    ontology = load_ontology()
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            build(["d"], "out", ontology=ontology, engine="serial")
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("over", flush=True)


if __name__ == "__main__":
    main()
