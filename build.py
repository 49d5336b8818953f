"""Build the graph of the articles in data/ into out/, and show what it answers."""

import os
from pathlib import Path

from kg.tour import tour

if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent)
    raise SystemExit(tour())
