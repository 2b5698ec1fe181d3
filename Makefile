# Everything a user or developer runs. `make` alone lists it.
.POSIX:
PYTHON = python3
BIN = .venv/bin
ON_SCREEN = env -u DBUS_SESSION_BUS_ADDRESS QT_QPA_PLATFORM=xcb xvfb-run -a

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv and install Puna into it (done by the others when needed)
	@$(PYTHON) packaging/environment.py

run: setup ## start Puna: in the tray, or without a display in this terminal
	@$(BIN)/python packaging/model_files.py starter
	@if $(PYTHON) packaging/system_libraries.py window; \
	then exec $(BIN)/python -m desktop tray; \
	else exec $(BIN)/python -m desktop serve; fi

test: tested ## run all tests
	@$(BIN)/python -m pytest

test-screen: tested ## run the tests of tray and windows that need a screen, on a virtual one
	@$(PYTHON) packaging/system_libraries.py screen
	@$(ON_SCREEN) $(BIN)/python -m pytest tests/ui/test_tray.py tests/ui/test_journey.py
	@$(ON_SCREEN) dbus-run-session -- $(BIN)/python -m pytest tests/ui/test_tray_host.py

lint: developed ## check format, style and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy desktop tests packaging

bench: tested ## measure Puna beside llama-server
	@$(BIN)/python -m tests.bench

bench-ui: developed ## measure the chat window, without a screen
	@$(BIN)/python -m tests.bench.ui

package: ## make the packages for users in dist/, and say how large and quick they are
	@$(PYTHON) packaging/environment.py package
	@$(PYTHON) packaging/system_libraries.py package
	@$(BIN)/python packaging/package.py

package-test: ## install the Debian package here, use it, and remove it
	@$(BIN)/python packaging/package_test.py

soak: tested ## ask a service everything at once for 20 minutes, while its workers are killed
	@$(BIN)/python -m tests.soak

clean: ## remove what the commands above made, but no model of yours
	@rm -rf .venv .cache build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache
	@find desktop packaging tests -name __pycache__ -prune -exec rm -rf {} +

developed:
	@$(PYTHON) packaging/environment.py test

tested: developed
	@$(PYTHON) packaging/system_libraries.py tests
	@$(BIN)/python packaging/model_files.py tests
	@$(BIN)/python packaging/js_clients.py

.PHONY: help setup run test test-screen lint bench bench-ui soak package package-test clean developed tested
