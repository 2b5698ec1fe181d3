"""`python -m desktop.worker`: started by `engine/process.py`, never by hand."""

from desktop.worker.main import main

main()
